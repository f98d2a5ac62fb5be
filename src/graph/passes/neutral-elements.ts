// x + 0, x · 1, x / 1, x − 0 are x; reshapes of reshapes are one; casts to the same type vanish.
import type { NdArray } from '../../array/index.ts';
import { getNumber } from '../../array/index.ts';
import { reshape } from '../ops/index.ts';
import { isOp, type Node, type Tensor } from '../tensor.ts';
import type { Pass } from './rewrite.ts';

/** The value of a scalar constant. */
export function scalarConstant(tensor: Tensor | undefined): number | undefined {
  const { node } = tensor ?? {};
  if (!node) return undefined;
  if (isOp(node, 'ConstantOfShape')) return node.attributes.value;
  if (!isOp(node, 'Constant')) return undefined;
  const { value } = node.attributes as { value: NdArray };
  return value.data.length === 1 ? getNumber(value, 0) : undefined;
}

const neutral: Readonly<Record<string, { readonly value: number; readonly sides: readonly (0 | 1)[] }>> = {
  Add: { value: 0, sides: [0, 1] },
  Sub: { value: 0, sides: [1] },
  Mul: { value: 1, sides: [0, 1] },
  Div: { value: 1, sides: [1] },
};

function withoutNeutral(node: Node): readonly Tensor[] | undefined {
  const rule = neutral[node.op];
  const side = rule?.sides.find((at) => scalarConstant(node.inputs[at]) === rule.value);
  if (side === undefined) return undefined;
  const other = node.inputs[1 - side] as Tensor;
  const [output] = node.outputs as [Tensor];
  return other.shape.join() === output.shape.join() && other.dtype === output.dtype ? [other] : undefined;
}

/** Removes what changes nothing. */
export const neutralElements: Pass = () => (node) => {
  if (isOp(node, 'Reshape')) {
    const [x] = node.inputs as [Tensor];
    const { shape } = node.attributes;
    if (x.shape.join() === shape.join()) return [x];
    return isOp(x.node, 'Reshape') ? [reshape(x.node.inputs[0] as Tensor, shape)] : undefined;
  }
  if (isOp(node, 'Recompute')) return node.inputs.slice(0, node.attributes.results);
  if (node.op === 'Identity' || node.op === 'StopGradient') return node.inputs;
  if (node.op === 'Where' && node.inputs[1] === node.inputs[2]) {
    const [, x] = node.inputs as [Tensor, Tensor];
    return x.shape.join() === node.outputs[0]?.shape.join() ? [x] : undefined;
  }
  return withoutNeutral(node);
};
