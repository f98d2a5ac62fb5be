// Reverse-mode differentiation over the table of derivatives. What comes out is graph again, so it can be differentiated once more.
import { convolutionDerivatives } from './derivatives/convolution.ts';
import { type Derivative, type Derivatives, noGradient, only, zerosLike } from './derivatives/derivative.ts';
import { binaryDerivatives, unaryDerivatives, whereDerivative } from './derivatives/elementwise.ts';
import { indexingDerivatives } from './derivatives/indexing.ts';
import { movementDerivatives } from './derivatives/movement.ts';
import { normalizeDerivatives } from './derivatives/normalize.ts';
import { productDerivatives } from './derivatives/product.ts';
import { reduceDerivatives } from './derivatives/reduce.ts';
import type { OpName } from './operations.ts';
import { add, constantLike } from './ops/index.ts';
import { rebuild, regionOf } from './recompute.ts';
import { currentPath, describe, isOp, type Node, nodesOf, ShapeError, type Tensor } from './tensor.ts';

/** The derivative of every operation. */
export const derivatives: Derivatives<OpName> = {
  Input: noGradient,
  Constant: noGradient,
  ConstantOfShape: noGradient,
  Range: noGradient,
  DimValue: noGradient,
  RandomMask: noGradient,
  Recompute: recomputeDerivative,
  Barrier: (dy) => [only(dy)],
  ...unaryDerivatives,
  ...binaryDerivatives,
  ...whereDerivative,
  ...reduceDerivatives,
  ...productDerivatives,
  DynamicQuantizeLinear: noGradient,
  MatMulInteger: noGradient,
  DequantizeLinear: noGradient,
  ...movementDerivatives,
  ...indexingDerivatives,
  ...normalizeDerivatives,
  ...convolutionDerivatives,
};

/**
 * The derivative of a scalar by each of `wrt`, in their order and shapes; zeros where the scalar does not depend on one.
 * `gradients(mean(x²), [x]) → [2 x / n]`. Inputs and intermediate values alike can be asked for.
 * @throws ShapeError when `loss` is not a floating-point scalar
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (loss.shape.length > 0 || !loss.dtype.startsWith('float')) {
    throw new ShapeError('gradients', 'a floating-point scalar', describe(loss), currentPath());
  }
  const found = pullBack(nodesOf([loss]), [[loss, constantLike(1, loss)]], new Set(wrt));
  return wrt.map((x) => found.get(x) ?? zerosLike(x));
}

/** Gradients of `targets` (where any flows) through `nodes`, which come inputs first, from those at their ends. */
function pullBack(
  nodes: readonly Node[],
  seeds: readonly (readonly [Tensor, Tensor])[],
  targets: ReadonlySet<Tensor>,
): Map<Tensor, Tensor> {
  const active = activeNodes(nodes, targets);
  const found = new Map<Tensor, Tensor>();
  const collect = (x: Tensor, dx: Tensor): void => {
    const sum = found.get(x);
    found.set(x, sum ? add(sum, dx) : dx);
  };
  for (const [x, dx] of seeds) collect(x, dx);
  for (const node of [...nodes].reverse()) {
    if (!active.has(node)) continue;
    const dys = node.outputs.map((output) => found.get(output));
    if (dys.every((dy) => dy === undefined)) continue;
    const rule = isOp(node, 'Recompute') && holdsTarget(node, targets) ? passThrough : derivatives[node.op];
    (rule as Derivative<OpName>)(dys, node).forEach((dx, i) => {
      const x = node.inputs[i] as Tensor;
      if (dx && (active.has(x.node) || targets.has(x))) collect(x, dx);
    });
  }
  return found;
}

/** Whether a value inside the region is asked for: then its own nodes must carry the gradient, and are kept. */
function holdsTarget(node: Node<'Recompute'>, targets: ReadonlySet<Tensor>): boolean {
  const nodes = regionOf(node)?.nodes;
  return !nodes || nodes.some(({ outputs }) => outputs.some((output) => targets.has(output)));
}

/** The gradients of a region's results, handed to the nodes that made them. */
const passThrough: Derivative<'Recompute'> = (dys) => dys;

/** The region again, from its boundary and after the gradients; they flow through the copy. */
function recomputeDerivative(
  dys: readonly (Tensor | undefined)[],
  node: Node<'Recompute'>,
): readonly (Tensor | undefined)[] {
  const region = regionOf(node);
  if (!region) return dys;
  const copy = rebuild(region, dys.find((dy) => dy !== undefined) as Tensor);
  const seeds = dys.flatMap((dy, i) => (dy ? [[copy.results[i] as Tensor, dy] as const] : []));
  const isFloat = ({ dtype }: Tensor): boolean => dtype.includes('float');
  const found = pullBack(copy.nodes, seeds, new Set(copy.boundary.filter(isFloat)));
  return [...dys.map(() => undefined), ...copy.boundary.map((x) => found.get(x))];
}

/** Nodes whose outputs depend on a target, or are one. */
function activeNodes(nodes: readonly Node[], targets: ReadonlySet<Tensor>): Set<Node> {
  const active = new Set<Node>();
  for (const node of nodes) {
    if (
      node.outputs.some((output) => targets.has(output)) ||
      node.inputs.some((x) => active.has(x.node) || targets.has(x))
    )
      active.add(node);
  }
  return active;
}
