// A cache that grows along its first axis, turned, and what is put behind it: joined first, turned after. The product that reads it turns by
// itself (fold-transposes), so that nothing of what is kept is moved.
import { concat, firstLast, transpose } from '../ops/index.ts';
import { isOp, type Tensor } from '../tensor.ts';
import type { Pass } from './rewrite.ts';

/** `concat(turned(x), y)` as `turned(concat(x, y turned back))`, where the first axis was put in the last place but one. */
export const joinFirst: Pass = () => (node) => {
  if (!isOp(node, 'Concat')) return undefined;
  const [head, ...others] = node.inputs as [Tensor, ...Tensor[]];
  if (!isOp(head.node, 'Transpose') || others.length === 0) return undefined;
  const { perm } = head.node.attributes;
  if (perm.length < 3 || perm.join() !== firstLast(perm.length).join()) return undefined;
  const back = perm.map((_, axis) => perm.indexOf(axis));
  const parts = [head.node.inputs[0] as Tensor, ...others.map((other) => transpose(other, back))];
  return [transpose(concat(parts, perm[node.attributes.axis] as number), perm)];
};
