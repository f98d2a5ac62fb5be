// Arrays that hold nothing along some axis. What ONNX Runtime (1.30) does with them was measured: `TopK` over no rows divides by zero and
// `ConvTranspose` over no places reads where nothing is, which ends the process; `Conv` over no channels never returns; batched products
// over nothing give what lay in memory; others refuse in words of their own. Where the size is known these are written as constants;
// where it is symbolic, the model asks for sizes that do (onnx/needs.ts).
import { fromNumbers } from '../../array/index.ts';
import { type Dim, productOf } from '../dim.ts';
import type { OpName, Ops } from '../operations.ts';
import type { Node, Tensor } from '../tensor.ts';
import type { Emitter } from './emitter.ts';
import type { Need } from './needs.ts';

/** What the outputs hold when an input holds nothing: sums of nothing are 0, means of nothing are not a number. */
const fills: { readonly [K in OpName]?: readonly number[] } = {
  MatMul: [0],
  FusedMatMul: [0],
  Conv: [0],
  ConvTranspose: [0],
  AveragePool: [0],
  TopK: [0, 0],
  ReduceMean: [Number.NaN],
  LayerNormalization: [0, Number.NaN, Number.NaN],
  RMSNormalization: [0],
};

/** The names of constants in the place of a node that reads an array known to be empty; undefined where ONNX Runtime copes. */
export function writtenAsConstants(emitter: Emitter, node: Node): readonly string[] | undefined {
  const values = fills[node.op];
  if (!values || !node.inputs.some(({ shape }) => shape.includes(0))) return undefined;
  return node.outputs.map(({ dtype, shape }, i) =>
    emitter.emit('ConstantOfShape', [emitter.dims(shape)], {
      attributes: { value: { tensor: fromNumbers(dtype, [1], [values[i] as number]) } },
    }),
  );
}

type Sizes = readonly Pick<Need, 'size' | 'least' | 'unless'>[];
type SizesOf<K extends OpName> = (node: Node<K>) => Sizes;

const elements = (x: Tensor | undefined): Dim => productOf(x?.shape ?? []);

/** A kernel that takes batches one by one: it refuses none against one, and leaves alone what it should fill with sums of nothing. */
function productSizes(
  { inputs, outputs }: Node<'MatMul' | 'FusedMatMul'>,
  { transA = false, firstB = false }: Partial<Ops['FusedMatMul']>,
): Sizes {
  const [a, b] = inputs as [Tensor, Tensor];
  const [batchesA, batchesB] = [a.shape.slice(0, -2), firstB ? b.shape.slice(1, -1) : b.shape.slice(0, -2)];
  // one matrix product of all rows
  if ((batchesA.length === 0 || !transA) && batchesB.every((size) => size === 1)) return [];
  const rank = Math.max(batchesA.length, batchesB.length);
  const repeated = Array.from({ length: rank }, (_, i): Dim => {
    const [x, y] = [batchesA[i - rank + batchesA.length] ?? 1, batchesB[i - rank + batchesB.length] ?? 1];
    return x === 1 ? y : y === 1 ? x : 1;
  });
  const inner = a.shape.at(transA ? -2 : -1) as Dim;
  return [...repeated.map((size) => ({ size, least: 1 })), { size: inner, least: 1, unless: elements(outputs[0]) }];
}

const width: SizesOf<'LayerNormalization' | 'RMSNormalization'> = ({ inputs }) => [
  { size: inputs[0]?.shape.at(-1) as Dim, least: 1 },
];

const sizes: { readonly [K in OpName]?: SizesOf<K> } = {
  TopK: ({ inputs, attributes: { axis, k } }) => {
    const { shape } = inputs[0] as Tensor;
    if (k === 0) return [];
    return [
      { size: productOf(shape.slice(0, axis)), least: 1 },
      { size: shape[axis] as Dim, least: k },
    ];
  },
  ArgMax: ({ inputs, outputs, attributes: { axis } }) => [
    { size: inputs[0]?.shape[axis] as Dim, least: 1, unless: elements(outputs[0]) },
  ],
  MatMul: (node) => productSizes(node, {}),
  FusedMatMul: (node) => productSizes(node, node.attributes),
  // of a weight's gradient, whose channels are the batch
  Conv: ({ inputs, outputs }) => [{ size: inputs[0]?.shape[1] as Dim, least: 1, unless: elements(outputs[0]) }],
  LayerNormalization: width,
  RMSNormalization: width,
};

/** Tells the emitter which sizes a node cannot do without. */
export function askForSizes(emitter: Emitter, node: Node): void {
  const rule = sizes[node.op] as SizesOf<OpName> | undefined;
  for (const one of rule?.(node) ?? []) emitter.need({ ...one, operation: node.op });
}
