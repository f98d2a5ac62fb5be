// Sample uses of every operation: what the tests of derivatives and of ONNX Runtime walk. An operation without one does not compile.
import { float32, int64, type NdArray, ndArray, Random, sizeOf } from '../src/array/index.ts';
import * as g from '../src/graph/index.ts';

/** One input: a shape of random numbers in [low, high), or given whole numbers. */
export interface SampleInput {
  readonly shape: readonly number[];
  readonly integers?: readonly number[];
  readonly low?: number;
  readonly high?: number;
  /** Sizes as the graph sees them, where they are symbolic. */
  readonly dims?: g.Dims;
}

/** An expression over named inputs. */
export interface Sample {
  readonly inputs: Readonly<Record<string, SampleInput>>;
  readonly make: (inputs: Record<string, g.Tensor>) => g.Tensor | readonly g.Tensor[];
}

type T = g.Tensor;
const sample = (
  inputs: Record<string, SampleInput>,
  make: (inputs: Record<string, T>) => T | readonly T[],
): Sample => ({ inputs, make });
const at = (inputs: Record<string, T>, name: string): T => inputs[name] as T;

const unary = (f: (x: T) => T, low = -2, high = 2): Sample[] => [
  sample({ x: { shape: [3, 4], low, high, dims: ['batch', 4] } }, (t) => f(at(t, 'x'))),
  sample({ x: { shape: [0, 2], low, high } }, (t) => f(at(t, 'x'))),
];
const binary = (f: (a: T, b: T) => T, low = -2, high = 2): Sample[] => [
  sample({ a: { shape: [2, 3], low, high }, b: { shape: [2, 3], low, high } }, (t) => f(at(t, 'a'), at(t, 'b'))),
  sample({ a: { shape: [2, 1, 3], low, high, dims: ['batch', 1, 3] }, b: { shape: [4, 1], low, high } }, (t) =>
    f(at(t, 'a'), at(t, 'b')),
  ),
  sample({ a: { shape: [], low, high }, b: { shape: [3], low, high } }, (t) => f(at(t, 'a'), at(t, 'b'))),
];
const x234 = { x: { shape: [2, 3, 4], dims: ['batch', 3, 4] } } satisfies Record<string, SampleInput>;
const onX = (f: (x: T) => T | readonly T[]): Sample => sample(x234, (t) => f(at(t, 'x')));
const flag = (x: T): T => g.castTo(x, 'float32');
const logic = (f: (a: T, b: T) => T): Sample[] => binary((a, b) => flag(f(g.greater(a, 0), g.greater(b, 0))));

const bytes = (shape: readonly number[], values: readonly number[]): T =>
  g.constant(ndArray('int8', shape, Int8Array.from(values)));
const barred = (x: T, after: T): T => g.createTensor('Barrier', [x, after], {}, x);

