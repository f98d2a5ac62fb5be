// How each operation is written in ONNX (opset 21 and com.microsoft), decomposed where a back end has no kernel.
// Which kernel exists where was measured; see docs/numerics.md.
import { fromNumbers, int64 } from '../../array/index.ts';
import { type Dim, productOf } from '../dim.ts';
import type { BinaryOps, OpName, UnaryOps } from '../operations.ts';
import { firstLast, lastSwapped } from '../ops/index.ts';
import type { Node, Tensor } from '../tensor.ts';
import { crossEntropy, logSoftmax } from './cross-entropy.ts';
import { type Emitter, elementTypes, MICROSOFT } from './emitter.ts';
import { scatterAdd } from './scatter-add.ts';

/** Writes one node and returns the names of its outputs. */
export type Spelling<K extends OpName> = (
  emitter: Emitter,
  inputs: readonly string[],
  node: Node<K>,
) => readonly string[];

/** Sources are written before all nodes, by the writer itself. */
export type Source = 'Input' | 'RandomMask';

type Spellings<K extends OpName> = { readonly [P in K]: Spelling<P> };

const plain =
  (opType: string): Spelling<OpName> =>
  (emitter, inputs) => [emitter.emit(opType, inputs)];

const plainTable = <K extends OpName>(names: readonly K[]): Spellings<K> =>
  Object.fromEntries(names.map((name) => [name, plain(name)])) as unknown as Spellings<K>;

const reduce =
  (opType: string): Spelling<'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin'> =>
  (emitter, inputs, { attributes: { axes, keepdims } }) =>
    axes.length === 0
      ? [emitter.emit('Identity', inputs)]
      : [emitter.emit(opType, [...inputs, emitter.integers(axes)], { attributes: { keepdims: keepdims ? 1 : 0 } })];

/** The mean of nothing is not a number; ONNX Runtime gives 0. Where the count is symbolic, 0 / count is added: nothing else changes. */
const reduceMean: Spelling<'ReduceMean'> = (emitter, inputs, node) => {
  const { axes, keepdims } = node.attributes;
  const [written] = reduce('ReduceMean')(emitter, inputs, node as never) as [string];
  const { dtype, shape } = first(node as Node);
  const count = productOf(axes.map((axis) => shape[axis] as Dim));
  if (typeof count === 'number' || !dtype.includes('float')) return [written];
  const counted = emitter.emit('Cast', [emitter.dim(count)], { attributes: { to: elementTypes[dtype] } });
  const zero = emitter.constant(fromNumbers(dtype, [1], [0]));
  const nothing = emitter.emit('Div', [zero, counted]);
  const isScalar = !keepdims && axes.length === shape.length;
  return [emitter.emit('Add', [written, isScalar ? scalarOf(emitter, nothing) : nothing])];
};

const number = (emitter: Emitter, value: number, like: Tensor): string =>
  emitter.constant(fromNumbers(like.dtype, [], [value]));

const scalarOf = (emitter: Emitter, vector: string): string => emitter.emit('Squeeze', [vector, emitter.integers([0])]);

const first = (node: Node): Tensor => node.inputs[0] as Tensor;

/** How an operand of a product is to be read: its first axis in the last place but one, and then the last two swapped, if so. */
function turned(emitter: Emitter, name: string, rank: number, is: { isFirst: boolean; isSwapped: boolean }): string {
  if (!is.isFirst && !is.isSwapped) return name;
  const order = is.isFirst ? firstLast(rank) : [...Array(rank).keys()];
  const perm = is.isSwapped ? lastSwapped(rank).map((axis) => order[axis] as number) : order;
  return emitter.emit('Transpose', [name], { attributes: { perm } });
}

