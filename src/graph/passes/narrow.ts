// What nobody reads is not computed: where only a part of an axis is read (the vector of `[CLS]`), everything between that cut and the places
// where elements meet (attention's keys, a mean over the axis) is computed for that part alone. In an encoder that classifies, this is most
// of its last layer, in both directions.
import { type Dim, type Dims, divideDims, multiplyDims, productOf } from '../dim.ts';
import type { OpName } from '../operations.ts';
import { reshape, slice } from '../ops/index.ts';
import { isOp, type Node, remadeNode, type Tensor } from '../tensor.ts';
import type { Pass } from './rewrite.ts';

/** A tensor seen as `[before, size, after]`, of whose middle axis only `start` to `end` (excluded) is read. Reshapes do not change it. */
interface Part {
  readonly before: Dim;
  readonly size: Dim;
  readonly after: Dim;
  readonly start: number;
  readonly end: number;
}
type Demand = Part | 'whole';

/** What a node needs of each input to give that part of its first output; undefined when it cannot be told. */
type Rule = (node: Node, part: Part) => readonly Demand[] | undefined;

/** The part of axis `axis` of a shape. */
const partOfAxis = (shape: Dims, axis: number, { start, end }: Pick<Part, 'start' | 'end'>): Part => ({
  ...{ before: productOf(shape.slice(0, axis)), size: shape[axis] as Dim, after: productOf(shape.slice(axis + 1)) },
  ...{ start, end },
});

/** The axis in which a part lies, and whether its elements are whole ones of that axis: they are not where axes were joined. */
function axisOf(shape: Dims, part: Part): { readonly axis: number; readonly isWhole: boolean } | undefined {
  for (const [axis, dim] of shape.entries()) {
    const outer = divideDims(part.before, productOf(shape.slice(0, axis)));
    const inner = divideDims(part.after, productOf(shape.slice(axis + 1)));
    if (outer === undefined || inner === undefined) continue;
    if (multiplyDims(multiplyDims(outer, part.size), inner) === dim)
      return { axis, isWhole: outer === 1 && inner === 1 };
  }
  return undefined;
}

/** The shape of the part. */
function shapeOf(shape: Dims, part: Part): Dims | undefined {
  const found = axisOf(shape, part);
  return (
    found &&
    shape.map((dim, i) =>
      i === found.axis ? multiplyDims(divideDims(dim, part.size) as Dim, part.end - part.start) : dim,
    )
  );
}

/** The axis that a part takes whole elements of. */
function plainAxis(shape: Dims, part: Part): number | undefined {
  const found = axisOf(shape, part);
  return found?.isWhole ? found.axis : undefined;
}

const same: Rule = ({ inputs }, part) => inputs.map((): Demand => part);

/** Operands broadcast: each gives the part of the axis that it has. */
const broadcast: Rule = ({ inputs, outputs }, part) => {
  const shape = outputs[0]?.shape ?? [];
  const found = axisOf(shape, part);
  if (!found) return undefined;
  const fromRight = shape.length - found.axis;
  const demands = inputs.map((input): Demand | undefined => {
    const axis = input.shape.length - fromRight;
    if (axis < 0 || (input.shape[axis] === 1 && shape[found.axis] !== 1)) return 'whole';
    if (found.isWhole) return partOfAxis(input.shape, axis, part);
    return input.shape.join() === shape.join() ? part : undefined;
  });
  return demands.every((demand) => demand !== undefined) ? (demands as Demand[]) : undefined;
};

/** Rows over the last axis stay together; further inputs are vectors over it. */
const alongRows: Rule = ({ inputs }, part) => {
  const width = inputs[0]?.shape.at(-1) ?? 1;
  return divideDims(part.after, width) === undefined
    ? undefined
    : inputs.map((_, i): Demand => (i === 0 ? part : 'whole'));
};

/** Operations along an axis that leave the others alone. */
const besides =
  (own: (node: Node) => readonly number[]): Rule =>
  (node, part) => {
    const axis = plainAxis(node.outputs[0]?.shape ?? [], part);
    return axis === undefined || own(node).includes(axis)
      ? undefined
      : node.inputs.map((input): Demand => partOfAxis(input.shape, axis, part));
  };

