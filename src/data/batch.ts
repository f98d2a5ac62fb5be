// Batches: which examples go together, and as what arrays. Pure functions of (seed, step).
import { type NdArray, ndArray, Random } from '../array/index.ts';

function requireSize(batchSize: number, where: string): void {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new RangeError(`${where}: expected a batch size of a whole number >= 1, got ${batchSize}`);
}

/**
 * Batches of indices for one epoch: items of similar length together, order shuffled; every index once.
 * @throws RangeError for a batch size below 1
 */
export function groupByLength(
  lengths: readonly number[],
  options: { readonly batchSize: number; readonly seed: number; readonly epoch: number },
): number[][] {
  const { batchSize, seed, epoch } = options;
  requireSize(batchSize, 'groupByLength');
  const random = new Random({ seed, step: epoch, site: 'groupByLength' });
  const order = random.shuffled(Array.from(lengths.keys()));
  // sorted within pools of 50 batches: nearly equal lengths, and still another mix in every epoch
  const pool = batchSize * 50;
  const batches: number[][] = [];
  for (let start = 0; start < order.length; start += pool) {
    const sorted = order.slice(start, start + pool).sort((a, b) => (lengths[a] as number) - (lengths[b] as number));
    for (let at = 0; at < sorted.length; at += batchSize) batches.push(sorted.slice(at, at + batchSize));
  }
  return random.shuffled(batches);
}

/**
 * The batch of a step (from 1) when epochs follow each other. Epochs are made when needed and the last one is kept.
 * @throws RangeError for a batch size below 1 or no items
 */
export function batchSchedule(
  lengths: readonly number[],
  batchSize: number,
  seed: number,
): (step: number) => readonly number[] {
  requireSize(batchSize, 'batchSchedule');
  if (lengths.length === 0) throw new RangeError('batchSchedule: expected at least one item, got none');
  const perEpoch = Math.ceil(lengths.length / batchSize);
  let kept: { epoch: number; batches: number[][] } | undefined;
  return (step) => {
    const epoch = Math.floor((step - 1) / perEpoch);
    if (kept?.epoch !== epoch) kept = { epoch, batches: groupByLength(lengths, { batchSize, seed, epoch }) };
    return kept.batches[(step - 1) % perEpoch] as number[];
  };
}

/** Lengths of the two sides of a pair. */
export type PairLengths = readonly [source: number, target: number];

/** How large batches of pairs are. */
export interface PairBatchSize {
  /** At most so many tokens, padding and both sides counted; a pair that is longer is a batch of its own. */
  readonly tokens: number;
  /** At most so many pairs. */
  readonly pairs: number;
}

/**
 * Batches of indices for one epoch of pairs: targets and then sources of similar length together, filled by tokens; order shuffled;
 * every index once.
 * @throws RangeError for a size below 1
 */
export function groupByTokens(
  lengths: readonly PairLengths[],
  { tokens, pairs }: PairBatchSize,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): number[][] {
  requireSize(tokens, 'groupByTokens');
  requireSize(pairs, 'groupByTokens');
  const random = new Random({ seed, step: epoch, site: 'groupByTokens' });
  const lengthsOf = (i: number): PairLengths => lengths[i] as PairLengths;
  // pairs of equal lengths stay shuffled, so that epochs differ in what goes together
  const order = random.shuffled(Array.from(lengths.keys())).sort((a, b) => {
    const [[sourceA, targetA], [sourceB, targetB]] = [lengthsOf(a), lengthsOf(b)];
    return targetA - targetB || sourceA - sourceB;
  });
  const batches: number[][] = [];
  let [batch, source, target]: [number[], number, number] = [[], 0, 0];
  for (const i of order) {
    const wide = [Math.max(source, lengthsOf(i)[0]), Math.max(target, lengthsOf(i)[1])] as const;
    if (batch.length === pairs || (batch.length > 0 && (batch.length + 1) * (wide[0] + wide[1]) > tokens)) {
      batches.push(batch);
      [batch, [source, target]] = [[i], lengthsOf(i)];
    } else {
      batch.push(i);
      [source, target] = wide;
    }
  }
  if (batch.length > 0) batches.push(batch);
  return random.shuffled(batches);
}

/**
 * The batch of a step (from 1) when epochs of pairs follow each other. Epochs differ in their number of batches, so those before a step
 * are counted once.
 * @throws RangeError for a size below 1 or no pairs
 */
