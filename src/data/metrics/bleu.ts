// BLEU as sacreBLEU 2.6 computes it. Sources: Papineni et al. 2002; Post 2018; Chen and Cherry 2014 for the smoothing.
import { DataError } from '../dataset.ts';
import { type BleuTokenizer, bleuTokenizers, trimmedEnd, words } from './translation-tokens.ts';

/** Options with sacreBLEU's defaults. */
export interface BleuOptions {
  /** Default `13a`; `zh` for Chinese. */
  readonly tokenize?: BleuTokenizer;
  readonly lowercase?: boolean;
  /** Default `exp`. `floor` adds 0.1 to what is 0, `add-k` adds 1 from the second order on. */
  readonly smooth?: 'exp' | 'floor' | 'add-k' | 'none';
  /** Count only orders that the hypothesis is long enough for; for single sentences. */
  readonly effectiveOrder?: boolean;
}

/** A corpus score. */
export interface BleuScore {
  /** 0 … 100. */
  readonly score: number;
  /** Of 1- to 4-grams, 0 … 100. */
  readonly precisions: readonly number[];
  readonly brevityPenalty: number;
  readonly hypothesisLength: number;
  readonly referenceLength: number;
}

const ORDER = 4;
const smoothing = {
  exp: ['exp', 0],
  floor: ['floor[0.10]', 0.1],
  'add-k': ['add-k[1.00]', 1],
  none: ['none', 0],
} as const;

/** The version of sacreBLEU whose values and signature these are. */
export const SACREBLEU_VERSION = '2.6.0';

function ngramCounts(tokens: readonly string[]): Map<string, { order: number; count: number }> {
  const counts = new Map<string, { order: number; count: number }>();
  for (let order = 1; order <= ORDER; order++) {
    for (let at = 0; at + order <= tokens.length; at++) {
      // tokens hold no white space, so a space parts them without doubt
      const key = tokens.slice(at, at + order).join(' ');
      const entry = counts.get(key);
      if (entry) entry.count++;
      else counts.set(key, { order, count: 1 });
    }
  }
  return counts;
}

function closestLength(length: number, references: readonly number[]): number {
  return references.reduce((best, one) => {
    const difference = Math.abs(length - one) - Math.abs(length - best);
    return difference < 0 || (difference === 0 && one < best) ? one : best;
  });
}

/** Checks that every hypothesis has references. @throws DataError */
export function requireReferences(hypotheses: readonly string[], references: readonly (readonly string[])[]): void {
  if (hypotheses.length !== references.length)
    throw new DataError(`expected references for ${hypotheses.length} hypotheses, got ${references.length}`);
  const without = references.findIndex((one) => one.length === 0);
  if (without >= 0) throw new DataError(`expected at least one reference, got none (hypothesis ${without + 1})`);
}

/**
 * What BLEU is a function of, per segment: hypothesis length, reference length, matches of orders 1 to 4, totals of orders 1 to 4.
 * @param references all references of each hypothesis
 */
export function bleuStatistics(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: BleuOptions = {},
): number[][] {
  requireReferences(hypotheses, references);
  const tokenize = bleuTokenizers[options.tokenize ?? '13a'];
  const tokensOf = (text: string): string[] =>
    words(tokenize(trimmedEnd(options.lowercase ? text.toLowerCase() : text)));
  return hypotheses.map((hypothesis, i) => {
    const tokens = tokensOf(hypothesis);
    const own = (references[i] as readonly string[]).map(tokensOf);
    const most = new Map<string, number>();
    for (const reference of own)
      for (const [key, { count }] of ngramCounts(reference)) most.set(key, Math.max(count, most.get(key) ?? 0));
    const [matches, totals] = [new Array<number>(ORDER).fill(0), new Array<number>(ORDER).fill(0)];
    for (const [key, { order, count }] of ngramCounts(tokens)) {
      totals[order - 1] = (totals[order - 1] as number) + count;
      matches[order - 1] = (matches[order - 1] as number) + Math.min(count, most.get(key) ?? 0);
    }
    const length = closestLength(
      tokens.length,
      own.map((reference) => reference.length),
    );
    return [tokens.length, length, ...matches, ...totals];
  });
}

/** The score of summed statistics. */
export function bleuOf(sums: readonly number[], options: BleuOptions = {}): BleuScore {
  const [hypothesisLength = 0, referenceLength = 0] = sums;
  const [matches, totals] = [sums.slice(2, 2 + ORDER), sums.slice(2 + ORDER)];
  const smooth = options.smooth ?? 'exp';
  const [, value] = smoothing[smooth];
  const brevityPenalty =
    hypothesisLength >= referenceLength
      ? 1
      : hypothesisLength > 0
        ? Math.exp(1 - referenceLength / hypothesisLength)
        : 0;
  const precisions = new Array<number>(ORDER).fill(0);
  const base = { precisions, brevityPenalty, hypothesisLength, referenceLength };
  if (!matches.some((count) => count > 0)) return { score: 0, ...base };
  let [halving, order] = [1, ORDER];
  for (let n = 0; n < ORDER; n++) {
    const added = smooth === 'add-k' && n > 0 ? value : 0;
    const [match, total] = [(matches[n] as number) + added, (totals[n] as number) + added];
    if (total === 0) break;
    if (options.effectiveOrder) order = n + 1;
    if (match > 0) precisions[n] = (100 * match) / total;
    else if (smooth === 'exp') precisions[n] = 100 / ((halving *= 2) * total);
    else if (smooth === 'floor') precisions[n] = (100 * value) / total;
  }
  const logs = precisions.slice(0, order).map((precision) => Math.log(precision));
  return { score: brevityPenalty * Math.exp(logs.reduce((a, b) => a + b, 0) / order), ...base };
}

/** Sums of rows of one length. */
export function summed(statistics: readonly (readonly number[])[]): number[] {
  const sums = new Array<number>(statistics[0]?.length ?? 0).fill(0);
  for (const row of statistics)
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (row[i] as number);
  return sums;
}

/** sacreBLEU's signature for a way to count, such as `nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0`. */
export function bleuSignature(references: readonly (readonly string[])[], options: BleuOptions = {}): string {
  const { lowercase, effectiveOrder, tokenize = '13a', smooth = 'exp' } = options;
  return [
    `nrefs:${referenceCount(references)}`,
    `case:${lowercase ? 'lc' : 'mixed'}`,
    `eff:${effectiveOrder ? 'yes' : 'no'}`,
    `tok:${tokenize}`,
    `smooth:${smoothing[smooth][0]}`,
    `version:${SACREBLEU_VERSION}`,
  ].join('|');
}

/** How many references there are for each: a number, or `var`. */
export function referenceCount(references: readonly (readonly string[])[]): string {
  const counts = new Set(references.map((one) => one.length));
  return counts.size === 1 ? String([...counts][0]) : 'var';
}

/**
 * Corpus BLEU: `bleu(['The cat sat.'], [['The cat sat.', 'A cat sat.']]).score` is 100.
 * @param references all references of each hypothesis
 * @throws DataError when there are fewer or more references than hypotheses
 */
export function bleu(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: BleuOptions = {},
): BleuScore & { readonly signature: string } {
  const sums = summed(bleuStatistics(hypotheses, references, options));
  return { ...bleuOf(sums, options), signature: bleuSignature(references, options) };
}
