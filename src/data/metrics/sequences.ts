// Scores of sequences and of language models.
import { DataError } from '../dataset.ts';

/** Fewest insertions, deletions and replacements from one sequence to the other (Levenshtein). */
export function edits(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/**
 * `[edits, length, wrong]` per record against the nearest of its references, for `bootstrapCorpus` with `errorRateOf`; `wrong` is 1 where
 * there is any edit.
 * @throws DataError when the numbers of records differ or a record has no reference
 */
export function errorStatistics(
  references: readonly (readonly (readonly string[])[])[],
  predicted: readonly (readonly string[])[],
): number[][] {
  if (references.length !== predicted.length)
    throw new DataError(`errorRate: expected ${references.length} predictions, got ${predicted.length}`);
  return predicted.map((prediction, i) => {
    const rows = (references[i] as readonly (readonly string[])[]).map((reference) => {
      const distance = edits(reference, prediction);
      return [distance, reference.length, distance > 0 ? 1 : 0];
    });
    const [first, ...others] = rows;
    if (!first) throw new DataError(`errorRate: expected at least one reference, got none (record ${i + 1})`);
    return others.reduce((best, row) => ((row[0] as number) < (best[0] as number) ? row : best), first);
  });
}

/** Edits per reference token of summed statistics. */
export function errorRateOf([distance = 0, length = 0]: readonly number[]): number {
  return length === 0 ? (distance > 0 ? Number.POSITIVE_INFINITY : 0) : distance / length;
}

/** Word or phoneme error rate over a corpus (edits per reference token), and the share of records with any error. */
export function errorRate(
  references: readonly (readonly (readonly string[])[])[],
  predicted: readonly (readonly string[])[],
): { readonly tokens: number; readonly sequences: number } {
  const rows = errorStatistics(references, predicted);
  const sum = (column: number): number => rows.reduce((total, row) => total + (row[column] as number), 0);
  return { tokens: errorRateOf([sum(0), sum(1)]), sequences: rows.length === 0 ? 0 : sum(2) / rows.length };
}

/** Perplexity of a summed negative log-likelihood in nats over so many tokens. */
export function perplexity(nats: number, tokens: number): number {
  return Math.exp(nats / tokens);
}

/** Bits per byte of UTF-8: comparable between tokenizers. `nats` is the summed negative log-likelihood of the text. */
export function bitsPerByte(nats: number, text: string): number {
  return nats / Math.LN2 / new TextEncoder().encode(text).length;
}

/** Share of different n-grams among all n-grams of all sequences (Li et al. 2016); 0 when there are none. */
export function distinct(sequences: readonly (readonly string[])[], order: number): number {
  const seen = new Set<string>();
  let total = 0;
  for (const tokens of sequences) {
    for (let i = 0; i + order <= tokens.length; i++) {
      seen.add(JSON.stringify(tokens.slice(i, i + order)));
      total++;
    }
  }
  return total === 0 ? 0 : seen.size / total;
}
