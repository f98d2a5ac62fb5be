// Meanings of 8-bit products. ONNX, DynamicQuantizeLinear: the range always contains 0, halves round to even.
import type { Meanings } from './meaning.ts';
import { productMeanings } from './structure.ts';
import type { Value } from './values.ts';

function roundHalfEven(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

const clamped = (x: number): number => Math.min(255, Math.max(0, x));
const scalarOf = (value: number): Value => ({ shape: [], data: Float64Array.of(value) });

/** Quantising, products of whole numbers, and back. */
export const quantizeMeanings: Meanings<'DynamicQuantizeLinear' | 'MatMulInteger' | 'DequantizeLinear'> = {
  DynamicQuantizeLinear: ([x]) => {
    const { shape, data } = x as Value;
    const high = data.reduce((a, b) => Math.max(a, b), 0);
    const low = data.reduce((a, b) => Math.min(a, b), 0);
    const scale = high === low ? 1 : (high - low) / 255;
    const zero = clamped(roundHalfEven(-low / scale));
    const q = data.map((value) => clamped(roundHalfEven(value / scale) + zero));
    return [{ shape, data: q }, scalarOf(scale), scalarOf(zero)];
  },
  MatMulInteger: ([a, b, zero], node, context) => {
    const from = (zero as Value).data[0] as number;
    const shifted = { ...(a as Value), data: (a as Value).data.map((value) => value - from) };
    return productMeanings.MatMul([shifted, b as Value], { ...node, op: 'MatMul' }, context);
  },
  DequantizeLinear: ([q, scale]) => {
    const { shape, data } = q as Value;
    return [{ shape, data: data.map((value) => value * ((scale as Value).data[0] as number)) }];
  },
};
