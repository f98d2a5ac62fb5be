// A masked autoencoder on pictures it was not trained on: its loss, and what it paints. Measures hide the same patches every time.
import type { NamedArrays, NdArray } from '../../array/index.ts';
import type { Model } from '../../models/index.ts';
import type { EvaluationProgress } from '../../train/index.ts';
import { ModelRunner } from '../runner.ts';
import type { RowSource } from '../sense-classification/classifier.ts';
import { pictures } from '../sense-classification/pictures.ts';
import type { SessionTarget } from '../session.ts';
import { patchNoise } from './noise.ts';

/** Pictures that go through the model at a time. */
const BATCH = 64;

/** One batch with what the model made of it. */
export interface Painted {
  /** `[B, C, H, W]`, as the model reads them. */
  readonly pixels: NdArray<'float32'>;
  /** `[B, N, P·Q·C]`, channels fastest; normalised patches where the model paints those. */
  readonly painted: NdArray<'float32'>;
  /** 1 for hidden patches, `[B, N]`. */
  readonly mask: NdArray<'float32'>;
  /** Mean squared error over the hidden patches. */
  readonly loss: number;
}

/** Patches of a model's pictures. @throws RangeError for a model without patches */
export function patchesIn({ layout, className }: Model): number {
  if (!layout) throw new RangeError(`patchesIn: expected a model of patches, got ${className}`);
  return layout.grid[0] * layout.grid[1];
}

/** Paints with one loaded model. */
export class Painter {
  readonly #runner: ModelRunner;
  readonly #patches: number;

  private constructor(runner: ModelRunner, patches: number) {
    this.#runner = runner;
    this.#patches = patches;
  }

  static async create(model: Model, context: SessionTarget): Promise<Painter> {
    const runner = await ModelRunner.create(model, {
      ...context,
      inputs: ['pixel_values', 'noise'],
      want: ['loss', 'logits', 'mask'],
    });
    return new Painter(runner, patchesIn(model));
  }

  /** Batch after batch of all pictures, in their order. */
  async *paint(parameters: NamedArrays, source: RowSource): AsyncGenerator<Painted> {
    for (let at = 0; at < source.length; at += BATCH) {
      const places = Array.from({ length: Math.min(BATCH, source.length - at) }, (_, i) => at + i);
      const pixels = pictures.collate(await source.rows(places));
      const noise = patchNoise({ seed: 0, step: at }, places.length, this.#patches);
      const { loss, logits, mask } = await this.#runner.run(parameters, { pixel_values: pixels, noise });
      yield {
        pixels,
        painted: logits as NdArray<'float32'>,
        mask: mask as NdArray<'float32'>,
        loss: (loss as NdArray<'float32'>).data[0] as number,
      };
    }
  }

  /** The mean loss of pictures, each of which has as many hidden patches. */
  async meanLoss(parameters: NamedArrays, source: RowSource, tell?: EvaluationProgress): Promise<number> {
    let [sum, count] = [0, 0];
    for await (const { loss, mask } of this.paint(parameters, source)) {
      const [rows = 0] = mask.shape;
      sum += loss * rows;
      count += rows;
      tell?.(count, source.length);
    }
    return sum / count;
  }

  release(): Promise<void> {
    return this.#runner.release();
  }
}