/** Samples of every operation. */
export const samples: { readonly [K in g.OpName]: readonly Sample[] } = {
  Input: [onX((x) => x)],
  Constant: [onX((x) => g.add(x, g.constant(float32([4], [1, -2, 3, 4]))))],
  ConstantOfShape: [onX((x) => g.add(x, g.full(x.shape, 1.5)))],
  Range: [
    onX((x) => g.add(x, g.castTo(g.range(4), 'float32'))),
    onX((x) => g.add(x, g.unsqueeze(g.castTo(g.range('batch'), 'float32'), [1, 2]))),
  ],
  DimValue: [onX((x) => g.multiply(x, g.castTo(g.dimValue(g.multiplyDims('batch', 3)), 'float32')))],
  RandomMask: [onX((x) => g.dropout(x, 0.3)), onX((x) => g.dropout(g.tanh(g.dropout(x, 0.5, 'a')), 0.5, 'b'))],
  Recompute: [
    onX((x) => g.recompute((y) => g.multiply(g.tanh(y), g.sin(y)), [x])),
    // two results, one of them an input; a weight and a mask from outside
    sample({ ...x234, w: { shape: [4, 4] } }, (t) =>
      g.recompute((x) => [g.dropout(g.gelu(g.matmul(x, at(t, 'w'))), 0.4), x], [g.sin(at(t, 'x'))]),
    ),
    sample({ table: { shape: [4, 3] }, i: { shape: [2, 2], integers: [0, 3, 3, 1] } }, (t) =>
      g.recompute((i) => g.exp(g.gather(at(t, 'table'), i)), [at(t, 'i')]),
    ),
  ],
  Barrier: [onX((x) => g.createTensor('Barrier', [g.sin(x), g.sum(x)], {}, x)), onX((x) => barred(g.sum(x), x))],
  Identity: unary(g.identity),
  StopGradient: [onX((x) => g.multiply(g.stopGradient(g.constant(2)), x))],
  Neg: unary(g.negate),
  Abs: unary(g.absolute),
  Sign: unary(g.sign),
  Exp: unary(g.exp),
  Log: unary(g.log, 0.2, 3),
  Sqrt: unary(g.sqrt, 0.2, 3),
  Reciprocal: unary(g.reciprocal, 0.4, 3),
  Tanh: unary(g.tanh),
  Erf: unary(g.erf),
  Sigmoid: unary(g.sigmoid),
  Sin: unary(g.sin),
  Cos: unary(g.cos),
  Floor: unary(g.floor),
  Relu: unary(g.relu),
  Gelu: [...unary((x) => g.gelu(x)), ...unary((x) => g.gelu(x, 'tanh'))],
  QuickGelu: unary(g.quickGelu),
  Not: unary((x) => flag(g.not(g.greater(x, 0)))),
  Cast: unary((x) => g.castTo(x, 'float32')),
  Add: binary(g.add),
  Sub: binary(g.subtract),
  Mul: binary(g.multiply),
  Div: binary(g.divide, 0.5, 2),
  Pow: binary(g.power, 0.5, 2),
  Min: binary(g.minimum),
  Max: binary(g.maximum),
  Equal: [onX((x) => flag(g.equal(g.castTo(x, 'int64'), 0)))],
  Less: binary((a, b) => flag(g.less(a, b))),
  Greater: binary((a, b) => flag(g.greater(a, b))),
  LessOrEqual: binary((a, b) => flag(g.lessOrEqual(a, b))),
  GreaterOrEqual: binary((a, b) => flag(g.greaterOrEqual(a, b))),
  And: logic(g.and),
  Or: logic(g.or),
  Where: binary((a, b) => g.where(g.greater(a, b), g.multiply(a, 2), b)),
  ReduceSum: [
    onX((x) => g.sum(x)),
    onX((x) => g.sum(x, { axes: [1] })),
    onX((x) => g.sum(x, { axes: [0, -1], keepdims: true })),
  ],
  ReduceMean: [
    onX((x) => g.mean(x)),
    onX((x) => g.mean(x, { axes: [0] })),
    onX((x) => g.mean(x, { axes: [2], keepdims: true })),
  ],
  ReduceMax: [onX((x) => g.max(x, { axes: [1] })), onX((x) => g.max(x))],
  ReduceMin: [onX((x) => g.min(x, { axes: [0, 2], keepdims: true }))],
  ArgMax: [onX((x) => flag(g.argMax(x))), onX((x) => flag(g.argMax(x, 1, true)))],
  CumSum: [onX((x) => g.cumulativeSum(x, 1)), onX((x) => g.cumulativeSum(x, -1, { exclusive: true, reverse: true }))],
  TopK: [onX((x) => g.topK(x, 2).values), onX((x) => g.topK(x, 3, 1).values), onX((x) => flag(g.topK(x, 3).indices))],
  DynamicQuantizeLinear: [
    [-1, 2, 0.3, 0],
    [3, 1, 2, 0.5],
    [0, 0, 0, 0],
  ].map((values) =>
    onX((x) => {
      const { q, scale, zero } = g.dynamicQuantize(g.constant(float32([4], values)));
      return [g.add(x, flag(q)), g.multiply(x, scale), g.add(x, flag(zero))];
    }),
  ),
  MatMulInteger: [
    onX((x) => {
      const { q, zero } = g.dynamicQuantize(g.constant(float32([3, 2], [-1, 2, 0.3, 0, 1.4, -0.7])));
      return g.add(x, flag(g.integerMatmul(q, bytes([2, 4], [1, -128, 127, 3, -4, 5, 60, -7]), zero)));
    }),
  ],
  DequantizeLinear: [onX((x) => g.add(x, g.dequantize(bytes([3, 1], [-127, 5, 0]), g.constant(0.25))))],
  MatMul: [
    sample({ a: { shape: [2, 3], dims: ['batch', 3] }, b: { shape: [3, 4] } }, (t) => g.matmul(at(t, 'a'), at(t, 'b'))),
    sample({ a: { shape: [2, 1, 3, 4] }, b: { shape: [5, 4, 2] } }, (t) => g.matmul(at(t, 'a'), at(t, 'b'))),
    sample({ a: { shape: [2, 3, 4] }, b: { shape: [4, 5] } }, (t) => g.matmul(at(t, 'a'), at(t, 'b'))),
    sample({ a: { shape: [3, 4] }, b: { shape: [2, 4, 5], dims: ['batch', 4, 5] } }, (t) =>
      g.matmul(at(t, 'a'), at(t, 'b')),
    ),
    sample({ a: { shape: [0, 4] }, b: { shape: [4, 5] } }, (t) => g.matmul(at(t, 'a'), at(t, 'b'))),
  ],
  FusedMatMul: [true, false].flatMap((transA) =>
    [true, false].flatMap((transB) => [
      // batches on both sides; a stream times a weight matrix
      ...[[2], []].map((lead) =>
        sample(
          {
            a: { shape: transA ? [2, 3, 4] : [2, 4, 3], dims: transA ? [2, 3, 'rows'] : [2, 'rows', 3] },
            b: { shape: transB ? [...lead, 5, 3] : [...lead, 3, 5] },
          },
          (t) => g.fusedMatmul(at(t, 'a'), at(t, 'b'), { transA, transB, alpha: 0.7 }),
        ),
      ),
      // two axes of batches behind the first of B
      sample(
        {
          a: { shape: transA ? [2, 6, 3, 4] : [2, 6, 4, 3] },
          b: { shape: transB ? [5, 2, 6, 3] : [3, 2, 6, 5], dims: transB ? ['past', 2, 6, 3] : [3, 2, 6, 5] },
        },
        (t) => g.fusedMatmul(at(t, 'a'), at(t, 'b'), { transA, transB, firstB: true, alpha: 0.7 }),
      ),
    ]),
  ),
  Gemm: [
    ...[true, false].flatMap((transA) =>
      [true, false].map((transB) =>
        sample(
          { a: { shape: transA ? [3, 4] : [4, 3] }, b: { shape: transB ? [5, 3] : [3, 5] }, c: { shape: [5] } },
          (t) => g.gemm(at(t, 'a'), at(t, 'b'), at(t, 'c'), { transA, transB }),
        ),
      ),
    ),
    sample({ a: { shape: [4, 3], dims: ['batch', 3] }, b: { shape: [3, 5] } }, (t) => g.gemm(at(t, 'a'), at(t, 'b'))),
    sample({ a: { shape: [4, 3] }, b: { shape: [3, 5] }, c: { shape: [4, 1] } }, (t) =>
      g.gemm(at(t, 'a'), at(t, 'b'), at(t, 'c')),
    ),
  ],
  Reshape: [onX((x) => g.reshape(x, ['batch', 12])), onX((x) => g.flattenLeading(x))],
  Transpose: [onX((x) => g.transpose(x, [2, 0, 1])), onX((x) => g.transpose(x))],
  Concat: [onX((x) => g.concat([x, g.multiply(x, 2)], 0)), onX((x) => g.concat([x, x, x], 2))],
  Split: [onX((x) => g.split(x, [1, 3], 2))],
  Slice: [onX((x) => g.slice(x, 1, 1, 3)), onX((x) => g.slice(x, 2, -2, 4)), onX((x) => g.slice(x, 0, 1, 'batch'))],
  Pad: [onX((x) => g.pad(x, [0, 1, 0, 0, 0, 2], 0.5))],
  Expand: [
    sample({ x: { shape: [1, 3], dims: [1, 3] }, y: { shape: [2, 3], dims: ['batch', 3] } }, (t) =>
      g.add(g.expand(at(t, 'x'), [4, 'batch', 3]), at(t, 'y')),
    ),
  ],
  Tile: [onX((x) => g.tile(x, [1, 2, 3]))],
  Gather: [
    sample({ x: { shape: [4, 3] }, i: { shape: [2, 3], integers: [0, 3, 1, 1, 2, 0] } }, (t) =>
      g.gather(at(t, 'x'), at(t, 'i')),
    ),
    sample({ x: { shape: [2, 3, 4] }, i: { shape: [2], integers: [2, 2] } }, (t) =>
      g.gather(at(t, 'x'), at(t, 'i'), 1),
    ),
    sample({ x: { shape: [2, 3, 4], dims: ['batch', 3, 4] }, i: { shape: [2, 2], integers: [3, 0, 3, 1] } }, (t) =>
      g.gather(at(t, 'x'), at(t, 'i'), -1),
    ),
    sample({ x: { shape: [4, 3] }, i: { shape: [0], integers: [] } }, (t) => g.gather(at(t, 'x'), at(t, 'i'))),
    sample({ x: { shape: [4, 3] }, i: { shape: [], integers: [2] } }, (t) => g.gather(at(t, 'x'), at(t, 'i'))),
  ],
  GatherElements: [
    sample({ x: { shape: [2, 3] }, i: { shape: [2, 2], integers: [0, 2, 1, 1] } }, (t) =>
      g.gatherElements(at(t, 'x'), at(t, 'i'), 1),
    ),
    sample({ x: { shape: [3, 4] }, i: { shape: [5, 2], integers: [0, 2, 1, 1, 2, 2, 0, 0, 1, 0] } }, (t) =>
      g.gatherElements(at(t, 'x'), at(t, 'i'), 0),
    ),
  ],
  ScatterElements: (['none', 'add'] as const).map((reduction) =>
    sample({ x: { shape: [2, 3] }, i: { shape: [2, 2], integers: [0, 2, 1, 0] }, u: { shape: [2, 2] } }, (t) =>
      g.scatterElements(at(t, 'x'), at(t, 'i'), at(t, 'u'), { axis: 1, reduction }),
    ),
  ),
  ScatterND: (['none', 'add'] as const).flatMap((reduction) => [
    sample({ x: { shape: [4, 3] }, i: { shape: [2, 1], integers: [3, 1] }, u: { shape: [2, 3] } }, (t) =>
      g.scatterNd(at(t, 'x'), at(t, 'i'), at(t, 'u'), reduction),
    ),
    sample({ x: { shape: [4, 3] }, i: { shape: [2, 2], integers: [3, 1, 0, 2] }, u: { shape: [2] } }, (t) =>
      g.scatterNd(at(t, 'x'), at(t, 'i'), at(t, 'u'), reduction),
    ),
    sample(
      {
        x: { shape: [2, 3, 2], dims: ['batch', 'tokens', 2] },
        i: { shape: [2, 2], integers: [1, 1, 0, 2] },
        u: { shape: [2, 2] },
      },
      (t) => g.scatterNd(at(t, 'x'), at(t, 'i'), at(t, 'u'), reduction),
    ),
  ]),
  OneHot: [sample({ i: { shape: [2, 2], integers: [0, 3, 1, 1] } }, (t) => g.oneHot(at(t, 'i'), 4))],
  Trilu: [onX((x) => g.triangle(x, 'upper', 1)), onX((x) => g.triangle(x, 'lower'))],
  Softmax: [onX((x) => g.softmax(x)), onX((x) => g.softmax(x, 1))],
  LogSoftmax: [onX((x) => g.logSoftmax(x)), onX((x) => g.logSoftmax(x, 1))],
  LayerNormalization: [
    sample({ ...x234, w: { shape: [4] }, b: { shape: [4] } }, (t) =>
      g.layerNorm(at(t, 'x'), at(t, 'w'), at(t, 'b'), 1e-3),
    ),
  ],
  RMSNormalization: [sample({ ...x234, w: { shape: [4] } }, (t) => g.rmsNorm(at(t, 'x'), at(t, 'w'), 1e-3))],
  CrossEntropy: [
    sample(
      { x: { shape: [3, 5], dims: ['batch', 5] }, y: { shape: [3], integers: [4, -100, 0], dims: ['batch'] } },
      (t) => g.crossEntropy(at(t, 'x'), at(t, 'y')),
    ),
    sample({ x: { shape: [2, 2, 3] }, y: { shape: [2, 2], integers: [2, 0, 1, -100] } }, (t) =>
      g.crossEntropy(at(t, 'x'), at(t, 'y'), { smoothing: 0.2, classWeights: g.constant(float32([3], [0.5, 1, 2])) }),
    ),
    // weighted and smoothed alone; another ignored label; nothing that counts; the classes' weights as an input
    ...[{ smoothing: 0.1 }, { classWeights: g.constant(float32([3], [0.5, 1, 2])) }, { ignore: 0 }].map((options) =>
      sample({ x: { shape: [4, 3] }, y: { shape: [4], integers: [2, 0, 1, 0] } }, (t) =>
        g.crossEntropy(at(t, 'x'), at(t, 'y'), options),
      ),
    ),
    sample({ x: { shape: [2, 3] }, y: { shape: [2], integers: [-100, -100] } }, (t) =>
      g.crossEntropy(at(t, 'x'), at(t, 'y')),
    ),
    // losses of hundreds
    ...[0, 0.2].map((smoothing) =>
      sample({ x: { shape: [4, 3], low: -300, high: 300 }, y: { shape: [4], integers: [2, 0, 1, 0] } }, (t) =>
        g.crossEntropy(at(t, 'x'), at(t, 'y'), { smoothing }),
      ),
    ),
    sample({ x: { shape: [2, 3] }, y: { shape: [2], integers: [0, 2] }, w: { shape: [3], low: 0.5 } }, (t) =>
      g.crossEntropy(at(t, 'x'), at(t, 'y'), { classWeights: at(t, 'w'), smoothing: 0.3 }),
    ),
  ],
  Conv: [
    sample({ x: { shape: [2, 4, 5] }, w: { shape: [6, 2, 3] } }, (t) =>
      g.conv(at(t, 'x'), at(t, 'w'), { stride: 2, padding: 1, group: 2 }),
    ),
    sample({ x: { shape: [2, 3, 6, 5], dims: ['batch', 3, 6, 5] }, w: { shape: [4, 3, 3, 2] } }, (t) =>
      g.conv(at(t, 'x'), at(t, 'w'), { stride: [2, 1], padding: [1, 0], dilation: [1, 2] }),
    ),
    sample({ x: { shape: [1, 2, 3, 4, 3] }, w: { shape: [2, 2, 2, 2, 2] } }, (t) => g.conv(at(t, 'x'), at(t, 'w'))),
  ],
  ConvTranspose: [
    sample({ x: { shape: [2, 3, 4] }, w: { shape: [3, 2, 3] } }, (t) =>
      g.convTranspose(at(t, 'x'), at(t, 'w'), { stride: 2, padding: 1, outputPadding: 1 }),
    ),
    sample({ x: { shape: [1, 4, 3, 3] }, w: { shape: [4, 1, 2, 2] } }, (t) =>
      g.convTranspose(at(t, 'x'), at(t, 'w'), { group: 2 }),
    ),
    sample({ x: { shape: [2, 3, 4] }, w: { shape: [3, 2, 2] } }, (t) =>
      g.convTranspose(at(t, 'x'), at(t, 'w'), { stride: 3, dilation: 2, padding: 1, outputPadding: 2 }),
    ),
    sample({ x: { shape: [1, 2, 2, 2, 2] }, w: { shape: [2, 1, 2, 1, 2] } }, (t) =>
      g.convTranspose(at(t, 'x'), at(t, 'w'), { stride: 2 }),
    ),
  ],
  AveragePool: [
    sample({ x: { shape: [2, 3, 5, 4] } }, (t) => g.averagePool(at(t, 'x'), [2, 2], { stride: 2, padding: [1, 0] })),
  ],
};

