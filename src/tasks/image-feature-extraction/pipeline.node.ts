// `pipeline('image-feature-extraction', model)`: the states of a picture's patches, or its pooled vector, as Transformers.js gives them.
import type { NdArray } from '../../array/index.ts';
import { pictureFiles } from '../../data/index.node.ts';
import { DataError, stackArrays } from '../../data/index.ts';
import { imageProcessorFromJson, type Picture, processPicture } from '../../tokens/index.ts';
import { openEncoder } from '../encoder.node.ts';
import { Features } from '../features.ts';
import type { Pipeline, PipelineContext } from '../pipeline.node.ts';
import { behindPaths } from '../sense-classification/inputs.node.ts';
import { preprocessorIn } from '../sense-classification/open.node.ts';
import { originalOf, type SenseInput } from '../sense-classification/pipeline.node.ts';
import { pictureSense } from '../sense-classification/senses.node.ts';
import { SettledRunner } from '../sense-classification/settled-runner.ts';

/** Options of one call. */
export interface ImageFeatureOptions {
  /** Give the pooled vector `[B, D]` instead of all states. Default false. */
  readonly pool?: boolean;
}

/** An encoder of pictures that is ready to be called. */
export interface ImageFeatureExtractionPipeline extends Pipeline {
  /** States `[B, T, D]`, special tokens first; with `pool`, or from CLIP's projection, `[B, D]`. One picture is a batch of one. */
  (images: SenseInput<Picture> | readonly SenseInput<Picture>[], options?: ImageFeatureOptions): Promise<Features>;
}

/** So many pictures are read and go through the model at a time. */
const BATCH = 8;

/** Batches under each other. @throws DataError when the model gives other shapes for other sizes of pictures */
function joined(parts: readonly NdArray<'float32'>[]): Features {
  const [[, ...shape] = []] = parts.map((part) => part.shape);
  const odd = parts.find((part) => part.shape.slice(1).join() !== shape.join());
  if (odd)
    throw new DataError(
      `image-feature-extraction: expected pictures of one size, got states [${shape}] and [${odd.shape.slice(1)}]\nGive them one by one.`,
    );
  const size = shape.reduce((product, length) => product * length, 1);
  const rows = parts.reduce((sum, { data }) => sum + data.length / size, 0);
  const data = new Float32Array(rows * size);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return new Features([rows, ...shape], data);
}

/** Opens an encoder of pictures. @throws DataError for a model of another kind */
export async function imageFeatureExtractionPipeline(
  name: string,
  context: PipelineContext,
): Promise<ImageFeatureExtractionPipeline> {
  const { dir, model, parameters, output, hasPooler } = await openEncoder(name, 'pixel_values', context.hub);
  const processor = imageProcessorFromJson(await preprocessorIn(dir));
  const want = hasPooler ? [output, 'pooler_output'] : [output];
  const runner = new SettledRunner(model, { ...context, inputs: ['pixel_values'], want });
  const call = async (
    input: SenseInput<Picture> | readonly SenseInput<Picture>[],
    { pool = false }: ImageFeatureOptions = {},
  ): Promise<Features> => {
    if (pool && !hasPooler)
      throw new DataError(
        `image-feature-extraction: expected a model with a pooler for pool: true, got ${model.className} without (${dir})`,
      );
    const inputs = Array.isArray(input) ? (input as readonly SenseInput<Picture>[]) : [input as SenseInput<Picture>];
    const parts: NdArray<'float32'>[] = [];
    for (let at = 0; at < inputs.length || at === 0; at += BATCH) {
      const read = async (one: SenseInput<Picture>): Promise<NdArray<'float32'>> =>
        processPicture(await originalOf(one, pictureSense), processor);
      const pixels = stackArrays(await Promise.all(inputs.slice(at, at + BATCH).map(read)));
      const results = await runner.run(parameters, { pixel_values: pixels });
      parts.push(results[pool ? 'pooler_output' : output] as NdArray<'float32'>);
    }
    return joined(parts);
  };
  return Object.assign(call, {
    inputsIn: behindPaths(pictureFiles),
    dispose: () => runner.release(),
  });
}
