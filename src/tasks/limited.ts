// Training on fewer examples.
import { Random } from '../array/index.ts';

/** So many of the examples after a seeded shuffle; all of them, in their order, for 0. */
export function limited<T>(examples: readonly T[], limit: number, seed: number): readonly T[] {
  return limit === 0 ? examples : new Random({ seed, site: 'limit' }).shuffled(examples).slice(0, limit);
}

/**
 * So many of the examples, as many of every label as there are (one more or less where the number does not divide), after a seeded
 * shuffle: fewer are the first of more. All of them, in their order, for 0.
 */
export function balanced<T extends { readonly label: string }>(
  examples: readonly T[],
  limit: number,
  seed: number,
): readonly T[] {
  if (limit === 0) return examples;
  const turns = new Map<string, number>();
  const turnOf = ({ label }: T): number => {
    const turn = turns.get(label) ?? 0;
    turns.set(label, turn + 1);
    return turn;
  };
  // the first of every label, then the second of every label, …
  const ordered = limited(examples, examples.length, seed).map((example) => ({ example, turn: turnOf(example) }));
  return ordered
    .sort((a, b) => a.turn - b.turn)
    .slice(0, limit)
    .map(({ example }) => example);
}
