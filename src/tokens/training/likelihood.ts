// WordPiece as papers and courses tell it: merge the pair with the highest freq(ab) / (freq(a) · freq(b)) (Schuster & Nakajima 2012);
// of equal ones the pair that is met first when the corpus is read. Words keep the order in which they were first met.
import { type AlphabetOptions, symbolise, type Vocabulary } from './alphabet.ts';
import { joinedToken } from './bpe.ts';
import type { Training } from './progress.ts';
import { type WordSource, wordsFrom, wordText } from './word-counts.ts';

/** Options of `trainByLikelihood`. */
export interface LikelihoodOptions extends AlphabetOptions {
  readonly vocabSize: number;
  readonly minFrequency: number;
  readonly maxTokenLength?: number | undefined;
}

/** A pair and what its score is made of. */
export interface ScoredPair {
  readonly left: number;
  readonly right: number;
  count: number;
  /** Words in which it was met, in order; some may have lost it. */
  readonly words: number[];
  /** Words before this place of `words` have lost it. */
  next: number;
  /** The newest entry of the queue about it. */
  entry: number;
}

const SPAN = 2 ** 21;
const POSITIONS = 2 ** 20;

/** Pairs of a corpus by score, kept up to date merge by merge. */
export class LikelihoodMerger {
  readonly words: number[][] = [];
  readonly #counts: number[] = [];
  readonly #frequency: number[] = [];
  readonly #pairs = new Map<number, ScoredPair>();
  readonly #around = new Map<number, Set<ScoredPair>>();
  readonly #minFrequency: number;
  // The queue: entries with a score and the first place, a heap over them; an entry that is not its pair's newest is void.
  #score: number[] = [];
  #place: number[] = [];
  #pair: ScoredPair[] = [];
  #heap: number[] = [];

