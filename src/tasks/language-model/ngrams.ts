// The cheap rivals of a language model: tokens by their frequency, and interpolated Kneser-Ney n-grams (Kneser and Ney 1995, in the form of
// Chen and Goodman 1998, section 2.7, with one discount a level). Sorted arrays of numbers: some bytes a training token, and fast.
import { frequencies } from '../frequencies.ts';

/** The longest n-gram, where the vocabulary is small enough for it. */
const LONGEST = 5;
/** What is taken off a count where too few are 1 and 2 to tell. */
const USUAL_DISCOUNT = 0.75;

/** Different n-grams of one length as numbers in base V, ascending: those of one context are neighbours. */
interface Level {
  readonly grams: Float64Array;
  /** `[grams + 1]`: the counts of all before. */
  readonly before: Float64Array;
  readonly discount: number;
}

/** Different values, ascending, with how often each stands there. Sorts `values` in place. */
function levelOf(values: Float64Array): Level {
  values.sort();
  let different = 0;
  for (let i = 0; i < values.length; i++) if (i === 0 || values[i] !== values[i - 1]) different++;
  const [grams, before] = [new Float64Array(different), new Float64Array(different + 1)];
  let [at, once, twice] = [0, 0, 0];
  for (let i = 0; i < values.length; at++) {
    let end = i + 1;
    while (end < values.length && values[end] === values[i]) end++;
    grams[at] = values[i] as number;
    before[at + 1] = end;
    if (end - i === 1) once++;
    else if (end - i === 2) twice++;
    i = end;
  }
  const discount = once > 0 && twice > 0 ? once / (once + 2 * twice) : USUAL_DISCOUNT;
  return { grams, before, discount };
}

/** The first place in [from, to) of a value that is not below `least`; `to` without one. */
function placeOf(sorted: Float64Array, least: number, from = 0, to: number = sorted.length): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Probabilities of tokens by the tokens before them. */
export class KneserNey {
  readonly #vocabulary: number;
  /** By length, from 1; all but the longest count the different tokens in front. */
  readonly #levels: readonly Level[];

  /** Learns from ids below `vocabulary`. @throws RangeError for no ids, or an n-gram that is no safe integer in base `vocabulary` */
  constructor(ids: ArrayLike<number>, vocabulary: number, order: number = orderFor(vocabulary)) {
    if (!(order >= 1 && vocabulary ** order <= Number.MAX_SAFE_INTEGER))
      throw new RangeError(`n-grams: expected an order from 1 to ${orderFor(vocabulary)}, got ${order}`);
    if (ids.length < order) throw new RangeError(`n-grams: expected at least ${order} tokens, got ${ids.length}`);
    const longest = new Float64Array(ids.length - order + 1);
    const kept = vocabulary ** (order - 1);
    for (let i = 0, gram = 0; i < ids.length; i++) {
      gram = (gram % kept) * vocabulary + (ids[i] as number);
      if (i >= order - 1) longest[i - order + 1] = gram;
    }
    const levels = [levelOf(longest)];
    for (let length = order - 1; length >= 1; length--) {
      const ends = vocabulary ** length;
      levels.unshift(levelOf((levels[0] as Level).grams.map((gram) => gram % ends)));
    }
    this.#vocabulary = vocabulary;
    this.#levels = levels;
  }

  get order(): number {
    return this.#levels.length;
  }

  /** The probability of `ids[at]` after the ids before it, in (0, 1]. */
  probability(ids: ArrayLike<number>, at: number): number {
    let probability = 1 / this.#vocabulary;
    let [context, scale] = [0, 1];
    for (const [before, level] of this.#levels.entries()) {
      if (before > at) break;
      if (before > 0) {
        context += (ids[at - before] as number) * scale;
        scale *= this.#vocabulary;
      }
      const first = context * this.#vocabulary;
      const from = placeOf(level.grams, first);
      const to = placeOf(level.grams, first + this.#vocabulary, from);
      // what was never seen is told by less
      if (from === to) break;
      const total = (level.before[to] as number) - (level.before[from] as number);
      const gram = first + (ids[at] as number);
      const place = placeOf(level.grams, gram, from, to);
      const isThere = place < to && level.grams[place] === gram;
      const count = isThere ? (level.before[place + 1] as number) - (level.before[place] as number) : 0;
      const own = Math.max(count - level.discount, 0);
      probability = (own + level.discount * (to - from) * probability) / total;
    }
    return probability;
  }
}

/** The longest n-gram that is a safe integer in base `vocabulary`, 5 at most. */
export function orderFor(vocabulary: number): number {
  let order = 1;
  while (order < LONGEST && vocabulary ** (order + 1) <= Number.MAX_SAFE_INTEGER) order++;
  return order;
}

/** Nats of all ids but the first, each after those before it. */
export function ngramNats(model: Pick<KneserNey, 'probability'>, ids: ArrayLike<number>): number {
  let nats = 0;
  for (let at = 1; at < ids.length; at++) nats -= Math.log(model.probability(ids, at));
  return nats;
}

/** Tokens by their frequency in `train`, one added to each of `vocabulary` counts. */
export function unigrams(train: Iterable<number>, vocabulary: number): Pick<KneserNey, 'probability'> {
  const probability = frequencies(train, vocabulary);
  return { probability: (ids, at) => probability(ids[at] as number) };
}
