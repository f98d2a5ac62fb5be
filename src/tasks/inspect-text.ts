// Looking at one classification: the attention of every layer and head, probabilities, and which tokens the answer leans on.
import { int64, type NamedArrays, type NdArray } from '../../array/index.ts';
import { gradients, type Runtime, type SessionOptions, slice, sum, type Tensor } from '../../graph/index.ts';
import type { Model } from '../../models/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { traceForward } from '../forward.ts';
import { labelsOf, softmax } from '../labels.ts';
import { runOutputs } from '../session.ts';

/** Everything the page shows; all numbers come from one run of the model. */
export interface Inspection {
  readonly model: string;
  readonly text: string;
  readonly tokens: readonly string[];
  /** UTF-16 places of the tokens. */
  readonly offsets: readonly (readonly [number, number])[];
  readonly labels: readonly string[];
  readonly probabilities: readonly number[];
  readonly prediction: string;
  /** `[layer][head][from][to]`, rows sum to 1. */
  readonly attentions: readonly (readonly (readonly (readonly number[])[])[])[];
  /** Gradient of the predicted label's logit times the token's embedding, summed over its width. */
  readonly gradientTimesInput: readonly number[];
}

/** Runs the model once for the answer and once for the gradient of the answer's logit. */
export async function inspectText(
  open: { readonly model: Model; readonly parameters: NamedArrays; readonly tokenizer: Tokenizer },
  text: string,
  options: { readonly runtime: Runtime; readonly session?: SessionOptions },
): Promise<Inspection> {
  const { model, parameters, tokenizer } = open;
  const maxLength = model.maxLength ?? 512;
  const encoding = tokenizer.encode(text, { special: 'text', maxLength, padding: false });
  const length = encoding.ids.length;
  const inputs = {
    input_ids: int64([1, length], encoding.ids),
    attention_mask: int64([1, length], encoding.attentionMask),
  };
  const traced = traceForward(model, Object.keys(inputs));
  const { logits } = traced.values as { logits: Tensor };
  const run = (outputs: Record<string, Tensor>): Promise<Record<string, NdArray>> =>
    runOutputs(outputs, [inputs, parameters], options);
  const first = await run({ logits, ...traced.states });
  const scores = Array.from((first.logits as NdArray).data as Float32Array);
  const predicted = scores.indexOf(Math.max(...scores));
  const embedded = traced.states['hidden_states.0'] as Tensor;
  const [gradient] = gradients(sum(slice(logits, 1, predicted, predicted + 1)), [embedded]) as [Tensor];
  const second = await run({ gradient, embedded });
  const labels = labelsOf(model);
  return {
    model: String((model.config as { _name_or_path?: string })._name_or_path ?? model.className),
    text,
    tokens: encoding.tokens,
    offsets: encoding.offsets,
    labels,
    probabilities: softmax(scores),
    prediction: labels[predicted] as string,
    attentions: Object.keys(first)
      .filter((name) => name.startsWith('attentions.'))
      .sort((a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1]))
      .map((name) => nested(first[name] as NdArray)),
    gradientTimesInput: rowProducts(second.gradient as NdArray, second.embedded as NdArray),
  };
}

/** `[1, H, T, S]` as nested lists `[H][T][S]`. */
function nested(array: NdArray): number[][][] {
  const [, heads = 0, rows = 0, columns = 0] = array.shape;
  const data = array.data as Float32Array;
  return Array.from({ length: heads }, (_, h) =>
    Array.from({ length: rows }, (_, t) =>
      Array.from(data.subarray((h * rows + t) * columns, (h * rows + t + 1) * columns)),
    ),
  );
}

/** Σ over the last axis of `[1, T, D] · [1, T, D]`. */
function rowProducts(a: NdArray, b: NdArray): number[] {
  const [, rows = 0, width = 0] = a.shape;
  const [x, y] = [a.data as Float32Array, b.data as Float32Array];
  return Array.from({ length: rows }, (_, t) => {
    let total = 0;
    for (let d = t * width; d < (t + 1) * width; d++) total += (x[d] as number) * (y[d] as number);
    return total;
  });
}