const unary: Spellings<keyof UnaryOps> = {
  ...plainTable([
    'Identity',
    'Neg',
    'Abs',
    'Sign',
    'Exp',
    'Log',
    'Sqrt',
    'Reciprocal',
    'Tanh',
    'Erf',
    'Sigmoid',
    'Sin',
    'Cos',
    'Floor',
    'Relu',
    'Not',
  ] as const),
  StopGradient: plain('Identity'),
  Gelu: (emitter, inputs, { attributes }) => [
    emitter.emit('Gelu', inputs, { attributes: { approximate: attributes.approximate } }),
  ],
  QuickGelu: (emitter, inputs, node) => {
    const { alpha } = node.attributes;
    if (emitter.backend.fusedKernels)
      return [emitter.emit('QuickGelu', inputs, { attributes: { alpha: { float: alpha } }, domain: MICROSOFT })];
    const gate = emitter.emit('Sigmoid', [
      emitter.emit('Mul', [inputs[0] as string, number(emitter, alpha, first(node as Node))]),
    ]);
    return [emitter.emit('Mul', [inputs[0] as string, gate])];
  },
  Cast: (emitter, inputs, { attributes }) => [
    emitter.emit('Cast', inputs, { attributes: { to: elementTypes[attributes.to] } }),
  ],
};

const binary: Spellings<keyof BinaryOps> = plainTable([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Pow',
  'Min',
  'Max',
  'Equal',
  'Less',
  'Greater',
  'LessOrEqual',
  'GreaterOrEqual',
  'And',
  'Or',
] as const);

const products: Spellings<'MatMul' | 'FusedMatMul' | 'Gemm'> = {
  MatMul: plain('MatMul'),
  FusedMatMul: (emitter, inputs, node) => {
    const { transA, transB, alpha, firstB = false } = node.attributes;
    if (emitter.backend.fusedKernels) {
      const flags = { transA: transA ? 1 : 0, transB: transB ? 1 : 0, ...(firstB ? { transBatchB: 1 } : {}) };
      const attributes = { ...flags, alpha: { float: alpha } };
      return [emitter.emit('FusedMatMul', inputs, { attributes, domain: MICROSOFT })];
    }
    const [a, b] = node.inputs as [Tensor, Tensor];
    const left = turned(emitter, inputs[0] as string, a.shape.length, { isFirst: false, isSwapped: transA });
    const right = turned(emitter, inputs[1] as string, b.shape.length, { isFirst: firstB, isSwapped: transB });
    const y = emitter.emit('MatMul', [left, right]);
    return [alpha === 1 ? y : emitter.emit('Mul', [y, number(emitter, alpha, a)])];
  },
  Gemm: (emitter, inputs, { attributes: { transA, transB } }) => [
    emitter.emit('Gemm', inputs, { attributes: { transA: transA ? 1 : 0, transB: transB ? 1 : 0 } }),
  ],
};

const quantized: Spellings<'DynamicQuantizeLinear' | 'MatMulInteger' | 'DequantizeLinear'> = {
  DynamicQuantizeLinear: (emitter, inputs) => emitter.emitAll('DynamicQuantizeLinear', inputs, { outputs: 3 }),
  ...plainTable(['MatMulInteger', 'DequantizeLinear'] as const),
};

type Movement = 'Reshape' | 'Transpose' | 'Concat' | 'Split' | 'Slice' | 'Pad' | 'Expand' | 'Tile' | 'Trilu';

const movement: Spellings<Movement> = {
  Reshape: (emitter, inputs, node) => [
    emitter.reshape(inputs[0] as string, first(node as Node).shape, node.attributes.shape),
  ],
  Transpose: (emitter, inputs, { attributes: { perm } }) => [
    emitter.emit('Transpose', inputs, { attributes: { perm } }),
  ],
  Concat: (emitter, inputs, { attributes: { axis } }) => [emitter.emit('Concat', inputs, { attributes: { axis } })],
  Split: (emitter, inputs, { attributes: { axis, sizes } }) =>
    emitter.emitAll('Split', [...inputs, emitter.integers(sizes)], { attributes: { axis }, outputs: sizes.length }),
  Slice: (emitter, inputs, { attributes: { starts, ends, axes, steps } }) => [
    emitter.emit('Slice', [
      ...inputs,
      emitter.dims(starts),
      emitter.dims(ends),
      emitter.integers(axes),
      emitter.integers(steps),
    ]),
  ],
  Pad: (emitter, inputs, node) => [
    emitter.emit('Pad', [
      ...inputs,
      emitter.dims(node.attributes.pads),
      number(emitter, node.attributes.value, first(node as Node)),
    ]),
  ],
  Expand: (emitter, inputs, { attributes: { shape } }) => [emitter.emit('Expand', [...inputs, emitter.dims(shape)])],
  Tile: (emitter, inputs, { attributes: { repeats } }) => [
    emitter.emit('Tile', [...inputs, emitter.integers(repeats)]),
  ],
  Trilu: (emitter, inputs, { attributes: { upper, k } }) => [
    emitter.emit('Trilu', [...inputs, emitter.constant(int64([], [k]))], { attributes: { upper: upper ? 1 : 0 } }),
  ],
};

