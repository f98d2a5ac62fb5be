// The cheap rival of an answering model: every token by how often it stands in the training answers.
import { frequencies } from '../frequencies.ts';
import type { DialogueRow } from './prepare.ts';

const answersOf = (rows: readonly DialogueRow[]): number[] =>
  rows.flatMap(({ labels }) => labels.slice(1).filter((label) => label >= 0));

/** Nats per token of the answers in `held`, by the frequencies of `train`, one added to each of `vocabulary` counts. */
export function unigramLoss(train: readonly DialogueRow[], held: readonly DialogueRow[], vocabulary: number): number {
  const probability = frequencies(answersOf(train), vocabulary);
  const answers = answersOf(held);
  return answers.reduce((sum, id) => sum - Math.log(probability(id)), 0) / answers.length;
}
