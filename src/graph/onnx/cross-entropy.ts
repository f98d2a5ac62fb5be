// Softmax's logarithm and cross-entropy in ONNX. What the spellings cost is told in docs/numerics.md.
import { fromNumbers } from '../../array/index.ts';
import type { Node, Tensor } from '../tensor.ts';
import type { Emitter } from './emitter.ts';

/** `x − log Σ exp(x)` along an axis. */
export function logSoftmax(emitter: Emitter, x: string, axis: number): string {
  if (emitter.backend.fusedKernels) return emitter.emit('LogSoftmax', [x], { attributes: { axis } });
  const shifted = emitter.emit('Sub', [x, alongAxis(emitter, 'ReduceMax', x, axis)]);
  const total = alongAxis(emitter, 'ReduceSum', emitter.emit('Exp', [shifted]), axis);
  return emitter.emit('Sub', [shifted, emitter.emit('Log', [total])]);
}

function alongAxis(emitter: Emitter, opType: string, x: string, axis: number): string {
  return emitter.emit(opType, [x, emitter.integers([axis])], { attributes: { keepdims: 1 } });
}

/**
 * Loss and softmax. The mean of −log p over all classes, of which a share s counts, lies above the label's by as much as the label's logit
 * lies above the mean of all.
 */
export function crossEntropy(
  emitter: Emitter,
  inputs: readonly string[],
  node: Node<'CrossEntropy'>,
): readonly [string, string] {
  const [logits, labels] = inputs as [string, string];
  const { dtype } = node.inputs[0] as Tensor;
  const number = (value: number): string => emitter.constant(fromNumbers(dtype, [], [value]));
  const axes = emitter.integers([1]);
  const at = emitter.emit('Unsqueeze', [labels, axes]);
  const ofLabel = (x: string): string => emitter.emit('GatherElements', [x, at], { attributes: { axis: 1 } });
  const { loss, probabilities } = labelLoss(emitter, logits, { node, ofLabel });
  const flat = (x: string): string => emitter.emit('Squeeze', [x, axes]);
  const { smoothing } = node.attributes;
  if (smoothing === 0) return [flat(loss), probabilities];
  const above = emitter.emit('Sub', [ofLabel(logits), alongAxis(emitter, 'ReduceMean', logits, 1)]);
  const share = emitter.emit('Mul', [above, number(smoothing)]);
  return [flat(emitter.emit('Add', [loss, share])), probabilities];
}

interface LabelContext {
  readonly node: Node<'CrossEntropy'>;
  readonly ofLabel: (x: string) => string;
}

/** −log p(label) `[N, 1]`, and the softmax p where anything reads it. */
function labelLoss(
  emitter: Emitter,
  x: string,
  { node, ofLabel }: LabelContext,
): { loss: string; probabilities: string } {
  if (!emitter.isRead(node.outputs[1] as Tensor)) {
    const logs = logSoftmax(emitter, x, 1);
    return { loss: emitter.emit('Neg', [ofLabel(logs)]), probabilities: logs };
  }
  const probabilities = emitter.emit('Softmax', [x], { attributes: { axis: 1 } });
  // p(label) may be 0 and have no logarithm; the largest probability is 1 / V at least: −log p(label) = max x − x(label) − log max p
  const below = emitter.emit('Sub', [alongAxis(emitter, 'ReduceMax', x, 1), ofLabel(x)]);
  const largest = emitter.emit('Log', [alongAxis(emitter, 'ReduceMax', probabilities, 1)]);
  return { loss: emitter.emit('Sub', [below, largest]), probabilities };
}
