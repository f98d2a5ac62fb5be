// What a model answers with, and so what is explained of it: the score of a class; where there are no classes, half the squared length of the
// mean state, as for texts (`inspectText`).
import type { NdArray } from '../../array/index.ts';
import { mean, multiply, sum, type Tensor } from '../../graph/index.ts';
import type { Model } from '../../models/index.ts';
import type { TracedForward } from '../forward.ts';
import { labelsOf, scoresOfRow } from '../labels.ts';

/** `probabilities` of classes (with sum 1, or each for itself), `values` of a regression, the `state` of a model without classes. */
export type AnswerKind = 'probabilities' | 'values' | 'state';

/** What is explained of one model. */
export interface AnswerSpec {
  readonly kind: AnswerKind;
  /** Names of the scores. */
  readonly labels: readonly string[];
  /** The scores that are explained, `[B, C]`: logits, or one number. */
  readonly scoresOf: (traced: TracedForward) => Tensor;
  /** A row of them as `predict` and `pipeline` give it. */
  readonly answerOf: (scores: NdArray, row: number) => number[];
}

/** What is explained of a model without classes. */
export const MEAN_STATE = 'half the squared length of the mean state';

/** The states that are read where there are no classes, `[B, T, D]`; of a masked language model those below its head. */
function statesIn({ className }: Model, { values, states }: TracedForward): Tensor | undefined {
  if (!values.logits && values.last_hidden_state?.shape.length === 3) return values.last_hidden_state;
  if (!className.endsWith('ForMaskedLM')) return undefined;
  return states[`hidden_states.${Object.keys(states).filter((name) => name.startsWith('attentions.')).length}`];
}

/** `½ ‖mean over tokens‖²`, `[B, 1]`. */
function halfSquaredMean(states: Tensor): Tensor {
  const middle = mean(states, { axes: [1] });
  return multiply(sum(multiply(middle, middle), { axes: [1], keepdims: true }), 0.5);
}

const rowOf = ({ shape, data }: NdArray, row: number): number[] => {
  const width = shape[1] as number;
  return Array.from((data as Float32Array).subarray(row * width, (row + 1) * width));
};

/** What a model answers with. @throws RangeError for one with neither classes nor states that are known */
export function answerSpec(model: Model, traced: TracedForward): AnswerSpec {
  const { values } = traced;
  if (values.logits?.shape.length === 2) {
    const named = labelsOf(model);
    return {
      kind: model.config.problem_type === 'regression' ? 'values' : 'probabilities',
      labels: Array.from({ length: Number(values.logits.shape[1]) }, (_, i) => named[i] ?? `LABEL_${i}`),
      scoresOf: (one) => one.values.logits as Tensor,
      answerOf: (scores, row) => scoresOfRow(scores, row, model.config),
    };
  }
  if (statesIn(model, traced))
    return {
      kind: 'state',
      labels: [MEAN_STATE],
      scoresOf: (one) => halfSquaredMean(statesIn(model, one) as Tensor),
      answerOf: rowOf,
    };
  const got = values.logits ? `logits [${values.logits.shape.join(', ')}]` : Object.keys(values).join(', ');
  throw new RangeError(
    `explain: expected a model with one score per class, logits [batch, classes], or an encoder without a head or with that of a masked language model, got ${got} (${model.className})`,
  );
}
