// Operations that work element by element, with NumPy's broadcasting, and the activations made of them.
import type { DType } from '../../array/index.ts';
import type { Dim, Dims } from '../dim.ts';
import type { BinaryOps, UnaryOps } from '../operations.ts';
import { createTensor, currentPath, describe, ShapeError, type Tensor } from '../tensor.ts';
import { constantLike, randomMask } from './source.ts';

/** A tensor, or a number taken as a scalar of the other operand's element type. */
export type Operand = Tensor | number;

/**
 * The broadcast of two symbolic shapes. Unequal symbols do not broadcast.
 * @throws ShapeError naming the operation and both shapes
 */
export function broadcastDims(operation: string, a: Dims, b: Dims): Dims {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i): Dim => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    throw new ShapeError(operation, 'shapes that broadcast', `[${a.join(', ')}] and [${b.join(', ')}]`, currentPath());
  });
}

function unary<K extends keyof UnaryOps>(op: K, x: Tensor, attributes: UnaryOps[K], dtype: DType = x.dtype): Tensor {
  return createTensor(op, [x], attributes as never, { dtype, shape: x.shape });
}

function requireBool(operation: string, ...tensors: readonly Tensor[]): void {
  for (const x of tensors) {
    if (x.dtype !== 'bool') throw new ShapeError(operation, 'bool', describe(x), currentPath());
  }
}

function logical(op: 'And' | 'Or', a: Tensor, b: Tensor): Tensor {
  requireBool(op, a, b);
  return binary(op, a, b, 'bool');
}

function pair(operation: string, a: Operand, b: Operand): [Tensor, Tensor] {
  if (typeof a === 'number' && typeof b === 'number') {
    throw new ShapeError(operation, 'at least one tensor', 'two numbers', currentPath());
  }
  const x = typeof a === 'number' ? constantLike(a, b as Tensor) : a;
  const y = typeof b === 'number' ? constantLike(b, x) : b;
  if (x.dtype !== y.dtype) {
    throw new ShapeError(operation, 'equal element types', `${describe(x)} and ${describe(y)}`, currentPath());
  }
  return [x, y];
}

function binary<K extends keyof BinaryOps>(op: K, a: Operand, b: Operand, dtype?: DType): Tensor {
  const [x, y] = pair(op, a, b);
  return createTensor(op, [x, y], {} as never, { dtype: dtype ?? x.dtype, shape: broadcastDims(op, x.shape, y.shape) });
}

export const identity = (x: Tensor): Tensor => unary('Identity', x, {});
/** The value, through which no gradient flows. */
export const stopGradient = (x: Tensor): Tensor => unary('StopGradient', x, {});
export const negate = (x: Tensor): Tensor => unary('Neg', x, {});
export const absolute = (x: Tensor): Tensor => unary('Abs', x, {});
export const sign = (x: Tensor): Tensor => unary('Sign', x, {});
export const exp = (x: Tensor): Tensor => unary('Exp', x, {});
export const log = (x: Tensor): Tensor => unary('Log', x, {});
export const sqrt = (x: Tensor): Tensor => unary('Sqrt', x, {});
export const reciprocal = (x: Tensor): Tensor => unary('Reciprocal', x, {});
export const tanh = (x: Tensor): Tensor => unary('Tanh', x, {});
export const erf = (x: Tensor): Tensor => unary('Erf', x, {});
export const sigmoid = (x: Tensor): Tensor => unary('Sigmoid', x, {});
export const sin = (x: Tensor): Tensor => unary('Sin', x, {});
export const cos = (x: Tensor): Tensor => unary('Cos', x, {});
export const floor = (x: Tensor): Tensor => unary('Floor', x, {});
/** `max(x, 0)`. */
export const relu = (x: Tensor): Tensor => unary('Relu', x, {});
/** `x · Φ(x)` (erf form), or its tanh approximation (`gelu_new`, `gelu_pytorch_tanh`). Hendrycks & Gimpel 2016. */
export const gelu = (x: Tensor, approximate: 'none' | 'tanh' = 'none'): Tensor => unary('Gelu', x, { approximate });
/** `x · sigmoid(1.702 x)`, CLIP's activation. */
export const quickGelu = (x: Tensor): Tensor => unary('QuickGelu', x, { alpha: 1.702 });
/** `x · sigmoid(x)`, also called swish. */
export const silu = (x: Tensor): Tensor => multiply(x, sigmoid(x));
/** `1 / sqrt(x)`. */
export const rsqrt = (x: Tensor): Tensor => reciprocal(sqrt(x));
export const not = (x: Tensor): Tensor => {
  requireBool('Not', x);
  return unary('Not', x, {});
};

/** The same values in another element type; the tensor itself when it has that type. */
export function castTo(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : unary('Cast', x, { to: dtype }, dtype);
}

export const add = (a: Operand, b: Operand): Tensor => binary('Add', a, b);
export const subtract = (a: Operand, b: Operand): Tensor => binary('Sub', a, b);
export const multiply = (a: Operand, b: Operand): Tensor => binary('Mul', a, b);
export const divide = (a: Operand, b: Operand): Tensor => binary('Div', a, b);
export const power = (a: Operand, b: Operand): Tensor => binary('Pow', a, b);
export const minimum = (a: Operand, b: Operand): Tensor => binary('Min', a, b);
export const maximum = (a: Operand, b: Operand): Tensor => binary('Max', a, b);
export const equal = (a: Operand, b: Operand): Tensor => binary('Equal', a, b, 'bool');
export const less = (a: Operand, b: Operand): Tensor => binary('Less', a, b, 'bool');
export const greater = (a: Operand, b: Operand): Tensor => binary('Greater', a, b, 'bool');
export const lessOrEqual = (a: Operand, b: Operand): Tensor => binary('LessOrEqual', a, b, 'bool');
export const greaterOrEqual = (a: Operand, b: Operand): Tensor => binary('GreaterOrEqual', a, b, 'bool');
export const and = (a: Tensor, b: Tensor): Tensor => logical('And', a, b);
export const or = (a: Tensor, b: Tensor): Tensor => logical('Or', a, b);

/** `a` where the condition holds, else `b`; all three broadcast. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  requireBool('Where', condition);
  const [x, y] = pair('Where', a, b);
  const shape = broadcastDims('Where', condition.shape, broadcastDims('Where', x.shape, y.shape));
  return createTensor('Where', [condition, x, y], {}, { dtype: x.dtype, shape });
}

/** Dropout with inverted scaling; the value itself when `rate` is 0. `name` tells apart the sites of one module. */
export function dropout(x: Tensor, rate: number, name = 'dropout'): Tensor {
  return rate === 0 ? x : multiply(x, randomMask(name, rate, x.shape));
}
