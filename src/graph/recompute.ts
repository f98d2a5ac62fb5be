// Gradient checkpointing (Chen et al. 2016): a region keeps its inputs alone; the backward pass computes what lies between again.
import { createNode, createTensor, isOp, type Node, remadeNode, type Tensor, upcomingId } from './tensor.ts';

/**
 * The results of `body(...inputs)`, whose intermediate values are not kept for the backward pass: `gradients` rebuilds the region
 * behind barriers that wait for the incoming gradient. Values that `body` takes from outside (weights, masks) count as inputs too.
 * Costs about one more forward pass of the region. `recompute((x) => block(x), [x])`
 */
export function recompute<T extends Tensor | readonly Tensor[]>(
  body: (...inputs: Tensor[]) => T,
  inputs: readonly Tensor[],
): T {
  const start = upcomingId();
  const made = body(...inputs);
  const results = Array.isArray(made) ? (made as readonly Tensor[]) : [made as Tensor];
  const isInside = ({ node }: Tensor): boolean => node.id >= start && node.inputs.length > 0;
  const nodes = collect(results, isInside);
  const boundary = new Set([...nodes.flatMap((node) => node.inputs), ...results].filter((x) => !isInside(x)));
  const marked = createNode('Recompute', [...results, ...boundary], { results: results.length }, results);
  return (Array.isArray(made) ? marked : marked[0]) as T;
}

/** `x`, available only once `after` is: keeps apart what equal inputs would join, and what is needed late from running early. */
export function barrier(x: Tensor, after: Tensor): Tensor {
  return createTensor('Barrier', [x, after], {}, { dtype: x.dtype, shape: x.shape });
}

/** The nodes that the tensors depend on, as far as `isInside`, inputs before users. */
function collect(tensors: readonly Tensor[], isInside: (x: Tensor) => boolean): Node[] {
  const seen = new Set<Node>();
  const pending = tensors.filter(isInside).map((x) => x.node);
  while (pending.length > 0) {
    const node = pending.pop() as Node;
    if (seen.has(node)) continue;
    seen.add(node);
    for (const input of node.inputs) if (isInside(input)) pending.push(input.node);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}

/** A region as its `Recompute` node knows it. */
export interface Region {
  readonly results: readonly Tensor[];
  /** Values from outside. */
  readonly boundary: readonly Tensor[];
  /** What lies between, inputs before users. */
  readonly nodes: readonly Node[];
}

/** The region of a node; undefined when a rewriting has opened it, so that it depends on fed values beyond its boundary. */
export function regionOf({ inputs, attributes }: Node<'Recompute'>): Region | undefined {
  const [results, boundary] = [inputs.slice(0, attributes.results), inputs.slice(attributes.results)];
  const outside = new Set(boundary);
  const nodes = collect(results, (x) => !outside.has(x));
  return nodes.some((node) => isOp(node, 'Input')) ? undefined : { results, boundary, nodes };
}

/** Weights and constants: they stay in memory anyway. */
function isKept({ node }: Tensor): boolean {
  return isOp(node, 'Input') ? node.attributes.trainable === true : node.inputs.length === 0;
}

/** The region built again from its boundary, its values barred from use before `after` is there. */
export function rebuild({ results, boundary, nodes }: Region, after: Tensor): Region {
  const copies = new Map<Tensor, Tensor>(boundary.map((x) => [x, isKept(x) ? x : barrier(x, after)]));
  const current = (x: Tensor): Tensor => copies.get(x) ?? x;
  const rebuilt = nodes.map((node) => {
    if (node.inputs.length === 0) return node;
    const outputs = remadeNode(node, node.inputs.map(current));
    for (const [i, output] of node.outputs.entries()) copies.set(output, outputs[i] as Tensor);
    return (outputs[0] as Tensor).node;
  });
  return { results: results.map(current), boundary: boundary.map(current), nodes: rebuilt };
}
