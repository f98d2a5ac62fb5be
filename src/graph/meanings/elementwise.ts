// Meanings of operations that work element by element.
import type { BinaryOps, UnaryOps } from '../operations.ts';
import type { Meaning, Meanings } from './meaning.ts';
import { build, read, type Value } from './values.ts';

const each =
  <K extends keyof UnaryOps>(f: (x: number) => number): Meaning<K> =>
  ([x]) => [{ shape: (x as Value).shape, data: (x as Value).data.map(f) }];

const pair =
  <K extends keyof BinaryOps>(f: (a: number, b: number) => number): Meaning<K> =>
  ([a, b], _node, { shapes }) => [
    build(shapes[0] as number[], (place) => f(read(a as Value, place), read(b as Value, place))),
  ];

/** erf by its Taylor series below 3, by the continued fraction of erfc above; both to 1e-15. */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let n = 1; n < 100; n++) {
      term *= (-z * z) / n;
      sum += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (z + fraction);
  return Math.sign(x) * (1 - Math.exp(-z * z) / (Math.sqrt(Math.PI) * (z + fraction)));
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const truth = (condition: boolean): number => (condition ? 1 : 0);

/** Unary operations. */
export const unaryMeanings: Meanings<keyof UnaryOps> = {
  Identity: each((x) => x),
  StopGradient: each((x) => x),
  Neg: each((x) => -x),
  Abs: each(Math.abs),
  Sign: each(Math.sign),
  Exp: each(Math.exp),
  Log: each(Math.log),
  Sqrt: each(Math.sqrt),
  Reciprocal: each((x) => 1 / x),
  Tanh: each(Math.tanh),
  Erf: each(erf),
  Sigmoid: each(logistic),
  Sin: each(Math.sin),
  Cos: each(Math.cos),
  Floor: each(Math.floor),
  Relu: each((x) => Math.max(x, 0)),
  Gelu: (inputs, node, context) => {
    const plain = (x: number): number => 0.5 * x * (1 + erf(x * Math.SQRT1_2));
    const tanh = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    return each(node.attributes.approximate === 'tanh' ? tanh : plain)(inputs, node as never, context);
  },
  QuickGelu: (inputs, node, context) =>
    each((x) => x * logistic(node.attributes.alpha * x))(inputs, node as never, context),
  Not: each((x) => truth(x === 0)),
  Cast: (inputs, node, context) => {
    const { to } = node.attributes;
    const convert =
      to === 'bool' ? (x: number) => truth(x !== 0) : to.includes('float') ? (x: number) => x : Math.trunc;
    return each(convert)(inputs, node as never, context);
  },
};

/** Binary operations. */
export const binaryMeanings: Meanings<keyof BinaryOps> = {
  Add: pair((a, b) => a + b),
  Sub: pair((a, b) => a - b),
  Mul: pair((a, b) => a * b),
  Div: (inputs, node, context) => {
    const isFloat = node.outputs[0]?.dtype.includes('float');
    return pair((a, b) => (isFloat ? a / b : Math.trunc(a / b)))(inputs, node as never, context);
  },
  Pow: pair((a, b) => a ** b),
  Min: pair(Math.min),
  Max: pair(Math.max),
  Equal: pair((a, b) => truth(a === b)),
  Less: pair((a, b) => truth(a < b)),
  Greater: pair((a, b) => truth(a > b)),
  LessOrEqual: pair((a, b) => truth(a <= b)),
  GreaterOrEqual: pair((a, b) => truth(a >= b)),
  And: pair((a, b) => truth(a !== 0 && b !== 0)),
  Or: pair((a, b) => truth(a !== 0 || b !== 0)),
};

/** Where. */
export const whereMeaning: Meanings<'Where'> = {
  Where: ([condition, a, b], _node, { shapes }) => [
    build(shapes[0] as number[], (place) => read((read(condition as Value, place) ? a : b) as Value, place)),
  ],
};