/** `A B`: rows of A, and both sides' leading axes. */
const product: Rule = (node, part) => {
  const [a, b] = node.inputs as [Tensor, Tensor];
  const shape = node.outputs[0]?.shape ?? [];
  const axis = plainAxis(shape, part);
  if (axis === undefined || axis === shape.length - 1) return undefined;
  if (isOp(node, 'FusedMatMul') && node.attributes.firstB) return undefined;
  const transA = isOp(node, 'FusedMatMul') && node.attributes.transA;
  const ofOperand = ({ shape: own }: Tensor, at: number): Demand =>
    at < 0 || own[at] !== shape[axis] ? 'whole' : partOfAxis(own, at, part);
  if (axis === shape.length - 2) return [ofOperand(a, a.shape.length - (transA ? 1 : 2)), 'whole'];
  const fromRight = shape.length - axis;
  return [ofOperand(a, a.shape.length - fromRight), ofOperand(b, b.shape.length - fromRight)];
};

const rules: { readonly [K in OpName]?: Rule } = {
  ...Object.fromEntries(
    (['Neg', 'Exp', 'Tanh', 'Erf', 'Sigmoid', 'Relu', 'Gelu', 'QuickGelu', 'Not', 'Cast'] as const).map((op) => [
      op,
      same,
    ]),
  ),
  ...Object.fromEntries((['Add', 'Sub', 'Mul', 'Div', 'Where'] as const).map((op) => [op, broadcast])),
  StopGradient: same,
  Reshape: same,
  Softmax: alongRows,
  LayerNormalization: alongRows,
  RMSNormalization: alongRows,
  Slice: besides((node) => (isOp(node, 'Slice') ? node.attributes.axes : [])),
  Split: besides((node) => (isOp(node, 'Split') ? [node.attributes.axis] : [])),
  Concat: besides((node) => (isOp(node, 'Concat') ? [node.attributes.axis] : [])),
  Transpose: (node, part) => {
    const axis = plainAxis(node.outputs[0]?.shape ?? [], part);
    if (axis === undefined || !isOp(node, 'Transpose')) return undefined;
    return [partOfAxis((node.inputs[0] as Tensor).shape, node.attributes.perm[axis] as number, part)];
  },
  MatMul: product,
  FusedMatMul: product,
  Gemm: (node, part) => {
    const [a, , c] = node.inputs as [Tensor, Tensor, Tensor | undefined];
    const inner = divideDims(part.after, node.outputs[0]?.shape[1] as Dim);
    if (!isOp(node, 'Gemm') || node.attributes.transA || inner === undefined || (c && c.shape.length > 1))
      return undefined;
    const rows: Part = { ...part, after: multiplyDims(inner, a.shape[1] as Dim) };
    return [rows, 'whole', ...(c ? ['whole' as const] : [])];
  },
};

/** A softmax over another axis than the last mixes what the rule keeps apart. */
const isPlain = (node: Node): boolean =>
  !isOp(node, 'Softmax') || node.attributes.axis === (node.outputs[0]?.shape.length ?? 0) - 1;

/** The rule's answer, if every input has such a part. */
function needsOf(node: Node, part: Part): readonly Demand[] | undefined {
  const demands = isPlain(node) ? rules[node.op]?.(node, part) : undefined;
  const isPossible = (demand: Demand, i: number): boolean =>
    demand === 'whole' || shapeOf((node.inputs[i] as Tensor).shape, demand) !== undefined;
  return demands?.every(isPossible) && shapeOf(node.outputs[0]?.shape ?? [], part) ? demands : undefined;
}

/** The part that a cut reads, if its bounds are numbers. */
function cutBy(node: Node): Part | undefined {
  if (!isOp(node, 'Slice') || node.attributes.axes.length !== 1 || node.attributes.steps[0] !== 1) return undefined;
  const { starts, ends, axes } = node.attributes;
  const [start, end] = [starts[0], ends[0]];
  if (typeof start !== 'number' || typeof end !== 'number') return undefined;
  return partOfAxis(node.inputs[0]?.shape ?? [], axes[0] as number, { start, end });
}

/** What is read of the tensors of a graph. */
type Demands = ReadonlyMap<Tensor, Demand>;

