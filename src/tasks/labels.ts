// Labels of a classifier, and probabilities over them.
import type { NdArray } from '../array/index.ts';
import { DataError } from '../data/index.ts';
import type { HubConfig, Model } from '../models/index.ts';
import { NonFiniteValueError } from './finite-values.ts';

/** The names of a classifier's labels, in order; `LABEL_0`, `LABEL_1`, … where the configuration names none, as in Transformers. */
export function labelsOf(model: Model): string[] {
  const table = (model.config.id2label ?? {}) as Record<string, string>;
  const ids = Object.keys(table).map(Number);
  if (ids.length === 0) return Array.from({ length: Number(model.config.num_labels ?? 2) }, (_, i) => `LABEL_${i}`);
  return ids.sort((a, b) => a - b).map((id) => String(table[id]));
}

/** @throws DataError for a set that there is nothing to tell apart in */
export function requireClasses(labels: readonly string[], where: string): void {
  if (labels.length < 2)
    throw new DataError(`expected at least two labels, got ${labels.length === 0 ? 'none' : labels[0]} (${where})`);
}

/** A classifier's labels as `config.json` has them. */
export function labelTables(labels: readonly string[]): Pick<HubConfig, 'id2label' | 'label2id'> {
  return {
    id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
  };
}

/** Scores to probabilities: positive, with sum 1. @throws NonFiniteValueError where there are none, as of NaN */
export function softmax(scores: ArrayLike<number>): number[] {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) largest = Math.max(largest, scores[i] as number);
  const exps = Array.from(scores, (score) => Math.exp(score - largest));
  const total = exps.reduce((a, b) => a + b, 0);
  if (Number.isNaN(total)) throw new NonFiniteValueError('scores', largest, `${scores.length} of them`);
  return exps.map((value) => value / total);
}

function rowIn({ shape, data }: NdArray, row: number): Float32Array {
  const classes = shape[1] as number;
  return (data as Float32Array).subarray(row * classes, (row + 1) * classes);
}

/** Probabilities of one row of logits `[B, C]`. */
export const softmaxRow = (logits: NdArray, row: number): number[] => softmax(rowIn(logits, row));

const sigmoid = (score: number): number => 1 / (1 + Math.exp(-score));

/**
 * Scores of one row of logits `[B, C]`, by `problem_type` of the configuration as Transformers' pipelines have it: of a regression the
 * logits themselves; of several labels that may all be true, and of a single label, the sigmoid of each; else probabilities with sum 1.
 */
export function scoresOfRow(logits: NdArray, row: number, { problem_type: problem }: HubConfig): number[] {
  const scores = rowIn(logits, row);
  if (problem === 'regression') return Array.from(scores);
  const isEach = problem === 'multi_label_classification' || scores.length === 1;
  return isEach ? Array.from(scores, sigmoid) : softmax(scores);
}

/** Index of the largest score, the first of equal ones. */
export function best(scores: ArrayLike<number>): number {
  let at = 0;
  for (let i = 1; i < scores.length; i++) if ((scores[i] as number) > (scores[at] as number)) at = i;
  return at;
}

/** One label with its score, as `pipeline('text-classification')` gives it. */
export interface Classification {
  readonly label: string;
  /** In [0, 1]; of a regression its value. */
  readonly score: number;
}

/** Labels with their scores, the highest first. */
export function ranked(labels: readonly string[], scores: readonly number[]): Classification[] {
  return labels
    .map((label, i): Classification => ({ label, score: scores[i] as number }))
    .sort((a, b) => b.score - a.score);
}
