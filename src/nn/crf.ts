// A linear-chain CRF as a loss in the graph (Lafferty et al. 2001); names and meaning of its scores as in pytorch-crf.
// The recursion over places is a product of matrices in the (log-sum-exp, +) semiring, so it is taken pairwise: log₂ T steps for any
// number of tokens, where a loop would need one per token. Decoding is the host's (tasks/token-classification/chain.ts).
import { ndArray } from '../array/index.ts';
import {
  add,
  addDims,
  and,
  castTo,
  constant,
  cumulativeSum,
  type Dim,
  divide,
  equal,
  exp,
  full,
  gather,
  gatherElements,
  greater,
  log,
  logSumExp,
  matmul,
  max,
  maximum,
  multiply,
  not,
  pad,
  reshape,
  scatterElements,
  slice,
  squeeze,
  stopGradient,
  subtract,
  subtractDims,
  sum,
  type Tensor,
  unsqueeze,
  where,
} from '../graph/index.ts';
import { normalInit } from './initialize.ts';
import type { Module } from './module.ts';

/** Scores of a chain over `C` labels: of a label at the first place and at the last `[C]`, and from label to label `[C, C]`. */
export interface ChainScores {
  readonly start: Tensor;
  readonly end: Tensor;
  /** `[from, to]`. */
  readonly transitions: Tensor;
}

/** What stands for minus infinity: its exponential is 0, its differences are numbers. */
const NEVER = -1e4;
/** Sums of exponentials below this count as this; log is −85 then. */
const SMALLEST = 1e-37;

/** The parameters `start_transitions`, `end_transitions`, `transitions` of a place in the tree. */
export function chainScores(module: Module, labels: number): ChainScores {
  const initialize = normalInit(0.02);
  return {
    start: module.parameter('start_transitions', [labels], initialize),
    end: module.parameter('end_transitions', [labels], initialize),
    transitions: module.parameter('transitions', [labels, labels], initialize),
  };
}

/** Where labels count, and the label that counted before. */
interface Path {
  /** int64 `[B, T]`, 0 where nothing counts. */
  readonly labels: Tensor;
  readonly previous: Tensor;
  /** bool `[B, T]`. */
  readonly counts: Tensor;
  readonly isFirst: Tensor;
  readonly isLast: Tensor;
}

function pathOf(labels: Tensor, ignore: number): Path {
  const [batch, tokens] = labels.shape as [Dim, Dim];
  const counts = not(equal(labels, ignore));
  const safe = where(counts, labels, 0);
  const ones = castTo(counts, 'int64');
  const order = cumulativeSum(ones, 1);
  // the n-th label that counts goes to place n, so that its predecessor is found at n − 1
  const slots = full([batch, addDims(tokens, 1)], 0);
  const values = castTo(multiply(safe, ones), 'float32');
  const packed = scatterElements(slots, multiply(order, ones), values, { axis: 1, reduction: 'add' });
  const previous = castTo(gatherElements(packed, maximum(subtract(order, 1), 0), 1), 'int64');
  return {
    ...{ labels: safe, previous, counts },
    isFirst: and(counts, equal(order, 1)),
    isLast: and(counts, equal(order, sum(ones, { axes: [1], keepdims: true }))),
  };
}

/** The score of the given labels, `[B]`. */
function pathScore(scores: Tensor, chain: ChainScores, path: Path): Tensor {
  const [, , count] = scores.shape as [Dim, Dim, number];
  const { labels, previous, counts, isFirst, isLast } = path;
  const emitted = squeeze(gatherElements(scores, unsqueeze(labels, [2]), 2), [2]);
  const table = reshape(chain.transitions, [count * count]);
  const moved = gather(table, add(multiply(previous, count), labels));
  const entered = where(isFirst, gather(chain.start, labels), moved);
  const left = where(isLast, gather(chain.end, labels), 0);
  return sum(where(counts, add(add(emitted, entered), left), 0), { axes: [1] });
}

/** `log Σ_k exp(a_ik + b_kj)` over the last two axes. */
function logMatmul(a: Tensor, b: Tensor): Tensor {
  const rows = stopGradient(max(a, { axes: [-1], keepdims: true }));
  const columns = stopGradient(max(b, { axes: [-2], keepdims: true }));
  const product = matmul(exp(subtract(a, rows)), exp(subtract(b, columns)));
  return add(add(log(maximum(product, SMALLEST)), rows), columns);
}

/** Log of the summed exponentials of the scores of all paths, `[B]`. */
function logPartition(scores: Tensor, chain: ChainScores, path: Path, maxTokens: number): Tensor {
  const [batch, tokens, count] = scores.shape as [Dim, Dim, number];
  const identity = new Float32Array(count * count).fill(NEVER);
  for (let i = 0; i < count; i++) identity[i * count + i] = 0;
  const unit = constant(ndArray('float32', [1, 1, count, count], identity));
  // places that do not count, and those that fill up to a power of two, are identities
  let length = 2 ** Math.ceil(Math.log2(maxTokens));
  const missing = subtractDims(length, tokens);
  const filledMask = (mask: Tensor): Tensor =>
    unsqueeze(greater(pad(castTo(mask, 'float32'), [0, 0, 0, missing]), 0), [2, 3]);
  const filled = unsqueeze(pad(scores, [0, 0, 0, 0, missing, 0]), [2]);
  const start = reshape(chain.start, [1, 1, 1, count]);
  const entered = where(filledMask(path.isFirst), start, reshape(chain.transitions, [1, 1, count, count]));
  const steps = where(filledMask(path.counts), add(entered, filled), unit);
  let product = steps;
  while (length > 1) {
    length /= 2;
    const pairs = reshape(product, [batch, length, 2, count, count]);
    const half = (side: number): Tensor => squeeze(slice(pairs, 2, side, side + 1), [2]);
    product = logMatmul(half(0), half(1));
  }
  // at the first place every row is the same: any will do
  const forward = squeeze(slice(squeeze(product, [1]), 1, 0, 1), [1]);
  return squeeze(logSumExp(add(forward, chain.end), -1), [1]);
}

/**
 * Mean of −log p(labels | scores) per label that counts, a scalar. Places whose label is `ignore` are stepped over, so the chain
 * runs over first sub-words only. Exact while scores at one place differ by less than 85.
 * @param scores `[B, T, C]` @param labels int64 `[B, T]` @param maxTokens no T is larger
 */
export function chainLoss(
  scores: Tensor,
  labels: Tensor,
  chain: ChainScores,
  maxTokens: number,
  ignore: number = -100,
): Tensor {
  const path = pathOf(labels, ignore);
  const count = sum(castTo(path.counts, 'float32'), { axes: [1] });
  const loss = subtract(logPartition(scores, chain, path, maxTokens), pathScore(scores, chain, path));
  return divide(sum(where(greater(count, 0), loss, 0)), maximum(sum(count), 1));
}
