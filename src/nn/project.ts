// The product that every linear layer is.
import { type Dim, gemm, productOf, reshape, type Tensor } from '../graph/index.ts';

/** `[…, in] → […, out]` by given tensors: one matrix product over all places. */
export function project(x: Tensor, weight: Tensor, bias?: Tensor, transposed = true): Tensor {
  const leading = x.shape.slice(0, -1);
  const width = x.shape.at(-1) as Dim;
  const out = (transposed ? weight.shape[0] : weight.shape[1]) as Dim;
  const y = gemm(reshape(x, [productOf(leading), width]), weight, bias, { transB: transposed });
  return reshape(y, [...leading, out]);
}
