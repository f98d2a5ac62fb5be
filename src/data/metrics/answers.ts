// Exact match and F1 of answers. Sources: SQuAD's evaluation (Rajpurkar et al. 2016, 2018); MLQA's for Chinese (Lewis et al. 2020).
import { words } from './translation-tokens.ts';

/** Scores of one answer, 0 … 1, over the best of the right answers. */
export interface AnswerScores {
  readonly exact: number;
  readonly f1: number;
}

/** What counts as a token: words (SQuAD), or Chinese characters one by one and other words whole (MLQA). */
export type AnswerUnit = 'word' | 'character';

const units: Readonly<Record<AnswerUnit, (text: string) => string[]>> = {
  word: (text) =>
    words(
      text
        .toLowerCase()
        .replace(/[!-/:-@[-`{-~]/g, '')
        // \b as Python has it: between letters of any script too
        .replace(/(?<![\p{L}\p{N}_])(a|an|the)(?![\p{L}\p{N}_])/gu, ' '),
    ),
  character: (text) =>
    words(
      text
        .toLowerCase()
        .replace(/[\p{P}!-/:-@[-`{-~]/gu, '')
        .replace(/[\u4e00-\u9fa5]/g, ' $& '),
    ),
};

function overlap(a: readonly string[], b: readonly string[]): number {
  const left = new Map<string, number>();
  for (const token of b) left.set(token, (left.get(token) ?? 0) + 1);
  let same = 0;
  for (const token of a) {
    const count = left.get(token) ?? 0;
    if (count === 0) continue;
    left.set(token, count - 1);
    same++;
  }
  return same;
}

/**
 * How good an answer is: `answerScores('the Panthers', ['Panthers'])` gives `{ exact: 1, f1: 1 }`. No answers, or an empty one, mean that
 * the question has none: then only an empty prediction is right.
 */
export function answerScores(prediction: string, answers: readonly string[], unit: AnswerUnit = 'word'): AnswerScores {
  const tokensOf = units[unit];
  const own = tokensOf(prediction);
  const scores = (answers.length > 0 ? answers : ['']).map((answer): AnswerScores => {
    const right = tokensOf(answer);
    const exact = own.join(' ') === right.join(' ') ? 1 : 0;
    if (own.length === 0 || right.length === 0) return { exact, f1: exact };
    const same = overlap(own, right);
    return { exact, f1: (2 * same) / (own.length + right.length) };
  });
  return { exact: Math.max(...scores.map(({ exact }) => exact)), f1: Math.max(...scores.map(({ f1 }) => f1)) };
}