/** Composites that are not operations of their own. */
export const composites: Readonly<Record<string, Sample>> = {
  silu: onX(g.silu),
  rsqrt: sample({ x: { shape: [3], low: 0.5 } }, (t) => g.rsqrt(at(t, 'x'))),
  logSumExp: onX((x) => g.logSumExp(x, 1)),
  resizeBicubic: sample({ x: { shape: [2, 3, 4] } }, (t) => g.resize(at(t, 'x'), [5, 6], 'bicubic')),
  resizeBilinear: sample({ x: { shape: [2, 5, 4] } }, (t) => g.resize(at(t, 'x'), [3, 6], 'bilinear')),
  binaryCrossEntropy: sample({ x: { shape: [4] }, y: { shape: [4], low: 0, high: 1 } }, (t) =>
    g.binaryCrossEntropy(at(t, 'x'), g.stopGradient(at(t, 'y'))),
  ),
  meanSquaredError: sample({ x: { shape: [4] }, y: { shape: [4] } }, (t) => g.meanSquaredError(at(t, 'x'), at(t, 'y'))),
  batchNorm: sample({ x: { shape: [3, 2, 4] }, w: { shape: [2] }, b: { shape: [2] } }, (t) =>
    g.batchNorm(at(t, 'x'), at(t, 'w'), at(t, 'b'), 1e-3),
  ),
  groupNorm: sample({ x: { shape: [2, 4, 3] }, w: { shape: [4] }, b: { shape: [4] } }, (t) =>
    g.groupNorm(at(t, 'x'), 2, { scale: at(t, 'w'), bias: at(t, 'b'), epsilon: 1e-3 }),
  ),
  binaryCrossEntropyOfTargets: sample({ x: { shape: [4] }, y: { shape: [4], low: 0, high: 1 } }, (t) =>
    g.binaryCrossEntropy(at(t, 'x'), at(t, 'y')),
  ),
  // the derivative of a derivative flows through the rebuilt region
  secondOrderRecompute: onX((x) =>
    g.gradients(g.sum(g.recompute((y) => g.multiply(g.sin(y), g.softmax(y)), [g.tanh(x)])), [x]),
  ),
  recomputeInRecompute: onX((x) =>
    g.gradients(
      g.sum(g.recompute((y) => g.sin(g.recompute((z) => g.exp(g.tanh(z)), [g.multiply(y, y)])), [g.cos(x)])),
      [x],
    ),
  ),
  secondOrderConv: sample({ x: { shape: [1, 2, 5] }, w: { shape: [2, 2, 3] } }, (t) =>
    g.gradients(g.sum(g.tanh(g.conv(at(t, 'x'), at(t, 'w'), { stride: 2, padding: 1 }))), [at(t, 'x'), at(t, 'w')]),
  ),
  secondOrderCrossEntropy: sample({ x: { shape: [2, 3] }, y: { shape: [2], integers: [0, 2] } }, (t) =>
    g.gradients(g.crossEntropy(at(t, 'x'), at(t, 'y')), [at(t, 'x')]),
  ),
  // beside its gradient a loss is written in another way
  gradientOfLargeLogits: sample(
    { x: { shape: [4, 3], low: -300, high: 300 }, y: { shape: [4], integers: [2, 0, 1, 0] } },
    (t) => {
      const loss = g.crossEntropy(at(t, 'x'), at(t, 'y'), { smoothing: 0.1 });
      return [loss, ...g.gradients(loss, [at(t, 'x')])];
    },
  ),
  secondOrder: onX((x) => g.gradients(g.sum(g.multiply(g.softmax(x), g.sin(x))), [x])),
  secondOrderNorm: sample({ x: { shape: [3, 4] }, w: { shape: [4] }, b: { shape: [4] } }, (t) =>
    g.gradients(g.sum(g.tanh(g.layerNorm(at(t, 'x'), at(t, 'w'), at(t, 'b'), 1e-3))), [at(t, 'x')]),
  ),
};

