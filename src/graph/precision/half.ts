// A graph in half precision: weights and computation in float16, inputs and outputs in float32 as before.
// Constants beyond float16 (masks) become its largest numbers, as onnxconverter-common does; numbers that depend on sizes and whole
// numbers alone (positions, angles, masks) and sums of squares stay in float32.
import { cast, fromNumbers, getNumber, type NamedArrays, type NdArray } from '../../array/index.ts';
import type { OpName } from '../operations.ts';
import { castTo, constant, full, parameter } from '../ops/index.ts';
import { isOp, type Node, nodesOf, remadeNode, type Tensor } from '../tensor.ts';

/** A graph's outputs with the parameters they read. */
export interface StoredGraph {
  readonly outputs: readonly Tensor[];
  readonly parameters: NamedArrays;
}

/** Largest finite float16. */
const LARGEST = 65504;

/** Operations whose intermediate sums leave float16's range. */
const wide: ReadonlySet<OpName> = new Set<OpName>(['RMSNormalization', 'ReduceSum', 'ReduceMean', 'Pow', 'CumSum']);

const clamped = (value: number): number => Math.min(LARGEST, Math.max(-LARGEST, value));

/** The array in float16; finite values stay finite. */
function halved(array: NdArray): NdArray {
  if (array.dtype !== 'float32') return array;
  const half = cast(array, 'float16');
  for (let i = 0; i < half.data.length; i++) {
    // what rounding made infinite
    const isInfinite = ((half.data[i] as number) & 0x7fff) === 0x7c00;
    if (isInfinite && Number.isFinite(array.data[i])) half.data[i] = (half.data[i] as number) - 1;
  }
  return half;
}

const isFloat32 = ({ dtype }: Tensor): boolean => dtype === 'float32';

/** A constant with its numbers inside float16's range, still in float32. */
function clampedSource(node: Node): readonly Tensor[] {
  if (isOp(node, 'Constant') && node.attributes.value.dtype === 'float32') {
    const { value } = node.attributes;
    const numbers = Array.from({ length: value.data.length }, (_, i) => clamped(getNumber(value, i)));
    return [constant(fromNumbers('float32', value.shape, numbers))];
  }
  if (isOp(node, 'ConstantOfShape') && node.attributes.dtype === 'float32')
    return [full(node.attributes.shape, clamped(node.attributes.value))];
  return node.outputs;
}

/** The float16 form of a float32 tensor. */
function inHalf(x: Tensor): Tensor {
  const { node } = x;
  if (isOp(node, 'Constant')) return constant(halved(node.attributes.value));
  if (isOp(node, 'ConstantOfShape')) return full(node.attributes.shape, node.attributes.value, 'float16');
  return isFloat32(x) ? castTo(x, 'float16') : x;
}

function rebuild(node: Node, inputs: readonly Tensor[], dtype: 'float32' | 'float16'): readonly Tensor[] {
  if (isOp(node, 'Cast'))
    return [castTo(inputs[0] as Tensor, node.attributes.to === 'float32' ? dtype : node.attributes.to)];
  const signatures = node.outputs.map((output) => (isFloat32(output) ? { ...output, dtype } : output));
  return remadeNode(node, inputs, signatures);
}

/** The same graph computing in float16. Parameters keep their names. */
export function inHalfPrecision({ outputs, parameters }: StoredGraph): StoredGraph {
  const replaced = new Map<Tensor, Tensor>();
  const current = (tensor: Tensor): Tensor => replaced.get(tensor) ?? tensor;
  const visit = (node: Node): readonly Tensor[] => {
    if (isOp(node, 'Input')) {
      const [x] = node.outputs as [Tensor];
      if (!isFloat32(x)) return [x];
      return [node.attributes.trainable ? parameter(node.attributes.name, 'float16', x.shape) : castTo(x, 'float16')];
    }
    if (node.inputs.length === 0) return clampedSource(node);
    const inputs = node.inputs.map(current);
    if (!inputs.some(({ dtype }) => dtype === 'float16')) {
      const isSame = inputs.every((input, i) => input === node.inputs[i]);
      return isSame ? node.outputs : rebuild(node, inputs, 'float32');
    }
    if (!wide.has(node.op))
      return rebuild(
        node,
        inputs.map((x) => (isFloat32(x) ? inHalf(x) : x)),
        'float16',
      );
    const widened = inputs.map((x) => (x.dtype === 'float16' ? castTo(x, 'float32') : x));
    return rebuild(node, widened, 'float32').map((x) => (isFloat32(x) ? castTo(x, 'float16') : x));
  };
  for (const node of nodesOf(outputs)) {
    const result = visit(node);
    for (const [i, output] of node.outputs.entries()) replaced.set(output, result[i] as Tensor);
  }
  return {
    outputs: outputs.map((output) => castTo(current(output), output.dtype)),
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, array]) => [name, halved(array)])),
  };
}
