// Position-wise feed-forward layers, plain and gated, and the activations by their configuration names.
import {
  absolute,
  add,
  exp,
  gelu,
  log,
  maximum,
  minimum,
  multiply,
  negate,
  quickGelu,
  relu,
  sigmoid,
  silu,
  split,
  type Tensor,
  tanh,
} from '../graph/index.ts';
import { type LinearLayer, linear } from './linear.ts';
import type { Module } from './module.ts';

const exactGelu = (x: Tensor): Tensor => gelu(x);
const tanhGelu = (x: Tensor): Tensor => gelu(x, 'tanh');
const relu6 = (x: Tensor): Tensor => minimum(relu(x), 6);
/** `log(1 + eˣ)`, safe for large numbers. */
const softplus = (x: Tensor): Tensor => add(relu(x), log(add(exp(negate(absolute(x))), 1)));

/** Activations by the names that `config.json` uses, as Transformers' `ACT2FN` has them. */
export const activations: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  gelu: exactGelu,
  gelu_python: exactGelu,
  gelu_10: (x) => maximum(minimum(exactGelu(x), 10), -10),
  gelu_new: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  gelu_python_tanh: tanhGelu,
  gelu_fast: tanhGelu,
  gelu_accurate: tanhGelu,
  quick_gelu: quickGelu,
  relu,
  relu2: (x) => multiply(relu(x), relu(x)),
  relu6,
  leaky_relu: (x) => maximum(x, multiply(x, 0.01)),
  hardswish: (x) => multiply(x, multiply(relu6(add(x, 3)), 1 / 6)),
  mish: (x) => multiply(x, tanh(softplus(x))),
  linear: (x) => x,
  silu,
  swish: silu,
  tanh,
  sigmoid,
};

/** @throws RangeError for a name that is not known, listing the known ones */
export function activationNamed(name: string): (x: Tensor) => Tensor {
  const found = activations[name];
  if (!found)
    throw new RangeError(`activationNamed: expected one of ${Object.keys(activations).join(', ')}, got '${name}'`);
  return found;
}

/** Options of a feed-forward layer. */
export interface FeedForwardOptions {
  readonly ffnDim: number;
  readonly activation: (x: Tensor) => Tensor;
  readonly layer?: LinearLayer;
  /** Another layer for the way back, for other initial values. */
  readonly outputLayer?: LinearLayer;
  /**
   * Multiplies a second projection `gate` (Shazeer 2020): `down(activation(gate x) · up x)`. `fused`: one projection `gate_up`
   * of twice the width, the gate first.
   */
  readonly gated?: boolean | 'fused';
  /** Dropout of the inner layer while training, in [0, 1). */
  readonly dropout?: number;
}

/** `down(activation(up x))`, `[B, T, D] → [B, T, D]`. */
export function feedForward(module: Module, x: Tensor, options: FeedForwardOptions): Tensor {
  const { ffnDim, activation, layer = linear, outputLayer = layer } = options;
  const projected = (name: string, width = ffnDim): Tensor => module.child(name, (m) => layer(m, x, width));
  const inner = ((): Tensor => {
    if (!options.gated) return activation(projected('up'));
    const [gate, up] =
      options.gated === 'fused'
        ? (split(projected('gate_up', 2 * ffnDim), [ffnDim, ffnDim], -1) as [Tensor, Tensor])
        : [projected('gate'), projected('up')];
    return multiply(activation(gate), up);
  })();
  const kept = module.dropout(inner, options.dropout ?? 0, 'inner_dropout');
  return module.child('down', (m) => outputLayer(m, kept, x.shape.at(-1) as number));
}
