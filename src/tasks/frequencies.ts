// The cheapest of all rivals: how often a thing was seen.

/** The probability of a thing by how often it was seen, one added for each of `kinds` that might be. */
export function frequencies<T>(seen: Iterable<T>, kinds: number): (one: T) => number {
  const counts = new Map<T, number>();
  let total = 0;
  for (const one of seen) {
    counts.set(one, (counts.get(one) ?? 0) + 1);
    total++;
  }
  return (one) => ((counts.get(one) ?? 0) + 1) / (total + kinds);
}
