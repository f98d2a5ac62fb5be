// Concepts to ids: a vocabulary of features by frequency, or none at all by hashing (Weinberger et al. 2009); items as bags of ids.
import { ndArray, siteHash } from '../../array/index.ts';
import { checkSameShape, positionsFrom, type Units, UnitsError, type UnitValues } from '../units.ts';
import { type Concept, concept } from './concept.ts';

/** Features to ids. Ids 0 and 1 are `[PAD]` and `[UNK]`. */
export interface FeatureVocabulary {
  readonly size: number;
  readonly idOf: (feature: string) => number;
  /** Undefined for a hashed id, which stands for several features. */
  readonly featureOf: (id: number) => string | undefined;
}

const SPECIAL = ['[PAD]', '[UNK]'];

/** Options of `featureVocabulary`. */
export interface FeatureVocabularyOptions {
  /** Most entries, special ones included. */
  readonly limit?: number;
  /** Least number of items that have a feature; 1 when left out. */
  readonly minCount?: number;
}

/** Features in the order of how many items have them, most first; ties in the order of their code points. */
export function featureVocabulary(
  concepts: readonly Concept[],
  options: FeatureVocabularyOptions = {},
): FeatureVocabulary {
  const { limit = Number.POSITIVE_INFINITY, minCount = 1 } = options;
  const counts = new Map<string, number>();
  for (const { features } of concepts) {
    for (const feature of features.keys()) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  }
  const kept = [...counts].filter(([, count]) => count >= minCount);
  kept.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  const names = [...SPECIAL, ...kept.map(([feature]) => feature)].slice(0, limit);
  const ids = new Map(names.map((name, id) => [name, id]));
  return { size: names.length, idOf: (feature) => ids.get(feature) ?? 1, featureOf: (id) => names[id] };
}

/** No list of features: each falls into one of `buckets` by its FNV-1a hash; two may meet in one. */
export function hashedVocabulary(buckets: number): FeatureVocabulary {
  if (!(Number.isSafeInteger(buckets) && buckets > 0)) {
    throw new UnitsError(`hashedVocabulary: expected buckets above 0, got ${buckets}`);
  }
  return {
    size: SPECIAL.length + buckets,
    idOf: (feature) => SPECIAL.length + (siteHash(feature) % buckets),
    featureOf: (id) => SPECIAL[id],
  };
}

/** Where an item stands in its list. */
export interface Item {
  readonly kind: 'item';
  readonly index: number;
  readonly name: string;
}

/** Options of `cutConcepts`. */
export interface ConceptOptions {
  readonly vocabulary: FeatureVocabulary;
  /** Whether a unit's vector is the sum of its features' vectors, or their mean (weights then sum to 1). */
  readonly combine: 'sum' | 'mean';
}

function bagOf({ features }: Concept, { vocabulary, combine }: ConceptOptions): Map<number, number> {
  const bag = new Map<number, number>();
  let total = 0;
  for (const [feature, weight] of features) {
    const id = vocabulary.idOf(feature);
    bag.set(id, (bag.get(id) ?? 0) + weight);
    total += weight;
  }
  if (combine === 'mean') for (const [id, weight] of bag) bag.set(id, weight / total);
  return bag;
}

/**
 * A list of items, each one unit: a bag of feature ids with weights, whose vector is the weighted sum of rows of an embedding table.
 * `restore` gives the concepts again, as the vocabulary knows them.
 * @throws UnitsError (from `restore`) when ids are hashed
 */
export function cutConcepts(concepts: readonly Concept[], options: ConceptOptions): Units<Item, Concept[]> {
  const bags = concepts.map((one) => bagOf(one, options));
  const offsets = [0];
  for (const bag of bags) offsets.push((offsets.at(-1) as number) + bag.size);
  const ids = bags.flatMap((bag) => [...bag.keys()]);
  const weights = bags.flatMap((bag) => [...bag.values()]);
  const values: UnitValues = {
    kind: 'bags',
    ids: ndArray('int64', [ids.length], BigInt64Array.from(ids, BigInt)),
    weights: ndArray('float32', [weights.length], Float32Array.from(weights)),
    offsets,
    size: options.vocabulary.size,
  };
  return {
    modality: 'concepts',
    values,
    places: concepts.map(({ name }, index) => ({ kind: 'item', index, name })),
    positions: positionsFrom(
      concepts.map((_, i) => [i]),
      1,
    ),
    axes: ['index'],
    names: concepts.map(({ name }) => name),
    restore: (given = values) => {
      checkSameShape(values, given);
      return conceptsFrom(
        given,
        concepts.map(({ name }) => name),
        options.vocabulary,
      );
    },
  };
}

function conceptsFrom(values: UnitValues, names: readonly string[], vocabulary: FeatureVocabulary): Concept[] {
  if (values.kind !== 'bags') throw new UnitsError(`restore: expected bags, got ${values.kind}`);
  return names.map((name, i) => {
    const features: Record<string, number> = {};
    for (let at = values.offsets[i] as number; at < (values.offsets[i + 1] as number); at++) {
      const feature = vocabulary.featureOf(Number(values.ids.data[at]));
      if (feature === undefined) throw new UnitsError('restore: expected ids of a vocabulary, got hashed ones');
      features[feature] = values.weights.data[at] as number;
    }
    return concept(name, features);
  });
}

/** One item as a sequence of its features, heaviest first: 苹果 → 红色, 水果, 球体. Ids, one unit a feature. */
export function cutFeatures(item: Concept, vocabulary: FeatureVocabulary): Units<Item, string[]> {
  const features = [...item.features].sort(([, a], [, b]) => b - a).map(([feature]) => feature);
  const ids = BigInt64Array.from(features, (feature) => BigInt(vocabulary.idOf(feature)));
  return {
    modality: 'concepts',
    values: { kind: 'ids', ids: ndArray('int64', [ids.length], ids), size: vocabulary.size },
    places: features.map((name, index) => ({ kind: 'item', index, name })),
    positions: positionsFrom(
      features.map((_, i) => [i]),
      1,
    ),
    axes: ['index'],
    names: features,
    restore: () => features,
  };
}
