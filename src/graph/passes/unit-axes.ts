// A transpose that moves axes of size 1 alone is a reshape, which copies nothing and joins its neighbours.
import { reshape } from '../ops/index.ts';
import { isOp, type Tensor } from '../tensor.ts';
import type { Pass } from './rewrite.ts';

/** Turns such transposes into reshapes. */
export const unitAxes: Pass = () => (node) => {
  if (!isOp(node, 'Transpose')) return undefined;
  const [x] = node.inputs as [Tensor];
  const moved = node.attributes.perm.filter((axis) => x.shape[axis] !== 1);
  return moved.every((axis, i) => i === 0 || axis > (moved[i - 1] as number))
    ? [reshape(x, node.outputs[0]?.shape ?? [])]
    : undefined;
};
