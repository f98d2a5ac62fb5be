// Concepts: a thing as a bag of weighted features, 苹果 = 红色 + 水果 + 球体.
import { UnitsError } from '../units.ts';

/** A thing with its features; weights are above 0. */
export interface Concept {
  readonly name: string;
  readonly features: ReadonlyMap<string, number>;
}

/**
 * A concept from a list of features (weight 1 each, repeats add up) or an object of weights.
 * @throws UnitsError for no name, no features, or a weight that is not above 0
 */
export function concept(
  name: string,
  features: readonly string[] | Readonly<Record<string, number>>,
  where: string = name,
): Concept {
  if (name.trim() === '') throw new UnitsError(`concept: expected a name, got nothing (${where})`);
  const pairs: readonly (readonly [string, number])[] = Array.isArray(features)
    ? features.map((feature: string) => [feature, 1] as const)
    : Object.entries(features as Readonly<Record<string, number>>);
  const map = new Map<string, number>();
  for (const [raw, weight] of pairs) {
    const feature = raw.trim();
    if (feature === '') continue;
    if (!(Number.isFinite(weight) && weight > 0)) {
      throw new UnitsError(`concept: expected a weight above 0, got ${weight} for '${feature}' (${where})`);
    }
    map.set(feature, (map.get(feature) ?? 0) + weight);
  }
  if (map.size === 0) throw new UnitsError(`concept: expected at least one feature, got none (${where})`);
  return { name: name.trim(), features: map };
}

/** `红色;水果:2;球体` → features with weights; `;`, `；`, `、`, `|` or `+` part them. */
export function parseFeatures(text: string, where: string): Record<string, number> {
  const features: Record<string, number> = {};
  for (const piece of text.split(/[;；、|+]/)) {
    const [, name = '', weight] = /^\s*(.*?)\s*(?:[:：]\s*([^:：]*))?\s*$/s.exec(piece) ?? [];
    if (name === '') continue;
    const value = weight === undefined ? 1 : Number(weight);
    if (!(Number.isFinite(value) && value > 0)) {
      throw new UnitsError(`parseFeatures: expected feature or feature:weight, got '${piece.trim()}' (${where})`);
    }
    features[name] = (features[name] ?? 0) + value;
  }
  return features;
}

/** One neighbour. */
export interface Neighbour {
  readonly name: string;
  /** Weighted Jaccard: shared weight over all weight, 0 to 1. */
  readonly score: number;
  readonly shared: readonly string[];
}

/**
 * The items that share most with one: `Σ min / Σ max` of the weights (weighted Jaccard), best first, ties by name; the item itself is left
 * out. The baseline that learned vectors are to be compared with.
 */
export function nearestConcepts(item: Concept, all: readonly Concept[], count = 5): Neighbour[] {
  const scored = all.flatMap((other): Neighbour[] => {
    if (other.name === item.name) return [];
    let [shared, whole] = [0, 0];
    const names: string[] = [];
    for (const [feature, weight] of item.features) {
      const theirs = other.features.get(feature) ?? 0;
      shared += Math.min(weight, theirs);
      whole += Math.max(weight, theirs);
      if (theirs > 0) names.push(feature);
    }
    for (const [feature, weight] of other.features) if (!item.features.has(feature)) whole += weight;
    return names.length === 0 ? [] : [{ name: other.name, score: shared / whole, shared: names }];
  });
  return scored.sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1)).slice(0, count);
}
