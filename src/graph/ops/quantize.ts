// Products in 8-bit whole numbers. What dynamic quantisation is made of: weights are stored as int8, activations are
// quantised as they come, sums are exact in int32. ONNX operators of the same names.
import { createNode, createTensor, currentPath, describe, ShapeError, type Tensor } from '../tensor.ts';
import { requireSameType } from './axis.ts';
import { productShape } from './product.ts';

/** A tensor as 8-bit numbers `q`, scalar `scale` and scalar `zero`: `x ≈ scale · (q − zero)`. */
export interface Quantized {
  readonly q: Tensor;
  readonly scale: Tensor;
  readonly zero: Tensor;
}

/** uint8 numbers for a float32 tensor; scale and zero point from its smallest and largest element, and 0. */
export function dynamicQuantize(x: Tensor): Quantized {
  if (x.dtype !== 'float32') throw new ShapeError('DynamicQuantizeLinear', 'float32', describe(x), currentPath());
  const [q, scale, zero] = createNode('DynamicQuantizeLinear', [x], {}, [
    { dtype: 'uint8', shape: x.shape },
    { dtype: 'float32', shape: [] },
    { dtype: 'uint8', shape: [] },
  ]) as [Tensor, Tensor, Tensor];
  return { q, scale, zero };
}

/** `(a − zero) b` in int32: a uint8 or int8 `[…, M, K]`, b int8 or uint8 `[K, N]`. Exact while K < 2^16. */
export function integerMatmul(a: Tensor, b: Tensor, zero: Tensor): Tensor {
  const isByte = ({ dtype }: Tensor): boolean => dtype === 'uint8' || dtype === 'int8';
  if (!isByte(a) || !isByte(b)) {
    throw new ShapeError('MatMulInteger', '8-bit numbers', `${describe(a)} and ${describe(b)}`, currentPath());
  }
  requireSameType('MatMulInteger', a, zero);
  const shape = productShape('MatMulInteger', a, { ...b, dtype: a.dtype });
  return createTensor('MatMulInteger', [a, b, zero], {}, { dtype: 'int32', shape });
}

/** `scale · q` in float32, of 8-bit numbers and a scalar scale. */
export function dequantize(q: Tensor, scale: Tensor): Tensor {
  if (scale.dtype !== 'float32' || scale.shape.length > 0) {
    throw new ShapeError('DequantizeLinear', 'a float32 scalar as scale', describe(scale), currentPath());
  }
  return createTensor('DequantizeLinear', [q, scale], {}, { dtype: 'float32', shape: q.shape });
}
