// The cheap rival of an answering model: every token by how often it stands in the training answers.
import type { DialogueRow } from './prepare.ts';

const answersOf = (rows: readonly DialogueRow[]): number[] =>
  rows.flatMap(({ labels }) => labels.slice(1).filter((label) => label >= 0));

/** Nats per token of the answers in `held`, by the frequencies of `train`, one added to each of `vocabulary` counts. */
export function unigramLoss(train: readonly DialogueRow[], held: readonly DialogueRow[], vocabulary: number): number {
  const counts = new Float64Array(vocabulary).fill(1);
  const seen = answersOf(train);
  for (const id of seen) counts[id] = (counts[id] as number) + 1;
  const total = Math.log(seen.length + vocabulary);
  const answers = answersOf(held);
  return answers.reduce((sum, id) => sum + total - Math.log(counts[id] as number), 0) / answers.length;
}
