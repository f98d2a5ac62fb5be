// Rebuilding a graph node by node.
import { type Node, nodesOf, remadeNode, type Tensor } from '../tensor.ts';

/**
 * Makes a rewriter for one graph. It sees each node with its inputs already rewritten, and as it was before, and returns other outputs, or
 * undefined to keep it.
 */
export type Pass = (graph: {
  readonly uses: (tensor: Tensor) => number;
  /** All nodes before the pass, inputs before users. */
  readonly nodes: readonly Node[];
  readonly outputs: readonly Tensor[];
}) => (node: Node, original: Node) => readonly Tensor[] | undefined;

/** The outputs after one pass. Kept nodes whose inputs did not change stay the same objects. */
export function rewrite(outputs: readonly Tensor[], pass: Pass): Tensor[] {
  const nodes = nodesOf(outputs);
  const counts = new Map<Tensor, number>();
  for (const tensor of [...nodes.flatMap((node) => node.inputs), ...outputs])
    counts.set(tensor, (counts.get(tensor) ?? 0) + 1);
  const replaced = new Map<Tensor, Tensor>();
  const current = (tensor: Tensor): Tensor => replaced.get(tensor) ?? tensor;
  const uses = (tensor: Tensor): number => counts.get(tensor) ?? 0;
  const visit = pass({ uses, nodes, outputs });
  for (const node of nodes) {
    const inputs = node.inputs.map(current);
    const isSame = inputs.every((input, i) => input === node.inputs[i]);
    const updated = isSame ? node : (remadeNode(node, inputs)[0] as Tensor).node;
    const result = visit(updated, node) ?? updated.outputs;
    node.outputs.forEach((output, i) => {
      if (result[i] !== output) {
        replaced.set(output, result[i] as Tensor);
        counts.set(result[i] as Tensor, uses(output));
      }
    });
  }
  return outputs.map(current);
}
