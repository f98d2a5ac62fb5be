// The list of operations, as types: every key is a node kind of the graph, and (but for the sources) an ONNX operator.
// Builders (`ops/`), derivatives (`gradients.ts`), meanings (`interpret.ts`) and ONNX spellings (`onnx/write.ts`) are
// tables over these keys, so that an operation without one of them does not compile.
import type { DType, NdArray } from '../array/index.ts';
import type { Dim, Dims } from './dim.ts';

/** No attributes. */
export type None = Readonly<Record<never, never>>;
type Axis = { readonly axis: number };
type Reduction = { readonly axes: readonly number[]; readonly keepdims: boolean };
type Window = {
  readonly strides: readonly number[];
  /** Begin of every axis, then end of every axis, as ONNX has it. */
  readonly pads: readonly number[];
};

/** Operations that take one tensor and keep its shape. */
export interface UnaryOps {
  Identity: None;
  /** The value, through which no gradient flows. */
  StopGradient: None;
  Neg: None;
  Abs: None;
  Sign: None;
  Exp: None;
  Log: None;
  Sqrt: None;
  Reciprocal: None;
  Tanh: None;
  Erf: None;
  Sigmoid: None;
  Sin: None;
  Cos: None;
  Floor: None;
  Relu: None;
  Gelu: { readonly approximate: 'none' | 'tanh' };
  QuickGelu: { readonly alpha: number };
  Not: None;
  Cast: { readonly to: DType };
}

/** Operations on two tensors that broadcast. */
export interface BinaryOps {
  Add: None;
  Sub: None;
  Mul: None;
  Div: None;
  Pow: None;
  Min: None;
  Max: None;
  Equal: None;
  Less: None;
  Greater: None;
  LessOrEqual: None;
  GreaterOrEqual: None;
  And: None;
  Or: None;
}

/** Attributes of every operation. Tensors come as inputs, everything static as attributes. */
export interface Ops extends UnaryOps, BinaryOps {
  // sources
  /** A value fed at run time. `trainable` marks parameters. */
  Input: { readonly name: string; readonly trainable: boolean };
  Constant: { readonly value: NdArray };
  /** A tensor of one value. */
  ConstantOfShape: { readonly shape: Dims; readonly value: number; readonly dtype: DType };
  /** 0, 1, …, size − 1 as int64 `[size]`. */
  Range: { readonly size: Dim };
  /** A size as an int64 scalar. */
  DimValue: { readonly dim: Dim };
  /** Dropout's mask, float32: 0 with probability `rate`, else 1 / (1 − rate). Fed by the runner from (seed, step, site). */
  RandomMask: { readonly site: string; readonly rate: number; readonly shape: Dims };
  // regions
  /** Inputs: the region's results, then all it takes from outside; outputs: the results. See `recompute`. */
  Recompute: { readonly results: number };
  /** Inputs: a value and what to wait for; the value. */
  Barrier: None;
  // elementwise on three
  Where: None;
  // reductions
  ReduceSum: Reduction;
  ReduceMean: Reduction;
  ReduceMax: Reduction;
  ReduceMin: Reduction;
  ArgMax: Axis & { readonly keepdims: boolean };
  CumSum: Axis & { readonly exclusive: boolean; readonly reverse: boolean };
  /** Outputs: values, indices (int64), largest first. */
  TopK: Axis & { readonly k: number };
  // products
  MatMul: None;
  /** `alpha · op(A) op(B)`, transposing the last two axes as told (com.microsoft); with `firstB` the first axis of B stands for the last but one. */
  FusedMatMul: {
    readonly transA: boolean;
    readonly transB: boolean;
    readonly alpha: number;
    readonly firstB?: boolean;
  };
  /** `op(A) op(B) + C` on matrices; C broadcasts and may be absent. */
  Gemm: { readonly transA: boolean; readonly transB: boolean };
  // 8-bit numbers
  /** Outputs: uint8 numbers, scale, zero point. */
  DynamicQuantizeLinear: None;
  /** Inputs: a, b, the zero point of a; int32. */
  MatMulInteger: None;
  /** Inputs: 8-bit numbers, scale. */
  DequantizeLinear: None;
  // movement
  Reshape: { readonly shape: Dims };
  Transpose: { readonly perm: readonly number[] };
  Concat: Axis;
  /** Outputs: one tensor per size. */
  Split: Axis & { readonly sizes: readonly number[] };
  /** Along each of `axes` from `starts` to `ends` (excluded) in steps; bounds already inside `[0, size]`. */
  Slice: {
    readonly starts: readonly Dim[];
    readonly ends: readonly Dim[];
    readonly axes: readonly number[];
    readonly steps: readonly number[];
  };
  /** `pads`: begin of every axis, then end of every axis. */
  Pad: { readonly pads: readonly Dim[]; readonly value: number };
  Expand: { readonly shape: Dims };
  Tile: { readonly repeats: readonly number[] };
  // indexing
  Gather: Axis;
  GatherElements: Axis;
  ScatterElements: Axis & { readonly reduction: 'none' | 'add' };
  /** Inputs: data, indices `[…, k]`, updates. */
  ScatterND: { readonly reduction: 'none' | 'add' };
  /** Zeros with a one at each index along a new last axis, float32. */
  OneHot: { readonly depth: number };
  Trilu: { readonly upper: boolean; readonly k: number };
  // normalisation
  Softmax: Axis;
  LogSoftmax: Axis;
  /** Inputs x, scale, bias; outputs y, mean, inverse deviation; over the last axis. */
  LayerNormalization: { readonly epsilon: number };
  /** Inputs x, scale; output y; root mean square over the last axis. */
  RMSNormalization: { readonly epsilon: number };
  /**
   * Inputs logits `[N, V]`, labels `[N]` in `[0, V)`; outputs −log p(label) `[N]`, a share `smoothing` of it spread over all classes, and
   * softmax `[N, V]`.
   */
  CrossEntropy: { readonly smoothing: number };
  // convolution, channels first
  Conv: Window & { readonly dilations: readonly number[]; readonly group: number };
  ConvTranspose: Window & {
    readonly dilations: readonly number[];
    readonly group: number;
    readonly outputPadding: readonly number[];
  };
  /** Mean over windows, padding counted. */
  AveragePool: Window & { readonly kernel: readonly number[] };
}

/** The name of an operation. */
export type OpName = keyof Ops;
