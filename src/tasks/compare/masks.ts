// Who looks at whom: patterns of the real attention of a model, and whether any place looks ahead.
import type { NamedArrays, NdArray } from '../../array/index.ts';
import type { Model } from '../../models/index.ts';
import { runForward } from '../forward.ts';
import type { SessionTarget } from '../session.ts';

/** One attention of a model. */
export interface AttentionMask {
  /** `attentions`, `encoder_attentions`, `decoder_attentions`, `cross_attentions`. */
  readonly name: string;
  /** The first layer's mean over heads, `[T][S]`. */
  readonly pattern: readonly (readonly number[])[];
  /** The largest weight that any head of any layer gives to a place after its own; absent where places are of two texts. */
  readonly largest_ahead?: number;
}

/** The masks of a model on the first row of a batch. */
export async function attentionMasks(
  model: Model,
  parameters: NamedArrays,
  batch: NamedArrays,
  target: SessionTarget,
): Promise<AttentionMask[]> {
  const results = await runForward(model, parameters, batch, { ...target, want: ['attentions'] });
  const groups = new Map<string, NdArray[]>();
  for (const [name, array] of Object.entries(results)) {
    const group = name.replace(/\.\d+$/, '');
    groups.set(group, [...(groups.get(group) ?? []), array]);
  }
  return [...groups].map(([name, layers]): AttentionMask => {
    const pattern = meanOverHeads(layers[0] as NdArray);
    if (name.startsWith('cross')) return { name, pattern };
    return { name, pattern, largest_ahead: Math.max(...layers.map(largestAhead)) };
  });
}

function meanOverHeads({ shape, data }: NdArray): number[][] {
  const [, heads = 1, rows = 0, columns = 0] = shape;
  return Array.from({ length: rows }, (_, t) =>
    Array.from({ length: columns }, (_, s) => {
      let sum = 0;
      for (let h = 0; h < heads; h++) sum += Number(data[(h * rows + t) * columns + s]);
      return sum / heads;
    }),
  );
}

/** The largest `a[b, h, t, s]` with `s > t`; 0 exactly where the mask is causal. */
function largestAhead({ shape, data }: NdArray): number {
  const [batch = 0, heads = 0, rows = 0, columns = 0] = shape;
  let largest = 0;
  for (let row = 0; row < batch * heads * rows; row++)
    for (let s = (row % rows) + 1; s < columns; s++) largest = Math.max(largest, Number(data[row * columns + s]));
  return largest;
}
