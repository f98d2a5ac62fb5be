// How each ONNX operator is read: the reverse of `spelling.ts`, and of what exporters of other frameworks write most often.
import { float32, getNumber, int64 } from '../../array/index.ts';
import { addDims, type Dim, productOf, subtractDims } from '../dim.ts';
import * as o from '../ops/index.ts';
import { createTensor, isOp, type Tensor } from '../tensor.ts';
import { MICROSOFT } from './emitter.ts';
import type { NodeReader } from './node-reader.ts';
import { convolutionReadings } from './reading-convolution.ts';
import { sizesTensor } from './sizes.ts';
import { dtypeOf } from './tensor-proto.ts';

/** Builds what a node means; the outputs in ONNX's order. */
export type Reading = (node: NodeReader) => readonly Tensor[];

/** Readings by operator, `com.microsoft.` before those of ONNX Runtime. */
export type Readings = Readonly<Record<string, Reading>>;

const unary =
  (f: (x: Tensor) => Tensor): Reading =>
  (node) => [f(node.tensor(0))];
const binary =
  (f: (a: Tensor, b: Tensor) => Tensor): Reading =>
  (node) => [f(node.tensor(0), node.tensor(1))];
const nary =
  (f: (a: Tensor, b: Tensor) => Tensor): Reading =>
  (node) => [node.tensors().reduce(f)];

const gelu: Reading = (node) => [o.gelu(node.tensor(0), node.text('approximate', 'none') as 'none' | 'tanh')];

const elementwise: Readings = {
  Identity: unary((x) => x),
  // at inference, and in the exports of PyTorch
  Dropout: unary((x) => x),
  Neg: unary(o.negate),
  Abs: unary(o.absolute),
  Sign: unary(o.sign),
  Exp: unary(o.exp),
  Log: unary(o.log),
  Sqrt: unary(o.sqrt),
  Reciprocal: unary(o.reciprocal),
  Tanh: unary(o.tanh),
  Erf: unary(o.erf),
  Sigmoid: unary(o.sigmoid),
  Sin: unary(o.sin),
  Cos: unary(o.cos),
  Floor: unary(o.floor),
  Relu: unary(o.relu),
  Not: unary(o.not),
  Softplus: unary((x) => o.add(o.relu(x), o.log(o.add(o.exp(o.negate(o.absolute(x))), 1)))),
  Gelu: gelu,
  [`${MICROSOFT}.Gelu`]: gelu,
  [`${MICROSOFT}.QuickGelu`]: (node) => {
    const x = node.tensor(0);
    return [createTensor('QuickGelu', [x], { alpha: node.float('alpha', 1.702) }, x)];
  },
  Cast: (node) => [o.castTo(node.tensor(0), dtypeOf(node.int('to', 0), 'Cast'))],
  Clip: (node) => {
    const [low, high] = [node.optional(1), node.optional(2)];
    const floored = low ? o.maximum(node.tensor(0), low) : node.tensor(0);
    return [high ? o.minimum(floored, high) : floored];
  },
  Add: binary(o.add),
  Sub: binary(o.subtract),
  Mul: binary(o.multiply),
  Div: binary(o.divide),
  Pow: binary((a, b) => o.power(a, o.castTo(b, a.dtype))),
  Min: nary(o.minimum),
  Max: nary(o.maximum),
  Sum: nary(o.add),
  Equal: binary(o.equal),
  Less: binary(o.less),
  Greater: binary(o.greater),
  LessOrEqual: binary(o.lessOrEqual),
  GreaterOrEqual: binary(o.greaterOrEqual),
  And: binary(o.and),
  Or: binary(o.or),
  Where: (node) => [o.where(node.tensor(0), node.tensor(1), node.tensor(2))],
};

const reduction =
  (f: (x: Tensor, options?: o.ReduceOptions) => Tensor): Reading =>
  (node) => {
    const axes = node.axes();
    const keepdims = node.int('keepdims', 1) === 1;
    if (!axes?.length)
      return [node.int('noop_with_empty_axes', 0) === 1 ? node.tensor(0) : f(node.tensor(0), { keepdims })];
    return [f(node.tensor(0), { axes, keepdims })];
  };

const reductions: Readings = {
  ReduceSum: reduction(o.sum),
  ReduceMean: reduction(o.mean),
  ReduceMax: reduction(o.max),
  ReduceMin: reduction(o.min),
  GlobalAveragePool: unary((x) => o.mean(x, { axes: [...x.shape.keys()].slice(2), keepdims: true })),
  ArgMax: (node) => {
    node.requireInt('select_last_index', 0);
    return [o.argMax(node.tensor(0), node.int('axis', 0), node.int('keepdims', 1) === 1)];
  },
  CumSum: (node) => {
    const options = { exclusive: node.int('exclusive', 0) === 1, reverse: node.int('reverse', 0) === 1 };
    return [o.cumulativeSum(node.tensor(0), node.numbers(1)[0] as number, options)];
  },
  TopK: (node) => {
    node.requireInt('largest', 1);
    const { values } = o.topK(node.tensor(0), node.numbers(1)[0] as number, node.int('axis', -1));
    return values.node.outputs;
  },
};

