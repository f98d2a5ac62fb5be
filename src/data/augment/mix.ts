// Mixing the examples of a batch: mixup (Zhang et al. 2018) and CutMix (Yun et al. 2019), each row with the one before it and one share
// for the batch, as torchvision does. Labels become soft, and a loss of labels as numbers stays enough: cross-entropy is linear in the
// target, so loss = share · CE(logits, labels) + (1 − share) · CE(logits, partners).
import { float32, type NdArray, type Random } from '../../array/index.ts';
import { DataError } from '../dataset.ts';
import { type Maker, maker, PROBABILITY } from './maker.ts';

/** A batch to be mixed. */
export interface MixBatch {
  /** `[B, …]`; CutMix needs `[B, …, H, W]`. */
  readonly input: NdArray<'float32'>;
  /** What is left of each row's own label, in [0, 1]; the rest is the partner's. */
  readonly share: number;
}

/** The row whose label has the rest: the one before, the last one for the first. */
export function partnerOf(row: number, rows: number): number {
  return (row + rows - 1) % rows;
}

/** Labels of the partners, in the order of the rows. */
export function partnersOf<T>(labels: readonly T[]): T[] {
  return labels.map((_, row) => labels[partnerOf(row, labels.length)] as T);
}

/** Gamma of a shape and scale 1 (Marsaglia and Tsang 2000). */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Beta(alpha, alpha): in [0, 1], symmetric about ½. */
export function symmetricBeta(random: Random, alpha: number): number {
  const [first, second] = [gamma(random, alpha), gamma(random, alpha)];
  // both underflow for tiny alphas: the limit is 0 or 1
  if (first + second === 0) return random.uniform() < 0.5 ? 0 : 1;
  return first / (first + second);
}

/** `share` of every row and the rest of its partner. */
export function mixedUp({ input }: MixBatch, share: number): MixBatch {
  const [rows = 0] = input.shape;
  const size = input.data.length / Math.max(1, rows);
  const data = new Float32Array(input.data.length);
  for (let row = 0; row < rows; row++) {
    const from = partnerOf(row, rows) * size;
    for (let i = 0; i < size; i++) {
      data[row * size + i] =
        share * (input.data[row * size + i] as number) + (1 - share) * (input.data[from + i] as number);
    }
  }
  return { input: float32(input.shape, data), share };
}

/** A rectangle of every row comes from its partner. */
export function cutMixed(
  { input }: MixBatch,
  cut: { readonly top: number; readonly left: number; readonly height: number; readonly width: number },
): MixBatch {
  if (input.shape.length < 3) throw new DataError(`cutmix: expected a batch [B, …, H, W], got [${input.shape}]`);
  const [rows = 0] = input.shape;
  const [height, width] = input.shape.slice(-2) as [number, number];
  const size = input.data.length / Math.max(1, rows);
  const data = input.data.slice();
  for (let row = 0; row < rows; row++) {
    const from = partnerOf(row, rows) * size;
    for (let plane = 0; plane < size; plane += height * width) {
      for (let y = cut.top; y < cut.top + cut.height; y++) {
        const at = plane + y * width + cut.left;
        data.set(input.data.subarray(from + at, from + at + cut.width), row * size + at);
      }
    }
  }
  return { input: float32(input.shape, data), share: 1 - (cut.height * cut.width) / (height * width) };
}

/** A rectangle about a random middle with 1 − share of the area, cut off at the edges. */
function drawnCut(random: Random, height: number, width: number, share: number) {
  const side = 0.5 * Math.sqrt(1 - share);
  const [x, y] = [random.integer(width), random.integer(height)];
  const [halfWidth, halfHeight] = [Math.trunc(side * width), Math.trunc(side * height)];
  const [left, top] = [Math.max(0, x - halfWidth), Math.max(0, y - halfHeight)];
  return {
    ...{ top, left },
    height: Math.min(height, y + halfHeight) - top,
    width: Math.min(width, x + halfWidth) - left,
  };
}

/** Augmentations of batches by kind. */
export const batchMakers: Readonly<Record<string, Maker<MixBatch>>> = {
  mixup: maker({
    about: 'every row mixed with another, in shares of Beta(alpha, alpha)',
    initial: { alpha: 0.2, probability: 1 },
    ranges: { alpha: [1e-3, 1000], probability: PROBABILITY },
    make:
      ({ alpha, probability }) =>
      (one: MixBatch, random) =>
        random.uniform() < probability ? mixedUp(one, symmetricBeta(random, alpha)) : one,
  }),
  cutmix: maker({
    about: 'a rectangle of every row from another, its area 1 − Beta(alpha, alpha)',
    initial: { alpha: 1, probability: 1 },
    ranges: { alpha: [1e-3, 1000], probability: PROBABILITY },
    make:
      ({ alpha, probability }) =>
      (one: MixBatch, random) => {
        if (random.uniform() >= probability) return one;
        const [height = 0, width = 0] = one.input.shape.slice(-2);
        return cutMixed(one, drawnCut(random, height, width, symmetricBeta(random, alpha)));
      },
  }),
};
