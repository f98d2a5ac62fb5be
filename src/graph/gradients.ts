// Reverse-mode differentiation over the table of derivatives. What comes out is graph again, so it can be differentiated once more.
import { convolutionDerivatives } from './derivatives/convolution.ts';
import { type Derivative, type Derivatives, noGradient, zerosLike } from './derivatives/derivative.ts';
import { binaryDerivatives, unaryDerivatives, whereDerivative } from './derivatives/elementwise.ts';
import { indexingDerivatives } from './derivatives/indexing.ts';
import { movementDerivatives } from './derivatives/movement.ts';
import { normalizeDerivatives } from './derivatives/normalize.ts';
import { productDerivatives } from './derivatives/product.ts';
import { reduceDerivatives } from './derivatives/reduce.ts';
import type { OpName } from './operations.ts';
import { add, constantLike } from './ops/index.ts';
import { currentPath, describe, type Node, nodesOf, ShapeError, type Tensor } from './tensor.ts';

/** The derivative of every operation. */
export const derivatives: Derivatives<OpName> = {
  Input: noGradient,
  Constant: noGradient,
  ConstantOfShape: noGradient,
  Range: noGradient,
  DimValue: noGradient,
  RandomMask: noGradient,
  ...unaryDerivatives,
  ...binaryDerivatives,
  ...whereDerivative,
  ...reduceDerivatives,
  ...productDerivatives,
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
  const nodes = nodesOf([loss]);
  const targets = new Set(wrt);
  const active = activeNodes(nodes, targets);
  const found = new Map<Tensor, Tensor>([[loss, constantLike(1, loss)]]);
  for (const node of nodes.reverse()) {
    if (!active.has(node)) continue;
    const dys = node.outputs.map((output) => found.get(output));
    if (dys.every((dy) => dy === undefined)) continue;
    const rule = derivatives[node.op] as Derivative<OpName>;
    rule(dys, node).forEach((dx, i) => {
      const x = node.inputs[i] as Tensor;
      if (!dx || (!active.has(x.node) && !targets.has(x))) return;
      const sum = found.get(x);
      found.set(x, sum ? add(sum, dx) : dx);
    });
  }
  return wrt.map((x) => found.get(x) ?? zerosLike(x));
}

/** Nodes whose outputs depend on a target, or are one. */
function activeNodes(nodes: readonly Node[], targets: ReadonlySet<Tensor>): Set<Node> {
  const active = new Set<Node>();
  for (const node of nodes) {
    if (node.outputs.some((output) => targets.has(output)) || node.inputs.some((x) => active.has(x.node)))
      active.add(node);
  }
  return active;
}
