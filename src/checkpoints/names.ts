// Names that are nearly right.

/** Candidates by edit distance to `name`, the nearest first, none farther than half the name's length. */
export function nearestNames(name: string, candidates: readonly string[]): string[] {
  return candidates
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ distance }) => distance <= name.length / 2)
    .sort((a, b) => a.distance - b.distance)
    .map(({ candidate }) => candidate);
}

/** For people: the three nearest of the known names, or all of them where none is near. */
export function nameHint(stranger: string, known: readonly string[]): string {
  const near = nearestNames(stranger, known).slice(0, 3);
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : `known are ${known.join(', ') || 'none'}`;
}

/** Fewest insertions, deletions and replacements from one string to the other (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
