// Losses that the graph knows as wholes.
import { createNode, currentPath, describe, ShapeError, type Tensor } from '../tensor.ts';
import {
  absolute,
  add,
  castTo,
  divide,
  equal,
  exp,
  log,
  maximum,
  multiply,
  negate,
  not,
  subtract,
  where,
} from './elementwise.ts';
import { gather } from './indexing.ts';
import { flattenLeading, reshape } from './movement.ts';
import { logSoftmax } from './normalize.ts';
import { mean, sum } from './reduce.ts';

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions {
  /** Label that does not count, −100 as in PyTorch. */
  readonly ignore?: number;
  /** Share of the target spread over all classes, in [0, 1). Szegedy et al. 2016. */
  readonly smoothing?: number;
  /** Weight of each class, float32 `[V]`; the mean is then weighted, as in PyTorch. */
  readonly classWeights?: Tensor;
}

/**
 * Mean of −log softmax(logits)[label] over the labels that count, a scalar; equal to torch.nn.functional.cross_entropy.
 * No counted label at all gives 0 (PyTorch: NaN).
 * @param logits `[…, V]` @param labels int64 `[…]` in `[0, V)` or `ignore`
 */
export function crossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  if (logits.shape.slice(0, -1).join() !== labels.shape.join()) {
    throw new ShapeError(
      'crossEntropy',
      `labels [${logits.shape.slice(0, -1).join(', ')}]`,
      describe(labels),
      currentPath(),
    );
  }
  const rows = flattenLeading(logits);
  const flat = reshape(labels, rows.shape.slice(0, 1));
  const counts = not(equal(flat, options.ignore ?? -100));
  const safe = where(counts, flat, 0);
  const { smoothing = 0, classWeights } = options;
  const [loss] = createNode('CrossEntropy', [rows, safe], { smoothing: classWeights ? 0 : smoothing }, [
    { dtype: rows.dtype, shape: rows.shape.slice(0, 1) },
    { dtype: rows.dtype, shape: rows.shape },
  ]) as [Tensor, Tensor];
  const counted = castTo(counts, rows.dtype);
  const share = classWeights ? multiply(counted, gather(classWeights, safe)) : counted;
  const total = maximum(sum(share), 1e-12);
  const plain = divide(sum(multiply(loss, share)), total);
  if (!classWeights || smoothing === 0) return plain;
  const weighted = mean(multiply(negate(logSoftmax(rows)), classWeights), { axes: [-1] });
  const spread = divide(sum(multiply(weighted, counted)), total);
  return add(multiply(plain, 1 - smoothing), multiply(spread, smoothing));
}

/**
 * Mean of `−y log σ(x) − (1 − y) log(1 − σ(x))`, stable for large |x|; targets float like the logits, in [0, 1].
 * @param weights how much each element counts, of the logits' shape; all alike when absent
 */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor, weights?: Tensor): Tensor {
  const softplus = log(add(exp(negate(absolute(logits))), 1));
  const losses = add(subtract(maximum(logits, 0), multiply(logits, targets)), softplus);
  return weights ? divide(sum(multiply(losses, weights)), maximum(sum(weights), 1e-12)) : mean(losses);
}

/** Mean of squared differences. */
export function meanSquaredError(x: Tensor, target: Tensor): Tensor {
  const difference = subtract(x, target);
  return mean(multiply(difference, difference));
}
