// How good what was written is: BLEU and chrF of translations as sacreBLEU counts them, error rates of sequences of symbols.
import {
  type BleuTokenizer,
  bleu,
  bleuOf,
  bleuSignature,
  bleuStatistics,
  bootstrapCorpus,
  chrf,
  chrfSignature,
  errorRateOf,
  errorStatistics,
  type PairExample,
} from '../../data/index.ts';
import type { Metrics } from '../../train/index.ts';
import type { Job } from '../job.ts';
import type { TextToTextRecipe } from './recipe.ts';
import { symbolsOf } from './vocabulary.ts';

/** A source with everything it may become. */
export interface SourceRecord {
  readonly source: string;
  readonly references: readonly string[];
}

/** Pairs by source, in the order of their first one: translations of one sentence, pronunciations of one word. */
export function bySource(pairs: readonly PairExample[]): SourceRecord[] {
  const references = new Map<string, string[]>();
  for (const { source, target } of pairs) {
    const known = references.get(source);
    if (known) known.push(target);
    else references.set(source, [target]);
  }
  return [...references].map(([source, targets]) => ({ source, references: targets }));
}

type References = readonly (readonly string[])[];

/** Scores of one kind of target. */
export interface Measure {
  /** Which score chooses weights. */
  readonly best: Job['best'];
  readonly score: (written: readonly string[], references: References) => Metrics;
  /** 95 % bootstrap interval of the choosing score. */
  readonly interval: (written: readonly string[], references: References) => readonly [number, number];
  /** How the scores were counted, by score. */
  readonly signatures: (references: References) => Readonly<Record<string, string>>;
  /** A score for people. */
  readonly format: (name: string, value: number) => string;
}

/** BLEU and chrF, 0 … 100. Chinese is cut into characters, as sacreBLEU's `zh` does. */
function translationMeasure(language: string): Measure {
  const options = { tokenize: (language === 'zh' ? 'zh' : '13a') as BleuTokenizer };
  return {
    best: { metric: 'bleu', mode: 'max' },
    score: (written, references) => ({
      bleu: bleu(written, references, options).score,
      chrf: chrf(written, references).score,
    }),
    interval: (written, references) =>
      bootstrapCorpus(bleuStatistics(written, references, options), (sums) => bleuOf(sums, options).score),
    signatures: (references) => ({
      bleu: bleuSignature(references, options),
      chrf: chrfSignature(references),
    }),
    format: (_, value) => value.toFixed(2),
  };
}

/** Digits at the end of ARPAbet's vowels are their stress. */
const unstressed = (symbols: string): string[] => symbolsOf(symbols).map((symbol) => symbol.replace(/\d$/, ''));

/** Symbols that are wrong (against the nearest reference) and whole sequences that are right, as shares; stress is ignored. */
const symbolMeasure: Measure = {
  best: { metric: 'symbol_error_rate', mode: 'min' },
  score: (written, references) => {
    const rows = statistics(written, references);
    const sums = rows.reduce((total, row) => total.map((sum, i) => sum + (row[i] as number)), [0, 0, 0]);
    return { symbol_error_rate: errorRateOf(sums), accuracy: 1 - (sums[2] as number) / rows.length };
  },
  interval: (written, references) => bootstrapCorpus(statistics(written, references), errorRateOf),
  signatures: () => ({}),
  format: (_, value) => `${(100 * value).toFixed(2)} %`,
};

function statistics(written: readonly string[], references: References): number[][] {
  return errorStatistics(
    references.map((some) => some.map(unstressed)),
    written.map(unstressed),
  );
}

/** The measure of a target in a language. */
export const measures: { readonly [K in TextToTextRecipe['target']]: (language: string) => Measure } = {
  text: translationMeasure,
  symbols: () => symbolMeasure,
};