type Indexing = 'Gather' | 'GatherElements' | 'ScatterElements' | 'ScatterND' | 'OneHot';

const indexing: Spellings<Indexing> = {
  Gather: (emitter, inputs, { attributes: { axis } }) => [emitter.emit('Gather', inputs, { attributes: { axis } })],
  GatherElements: (emitter, inputs, { attributes: { axis } }) => [
    emitter.emit('GatherElements', inputs, { attributes: { axis } }),
  ],
  ScatterElements: (emitter, inputs, { attributes: { axis, reduction } }) => [
    emitter.emit('ScatterElements', inputs, { attributes: { axis, reduction } }),
  ],
  ScatterND: (emitter, inputs, node) => {
    const { reduction } = node.attributes;
    if (reduction === 'add' && emitter.backend.fusedKernels) return [scatterAdd(emitter, inputs, node)];
    const [data, indices, updates] = inputs as [string, string, string];
    const isWide = node.inputs[1]?.dtype === 'int64';
    const places = isWide ? indices : emitter.emit('Cast', [indices], { attributes: { to: elementTypes.int64 } });
    return [emitter.emit('ScatterND', [data, places, updates], { attributes: { reduction } })];
  },
  // comparison with 0 … depth − 1: OneHot has no WebGPU kernel, and this is a constant-size comparison
  OneHot: (emitter, inputs, { attributes: { depth }, inputs: [indices] }) => {
    const wide = emitter.emit('Unsqueeze', [inputs[0] as string, emitter.integers([-1])]);
    const classes = fromNumbers(
      (indices as Tensor).dtype,
      [depth],
      Array.from({ length: depth }, (_, i) => i),
    );
    const hits = emitter.emit('Equal', [wide, emitter.constant(classes)]);
    return [emitter.emit('Cast', [hits], { attributes: { to: elementTypes.float32 } })];
  },
};

type Normal = 'Softmax' | 'LogSoftmax' | 'LayerNormalization' | 'RMSNormalization' | 'CrossEntropy';

const normal: Spellings<Normal> = {
  Softmax: (emitter, inputs, { attributes: { axis } }) => [emitter.emit('Softmax', inputs, { attributes: { axis } })],
  LogSoftmax: (emitter, inputs, { attributes: { axis } }) => [logSoftmax(emitter, inputs[0] as string, axis)],
  LayerNormalization: (emitter, inputs, { attributes: { epsilon } }) =>
    emitter.emitAll('LayerNormalization', inputs, {
      attributes: { axis: -1, epsilon: { float: epsilon } },
      outputs: 3,
    }),
  RMSNormalization: (emitter, inputs, node) => {
    const { epsilon } = node.attributes;
    const [x, scale] = inputs as [string, string];
    if (emitter.backend.fusedKernels) {
      return [
        emitter.emit('SimplifiedLayerNormalization', [x, scale], {
          attributes: { axis: -1, epsilon: { float: epsilon } },
        }),
      ];
    }
    const square = emitter.emit('ReduceMean', [emitter.emit('Mul', [x, x]), emitter.integers([-1])], {
      attributes: { keepdims: 1 },
    });
    const root = emitter.emit('Sqrt', [emitter.emit('Add', [square, number(emitter, epsilon, first(node as Node))])]);
    return [emitter.emit('Mul', [emitter.emit('Div', [x, root]), scale])];
  },
  CrossEntropy: crossEntropy,
};

