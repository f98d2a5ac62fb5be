// Position-wise feed-forward layers, plain and gated, and the activations by their configuration names.
import { gelu, multiply, quickGelu, relu, sigmoid, silu, split, type Tensor, tanh } from '../graph/index.ts';
import { type LinearLayer, linear } from './linear.ts';
import type { Module } from './module.ts';

/** Activations by the names that `config.json` uses. */
export const activations: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  gelu: (x) => gelu(x),
  gelu_new: (x) => gelu(x, 'tanh'),
  gelu_pytorch_tanh: (x) => gelu(x, 'tanh'),
  gelu_fast: (x) => gelu(x, 'tanh'),
  quick_gelu: quickGelu,
  relu,
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
   * Multiplies a second projection `gate` (Shazeer 2020): `down(activation(gate x) · up x)`. `joint`: one projection `gate_up` of
   * twice the width holds both, the gate first.
   */
  readonly gated?: boolean | 'joint';
}

/** `down(activation(up x))`, `[B, T, D] → [B, T, D]`. */
export function feedForward(module: Module, x: Tensor, options: FeedForwardOptions): Tensor {
  const { layer = linear, outputLayer = layer } = options;
  const inner = options.gated === 'joint' ? jointGate(module, x, options) : separate(module, x, options);
  return module.child('down', (m) => outputLayer(m, inner, x.shape.at(-1) as number));
}

function separate(
  module: Module,
  x: Tensor,
  { ffnDim, activation, layer = linear, gated }: FeedForwardOptions,
): Tensor {
  const up = module.child('up', (m) => layer(m, x, ffnDim));
  return gated ? multiply(activation(module.child('gate', (m) => layer(m, x, ffnDim))), up) : activation(up);
}

function jointGate(module: Module, x: Tensor, { ffnDim, activation, layer = linear }: FeedForwardOptions): Tensor {
  const both = module.child('gate_up', (m) => layer(m, x, 2 * ffnDim));
  const [gate, up] = split(both, [ffnDim, ffnDim], -1) as [Tensor, Tensor];
  return multiply(activation(gate), up);
}