  constructor(words: Iterable<{ readonly ids: number[]; readonly count: number }>, minFrequency: number) {
    this.#minFrequency = Math.max(1, minFrequency);
    for (const { ids, count } of words) {
      this.words.push(ids);
      this.#counts.push(count);
      for (const id of ids) this.#frequency[id] = (this.#frequency[id] ?? 0) + count;
      this.#tally(this.words.length - 1, 1, undefined);
    }
    for (const pair of this.#pairs.values()) this.#push(pair);
  }

  /** How often a symbol occurs now. */
  frequency(id: number): number {
    return this.#frequency[id] ?? 0;
  }

  /** freq(ab) / (freq(a) · freq(b)). */
  scoreOf(pair: ScoredPair): number {
    return pair.count / (this.frequency(pair.left) * this.frequency(pair.right));
  }

  /** The pair to merge next. */
  best(): ScoredPair | undefined {
    while (this.#heap.length > 0) {
      const entry = this.#heap[0] as number;
      const pair = this.#pair[entry] as ScoredPair;
      if (pair.entry === entry) {
        if (pair.count < this.#minFrequency) pair.entry = -1;
        else if (this.scoreOf(pair) === this.#score[entry] && this.#firstPlace(pair) === this.#place[entry])
          return pair;
        else {
          this.#pop();
          this.#push(pair);
          continue;
        }
      }
      this.#pop();
    }
    return undefined;
  }

  /** Every pair that may be merged, the best first. */
  candidates(): ScoredPair[] {
    return [...this.#pairs.values()]
      .filter((pair) => pair.count >= this.#minFrequency && pair.entry >= 0)
      .sort((a, b) => this.scoreOf(b) - this.scoreOf(a) || this.#firstPlace(a) - this.#firstPlace(b));
  }

  /** Leaves a pair out for good. */
  drop(pair: ScoredPair): void {
    pair.entry = -1;
  }

  /** Makes `id` of a pair everywhere. */
  merge(pair: ScoredPair, id: number): void {
    const { left, right } = pair;
    const changed = new Set<ScoredPair>();
    for (const word of new Set(pair.words)) {
      const before = this.words[word] as number[];
      const after = joined(before, left, right, id);
      if (after.length === before.length) continue;
      this.#tally(word, -1, undefined);
      this.words[word] = after;
      const merges = (before.length - after.length) * (this.#counts[word] as number);
      for (const part of [left, right]) this.#frequency[part] = this.frequency(part) - merges;
      this.#frequency[id] = this.frequency(id) + merges;
      this.#tally(word, 1, changed);
    }
    for (const part of [left, right, id]) for (const near of this.#around.get(part) ?? []) changed.add(near);
    for (const near of changed) if (near.count >= this.#minFrequency && near.entry !== -1) this.#push(near);
    if (this.#score.length > 4 * this.#pairs.size + 1024) this.#compact();
  }

  #tally(word: number, sign: 1 | -1, met: Set<ScoredPair> | undefined): void {
    const ids = this.words[word] as number[];
    const count = sign * (this.#counts[word] as number);
    for (let i = 0; i + 1 < ids.length; i++) {
      const [left, right] = [ids[i] as number, ids[i + 1] as number];
      let pair = this.#pairs.get(left * SPAN + right);
      if (!pair) {
        pair = { left, right, count: 0, words: [], next: 0, entry: -2 };
        this.#pairs.set(left * SPAN + right, pair);
        for (const part of [left, right]) {
          const around = this.#around.get(part);
          if (around) around.add(pair);
          else this.#around.set(part, new Set([pair]));
        }
      }
      pair.count += count;
      if (sign < 0) {
        if (pair.count === 0) this.#forget(pair);
        continue;
      }
      met?.add(pair);
      const last = pair.words.at(-1);
      if (last === word) continue;
      // A pair that comes again by another way of merging: its words must stay in order.
      if (last !== undefined && last > word) {
        if (!pair.words.includes(word)) pair.words.push(word);
        pair.words.sort((a, b) => a - b);
        pair.next = 0;
      } else pair.words.push(word);
    }
  }

  #forget(pair: ScoredPair): void {
    this.#pairs.delete(pair.left * SPAN + pair.right);
    for (const part of [pair.left, pair.right]) this.#around.get(part)?.delete(pair);
    pair.entry = -1;
  }

  /** Where the pair is met first, as word · 2²⁰ + place. */
  #firstPlace(pair: ScoredPair): number {
    for (; pair.next < pair.words.length; pair.next++) {
      const word = pair.words[pair.next] as number;
      const ids = this.words[word] as number[];
      for (let i = 0; i + 1 < ids.length; i++)
        if (ids[i] === pair.left && ids[i + 1] === pair.right) return word * POSITIONS + i;
    }
    return Number.POSITIVE_INFINITY;
  }

  #push(pair: ScoredPair): void {
    const entry = this.#score.length;
    this.#score.push(this.scoreOf(pair));
    this.#place.push(this.#firstPlace(pair));
    this.#pair.push(pair);
    pair.entry = entry;
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(entry, heap[parent] as number)) break;
      heap[at] = heap[parent] as number;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const last = this.#heap.pop() as number;
    if (this.#heap.length > 0) this.#sink(0, last);
  }

  #sink(from: number, entry: number): void {
    const heap = this.#heap;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#before(heap[child + 1] as number, heap[child] as number)) child++;
      if (!this.#before(heap[child] as number, entry)) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = entry;
  }

  #before(a: number, b: number): boolean {
    const [scoreA, scoreB] = [this.#score[a] as number, this.#score[b] as number];
    return scoreA === scoreB ? (this.#place[a] as number) < (this.#place[b] as number) : scoreA > scoreB;
  }

  /** Leaves only valid entries. */
  #compact(): void {
    const valid = this.#heap.filter((entry) => (this.#pair[entry] as ScoredPair).entry === entry);
    const pairs = valid.map((entry) => this.#pair[entry] as ScoredPair);
    [this.#score, this.#place] = [
      valid.map((e) => this.#score[e] as number),
      valid.map((e) => this.#place[e] as number),
    ];
    this.#pair = pairs;
    pairs.forEach((pair, entry) => {
      pair.entry = entry;
    });
    this.#heap = pairs.map((_, entry) => entry);
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#sink(i, this.#heap[i] as number);
  }
}

function joined(ids: readonly number[], left: number, right: number, id: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === left && ids[i + 1] === right) {
      result.push(id);
      i++;
    } else result.push(ids[i] as number);
  }
  return result;
}

/** Words in the order in which they were first met. */
function inFirstOrder(source: WordSource): WordSource {
  const all: { word: string; count: number; first: number }[] = [];
  source.each((units, from, to, count, first) => all.push({ word: wordText(units, from, to), count, first }));
  return wordsFrom(all.sort((a, b) => a.first - b.first).map(({ word, count }) => [word, count]));
}

/** The vocabulary before any merge, and the merger over the corpus. */
export function likelihoodMerger(
  source: WordSource,
  options: LikelihoodOptions,
): { vocabulary: Vocabulary; merger: LikelihoodMerger } {
  const { vocabulary, corpus } = symbolise(inFirstOrder(source), { ...options, keepSingles: true });
  const words = Array.from(corpus.counts, (count, word) => ({ ids: corpus.wordSymbols(word), count }));
  return { vocabulary, merger: new LikelihoodMerger(words, options.minFrequency) };
}

/** Tokens by id. */
export function* trainByLikelihood(source: WordSource, options: LikelihoodOptions): Training<string[]> {
  yield { phase: 'alphabet', done: 0, total: source.size };
  const { vocabulary, merger } = likelihoodMerger(source, options);
  const limit = options.maxTokenLength ?? Number.POSITIVE_INFINITY;
  for (let step = 0; vocabulary.tokens.length < options.vocabSize; step++) {
    const best = merger.best();
    if (!best) break;
    const [left, right] = [vocabulary.tokens[best.left] as string, vocabulary.tokens[best.right] as string];
    const token = joinedToken(left, right, options.prefix);
    if ([...token.slice(options.prefix && token.startsWith(options.prefix) ? options.prefix.length : 0)].length > limit)
      merger.drop(best);
    else merger.merge(best, vocabulary.add(token));
    if (step % 64 === 0) yield { phase: 'merges', done: vocabulary.tokens.length, total: options.vocabSize };
  }
  return vocabulary.tokens;
}
