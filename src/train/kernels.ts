// The loops of a training step over an arena, four numbers at a time: AdamW, sums of squares, scaled addition, averages.

import { assemble, type Code, op, vectorLoop, type WasmFunction } from '../array/index.ts';
import type { Arena } from './arena.ts';

/** Numbers of one AdamW update (Loshchilov & Hutter 2019), bias corrections folded in. */
export interface AdamWNumbers {
  /** `learningRate / (1 − beta1^step)`. */
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** `1 / (1 − beta2^step)`. */
  readonly correction2: number;
  readonly epsilon: number;
  /** `1 − learningRate · weightDecay`, the factor of the weight. */
  readonly keep: number;
  /** Factor of the gradient. */
  readonly gradientScale: number;
}

/** The arrays of one parameter, all in one arena. */
export interface AdamWArrays {
  readonly weight: Float32Array;
  readonly gradient: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
}

/** The kernels on one arena. */
export interface Kernels {
  /** `m, v` and the weight updated in place. */
  adamW(arrays: AdamWArrays, numbers: AdamWNumbers): void;
  /** Σ x², lanes in float32 over blocks of 4096, blocks in float64. */
  sumSquares(x: Float32Array): number;
  /** `target += scale · source`. */
  addScaled(target: Float32Array, source: Float32Array, scale: number): void;
  /** `target += share · (source − target)`. */
  moveTowards(target: Float32Array, source: Float32Array, share: number): void;
}

function adamWFunction(): WasmFunction {
  // parameters: pointers w m v g, bytes, then nine numbers; locals: end, the numbers as vectors, g m v
  const [w, m, v, g, bytes] = [0, 1, 2, 3, 4];
  const numbers = 5;
  const end = 14;
  const vectors = 15;
  const [rate, beta1, rest1, beta2, rest2, correction, epsilon, keep, scale] = Array.from(
    { length: 9 },
    (_, i) => vectors + i,
  ) as [number, number, number, number, number, number, number, number, number];
  const [gv, mv, vv] = [24, 25, 26];
  const splats = Array.from({ length: 9 }, (_, i) => [
    ...op.get(numbers + i),
    ...op.splat,
    ...op.set(vectors + i),
  ]).flat();
  const scaled: Code = [...op.get(g), ...op.load, ...op.get(scale), ...op.mul, ...op.set(gv)];
  const first: Code = [
    ...op.get(m),
    ...[...op.get(m), ...op.load, ...op.get(beta1), ...op.mul],
    ...[...op.get(gv), ...op.get(rest1), ...op.mul],
    ...[...op.add, ...op.tee(mv), ...op.store],
  ];
  const second: Code = [
    ...op.get(v),
    ...[...op.get(v), ...op.load, ...op.get(beta2), ...op.mul],
    ...[...op.get(gv), ...op.get(gv), ...op.mul, ...op.get(rest2), ...op.mul],
    ...[...op.add, ...op.tee(vv), ...op.store],
  ];
  const update: Code = [
    ...op.get(w),
    ...[...op.get(w), ...op.load, ...op.get(keep), ...op.mul],
    ...[...op.get(mv), ...op.get(rate), ...op.mul],
    ...[...op.get(vv), ...op.get(correction), ...op.mul, ...op.sqrt, ...op.get(epsilon), ...op.add],
    ...[...op.div, ...op.sub, ...op.store],
  ];
  return {
    name: 'adamW',
    parameters: [...(['i32', 'i32', 'i32', 'i32', 'i32'] as const), ...Array.from({ length: 9 }, () => 'f32' as const)],
    locals: ['i32', ...Array.from({ length: 12 }, () => 'v128' as const)],
    body: [
      ...[...op.get(w), ...op.get(bytes), ...op.addI32, ...op.set(end)],
      ...splats,
      ...vectorLoop([w, m, v, g], end, [...scaled, ...first, ...second, ...update]),
    ],
  };
}

