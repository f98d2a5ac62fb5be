// Derivatives of operations that work element by element.
import type { BinaryOps, UnaryOps } from '../operations.ts';
import {
  add,
  castTo,
  cos,
  divide,
  equal,
  erf,
  exp,
  greater,
  less,
  log,
  maximum,
  multiply,
  negate,
  power,
  sigmoid,
  sign,
  sin,
  subtract,
  where,
} from '../ops/index.ts';
import type { Tensor } from '../tensor.ts';
import { type Derivative, type Derivatives, noGradient, only, sumTo } from './derivative.ts';

/** `dy · f'(x, y)` for `y = f(x)`. */
function local<K extends keyof UnaryOps>(slope: (x: Tensor, y: Tensor) => Tensor): Derivative<K> {
  return (dy, node) => [multiply(only(dy), slope(node.inputs[0] as Tensor, node.outputs[0] as Tensor))];
}

const square = (x: Tensor): Tensor => multiply(x, x);

/** Φ(x) + x φ(x). */
function geluSlope(x: Tensor): Tensor {
  const cumulative = multiply(add(erf(multiply(x, Math.SQRT1_2)), 1), 0.5);
  const density = multiply(exp(multiply(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return add(cumulative, multiply(x, density));
}

/**
 * Of `y = 0.5 x (1 + tanh(k (x + c x³)))`, k = sqrt(2/π), c = 0.044715. With s = sigmoid(2k (x + c x³)) it is y = x s, so the slope is
 * `s + y (1 − s) 2k (1 + 3c x²)`: fewer passes over memory than by tanh.
 */
function geluTanhSlope(x: Tensor, y: Tensor): Tensor {
  const [k, c] = [Math.sqrt(2 / Math.PI), 0.044715];
  const cubic = multiply(square(x), 2 * k * c);
  const gate = sigmoid(multiply(x, add(cubic, 2 * k)));
  const inner = add(multiply(cubic, 3), 2 * k);
  return add(gate, multiply(multiply(y, subtract(1, gate)), inner));
}

/** Unary operations. */
export const unaryDerivatives: Derivatives<keyof UnaryOps> = {
  Identity: (dy) => [only(dy)],
  StopGradient: noGradient,
  Neg: (dy) => [negate(only(dy))],
  Abs: local((x) => sign(x)),
  Sign: noGradient,
  Exp: local((_, y) => y),
  Log: (dy, { inputs }) => [divide(only(dy), inputs[0] as Tensor)],
  Sqrt: (dy, { outputs }) => [divide(multiply(only(dy), 0.5), outputs[0] as Tensor)],
  Reciprocal: local((_, y) => negate(square(y))),
  Tanh: local((_, y) => subtract(1, square(y))),
  Erf: local((x) => multiply(exp(negate(square(x))), 2 / Math.sqrt(Math.PI))),
  Sigmoid: local((_, y) => multiply(y, subtract(1, y))),
  Sin: local((x) => cos(x)),
  Cos: local((x) => negate(sin(x))),
  Floor: noGradient,
  Relu: (dy, { outputs }) => [multiply(only(dy), castTo(greater(outputs[0] as Tensor, 0), only(dy).dtype))],
  Gelu: (dy, { inputs, outputs, attributes }) => {
    const [x, y] = [inputs[0] as Tensor, outputs[0] as Tensor];
    return [multiply(only(dy), attributes.approximate === 'tanh' ? geluTanhSlope(x, y) : geluSlope(x))];
  },
  QuickGelu: (dy, { inputs, outputs, attributes }) => {
    const gate = sigmoid(multiply(inputs[0] as Tensor, attributes.alpha));
    const bend = multiply(multiply(outputs[0] as Tensor, attributes.alpha), subtract(1, gate));
    return [multiply(only(dy), add(gate, bend))];
  },
  Not: noGradient,
  Cast: (dy, { inputs }) => {
    const x = inputs[0] as Tensor;
    return x.dtype.includes('float') ? [castTo(only(dy), x.dtype)] : [undefined];
  },
};

/** For `f(a, b)`: each slope multiplied by dy and summed back to the operand's shape. */
function pairwise<K extends keyof BinaryOps>(
  rule: (dy: Tensor, a: Tensor, b: Tensor, y: Tensor) => readonly [Tensor, Tensor],
): Derivative<K> {
  return (dy, { inputs, outputs }) => {
    const [a, b] = inputs as [Tensor, Tensor];
    const [da, db] = rule(only(dy), a, b, outputs[0] as Tensor);
    return [sumTo(da, a.shape), sumTo(db, b.shape)];
  };
}

/** The larger (or smaller) operand takes the gradient; equal operands share it. */
function choice<K extends keyof BinaryOps>(chosen: (a: Tensor, b: Tensor) => Tensor): Derivative<K> {
  return pairwise((dy, a, b) => {
    const half = multiply(castTo(equal(a, b), dy.dtype), 0.5);
    return [
      multiply(dy, add(castTo(chosen(a, b), dy.dtype), half)),
      multiply(dy, add(castTo(chosen(b, a), dy.dtype), half)),
    ];
  });
}

/** Binary operations. */
export const binaryDerivatives: Derivatives<keyof BinaryOps> = {
  Add: pairwise((dy) => [dy, dy]),
  Sub: pairwise((dy) => [dy, negate(dy)]),
  Mul: pairwise((dy, a, b) => [multiply(dy, b), multiply(dy, a)]),
  Div: pairwise((dy, _a, b, y) => {
    const da = divide(dy, b);
    return [da, negate(multiply(da, y))];
  }),
  // d/db = y log a is only asked for where a > 0; elsewhere it is taken as 0
  Pow: pairwise((dy, a, b, y) => {
    const safe = maximum(a, 1e-30);
    return [
      multiply(dy, multiply(b, power(a, subtract(b, 1)))),
      multiply(dy, where(greater(a, 0), multiply(y, log(safe)), 0)),
    ];
  }),
  Min: choice((a, b) => less(a, b)),
  Max: choice((a, b) => greater(a, b)),
  Equal: noGradient,
  Less: noGradient,
  Greater: noGradient,
  LessOrEqual: noGradient,
  GreaterOrEqual: noGradient,
  And: noGradient,
  Or: noGradient,
};

/** Where. */
export const whereDerivative: Derivatives<'Where'> = {
  Where: (dy, { inputs }) => {
    const [condition, a, b] = inputs as [Tensor, Tensor, Tensor];
    return [undefined, sumTo(where(condition, only(dy), 0), a.shape), sumTo(where(condition, 0, only(dy)), b.shape)];
  },
};
