// Dropout masks on the host: a function of (seed, step, site), so that a resumed run equals an uninterrupted one.
import { type NdArray, ndArray, philox, siteHash, sizeOf } from '../array/index.ts';
import { type Dims, evaluateDim } from '../graph/index.ts';

/** A mask that a traced graph asks for. */
export interface MaskSpec {
  /** Name of the graph's input. */
  readonly name: string;
  readonly rate: number;
  readonly shape: Dims;
}

/** Where the numbers of one step come from. */
export interface MaskKey {
  readonly seed: number;
  readonly step: number;
}

/**
 * Fills `out` with 0 (probability `rate`) and `1 / (1 − rate)`: eight elements per Philox block, sixteen random bits each, so
 * `rate` is rounded to 1/65536; the scale is that of the rounded rate.
 */
export function fillMask(out: Float32Array, rate: number, key: MaskKey & { readonly site: string }): void {
  const threshold = Math.round(rate * 65536);
  const kept = 65536 / (65536 - threshold);
  const site = siteHash(key.site);
  const words = [key.seed >>> 0, Math.floor(key.seed / 2 ** 32) >>> 0];
  const counter = [0, 0, key.step >>> 0, site];
  const block = new Uint32Array(4);
  const bits = new Uint16Array(block.buffer);
  for (let at = 0; at < out.length; at += 8) {
    counter[0] = at >>> 3;
    philox(counter, words, block);
    const end = Math.min(8, out.length - at);
    for (let i = 0; i < end; i++) out[at + i] = (bits[i] as number) < threshold ? 0 : kept;
  }
}

/** Masks for one step, in buffers that grow and are used again. */
export class Masks {
  readonly #specs: readonly MaskSpec[];
  readonly #seed: number;
  readonly #buffers = new Map<string, Float32Array>();

  constructor(specs: readonly MaskSpec[], seed: number) {
    this.#specs = specs;
    this.#seed = seed;
  }

  /** The masks of `step` for a batch of these sizes, under their input names; valid until the next call. */
  at(step: number, sizes: Readonly<Record<string, number>>): Record<string, NdArray> {
    const result: Record<string, NdArray> = {};
    for (const { name, rate, shape } of this.#specs) {
      const concrete = shape.map((dim) => evaluateDim(dim, sizes));
      const length = sizeOf(concrete);
      let buffer = this.#buffers.get(name);
      if (!buffer || buffer.length < length) {
        buffer = new Float32Array(Math.ceil(length * 1.25));
        this.#buffers.set(name, buffer);
      }
      const view = buffer.subarray(0, length);
      fillMask(view, rate, { seed: this.#seed, step, site: name });
      result[name] = ndArray('float32', concrete, view);
    }
    return result;
  }
}
