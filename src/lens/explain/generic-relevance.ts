// The generic rule of Chefer, Gur and Wolf (ICCV 2021): relevance flows through patterns weighted by the positive part of their
// gradients and adds up, with forms for self-attention and for a decoder that looks at an encoder.
import type { NdArray } from '../../array/index.ts';
import type { Capture, Relevance } from './capture.ts';
import {
  identity,
  joinHeads,
  type Matrix,
  matrix,
  meanOf,
  mixRows,
  product,
  rowsNormalised,
  sumOf,
  transposed,
} from './square.ts';

/** One layer's pattern with its gradient, `[H, T, S]` each. */
export interface Weighted {
  readonly pattern: NdArray<'float32'>;
  readonly gradient: NdArray<'float32'>;
}

/** `Ā = mean over heads of (A ⊙ ∂score/∂A)⁺`. */
function positive({ pattern, gradient }: Weighted): Matrix {
  return joinHeads(pattern, meanOf, (i) => Math.max(0, (pattern.data[i] as number) * (gradient.data[i] as number)));
}

/** `R ← I; R ← R + Ā R` for every layer of self-attention, `[T, T]`. */
export function selfRelevance(layers: readonly Weighted[]): Matrix {
  const [first] = layers;
  if (!first) throw new RangeError('relevance: expected at least one layer, got none');
  return layers.reduce(
    (relevance, layer) => sumOf(relevance, product(positive(layer), relevance)),
    identity(first.pattern.shape[1] as number),
  );
}

/** The relevance of every token for what the readout reads. */
export function genericRelevance(capture: Pick<Capture, 'attentions' | 'attentionGradients' | 'readout'>): Relevance {
  const layers = capture.attentions.map((pattern, layer) => ({
    pattern,
    gradient: capture.attentionGradients[layer] as NdArray<'float32'>,
  }));
  return mixRows(capture.readout, selfRelevance(layers));
}

/** `R̄ = (R − I)` with rows summing to 1, `+ I`. */
function withoutResidual(relevance: Matrix): Matrix {
  const one = identity(relevance.rows);
  const rest = matrix(
    relevance.rows,
    relevance.columns,
    relevance.data.map((value, i) => value - (one.data[i] as number)),
  );
  return sumOf(rowsNormalised(rest), one);
}

/**
 * An encoder-decoder: the encoder's self-attention, then for every decoder block its self-attention and its look at the encoder.
 * @returns what decoder tokens owe to decoder tokens `[T, T]` and to encoder tokens `[T, S]`
 */
export function crossRelevance(layers: {
  readonly encoder: readonly Weighted[];
  readonly decoder: readonly Weighted[];
  readonly cross: readonly Weighted[];
}): { readonly decoder: Matrix; readonly encoder: Matrix } {
  const encoder = selfRelevance(layers.encoder);
  const [first] = layers.decoder;
  if (!first || layers.cross.length !== layers.decoder.length)
    throw new RangeError(
      `crossRelevance: expected as many decoder as cross layers, got ${layers.decoder.length} and ${layers.cross.length}`,
    );
  let own = identity(first.pattern.shape[1] as number);
  let owed = matrix(own.rows, encoder.rows);
  layers.decoder.forEach((layer, i) => {
    const self = positive(layer);
    own = sumOf(own, product(self, own));
    owed = sumOf(owed, product(self, owed));
    const look = positive(layers.cross[i] as Weighted);
    owed = sumOf(owed, product(transposed(withoutResidual(own)), product(look, withoutResidual(encoder))));
  });
  return { decoder: own, encoder: owed };
}