export function pairSchedule(
  lengths: readonly PairLengths[],
  size: PairBatchSize,
  seed: number,
): (step: number) => readonly number[] {
  if (lengths.length === 0) throw new RangeError('pairSchedule: expected at least one pair, got none');
  const make = (epoch: number): number[][] => groupByTokens(lengths, size, { seed, epoch });
  let kept = { epoch: 0, first: 1, batches: make(0) };
  return (step) => {
    if (step < kept.first) kept = { epoch: 0, first: 1, batches: make(0) };
    while (step >= kept.first + kept.batches.length) {
      const epoch = kept.epoch + 1;
      kept = { epoch, first: kept.first + kept.batches.length, batches: make(epoch) };
    }
    return kept.batches[step - kept.first] as number[];
  };
}

/**
 * Places of items for one pass that needs no random order: those of similar length together, the shortest first.
 * @throws RangeError for a batch size below 1
 */
export function batchesByLength(lengths: readonly number[], batchSize: number): number[][] {
  requireSize(batchSize, 'batchesByLength');
  const order = [...lengths.keys()].sort((a, b) => (lengths[a] as number) - (lengths[b] as number));
  return Array.from({ length: Math.ceil(order.length / batchSize) }, (_, i) =>
    order.slice(i * batchSize, (i + 1) * batchSize),
  );
}

/** Rows as int64 `[B, T]`, `fill` behind those that are shorter than the longest. */
export function paddedRows(rows: readonly (readonly number[])[], fill: number): NdArray<'int64'> {
  const width = Math.max(1, ...rows.map((row) => row.length));
  const data = new BigInt64Array(rows.length * width).fill(BigInt(fill));
  rows.forEach((row, r) => {
    row.forEach((id, t) => {
      data[r * width + t] = BigInt(id);
    });
  });
  return ndArray('int64', [rows.length, width], data);
}

/** Rows padded on the right to the longest: `input_ids` and `attention_mask`, int64 `[B, T]`. */
export function padded(
  rows: readonly (readonly number[])[],
  padId: number,
): { input_ids: NdArray<'int64'>; attention_mask: NdArray<'int64'> } {
  const input_ids = paddedRows(rows, padId);
  const width = input_ids.shape[1] as number;
  const mask = new BigInt64Array(rows.length * width);
  for (const [r, row] of rows.entries()) mask.fill(1n, r * width, r * width + row.length);
  return { input_ids, attention_mask: ndArray('int64', [rows.length, width], mask) };
}

/** Windows of `length` tokens at random places of a long sequence, `[B, length]`; labels are the same (models shift them). */
export function randomWindows(
  tokens: ArrayLike<number>,
  options: { readonly batchSize: number; readonly length: number; readonly seed: number; readonly step: number },
): number[][] {
  const { batchSize, length, seed, step } = options;
  requireSize(batchSize, 'randomWindows');
  const random = new Random({ seed, step, site: 'randomWindows' });
  return Array.from({ length: batchSize }, () => {
    const start = random.integer(Math.max(1, tokens.length - length + 1));
    return Array.from({ length: Math.min(length, tokens.length) }, (_, i) => tokens[start + i] as number);
  });
}

/** What masked language modelling needs to know of a vocabulary. */
export interface MaskingVocabulary {
  readonly maskId: number;
  readonly vocabSize: number;
  /** Never masked. */
  readonly special: ReadonlySet<number>;
}

/**
 * BERT's corruption: 15 % of the tokens are to be predicted; of these 80 % become `[MASK]`, 10 % another token, 10 % stay.
 * Labels are −100 elsewhere.
 */
export function maskTokens(
  rows: readonly (readonly number[])[],
  vocabulary: MaskingVocabulary,
  key: { readonly seed: number; readonly step: number },
): { rows: number[][]; labels: number[][] } {
  const random = new Random({ ...key, site: 'maskTokens' });
  const labels: number[][] = [];
  const masked = rows.map((row) => {
    const own = new Array<number>(row.length).fill(-100);
    labels.push(own);
    return row.map((id, t) => {
      if (vocabulary.special.has(id) || random.uniform() >= 0.15) return id;
      own[t] = id;
      const choice = random.uniform();
      if (choice < 0.8) return vocabulary.maskId;
      return choice < 0.9 ? random.integer(vocabulary.vocabSize) : id;
    });
  });
  return { rows: masked, labels };
}
