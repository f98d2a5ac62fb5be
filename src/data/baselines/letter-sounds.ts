// The cheap rival of spelling to sound: every letter says what it most often says between its neighbours. Letters and sounds are aligned
// in order, each letter with none, one or two sounds, by re-estimation along the best path (Black, Lenzo & Pagel 1998).
import type { PairExample } from '../dataset.ts';

/** Rounds of re-estimation, and on how many pairs. */
const ROUNDS = 5;
const PAIRS = 8000;
/** Most sounds of a letter. */
const MOST = 2;

/** How often a letter says a group of sounds, and how often it occurs. */
class Tally {
  readonly #groups = new Map<string, Map<string, number>>();
  readonly #totals = new Map<string, number>();

  add(letter: string, sounds: string): void {
    const groups = this.#groups.get(letter) ?? new Map<string, number>();
    this.#groups.set(letter, groups.set(sounds, (groups.get(sounds) ?? 0) + 1));
    this.#totals.set(letter, (this.#totals.get(letter) ?? 0) + 1);
  }

  /** Log-probability with a little for what was never seen; longer groups are less likely to begin with. */
  score(letter: string, sounds: string, count: number): number {
    const seen = this.#groups.get(letter)?.get(sounds) ?? 0;
    return Math.log((seen + 0.1 ** (count + 1)) / ((this.#totals.get(letter) ?? 0) + 1));
  }

  /** The most frequent group; undefined for a letter that never occurred. */
  best(letter: string): string | undefined {
    const groups = [...(this.#groups.get(letter) ?? [])];
    return groups.length === 0 ? undefined : groups.reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  }
}

/** Groups of sounds, one for each letter, along the best path; undefined when there are too many sounds for the letters. */
function align(letters: readonly string[], sounds: readonly string[], tally: Tally): string[] | undefined {
  const [rows, columns] = [letters.length, sounds.length];
  const best = Array.from({ length: rows + 1 }, () => new Float64Array(columns + 1).fill(Number.NEGATIVE_INFINITY));
  const taken = Array.from({ length: rows + 1 }, () => new Uint8Array(columns + 1));
  /** The last `count` of the first `j` sounds. */
  const groups = Array.from({ length: columns + 1 }, (_, j) =>
    Array.from({ length: Math.min(MOST, j) + 1 }, (_, count) => sounds.slice(j - count, j).join(' ')),
  );
  (best[0] as Float64Array)[0] = 0;
  for (let i = 1; i <= rows; i++) {
    const [before, here, counts] = [best[i - 1] as Float64Array, best[i] as Float64Array, taken[i] as Uint8Array];
    for (let j = 0; j <= columns; j++) {
      for (let count = 0; count <= Math.min(MOST, j); count++) {
        const from = before[j - count] as number;
        if (from === Number.NEGATIVE_INFINITY) continue;
        const value = from + tally.score(letters[i - 1] as string, groups[j]?.[count] as string, count);
        if (value > (here[j] as number)) [here[j], counts[j]] = [value, count];
      }
    }
  }
  if ((best[rows] as Float64Array)[columns] === Number.NEGATIVE_INFINITY) return undefined;
  const path: string[] = [];
  for (let [i, j] = [rows, columns]; i > 0; i--) {
    const count = (taken[i] as Uint8Array)[j] as number;
    path.unshift(groups[j]?.[count] as string);
    j -= count;
  }
  return path;
}

/** A letter with as much of what is around it as `width` says: 2 both neighbours, 1 the next one, 0 none. */
function inContext(letters: readonly string[], i: number, width: number): string {
  const [before, after] = [width > 1 ? (letters[i - 1] ?? '^') : '', width > 0 ? (letters[i + 1] ?? '$') : ''];
  return `${before}<${letters[i]}>${after}`;
}

/** Pronunciations of words by their letters alone, sounds parted by spaces. */
export function letterSounds(train: readonly PairExample[], words: readonly string[]): string[] {
  const pairs = train.map(({ source, target }) => [[...source.toLowerCase()], target.split(' ')] as const);
  const stride = Math.max(1, Math.floor(pairs.length / PAIRS));
  const some = pairs.filter((_, i) => i % stride === 0);
  let tally = new Tally();
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Tally();
    for (const [letters, sounds] of some)
      align(letters, sounds, tally)?.forEach((group, i) => {
        next.add(letters[i] as string, group);
      });
    tally = next;
  }
  const contexts = new Tally();
  for (const [letters, sounds] of pairs)
    align(letters, sounds, tally)?.forEach((group, i) => {
      for (const width of [0, 1, 2]) contexts.add(inContext(letters, i, width), group);
    });
  return words.map((word) => {
    const letters = [...word.toLowerCase()];
    const said = letters.map((_, i) => {
      const known = [2, 1, 0].map((width) => contexts.best(inContext(letters, i, width)));
      return known.find((group) => group !== undefined) ?? '';
    });
    return said.filter((group) => group !== '').join(' ');
  });
}
