// A cache that grows along its first axis, turned, and what is put behind it: joined first, turned after. The product that reads it turns by
// itself (fold-transposes), so that nothing of what is kept is moved.
import { concat, firstLast, transpose, transposeBack } from '../ops/index.ts';
import { isOp, type Tensor } from '../tensor.ts';
import { turnedFirst } from './fold-transposes.ts';
import type { Pass } from './rewrite.ts';

/** `concat(turned(x), y)` as `turned(concat(x, y turned back))`, where the first axis was put in the last place but one. */
export const joinFirst: Pass = () => (node) => {
  if (!isOp(node, 'Concat')) return undefined;
  const [head, ...others] = node.inputs as [Tensor, ...Tensor[]];
  const source = turnedFirst(head);
  if (!source || others.length === 0) return undefined;
  const order = firstLast(head.shape.length);
  const parts = [source, ...others.map((other) => transposeBack(other, order))];
  return [transpose(concat(parts, order[node.attributes.axis] as number), order)];
};