/** A traced sample with its feeds. */
export interface Traced {
  readonly inputs: Readonly<Record<string, g.Tensor>>;
  readonly outputs: readonly g.Tensor[];
  readonly feeds: Readonly<Record<string, NdArray>>;
}

/** Masks of dropout, at their symbolic sizes. */
function masksOf(outputs: readonly g.Tensor[], inputs: Sample['inputs']): Record<string, NdArray> {
  const sizes: Record<string, number> = {};
  for (const { dims, shape } of Object.values(inputs)) {
    dims?.forEach((dim, axis) => {
      if (typeof dim === 'string') sizes[dim] = shape[axis] as number;
    });
  }
  const masks: Record<string, NdArray> = {};
  for (const node of g.nodesOf(outputs)) {
    if (!g.isOp(node, 'RandomMask')) continue;
    const { site, rate, shape } = node.attributes;
    const random = new Random({ seed: 9, site });
    const size = shape.map((dim) => g.evaluateDim(dim, sizes));
    const values = Array.from({ length: sizeOf(size) }, () => (random.uniform() < rate ? 0 : 1 / (1 - rate)));
    masks[`mask:${site}`] = float32(size, values);
  }
  return masks;
}

/** Builds a sample's graph and seeded feeds. */
export function traceSample({ inputs, make }: Sample): Traced {
  const tensors = Object.entries(inputs).map(
    ([name, input]) => [name, g.input(name, input.integers ? 'int64' : 'float32', input.dims ?? input.shape)] as const,
  );
  const made = make(Object.fromEntries(tensors));
  const outputs = Array.isArray(made) ? (made as g.Tensor[]) : [made as g.Tensor];
  const feeds = Object.entries(inputs).map(([name, { shape, integers, low = -2, high = 2 }]) => {
    const random = new Random({ seed: 7, site: name });
    const values = Array.from({ length: sizeOf(shape) }, () => low + (high - low) * random.uniform());
    return [name, integers ? int64(shape, integers) : float32(shape, values)] as const;
  });
  return {
    inputs: Object.fromEntries(tensors),
    outputs,
    feeds: { ...Object.fromEntries(feeds), ...masksOf(outputs, inputs) },
  };
}
