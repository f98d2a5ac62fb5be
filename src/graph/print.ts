// Graphs for reading: as text, and as a Mermaid chart of module paths.
import { isOp, type Node, nodesOf, type Tensor } from './tensor.ts';

const shapeOf = (tensor: Tensor): string => `[${tensor.shape.join(', ')}]`;

function nameOf(tensor: Tensor): string {
  const { node } = tensor;
  if (isOp(node, 'Input')) return node.attributes.name as string;
  return `%${node.id}${node.outputs.length > 1 ? `.${tensor.output}` : ''}`;
}

function attributesOf(node: Node): string {
  const entries = Object.entries(node.attributes).filter(([key]) => key !== 'value' || node.op !== 'Constant');
  return entries.length > 0 ? ` {${entries.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(', ')}}` : '';
}

/** One line a node, grouped by module path: `%12 [batch, tokens, 64] = Add(%10, %11)`. */
export function printGraph(outputs: readonly Tensor[]): string {
  const lines: string[] = [];
  let path: string | undefined;
  for (const node of nodesOf(outputs)) {
    if (isOp(node, 'Input') || isOp(node, 'Constant')) continue;
    if (node.path !== path) {
      path = node.path;
      lines.push(`${path || 'top'}:`);
    }
    const results = node.outputs.map((output) => `${nameOf(output)} ${shapeOf(output)}`).join(', ');
    lines.push(`  ${results} = ${node.op}(${node.inputs.map(nameOf).join(', ')})${attributesOf(node)}`);
  }
  return lines.join('\n');
}

/** A Mermaid flow chart: module paths cut to `depth` as boxes, values between them as arrows. */
export function mermaid(outputs: readonly Tensor[], depth = 3): string {
  const boxOf = (node: Node): string =>
    isOp(node, 'Input') && !node.attributes.trainable
      ? (node.attributes.name as string)
      : node.path.split('.').slice(0, depth).join('.') || 'top';
  const boxes = new Map<string, number>();
  const arrows = new Set<string>();
  const idOf = (box: string): number => {
    if (!boxes.has(box)) boxes.set(box, boxes.size);
    return boxes.get(box) as number;
  };
  for (const node of nodesOf(outputs)) {
    const to = boxOf(node);
    for (const { node: from } of node.inputs) {
      const isNoise = isOp(from, 'Constant') || (isOp(from, 'Input') && from.attributes.trainable);
      if (!isNoise && boxOf(from) !== to) arrows.add(`  n${idOf(boxOf(from))} --> n${idOf(to)}`);
    }
  }
  return ['flowchart TD', ...[...boxes].map(([box, id]) => `  n${id}["${box}"]`), ...arrows].join('\n');
}
