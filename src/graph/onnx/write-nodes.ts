// Nodes in an order that keeps few values alive, each by its spelling.
import { executionOrder } from '../execution-order.ts';
import type { OpName } from '../operations.ts';
import type { Node, Tensor } from '../tensor.ts';
import type { Emitter } from './emitter.ts';
import { requireKernel } from './kernels.ts';
import { askForSizes, writtenAsConstants } from './nothing.ts';
import { type Spelling, spellings } from './spelling.ts';

/** Writes the nodes whose values have no name yet, and names them. @throws ShapeError for a type that no kernel computes with */
export function writeNodes(emitter: Emitter, nodes: readonly Node[], names: Map<Tensor, string>): void {
  for (const { inputs } of nodes) emitter.markRead(inputs);
  for (const node of executionOrder(nodes)) {
    if (names.has(node.outputs[0] as Tensor)) continue;
    emitter.path = node.path;
    const spelling = spellings[node.op as keyof typeof spellings] as Spelling<OpName>;
    const inputs = node.inputs.map((input) => names.get(input) as string);
    requireKernel(node, emitter.backend);
    askForSizes(emitter, node);
    const written = writtenAsConstants(emitter, node) ?? spelling(emitter, inputs, node);
    for (const [i, tensor] of node.outputs.entries()) names.set(tensor, written[i] as string);
  }
}