const products: Readings = {
  MatMul: binary(o.matmul),
  [`${MICROSOFT}.FusedMatMul`]: (node) => {
    node.requireInt('transBatchA', 0);
    const options = {
      firstB: node.int('transBatchB', 0) === 1,
      transA: node.int('transA', 0) === 1,
      transB: node.int('transB', 0) === 1,
      alpha: node.float('alpha', 1),
    };
    return [o.fusedMatmul(node.tensor(0), node.tensor(1), options)];
  },
  DynamicQuantizeLinear: (node) => o.dynamicQuantize(node.tensor(0)).q.node.outputs,
  MatMulInteger: (node) => [o.integerMatmul(node.tensor(0), node.tensor(1), node.tensor(2))],
  DequantizeLinear: (node) => [o.dequantize(node.tensor(0), node.tensor(1))],
  Gemm: (node) => {
    const scaled = (x: Tensor, by: number): Tensor => (by === 1 ? x : o.multiply(x, by));
    const a = scaled(node.tensor(0), node.float('alpha', 1));
    const given = node.optional(2);
    const c = given && scaled(given, node.float('beta', 1));
    return [o.gemm(a, node.tensor(1), c, { transA: node.int('transA', 0) === 1, transB: node.int('transB', 0) === 1 })];
  },
};

/** Bounds of a Slice inside `[0, size]`: negative ones count from the end, `2^31 − 1` and more mean the end. */
function bound(value: Dim, size: Dim): Dim {
  if (typeof value !== 'number') return value;
  if (value < 0) return typeof size === 'number' ? Math.max(size + value, 0) : addDims(size, value);
  return typeof size === 'number' ? Math.min(value, size) : value >= 2 ** 31 - 1 ? size : value;
}

const slice: Reading = (node) => {
  const x = node.tensor(0);
  const rank = x.shape.length;
  const axes = (node.optionalNumbers(3) ?? node.dims(1).map((_, i) => i)).map((axis) =>
    axis < 0 ? axis + rank : axis,
  );
  const sizeAt = (i: number): Dim => x.shape[axes[i] as number] ?? node.fail(`axes below ${rank}`, `[${axes}]`);
  const starts = node.dims(1).map((dim, i) => bound(dim, sizeAt(i)));
  const ends = node.dims(2).map((dim, i) => bound(dim, sizeAt(i)));
  const steps = node.optionalNumbers(4) ?? axes.map(() => 1);
  const shape = [...x.shape];
  axes.forEach((axis, i) => {
    const length = subtractDims(ends[i] as Dim, starts[i] as Dim);
    const step = steps[i] as number;
    if (step < 1 || (step > 1 && typeof length !== 'number'))
      node.fail('steps >= 1, and 1 along symbolic axes', `${steps}`);
    shape[axis] = typeof length === 'number' ? Math.max(0, Math.ceil(length / step)) : length;
  });
  return [createTensor('Slice', [x], { starts, ends, axes, steps }, { dtype: x.dtype, shape })];
};

const reshape: Reading = (node) => {
  const x = node.tensor(0);
  const keepsZero = node.int('allowzero', 0) === 1;
  return [
    o.reshape(
      x,
      node.dims(1).map((dim, i) => (dim === 0 && !keepsZero ? (x.shape[i] as Dim) : dim)),
    ),
  ];
};

const split: Reading = (node) => {
  const x = node.tensor(0);
  const axis = node.int('axis', 0);
  const given = node.optionalNumbers(1) ?? node.ints('split');
  if (given) return o.split(x, given, axis);
  const size = x.shape.at(axis);
  const parts = node.int('num_outputs', node.outputCount);
  if (typeof size !== 'number') return node.fail('a fixed size along the axis', `${size}`);
  const each = Math.ceil(size / parts);
  return o.split(
    x,
    Array.from({ length: parts }, (_, i) => Math.min(each, size - i * each)),
    axis,
  );
};

const pad: Reading = (node) => {
  if (node.text('mode', 'constant') !== 'constant') node.fail("mode 'constant'", `'${node.text('mode', '')}'`);
  if (node.optional(3)) node.fail('pads of all axes', 'axes of their own');
  return [o.pad(node.tensor(0), node.dims(1), node.optionalNumbers(2)?.[0] ?? 0)];
};

const movement: Readings = {
  Reshape: reshape,
  Flatten: (node) => {
    const x = node.tensor(0);
    const axis = node.int('axis', 1);
    const at = axis < 0 ? axis + x.shape.length : axis;
    return [o.reshape(x, [productOf(x.shape.slice(0, at)), productOf(x.shape.slice(at))])];
  },
  Transpose: (node) => [o.transpose(node.tensor(0), node.ints('perm') ?? [...node.tensor(0).shape.keys()].reverse())],
  Squeeze: (node) => {
    const x = node.tensor(0);
    return [o.squeeze(x, node.axes() ?? [...x.shape.keys()].filter((axis) => x.shape[axis] === 1))];
  },
  Unsqueeze: (node) => [o.unsqueeze(node.tensor(0), node.axes() ?? node.fail('axes', 'none'))],
  Concat: (node) => [o.concat(node.tensors(), node.int('axis', 0))],
  Split: split,
  Slice: slice,
  Pad: pad,
  Expand: (node) => [o.expand(node.tensor(0), o.broadcastDims('Expand', node.tensor(0).shape, node.dims(1)))],
  Tile: (node) => [o.tile(node.tensor(0), node.numbers(1))],
  Trilu: (node) => [
    o.triangle(node.tensor(0), node.int('upper', 1) === 1 ? 'upper' : 'lower', node.optionalNumbers(1)?.[0] ?? 0),
  ],
};

