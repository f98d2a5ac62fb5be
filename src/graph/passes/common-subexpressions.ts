// Equal operations on equal inputs are computed once.
import type { NdArray } from '../../array/index.ts';
import { isOp, type Node } from '../tensor.ts';
import type { Pass } from './rewrite.ts';

function keyOf(node: Node): string | undefined {
  if (isOp(node, 'Input') || isOp(node, 'RandomMask')) return undefined;
  if (isOp(node, 'Constant')) {
    const { value } = node.attributes as { value: NdArray };
    return value.data.length <= 64 ? `Constant ${value.dtype}[${value.shape}] ${value.data.join()}` : undefined;
  }
  const inputs = node.inputs.map((input) => `${input.node.id}.${input.output}`).join();
  return `${node.op}(${inputs})${JSON.stringify(node.attributes)}`;
}

/** Common sub-expression elimination. */
export const commonSubexpressions: Pass = () => {
  const seen = new Map<string, Node>();
  return (node) => {
    const key = keyOf(node);
    if (key === undefined) return undefined;
    const twin = seen.get(key);
    if (!twin) seen.set(key, node);
    return twin?.outputs;
  };
};