const sumSquaresFunction: WasmFunction = {
  name: 'sumSquares',
  parameters: ['i32', 'i32'],
  result: 'f32',
  locals: ['i32', 'v128'],
  body: [
    ...[...op.get(0), ...op.get(1), ...op.addI32, ...op.set(2)],
    ...vectorLoop([0], 2, [
      ...op.get(3),
      ...op.get(0),
      ...op.load,
      ...op.get(0),
      ...op.load,
      ...op.mul,
      ...op.add,
      ...op.set(3),
    ]),
    ...[...op.get(3), ...op.lane(0), ...op.get(3), ...op.lane(1), ...op.addF32],
    ...[...op.get(3), ...op.lane(2), ...op.addF32, ...op.get(3), ...op.lane(3), ...op.addF32],
  ],
};

/** Over target (0) and source (1), bytes (2), with the number (3) as a vector (5). */
function loopWithScale(body: Code): Code {
  return [
    ...[...op.get(0), ...op.get(2), ...op.addI32, ...op.set(4), ...op.get(3), ...op.splat, ...op.set(5)],
    ...vectorLoop([0, 1], 4, body),
  ];
}

const addScaledFunction: WasmFunction = {
  name: 'addScaled',
  parameters: ['i32', 'i32', 'i32', 'f32'],
  locals: ['i32', 'v128'],
  body: loopWithScale([
    ...[...op.get(0), ...op.get(0), ...op.load],
    ...[...op.get(1), ...op.load, ...op.get(5), ...op.mul],
    ...[...op.add, ...op.store],
  ]),
};

const moveTowardsFunction: WasmFunction = {
  ...addScaledFunction,
  name: 'moveTowards',
  body: loopWithScale([
    ...[...op.get(0), ...op.get(0), ...op.load],
    ...[...op.get(1), ...op.load, ...op.get(0), ...op.load, ...op.sub, ...op.get(5), ...op.mul],
    ...[...op.add, ...op.store],
  ]),
};

interface Exports {
  readonly adamW: (...values: number[]) => void;
  readonly sumSquares: (pointer: number, bytes: number) => number;
  readonly addScaled: (target: number, source: number, bytes: number, scale: number) => void;
  readonly moveTowards: (target: number, source: number, bytes: number, share: number) => void;
}

const BLOCK = 4096;
const paddedBytes = (x: Float32Array): number => Math.ceil(x.length / 4) * 16;
const made = new WeakMap<Arena, Kernels>();
let compiled: WebAssembly.Module | undefined;

/** The kernels of an arena; made once for each. All arrays given to them come from its `allocate`. */
export function kernelsOf(arena: Arena): Kernels {
  let kernels = made.get(arena);
  if (!kernels) {
    kernels = instantiate(arena);
    made.set(arena, kernels);
  }
  return kernels;
}

function instantiate(arena: Arena): Kernels {
  compiled ??= assemble([adamWFunction(), sumSquaresFunction, addScaledFunction, moveTowardsFunction]);
  const exports = new WebAssembly.Instance(compiled, { env: { memory: arena.memory } }).exports as unknown as Exports;
  return {
    adamW: ({ weight, gradient, m, v }, n) => {
      const pointers = [weight, m, v, gradient].map((array) => array.byteOffset);
      exports.adamW(
        ...pointers,
        paddedBytes(weight),
        n.rate,
        n.beta1,
        1 - n.beta1,
        n.beta2,
        1 - n.beta2,
        n.correction2,
        n.epsilon,
        n.keep,
        n.gradientScale,
      );
    },
    sumSquares: (x) => {
      let total = 0;
      for (let at = 0; at < x.length; at += BLOCK) {
        const length = Math.min(BLOCK, x.length - at);
        total += exports.sumSquares(x.byteOffset + at * 4, Math.ceil(length / 4) * 16);
      }
      return total;
    },
    addScaled: (target, source, scale) =>
      exports.addScaled(target.byteOffset, source.byteOffset, paddedBytes(target), scale),
    moveTowards: (target, source, share) =>
      exports.moveTowards(target.byteOffset, source.byteOffset, paddedBytes(target), share),
  };
}
