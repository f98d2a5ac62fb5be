// Scores of starts and ends to answers, as Transformers' QuestionAnsweringPipeline chooses them (transformers 4.57,
// pipelines/question_answering.py; version 5 has no such pipeline). Offsets are UTF-16 units of the context.
import { softmax } from '../labels.ts';
import type { Feature } from './features.ts';

/** An answer with its place. */
export interface AnswerSpan {
  /** Probability of start times that of end, in [0, 1]; summed over places with the same text. */
  readonly score: number;
  readonly start: number;
  readonly end: number;
  readonly answer: string;
}

/** How answers are chosen, by the names in Transformers. */
export interface AnswerOptions {
  /** How many answers, the likeliest first. Default 1. */
  readonly top_k?: number;
  /** Longest answer in tokens. Default 15. */
  readonly max_answer_len?: number;
  /** Whether "no answer" (an empty text) may be one. Default false. */
  readonly handle_impossible_answer?: boolean;
  /** Widen answers to whole words of the tokenizer. Default true. */
  readonly align_to_words?: boolean;
}

/** A row with what the model says of it. */
export interface ScoredFeature {
  readonly feature: Feature;
  /** `[T]`. */
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
}

/** Probabilities over the context's tokens and the first token, which stands for "no answer". */
function probabilities(scores: ArrayLike<number>, { first, end }: Feature): { none: number; at: number[] } {
  const values = [scores[0] as number, ...Array.from({ length: end - first }, (_, i) => scores[first + i] as number)];
  const [none = 0, ...at] = softmax(values);
  return { none, at };
}

interface Candidate {
  readonly from: number;
  readonly to: number;
  readonly score: number;
}

/** The best spans of a row, places counted from the context's first token. */
function spansOf(start: readonly number[], end: readonly number[], count: number, longest: number): Candidate[] {
  const best: Candidate[] = [];
  for (let from = 0; from < start.length; from++) {
    for (let to = from; to < Math.min(end.length, from + longest); to++) {
      const score = (start[from] as number) * (end[to] as number);
      if (best.length === count && score <= (best.at(-1) as Candidate).score) continue;
      const at = best.findIndex((one) => one.score < score);
      best.splice(at < 0 ? best.length : at, 0, { from, to, score });
      if (best.length > count) best.pop();
    }
  }
  return best;
}

/** Where a span lies in the context, widened to whole words when asked. */
function placeOf({ offsets, wordIds, first, end }: Feature, { from, to }: Candidate, align: boolean): [number, number] {
  let [left, right] = [first + from, first + to];
  if (align) {
    const [before, after] = [wordIds[left], wordIds[right]];
    while (left > first && before !== null && wordIds[left - 1] === before) left--;
    while (right < end - 1 && after !== null && wordIds[right + 1] === after) right++;
  }
  return [(offsets[left] as readonly [number, number])[0], (offsets[right] as readonly [number, number])[1]];
}

/** The best answers that the windows of one context give, the likeliest first. */
export function bestAnswers(
  context: string,
  windows: readonly ScoredFeature[],
  options: AnswerOptions = {},
): AnswerSpan[] {
  const { top_k: count = 1, max_answer_len: longest = 15, handle_impossible_answer: mayBeNone = false } = options;
  const align = options.align_to_words ?? true;
  // some fall together when widened to words
  const wanted = align ? count * 2 + 10 : count;
  let none = Number.POSITIVE_INFINITY;
  const found = new Map<string, AnswerSpan>();
  for (const { feature, start, end } of windows) {
    const [starts, ends] = [probabilities(start, feature), probabilities(end, feature)];
    none = Math.min(none, starts.none * ends.none);
    for (const span of spansOf(starts.at, ends.at, wanted, longest)) {
      const [from, to] = placeOf(feature, span, align);
      const answer = context.slice(from, to);
      const key = answer.toLowerCase();
      const known = found.get(key);
      if (known) found.set(key, { ...known, score: known.score + span.score });
      else found.set(key, { score: span.score, start: from, end: to, answer });
    }
  }
  const all = [...found.values(), ...(mayBeNone ? [{ score: none, start: 0, end: 0, answer: '' }] : [])];
  return all.sort((a, b) => b.score - a.score).slice(0, count);
}
