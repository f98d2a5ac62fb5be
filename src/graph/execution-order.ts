// The order in which nodes are written, which decides the order in which ONNX Runtime runs them, and so how long values are kept.
import type { Node } from './tensor.ts';

/**
 * Nodes that nothing uses (weights' gradients) at the end, the earliest last. ONNX Runtime orders nodes depth-first from the last one
 * that nothing uses: with the first layer's gradient there, it runs the whole backward pass before any other layer's gradient and
 * keeps every activation until then; with the last layer's there, each layer's values are freed as the pass leaves it.
 * `nodes` come inputs first, and so does the result.
 */
export function executionOrder(nodes: readonly Node[]): Node[] {
  const used = new Set(nodes.flatMap((node) => node.inputs.map((input) => input.node)));
  const ends = nodes.filter((node) => !used.has(node)).reverse();
  return [...nodes.filter((node) => used.has(node)), ...ends];
}