function scatterReduction(node: NodeReader): 'none' | 'add' {
  const reduction = node.text('reduction', 'none');
  return reduction === 'none' || reduction === 'add'
    ? reduction
    : node.fail("reduction 'none' or 'add'", `'${reduction}'`);
}

/** Indices of a Gather: constant negative ones count from the end in ONNX, ours lie in `[0, size)`. */
function gatherIndices(node: NodeReader, size: Dim): Tensor {
  const indices = node.tensor(1);
  if (!isOp(indices.node, 'Constant') || indices.shape.length > 1) return indices;
  const values = node.numbers(1);
  if (values.every((value) => value >= 0)) return indices;
  const dims = values.map((value) => (value < 0 ? addDims(size, value) : value));
  return sizesTensor({ dims, isScalar: indices.shape.length === 0 });
}

const indexing: Readings = {
  Gather: (node) => {
    const [data, axis] = [node.tensor(0), node.int('axis', 0)];
    const size = data.shape.at(axis) ?? node.fail(`an axis below ${data.shape.length}`, `${axis}`);
    return [o.gather(data, gatherIndices(node, size), axis)];
  },
  GatherElements: (node) => [o.gatherElements(node.tensor(0), node.tensor(1), node.int('axis', 0))],
  ScatterElements: (node) => {
    const options = { axis: node.int('axis', 0), reduction: scatterReduction(node) };
    return [o.scatterElements(node.tensor(0), node.tensor(1), node.tensor(2), options)];
  },
  ScatterND: (node) => [o.scatterNd(node.tensor(0), node.tensor(1), node.tensor(2), scatterReduction(node))],
  OneHot: (node) => {
    node.requireInt('axis', -1);
    const [off = 0, on = 1] = node.numbers(2);
    const hot = o.castTo(o.oneHot(node.tensor(0), node.numbers(1)[0] as number), node.tensor(2).dtype);
    return [off === 0 && on === 1 ? hot : o.add(o.multiply(hot, on - off), off)];
  },
};

function lastAxisOnly(node: NodeReader): Tensor {
  const x = node.tensor(0);
  const axis = node.int('axis', -1);
  return axis === -1 || axis === x.shape.length - 1 ? x : node.fail('the last axis', `axis ${axis}`);
}

const rms: Reading = (node) => [o.rmsNorm(lastAxisOnly(node), node.tensor(1), node.float('epsilon', 1e-5))];

const normal: Readings = {
  Softmax: (node) => [o.softmax(node.tensor(0), node.int('axis', -1))],
  LogSoftmax: (node) => [o.logSoftmax(node.tensor(0), node.int('axis', -1))],
  LayerNormalization: (node) => {
    const [x, scale] = [lastAxisOnly(node), node.tensor(1)];
    const bias = node.optional(2) ?? o.full(scale.shape, 0, scale.dtype);
    return o.layerNorm(x, scale, bias, node.float('epsilon', 1e-5)).node.outputs;
  },
  RMSNormalization: rms,
  SimplifiedLayerNormalization: rms,
};

const constantReading: Reading = (node) => {
  const value = node.array('value');
  if (value) return [o.constant(value)];
  const [floats, ints] = [node.floats('value_floats'), node.ints('value_ints')];
  if (floats) return [o.constant(float32([floats.length], floats))];
  if (ints) return [o.constant(int64([ints.length], ints))];
  const whole = node.int('value_int', Number.NaN);
  return [Number.isNaN(whole) ? o.constant(node.float('value_float', 0)) : o.constant(int64([], [whole]))];
};

const sources: Readings = {
  Constant: constantReading,
  ConstantOfShape: (node) => {
    const value = node.array('value') ?? float32([1], [0]);
    return [o.full(node.dims(0), getNumber(value, 0), value.dtype)];
  },
  Range: (node) => {
    const [start, limit, step] = [node.dims(0)[0] as Dim, node.dims(1)[0] as Dim, node.dims(2)[0]];
    if (step !== 1) node.fail('steps of 1', `${step}`);
    const counted = o.range(subtractDims(limit, start));
    return [start === 0 ? counted : o.add(counted, o.dimValue(start))];
  },
};

/** The reading of every operator that is known. */
export const readings: Readings = {
  ...sources,
  ...elementwise,
  ...reductions,
  ...products,
  ...movement,
  ...indexing,
  ...normal,
  ...convolutionReadings,
};
