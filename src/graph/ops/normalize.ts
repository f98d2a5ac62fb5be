// Softmax and the norms.
import { createNode, createTensor, currentPath, describe, ShapeError, type Tensor } from '../tensor.ts';
import { axisOf } from './axis.ts';
import { add, divide, exp, log, multiply, sqrt, subtract } from './elementwise.ts';
import { reshape } from './movement.ts';
import { max, mean, sum } from './reduce.ts';

/** `exp(x) / Σ exp(x)` along an axis. */
export function softmax(x: Tensor, axis = -1): Tensor {
  return createTensor('Softmax', [x], { axis: axisOf('Softmax', x, axis) }, { dtype: x.dtype, shape: x.shape });
}

/** `x − log Σ exp(x)` along an axis. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return createTensor('LogSoftmax', [x], { axis: axisOf('LogSoftmax', x, axis) }, { dtype: x.dtype, shape: x.shape });
}

/** `log Σ exp(x)` along an axis, shifted by the largest element; the axis stays as size 1. */
export function logSumExp(x: Tensor, axis = -1): Tensor {
  const largest = max(x, { axes: [axis], keepdims: true });
  return add(log(sum(exp(subtract(x, largest)), { axes: [axis], keepdims: true })), largest);
}

function requireWidth(operation: string, x: Tensor, scale: Tensor): void {
  if (scale.shape.length !== 1 || scale.shape[0] !== x.shape.at(-1) || scale.dtype !== x.dtype) {
    const got = `${describe(scale)} for ${describe(x)}`;
    throw new ShapeError(operation, `a scale [${x.shape.at(-1)}] ${x.dtype}`, got, currentPath());
  }
}

/** Layer normalisation over the last axis (Ba et al. 2016): `(x − mean) / sqrt(var + ε) · scale + bias`. */
export function layerNorm(x: Tensor, scale: Tensor, bias: Tensor, epsilon: number): Tensor {
  requireWidth('LayerNormalization', x, scale);
  requireWidth('LayerNormalization', x, bias);
  const statistic = { dtype: x.dtype, shape: [...x.shape.slice(0, -1), 1] };
  const signatures = [{ dtype: x.dtype, shape: x.shape }, statistic, statistic];
  return createNode('LayerNormalization', [x, scale, bias], { epsilon }, signatures)[0] as Tensor;
}

/** RMS normalisation over the last axis (Zhang & Sennrich 2019): `x / sqrt(mean(x²) + ε) · scale`. */
export function rmsNorm(x: Tensor, scale: Tensor, epsilon: number): Tensor {
  requireWidth('RMSNormalization', x, scale);
  return createTensor('RMSNormalization', [x, scale], { epsilon }, { dtype: x.dtype, shape: x.shape });
}

/** Batch normalisation with the batch's own statistics over all axes but 1: x `[B, C, …]`, scale and bias `[C]`. */
export function batchNorm(x: Tensor, scale: Tensor, bias: Tensor, epsilon: number): Tensor {
  const axes = [...x.shape.keys()].filter((axis) => axis !== 1);
  const perChannel = (p: Tensor): Tensor =>
    reshape(
      p,
      x.shape.map((dim, axis) => (axis === 1 ? dim : 1)),
    );
  const centred = subtract(x, mean(x, { axes, keepdims: true }));
  const deviation = sqrt(add(mean(multiply(centred, centred), { axes, keepdims: true }), epsilon));
  return add(multiply(divide(centred, deviation), perChannel(scale)), perChannel(bias));
}

/** Group normalisation (Wu & He 2018): channels `[B, C, …]` in `groups`, each normalised over itself and all places. */
export function groupNorm(x: Tensor, groups: number, affine: { scale: Tensor; bias: Tensor; epsilon: number }): Tensor {
  const [batch, channels, ...places] = x.shape;
  if (batch === undefined || typeof channels !== 'number' || channels % groups !== 0) {
    throw new ShapeError('groupNorm', `channels that ${groups} groups divide`, describe(x), currentPath());
  }
  const grouped = reshape(x, [batch, groups, channels / groups, ...places]);
  const axes = [...grouped.shape.keys()].slice(2);
  const centred = subtract(grouped, mean(grouped, { axes, keepdims: true }));
  const deviation = sqrt(add(mean(multiply(centred, centred), { axes, keepdims: true }), affine.epsilon));
  const normal = reshape(divide(centred, deviation), x.shape);
  const perChannel = (p: Tensor): Tensor => reshape(p, [1, channels, ...places.map(() => 1)]);
  return add(multiply(normal, perChannel(affine.scale)), perChannel(affine.bias));
}
