// Derivatives of matrix products, without making transposes.
import { firstLast, flattenLeading, fusedMatmul, gemm, multiply, transpose, transposeBack } from '../ops/index.ts';
import type { Tensor } from '../tensor.ts';
import { type Derivatives, only, sumTo } from './derivative.ts';

interface Product {
  readonly transA: boolean;
  readonly transB: boolean;
  readonly alpha: number;
}

/** With A' = op(A), B' = op(B): dA' = α dy B'ᵀ, dB' = α A'ᵀ dy. */
function product(dy: Tensor, a: Tensor, b: Tensor, { transA, transB, alpha }: Product): [Tensor, Tensor] {
  const da = transA
    ? fusedMatmul(b, dy, { transA: transB, transB: true, alpha })
    : fusedMatmul(dy, b, { transB: !transB, alpha });
  const db = transB
    ? fusedMatmul(dy, a, { transA: true, transB: transA, alpha })
    : fusedMatmul(a, dy, { transA: !transA, alpha });
  return [sumTo(da, a.shape), sumTo(db, b.shape)];
}

/** A stream `[…, K]` times a weight matrix: its gradient is one product over all places. */
function weightGradient(dy: Tensor, a: Tensor, transB: boolean, alpha: number): Tensor {
  const [rows, out] = [flattenLeading(a), flattenLeading(dy)];
  const dw = transB ? gemm(out, rows, undefined, { transA: true }) : gemm(rows, out, undefined, { transA: true });
  return alpha === 1 ? dw : multiply(dw, alpha);
}

function gradients(dy: Tensor, inputs: readonly Tensor[], attributes: Product): [Tensor, Tensor] {
  const [a, b] = inputs as [Tensor, Tensor];
  if (b.shape.length === 2 && a.shape.length > 2 && !attributes.transA) {
    const { transB, alpha } = attributes;
    return [fusedMatmul(dy, b, { transB: !transB, alpha }), weightGradient(dy, a, transB, alpha)];
  }
  return product(dy, a, b, attributes);
}

/** Products. */
export const productDerivatives: Derivatives<'MatMul' | 'FusedMatMul' | 'Gemm'> = {
  MatMul: (dy, { inputs }) => gradients(only(dy), inputs, { transA: false, transB: false, alpha: 1 }),
  FusedMatMul: (dys, { inputs, attributes }) => {
    const dy = only(dys);
    if (!attributes.firstB) return gradients(dy, inputs, attributes);
    const [a, b] = inputs as [Tensor, Tensor];
    const order = firstLast(b.shape.length);
    const [da, db] = gradients(dy, [a, transpose(b, order)], attributes);
    return [da, transposeBack(db, order)];
  },
  Gemm: (dys, { inputs, attributes: { transA, transB } }) => {
    const dy = only(dys);
    const [a, b, c] = inputs as [Tensor, Tensor, Tensor | undefined];
    const da = transA
      ? gemm(b, dy, undefined, { transA: transB, transB: true })
      : gemm(dy, b, undefined, { transB: !transB });
    const db = transB
      ? gemm(dy, a, undefined, { transA: true, transB: transA })
      : gemm(a, dy, undefined, { transA: !transA });
    return c ? [da, db, sumTo(dy, c.shape)] : [da, db];
  },
};
