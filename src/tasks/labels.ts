// Labels of a classifier, and probabilities over them.
import type { NdArray } from '../array/index.ts';
import type { Model } from '../models/index.ts';

/** The names of a classifier's labels, in order; `LABEL_0`, `LABEL_1`, … where the configuration names none, as in Transformers. */
export function labelsOf(model: Model): string[] {
  const table = (model.config.id2label ?? {}) as Record<string, string>;
  const ids = Object.keys(table).map(Number);
  if (ids.length === 0) return Array.from({ length: Number(model.config.num_labels ?? 2) }, (_, i) => `LABEL_${i}`);
  return ids.sort((a, b) => a - b).map((id) => String(table[id]));
}

/** Probabilities of one row of logits `[B, C]`. */
export function softmaxRow(logits: NdArray, row: number): number[] {
  const classes = logits.shape[1] as number;
  const values = Array.from((logits.data as Float32Array).subarray(row * classes, (row + 1) * classes));
  const largest = Math.max(...values);
  const exps = values.map((value) => Math.exp(value - largest));
  const total = exps.reduce((a, b) => a + b, 0);
  return exps.map((value) => value / total);
}

/** Index of the largest probability. */
export function best(probabilities: readonly number[]): number {
  return probabilities.indexOf(Math.max(...probabilities));
}
