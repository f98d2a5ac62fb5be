// The graph executed in plain float64 loops: the oracle of the tests. Slow, simple, and independent of ONNX Runtime.
import { type NamedArrays, toNumbers } from '../array/index.ts';
import { type Dims, evaluateDim } from './dim.ts';
import { binaryMeanings, unaryMeanings, whereMeaning } from './meanings/elementwise.ts';
import { convolutionMeanings, normalizeMeanings } from './meanings/kernels.ts';
import type { Meaning, Meanings, Sizes } from './meanings/meaning.ts';
import { quantizeMeanings } from './meanings/quantize.ts';
import {
  indexingMeanings,
  movementMeanings,
  productMeanings,
  reduceMeanings,
  regionMeanings,
  sourceMeanings,
} from './meanings/structure.ts';
import type { Value } from './meanings/values.ts';
import type { OpName } from './operations.ts';
import { isOp, type Node, nodesOf, type Tensor } from './tensor.ts';

export type { Value } from './meanings/values.ts';

/** The meaning of every operation but the fed ones. */
export const meanings: Meanings<Exclude<OpName, 'Input' | 'RandomMask'>> = {
  ...sourceMeanings,
  ...regionMeanings,
  ...unaryMeanings,
  ...binaryMeanings,
  ...whereMeaning,
  ...reduceMeanings,
  ...productMeanings,
  ...quantizeMeanings,
  ...movementMeanings,
  ...indexingMeanings,
  ...normalizeMeanings,
  ...convolutionMeanings,
};

/** The name under which a node is fed, undefined for computed ones. */
function feedName(node: Node): string | undefined {
  if (isOp(node, 'Input')) return node.attributes.name as string;
  return isOp(node, 'RandomMask') ? `mask:${node.attributes.site}` : undefined;
}

/** Reads the sizes that a feed gives to plain names; the first feed of a name decides. */
function bindSizes(declared: Dims, shape: readonly number[], sizes: Record<string, number>): void {
  declared.forEach((dim, axis) => {
    const size = shape[axis];
    if (typeof dim === 'string' && size !== undefined && /^[^*+]+$/.test(dim)) sizes[dim] ??= size;
  });
}

function requireShape(name: string, declared: Dims, shape: readonly number[], sizes: Sizes): void {
  const expected = declared.map((dim) => evaluateDim(dim, sizes));
  if (expected.join() !== shape.join()) {
    throw new RangeError(
      `interpret: expected '${name}' of shape [${declared.join(', ')}] = [${expected}], got [${shape}]`,
    );
  }
}

/**
 * The values of `outputs` in float64. Feeds by input name (masks as `mask:` + site), as arrays or as float64 values.
 * @throws RangeError for a missing feed, or one whose shape is not the declared one
 */
export function interpret(outputs: readonly Tensor[], feeds: NamedArrays | Readonly<Record<string, Value>>): Value[] {
  const nodes = nodesOf(outputs);
  const sizes: Record<string, number> = {};
  const fedShapes: (readonly [string, Dims, readonly number[]])[] = [];
  const values = new Map<Tensor, Value>();
  for (const node of nodes) {
    const name = feedName(node);
    if (name === undefined) continue;
    const tensor = node.outputs[0] as Tensor;
    const fed = feeds[name];
    if (!fed) throw new RangeError(`interpret: expected a feed for '${name}', got ${Object.keys(feeds).join(', ')}`);
    bindSizes(tensor.shape, fed.shape, sizes);
    fedShapes.push([name, tensor.shape, fed.shape]);
    values.set(tensor, 'dtype' in fed ? { shape: fed.shape, data: Float64Array.from(toNumbers(fed)) } : fed);
  }
  for (const [name, declared, shape] of fedShapes) requireShape(name, declared, shape, sizes);
  for (const node of nodes) {
    if (values.has(node.outputs[0] as Tensor)) continue;
    const shapes = node.outputs.map((output) => output.shape.map((dim) => evaluateDim(dim, sizes)));
    const meaning = meanings[node.op as keyof typeof meanings] as Meaning<OpName>;
    const results = meaning(
      node.inputs.map((input) => values.get(input) as Value),
      node,
      { shapes, sizes },
    );
    for (const [i, output] of node.outputs.entries()) values.set(output, results[i] as Value);
  }
  return outputs.map((output) => values.get(output) as Value);
}
