// Derivatives of softmax, the norms and cross-entropy. They use what the forward pass saved.
import {
  add,
  divide,
  exp,
  gatherElements,
  mean,
  multiply,
  negate,
  reciprocal,
  scatterElements,
  sqrt,
  subtract,
  sum,
  unsqueeze,
} from '../ops/index.ts';
import type { Node, Tensor } from '../tensor.ts';
import { countAlong, type Derivatives, only, sumTo } from './derivative.ts';

/** `y (dy − Σ dy y)`. */
function softmaxDerivative(dy: Tensor, y: Tensor, axis: number): Tensor {
  const weighted = multiply(dy, y);
  return subtract(weighted, multiply(y, sum(weighted, { axes: [axis], keepdims: true })));
}

const rowMean = (x: Tensor): Tensor => mean(x, { axes: [-1], keepdims: true });

function layerNormDerivative(
  dys: readonly (Tensor | undefined)[],
  node: Node<'LayerNormalization'>,
): (Tensor | undefined)[] {
  const [x, scale, bias] = node.inputs as [Tensor, Tensor, Tensor];
  const [y, centre, inverse] = node.outputs as [Tensor, Tensor, Tensor];
  const [dy, dCentre, dInverse] = dys;
  const normal = multiply(subtract(x, centre), inverse);
  const parts: Tensor[] = [];
  if (dy) {
    const g = multiply(dy, scale);
    const inner = subtract(subtract(g, rowMean(g)), multiply(normal, rowMean(multiply(g, normal))));
    parts.push(multiply(inverse, inner));
  }
  const count = countAlong(x, [y.shape.length - 1]);
  if (dCentre) parts.push(multiply(divide(dCentre, count), add(multiply(x, 0), 1)));
  if (dInverse) parts.push(divide(multiply(multiply(negate(dInverse), multiply(inverse, inverse)), normal), count));
  return [
    parts.reduce((a, b) => add(a, b)),
    dy && sumTo(multiply(dy, normal), scale.shape),
    dy && sumTo(dy, bias.shape),
  ];
}

type Normal = 'Softmax' | 'LogSoftmax' | 'LayerNormalization' | 'RMSNormalization' | 'CrossEntropy';

/** Norms. */
export const normalizeDerivatives: Derivatives<Normal> = {
  Softmax: (dy, { outputs, attributes: { axis } }) => [softmaxDerivative(only(dy), outputs[0] as Tensor, axis)],
  LogSoftmax: (dy, { outputs, attributes: { axis } }) => [
    subtract(only(dy), multiply(exp(outputs[0] as Tensor), sum(only(dy), { axes: [axis], keepdims: true }))),
  ],
  LayerNormalization: layerNormDerivative,
  RMSNormalization: (dys, { inputs, attributes: { epsilon } }) => {
    const dy = only(dys);
    const [x, scale] = inputs as [Tensor, Tensor];
    const inverse = reciprocal(sqrt(add(rowMean(multiply(x, x)), epsilon)));
    const normal = multiply(x, inverse);
    const g = multiply(dy, scale);
    const dx = multiply(inverse, subtract(g, multiply(normal, rowMean(multiply(g, normal)))));
    return [dx, sumTo(multiply(dy, normal), scale.shape)];
  },
  CrossEntropy: ([dLoss, dProbabilities], { inputs, outputs, attributes: { smoothing } }) => {
    const probabilities = outputs[1] as Tensor;
    const at = unsqueeze(inputs[1] as Tensor, [1]);
    const parts: Tensor[] = [];
    if (dLoss) {
      const spread = divide(smoothing, countAlong(probabilities, [1]));
      const above = smoothing === 0 ? probabilities : subtract(probabilities, spread);
      const excess = scatterElements(above, at, subtract(gatherElements(above, at), 1 - smoothing));
      parts.push(multiply(excess, unsqueeze(dLoss, [1])));
    }
    if (dProbabilities) parts.push(softmaxDerivative(dProbabilities, probabilities, 1));
    return [parts.reduce((a, b) => add(a, b)), undefined];
  },
};