const convolution: Spellings<'Conv' | 'ConvTranspose' | 'AveragePool'> = {
  Conv: (emitter, inputs, { attributes: { strides, pads, dilations, group } }) => [
    emitter.emit('Conv', inputs, { attributes: { strides, pads, dilations, group } }),
  ],
  ConvTranspose: (emitter, inputs, { attributes: { strides, pads, dilations, group, outputPadding } }) => [
    emitter.emit('ConvTranspose', inputs, {
      attributes: { strides, pads, dilations, group, output_padding: outputPadding },
    }),
  ],
  AveragePool: (emitter, inputs, { attributes: { kernel, strides, pads } }) => [
    emitter.emit('AveragePool', inputs, { attributes: { kernel_shape: kernel, strides, pads, count_include_pad: 1 } }),
  ],
};

const sources: Spellings<'Constant' | 'ConstantOfShape' | 'Range' | 'DimValue'> = {
  Constant: (emitter, _, { attributes: { value } }) => [emitter.constant(value)],
  ConstantOfShape: (emitter, _, { attributes: { shape, value, dtype } }) => [
    emitter.emit('ConstantOfShape', [emitter.dims(shape)], {
      attributes: { value: { tensor: fromNumbers(dtype, [1], [value]) } },
    }),
  ],
  Range: (emitter, _, { attributes: { size } }) => {
    const [zero, one] = [emitter.constant(int64([], [0])), emitter.constant(int64([], [1]))];
    return [emitter.emit('Range', [zero, scalarOf(emitter, emitter.dim(size)), one])];
  },
  DimValue: (emitter, _, { attributes: { dim } }) => [scalarOf(emitter, emitter.dim(dim))],
};

const reductions: Spellings<'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin' | 'ArgMax' | 'CumSum' | 'TopK'> = {
  ReduceSum: reduce('ReduceSum'),
  ReduceMean: reduceMean,
  ReduceMax: reduce('ReduceMax'),
  ReduceMin: reduce('ReduceMin'),
  ArgMax: (emitter, inputs, { attributes: { axis, keepdims } }) => [
    emitter.emit('ArgMax', inputs, { attributes: { axis, keepdims: keepdims ? 1 : 0 } }),
  ],
  CumSum: (emitter, inputs, { attributes: { axis, exclusive, reverse } }) => [
    emitter.emit('CumSum', [...inputs, emitter.constant(int64([], [axis]))], {
      attributes: { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 },
    }),
  ],
  TopK: (emitter, inputs, { attributes: { axis, k } }) =>
    emitter.emitAll('TopK', [...inputs, emitter.integers([k])], {
      attributes: { axis, largest: 1, sorted: 1 },
      outputs: 2,
    }),
};

const regions: Spellings<'Recompute' | 'Barrier'> = {
  Recompute: (_, inputs, { attributes: { results } }) => inputs.slice(0, results),
  // a Reshape to its own shape, plus nothing of the other's shape: no copy, but it cannot run before that is known
  Barrier: (emitter, [x = '', after = '']) => {
    const total = emitter.emit('ReduceProd', [emitter.emit('Shape', [after])], { attributes: { keepdims: 0 } });
    const nothing = emitter.emit('Mul', [total, emitter.constant(int64([], [0]))]);
    const target = emitter.emit('Add', [emitter.emit('Shape', [x]), nothing]);
    return [emitter.emit('Reshape', [x, target], { attributes: { allowzero: 1 } })];
  },
};

/** Booleans have no kernel: `(c and a) or (not c and b)`. */
const where: Spelling<'Where'> = (emitter, inputs, { outputs }) => {
  const [condition, a, b] = inputs as [string, string, string];
  if (outputs[0]?.dtype !== 'bool') return [emitter.emit('Where', inputs)];
  const chosen = emitter.emit('And', [condition, a]);
  return [emitter.emit('Or', [chosen, emitter.emit('And', [emitter.emit('Not', [condition]), b])])];
};

/** The ONNX spelling of every operation that is not a graph input. */
export const spellings: Spellings<Exclude<OpName, Source>> = {
  ...sources,
  ...regions,
  ...unary,
  ...binary,
  Where: where,
  ...reductions,
  ...products,
  ...quantized,
  ...movement,
  ...indexing,
  ...normal,
  ...convolution,
};
