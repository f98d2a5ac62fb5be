// Labelled pictures as batches of a training step: loaded, augmented, resized, normalised, mixed. What threads of a batch pool run; also the
// plain way without threads. A pure function of (options, step).
import { int64, type NamedArrays, type NdArray } from '../array/index.ts';
import { type ImageProcessor, type Picture, processPicture } from '../tokens/index.ts';
import type { AugmentationSpec } from './augment/maker.ts';
import { partnersOf } from './augment/mix.ts';
import { type AugmentPlan, augmentPlan } from './augment/plan.ts';
import { batchSchedule } from './batch.ts';
import type { BatchesAt, BatchSource } from './batch-pool.node.ts';
import { collatePictures } from './collate-units.ts';
import type { SplitName } from './dataset.ts';
import { loadPictureDataset } from './load-senses.node.ts';
import { type Loaded, loadOriginals } from './originals.ts';

/** Which pictures, and what happens to them; plain data, so that it can be sent to threads. */
export interface PictureBatchOptions {
  /** Catalogue id or path. */
  readonly set: string;
  readonly folders: readonly string[];
  /** The set's own options. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** `train` when left out. */
  readonly part?: SplitName;
  readonly augment?: readonly AugmentationSpec[];
  readonly processor: ImageProcessor;
  readonly batchSize: number;
  readonly seed: number;
  /** Whether broken pictures are left out of their batch, and written to standard error. Fatal when left out. */
  readonly skipBroken?: boolean;
}

/** A batch of loaded pictures: `pixel_values` `[B, C, H, W]`, `labels` `[B]`; mixed ones also `partner_labels` `[B]`, `share` `[1]`. */
export function pictureBatch(
  loaded: readonly Loaded<Picture>[],
  labels: readonly string[],
  plan: AugmentPlan<Picture>,
  how: { readonly processor: ImageProcessor; readonly seed: number; readonly step: number },
): NamedArrays {
  const { processor, seed, step } = how;
  const ids = loaded.map(({ example }) => labels.indexOf(example.label));
  const arrays = loaded.map(
    ({ example, original }): NdArray<'float32'> =>
      processPicture(plan.original(original, { seed, step, site: example.id }), processor),
  );
  const { pixel_values } = collatePictures(arrays);
  const batch = { pixel_values, labels: int64([ids.length], ids) };
  if (!plan.mix) return batch;
  const { input, share } = plan.mix(pixel_values, { seed, step, site: 'batch' });
  return {
    ...{ ...batch, pixel_values: input },
    partner_labels: int64([ids.length], partnersOf(ids)),
    share: { dtype: 'float32', shape: [1], data: Float32Array.of(share) },
  };
}

/** The same for the threads of a batch pool: `batchPool(pictureBatchSource(options), { threads: 2 })`. */
export function pictureBatchSource(options: PictureBatchOptions): BatchSource {
  return { module: import.meta.url, name: 'pictureBatches', options };
}

/** Makes the function from its options; reads the set's listing, no pictures. @throws DataError */
export async function pictureBatches(options: PictureBatchOptions): Promise<BatchesAt> {
  const { set, folders, part = 'train', augment = [], processor, batchSize, seed, skipBroken = false } = options;
  const dataset = await loadPictureDataset(set, folders, { options: options.options ?? {} });
  const examples = dataset.splits[part];
  const plan = augmentPlan('image', augment);
  const placesAt = batchSchedule(new Array<number>(examples.length).fill(1), batchSize, seed);
  const broken = skipBroken
    ? { onBroken: ({ error }: { error: Error }) => process.stderr.write(`left out: ${error.message}\n`) }
    : {};
  return async (step) => {
    const chosen = placesAt(step).map((place) => examples[place] as (typeof examples)[number]);
    const loaded = await loadOriginals(chosen, broken);
    return [pictureBatch(loaded, dataset.labels, plan, { processor, seed, step })];
  };
}
