// A list of augmentations as data, made into functions: of originals, of their features, of whole batches. What comes out depends on the
// key alone: `{ seed, step, site }`, where step is the epoch or the training step and site the example's id.
import { type NdArray, Random, type RandomKey } from '../../array/index.ts';
import type { Clip, Picture, Sound } from '../../tokens/index.ts';
import { DataError } from '../dataset.ts';
import { clipMakers } from './clips.ts';
import { type Augment, type AugmentationSpec, type Maker, makeAugment } from './maker.ts';
import { batchMakers, type MixBatch } from './mix.ts';
import { pictureMakers, withoutAlpha } from './pictures.ts';
import { sequenceMakers } from './sequences.ts';
import { soundMakers, spectrogramMakers } from './sounds.ts';

/** What originals of each modality are. */
export interface AugmentedKinds {
  readonly image: Picture;
  readonly audio: Sound;
  readonly video: Clip;
  readonly dna: string;
}

/** Modalities that have augmentations. */
export type AugmentedModality = keyof AugmentedKinds;

type Makers<T> = Readonly<Record<string, Maker<T>>>;
type Features = NdArray<'float32'>;

/** One modality's kinds, by what they change. */
interface Stages<T> {
  readonly original: Makers<T>;
  readonly features: Makers<Features>;
  readonly batch: Makers<MixBatch>;
  /** What originals become before anything else. */
  readonly prepare: (original: T) => T;
}

const same = <T>(original: T): T => original;

/** Every augmentation there is: by modality, by stage, by kind. */
export const augmentations: { readonly [M in AugmentedModality]: Stages<AugmentedKinds[M]> } = {
  image: { original: pictureMakers, features: {}, batch: batchMakers, prepare: withoutAlpha },
  audio: { original: soundMakers, features: spectrogramMakers, batch: batchMakers, prepare: same },
  video: { original: clipMakers, features: {}, batch: batchMakers, prepare: same },
  dna: { original: sequenceMakers, features: {}, batch: {}, prepare: same },
};

/** A list of augmentations, ready to run. */
export interface AugmentPlan<T> {
  /** A changed original. */
  readonly original: (original: T, key: RandomKey) => T;
  /** Changed features `[T, F]` of a sound. */
  readonly features: (features: Features, key: RandomKey) => Features;
  /** A mixed batch; undefined when nothing mixes. One of the kinds that mix is drawn for every batch. */
  readonly mix: ((input: Features, key: RandomKey) => MixBatch) | undefined;
}

interface Step<T> {
  readonly site: string;
  readonly augment: Augment<T>;
}

/** All steps one after the other, each with random numbers of its own. */
function chain<T>(steps: readonly Step<T>[]): (value: T, key: RandomKey) => T {
  return (value, key) =>
    steps.reduce(
      (one, { site, augment }) => augment(one, new Random({ ...key, site: `${key.site ?? ''}/${site}` })),
      value,
    );
}

/**
 * Makes functions of a list such as `[{ kind: 'flip' }, { kind: 'pad-crop', pixels: 4 }, { kind: 'mixup' }]`. Order counts within a stage; a
 * kind may come twice.
 * @throws DataError for a kind that this modality does not have, and for options of another name, type or range
 */
export function augmentPlan<M extends AugmentedModality>(
  modality: M,
  specs: readonly AugmentationSpec[],
): AugmentPlan<AugmentedKinds[M]> {
  const stages: Stages<AugmentedKinds[M]> = augmentations[modality];
  const original: Step<AugmentedKinds[M]>[] = [];
  const features: Step<Features>[] = [];
  const batch: Step<MixBatch>[] = [];
  for (const [i, spec] of specs.entries()) {
    const place = `augment[${i}]`;
    const site = `${i}.${spec.kind}`;
    if (Object.hasOwn(stages.original, spec.kind))
      original.push({ site, augment: makeAugment(stages.original, spec, place) });
    else if (Object.hasOwn(stages.features, spec.kind))
      features.push({ site, augment: makeAugment(stages.features, spec, place) });
    else if (Object.hasOwn(stages.batch, spec.kind))
      batch.push({ site, augment: makeAugment(stages.batch, spec, place) });
    else {
      const known = [stages.original, stages.features, stages.batch].flatMap((makers) => Object.keys(makers));
      throw new DataError(
        `augment: expected a kind of ${modality} among ${known.join(', ')}, got ${JSON.stringify(spec.kind)} (${place})`,
      );
    }
  }
  const change = chain(original);
  return {
    original: (value, key) => change(stages.prepare(value), key),
    features: chain(features),
    mix: batch.length === 0 ? undefined : (input, key) => mixOne(batch, input, key),
  };
}

function mixOne(steps: readonly Step<MixBatch>[], input: Features, key: RandomKey): MixBatch {
  const chosen = steps[new Random({ ...key, site: `${key.site ?? ''}/mix` }).integer(steps.length)] as Step<MixBatch>;
  return chain([chosen])({ input, share: 1 }, key);
}
