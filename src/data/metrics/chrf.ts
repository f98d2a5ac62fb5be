// chrF and chrF++ as sacreBLEU 2.6 computes them. Sources: Popović 2015, 2017.
import { referenceCount, requireReferences, SACREBLEU_VERSION, summed } from './bleu.ts';
import { words } from './translation-tokens.ts';

/** Options with sacreBLEU's defaults. */
export interface ChrfOptions {
  /** Longest character n-gram. Default 6. */
  readonly charOrder?: number;
  /** Longest word n-gram. Default 0; 2 is chrF++. */
  readonly wordOrder?: number;
  /** How much recall counts. Default 2. */
  readonly beta?: number;
  readonly lowercase?: boolean;
  /** Count white space too. */
  readonly whitespace?: boolean;
  /** Smooth as chrF++.py does, instead of leaving out orders that do not occur. */
  readonly epsSmoothing?: boolean;
}

const PUNCTUATION = new Set('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');
const EPSILON = 1e-16;

function counted(items: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function windows(items: readonly string[], size: number, joiner: string): string[] {
  return Array.from({ length: Math.max(0, items.length - size + 1) }, (_, i) => items.slice(i, i + size).join(joiner));
}

/** Words with punctuation at one end cut off, as chrF++.py has it. */
function wordsAndMarks(text: string): string[] {
  return words(text).flatMap((word) => {
    const characters = Array.from(word);
    const [first, last] = [characters[0] as string, characters.at(-1) as string];
    if (characters.length === 1) return [word];
    if (PUNCTUATION.has(last)) return [word.slice(0, -1), last];
    return PUNCTUATION.has(first) ? [first, word.slice(1)] : [word];
  });
}

function ngrams(text: string, options: ChrfOptions): Map<string, number>[] {
  const { charOrder = 6, wordOrder = 0, whitespace = false } = options;
  const characters = Array.from(whitespace ? text : words(text).join(''));
  const marks = wordOrder > 0 ? wordsAndMarks(text) : [];
  return [
    ...Array.from({ length: charOrder }, (_, i) => counted(windows(characters, i + 1, ''))),
    ...Array.from({ length: wordOrder }, (_, i) => counted(windows(marks, i + 1, ' '))),
  ];
}

/** The score of summed statistics, 0 … 100. */
export function chrfOf(sums: readonly number[], options: ChrfOptions = {}): number {
  const factor = (options.beta ?? 2) ** 2;
  const orders = sums.length / 3;
  let [score, precisions, recalls, effective] = [0, 0, 0, 0];
  for (let i = 0; i < orders; i++) {
    const [own, reference, matches] = sums.slice(3 * i, 3 * i + 3) as [number, number, number];
    const precision = own > 0 ? matches / own : EPSILON;
    const recall = reference > 0 ? matches / reference : EPSILON;
    const denominator = factor * precision + recall;
    score += denominator > 0 ? ((1 + factor) * precision * recall) / denominator : EPSILON;
    if (own > 0 && reference > 0) {
      precisions += precision;
      recalls += recall;
      effective++;
    }
  }
  if (options.epsSmoothing) return (100 * score) / orders;
  if (effective === 0 || precisions + recalls === 0) return 0;
  const [precision, recall] = [precisions / effective, recalls / effective];
  return (100 * (1 + factor) * precision * recall) / (factor * precision + recall);
}

/** What chrF is a function of, per segment and order: n-grams of the hypothesis, of the best reference, and matches. */
export function chrfStatistics(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: ChrfOptions = {},
): number[][] {
  requireReferences(hypotheses, references);
  const cased = (text: string): string => (options.lowercase ? text.toLowerCase() : text);
  return hypotheses.map((hypothesis, i) => {
    const own = ngrams(cased(hypothesis), options);
    let [best, bestScore]: [number[], number] = [[], -1];
    for (const reference of references[i] as readonly string[]) {
      const row = ngrams(cased(reference), options).flatMap((counts, order) =>
        matchesOf(own[order] ?? new Map(), counts),
      );
      const score = chrfOf(row, options);
      if (score > bestScore) [best, bestScore] = [row, score];
    }
    return best;
  });
}

function matchesOf(own: ReadonlyMap<string, number>, reference: ReadonlyMap<string, number>): [number, number, number] {
  let [total, matches] = [0, 0];
  for (const [key, count] of own) {
    total += count;
    matches += Math.min(count, reference.get(key) ?? 0);
  }
  const referenceTotal = [...reference.values()].reduce((a, b) => a + b, 0);
  // an order that the reference is too short for is left out
  return [reference.size > 0 ? total : 0, referenceTotal, matches];
}

/** sacreBLEU's signature, such as `nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0`. */
export function chrfSignature(references: readonly (readonly string[])[], options: ChrfOptions = {}): string {
  const { lowercase, epsSmoothing, charOrder = 6, wordOrder = 0, whitespace } = options;
  return [
    `nrefs:${referenceCount(references)}`,
    `case:${lowercase ? 'lc' : 'mixed'}`,
    `eff:${epsSmoothing ? 'no' : 'yes'}`,
    `nc:${charOrder}`,
    `nw:${wordOrder}`,
    `space:${whitespace ? 'yes' : 'no'}`,
    `version:${SACREBLEU_VERSION}`,
  ].join('|');
}

/**
 * Corpus chrF, 0 … 100; `wordOrder: 2` is chrF++.
 * @param references all references of each hypothesis
 * @throws DataError when there are fewer or more references than hypotheses
 */
export function chrf(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: ChrfOptions = {},
): { readonly score: number; readonly signature: string } {
  const sums = summed(chrfStatistics(hypotheses, references, options));
  return { score: chrfOf(sums, options), signature: chrfSignature(references, options) };
}
