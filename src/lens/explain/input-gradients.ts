// Methods that differentiate by the tokens themselves. "Input" is the way from the blank input's tokens to the real ones: for patches
// embedded by a linear layer, the gradient by the pixels summed over each patch comes to the same.
import { type Capture, type Path, type Relevance, rowNorms, rowProducts } from './capture.ts';

/** Length of the gradient by each token: how strongly the score reacts (Simonyan et al. 2014). Never negative. */
export function inputGradients(capture: Capture): Relevance {
  return rowNorms(capture.streamGradient);
}

/** Gradient × (token − blank): the first-order change of the score when the token appears (Shrikumar et al. 2016). Signed. */
export function gradientTimesInput(capture: Capture): Relevance {
  return rowProducts(capture.streamGradient, capture.stream, capture.blank);
}

/** Integrated gradients (Sundararajan et al. 2017) from the blank input. Signed; sums to the score's rise. @throws RangeError without a path */
export function integratedGradients(capture: Capture): Relevance {
  return rowProducts(pathOf(capture).gradient, capture.stream, capture.blank);
}

function pathOf({ path }: Capture): Path {
  if (!path) throw new RangeError('integratedGradients: expected a capture with its path, got none; ask for steps');
  return path;
}

/**
 * How far integrated gradients are from their promise: `|Σ − (score − blank's score)|` as a share of the score's rise. Above some
 * hundredths the path needs more steps.
 */
export function completenessError(capture: Capture): number {
  const { from, to } = pathOf(capture);
  const sum = integratedGradients(capture).reduce((total, value) => total + value, 0);
  return Math.abs(sum - (to - from)) / Math.max(Math.abs(to - from), 1e-12);
}
