// Labels as inputs, and the losses that heads of many architectures share.
import {
  add,
  binaryCrossEntropy,
  type CrossEntropyOptions,
  concat,
  crossEntropy,
  type Dim,
  type Dims,
  dimValue,
  equal,
  full,
  gather,
  less,
  maximum,
  meanSquaredError,
  multiply,
  productOf,
  reshape,
  slice,
  squeeze,
  type Tensor,
  where,
} from '../graph/index.ts';
import { ConfigError, type ConfigReader, type HubConfig, type InputSpec, type Inputs } from './architecture.ts';

/** What a text classifier's labels are: one class, one number, or yes or no for every class. */
export type ProblemType = 'single_label_classification' | 'regression' | 'multi_label_classification';

/** `problem_type`, else regression for one label and one class of several otherwise. @throws ConfigError for another word */
export function problemTypeOf(config: HubConfig, labels: number): ProblemType {
  const named = config.problem_type ?? (labels === 1 ? 'regression' : 'single_label_classification');
  const known = ['single_label_classification', 'regression', 'multi_label_classification'];
  if (!known.includes(named as string)) {
    throw new ConfigError(`config.problem_type: expected one of ${known.join(', ')}, got ${JSON.stringify(named)}`);
  }
  return named as ProblemType;
}

/** `labels` of a classifier of whole texts, pictures, sounds: ids `[B]`, numbers `[B]` (`[B, L]` for several), or 0 and 1 `[B, L]`. */
export function textLabels(config: HubConfig, labels: number): InputSpec {
  const problem = problemTypeOf(config, labels);
  if (problem === 'single_label_classification') return { dtype: 'int64', shape: ['batch'], optional: true };
  const shape = problem === 'regression' && labels === 1 ? ['batch'] : ['batch', labels];
  return { dtype: 'float32', shape, optional: true };
}

/** `labels` `[B, T]`, −100 where nothing counts. */
export const tokenLabels: InputSpec = { dtype: 'int64', shape: ['batch', 'tokens'], optional: true };

/**
 * Inputs of a masked language model: labels, and optionally where those lie that count, among all `B·T` places. With the places, words are
 * scored there alone, logits `[P, V]`: six times less work of the widest layer where 15 % are masked. Not in Hugging Face.
 */
export const maskedLabels: Readonly<Record<string, InputSpec>> = {
  labels: tokenLabels,
  label_places: { dtype: 'int64', shape: ['places'], optional: true },
};

/** States `[B, T, D]` and labels `[B, T]` at `label_places`, `[P, D]` and `[P]`; as they are without. */
export function atLabels(
  states: Tensor,
  { labels, label_places: places }: Inputs,
): { states: Tensor; labels: Tensor | undefined } {
  if (!places) return { states, labels };
  const rows = productOf(states.shape.slice(0, 2));
  const at = (x: Tensor, ...inner: Dims): Tensor => gather(reshape(x, [rows, ...inner]), places);
  return { states: at(states, states.shape[2] as Dim), labels: labels && at(labels) };
}

/** The loss of logits `[B, L]`, by what the labels are. */
export function classificationLoss(
  logits: Tensor,
  labels: Tensor,
  config: HubConfig,
  options: CrossEntropyOptions,
): Tensor {
  const problem = problemTypeOf(config, logits.shape.at(-1) as number);
  if (problem === 'single_label_classification') return crossEntropy(logits, labels, options);
  if (problem === 'multi_label_classification') return binaryCrossEntropy(logits, labels);
  return meanSquaredError(labels.shape.length === 1 ? squeeze(logits, [-1]) : logits, labels);
}

/** The mean loss of where answers start and end; places outside the text do not count, as in the reference. */
export function spanLoss(
  logits: { readonly start: Tensor; readonly end: Tensor },
  places: { readonly start: Tensor; readonly end: Tensor },
  options: CrossEntropyOptions,
): Tensor {
  const one = (side: 'start' | 'end'): Tensor => {
    const tokens = dimValue(logits[side].shape[1] as Dim);
    const inside = maximum(places[side], 0);
    return crossEntropy(logits[side], where(less(inside, tokens), inside, options.ignore ?? -100), options);
  };
  return multiply(add(one('start'), one('end')), 0.5);
}

/** Labels moved one place to the left, −100 at the end: the loss at place t scores token t + 1, once. */
export function shiftLabels(labels: Tensor): Tensor {
  const [batch, tokens] = labels.shape as [Dim, Dim];
  return concat([slice(labels, 1, 1, tokens), full([batch, 1], -100, 'int64')], 1);
}

/** A decoder's input from its labels: the start token, then all labels but the last, −100 as the padding id. */
export function shiftRight(labels: Tensor, ids: { readonly start: number; readonly pad: number }): Tensor {
  const [batch] = labels.shape as [Dim, Dim];
  const moved = concat([full([batch, 1], ids.start, 'int64'), slice(labels, 1, 0, -1)], 1);
  return where(equal(moved, -100), ids.pad, moved);
}

/** An id that a configuration may lack (`null` there means none). @throws ConfigError unless a whole number ≥ 0 */
export function optionalId(read: ConfigReader, config: HubConfig, name: string): number | undefined {
  return config[name] === null || config[name] === undefined ? undefined : read.number(name);
}