/** All that both demands read; what lies between parts of one axis is read too. */
function union(a: Demand, b: Demand): Demand {
  if (a === 'whole' || b === 'whole' || (['before', 'size', 'after'] as const).some((side) => a[side] !== b[side]))
    return 'whole';
  return { ...a, start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

/** The same part of another output of the node: its shape differs in axes that the part does not touch. */
function partOfOutput(shape: Dims, first: Dims, part: Part): Part | undefined {
  const axis = plainAxis(first, part);
  if (axis !== undefined) return partOfAxis(shape, axis, part);
  const after = divideDims(multiplyDims(part.after, productOf(shape)), productOf(first));
  return after === undefined ? undefined : { ...part, after };
}

/** What is read of a node's outputs, as a part of the first one. */
function demandOn({ outputs }: Node, demands: Demands): Demand {
  const [first] = outputs as [Tensor];
  const read = outputs.flatMap((output): Demand[] => {
    const demand = demands.get(output);
    if (demand === undefined) return [];
    return [demand === 'whole' ? demand : (partOfOutput(first.shape, output.shape, demand) ?? 'whole')];
  });
  return read.reduce(union, read[0] ?? 'whole');
}

/** What is read of every tensor, and what every node then needs of its inputs. */
function plan(
  nodes: readonly Node[],
  outputs: readonly Tensor[],
): { demands: Demands; needs: Map<Node, readonly Demand[]> } {
  const demands = new Map<Tensor, Demand>(outputs.map((output) => [output, 'whole']));
  const needs = new Map<Node, readonly Demand[]>();
  for (const node of nodes.toReversed()) {
    const own = demandOn(node, demands);
    const found = own === 'whole' ? undefined : needsOf(node, own);
    for (const output of node.outputs) {
      const part = found && partOfOutput(output.shape, node.outputs[0]?.shape ?? [], own as Part);
      demands.set(output, part ?? 'whole');
    }
    const wanted = found ?? [cutBy(node) ?? 'whole'];
    node.inputs.forEach((input, i) => {
      const demand = wanted[i] ?? 'whole';
      demands.set(input, union(demands.get(input) ?? demand, demand));
    });
    if (found) needs.set(node, found);
  }
  return { demands, needs };
}

/** The part of a tensor of which another part may have been computed already. */
function cut(x: Tensor, needed: Demand, computed: Demand): Tensor {
  if (needed === 'whole') return x;
  const { start, end } = computed === 'whole' ? { start: 0, end: needed.size } : computed;
  if (needed.start === start && needed.end === end) return x;
  const part: Part = {
    ...{ ...needed, size: computed === 'whole' ? needed.size : computed.end - computed.start },
    ...{ start: needed.start - start, end: needed.end - start },
  };
  const axis = plainAxis(x.shape, part);
  if (axis !== undefined) return slice(x, axis, part.start, part.end);
  const rows = slice(reshape(x, [part.before, part.size, part.after]), 1, part.start, part.end);
  return reshape(rows, shapeOf(x.shape, part) as Dims);
}

/** The node over the parts of its inputs. */
function narrowed(node: Node, inputs: readonly Tensor[], demands: Demands): readonly Tensor[] {
  const signatures = node.outputs.map((output) => ({
    dtype: output.dtype,
    shape: shapeOf(output.shape, demands.get(output) as Part) as Dims,
  }));
  const attributes = isOp(node, 'Reshape') ? { shape: signatures[0]?.shape as Dims } : node.attributes;
  return remadeNode(node, inputs, signatures, attributes);
}

/** Computes only what is read. Runs before differentiation, so that gradients are of these parts alone. */
export const narrow: Pass = ({ nodes, outputs }) => {
  const { demands, needs } = plan(nodes, outputs);
  return (node, original) => {
    const computed = (i: number): Demand => demands.get(original.inputs[i] as Tensor) as Demand;
    const wanted = needs.get(original);
    if (wanted) {
      const parts = wanted.map((need, i) => cut(node.inputs[i] as Tensor, need, computed(i)));
      return narrowed(original, parts, demands);
    }
    const part = cutBy(original);
    return part && computed(0) !== 'whole' ? [cut(node.inputs[0] as Tensor, part, computed(0))] : undefined;
  };
};
