// The three problems, each as pairs of ids: what is read, what is to come out.
import { Random } from '../../array/index.ts';
import type { TextDataset, TextExample } from '../../data/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { limited } from '../limited.ts';
import type { CompareRecipe } from './recipe.ts';

/** What is read and what is to come out. */
export interface PairOfIds {
  readonly source: readonly number[];
  /** Of a classification: one id, the label's own token. */
  readonly target: readonly number[];
}

/** A kind of problem; how an architecture does it is its own. */
export type ProblemKind = 'classify' | 'rewrite' | 'continue';

/** One problem with its data. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly train: readonly PairOfIds[];
  readonly validation: readonly PairOfIds[];
  readonly test: readonly PairOfIds[];
  /** Ids of labels, in the order of the classes. */
  readonly labels: readonly number[];
}

/** Special ids that every architecture shares. */
export interface SpecialIds {
  readonly pad: number;
  readonly bos: number;
  readonly eos: number;
}

/** Shortest text that is cut in two. */
const SHORTEST = 6;
/** Examples that choose the learning rate. */
const VALIDATION = 300;
/** Different sequences to reverse; those of validation and test are others. */
const REVERSALS = 20_000;

/** A text's label after the whole text. */
export function classification(recipe: CompareRecipe, dataset: TextDataset, tokenizer: Tokenizer): Problem {
  const labels = dataset.labels.map((_, i) => tokenizer.tokenToId(labelToken(i)) as number);
  const pairOf = ({ text, label }: TextExample): PairOfIds => ({
    source: encode(tokenizer, text).slice(0, recipe.maxLength - 2),
    target: [labels[dataset.labels.indexOf(label)] as number],
  });
  const { train, validation, test } = dataset.splits;
  return {
    kind: 'classify',
    train: limited(train, recipe.data.limit, 1).map(pairOf),
    validation: limited(validation, VALIDATION, 1).map(pairOf),
    test: limited(test, recipe.testLimit, 1).map(pairOf),
    labels,
  };
}

/** The second half of the same texts after their first half. */
export function continuation(recipe: CompareRecipe, dataset: TextDataset, tokenizer: Tokenizer): Problem {
  const pairsOf = (examples: readonly TextExample[]): PairOfIds[] =>
    examples.flatMap(({ text }) => {
      const ids = encode(tokenizer, text).slice(0, recipe.maxLength - 2);
      const half = Math.floor(ids.length / 2);
      return ids.length < SHORTEST ? [] : [{ source: ids.slice(0, half), target: ids.slice(half) }];
    });
  const { train, validation, test } = dataset.splits;
  return {
    kind: 'continue',
    train: pairsOf(limited(train, recipe.data.limit, 1)),
    validation: pairsOf(validation).slice(0, VALIDATION),
    test: pairsOf(test).slice(0, recipe.testLimit),
    labels: [],
  };
}

/** Sequences of random tokens, to be written backwards. No sequence is in two parts. */
export function reversal(
  { reversal: { tokens, shortest, longest }, testLimit }: CompareRecipe,
  first: number,
): Problem {
  const random = new Random({ seed: 1, step: 0, site: 'reversal' });
  const seen = new Map<string, PairOfIds>();
  const wanted = REVERSALS + VALIDATION + testLimit;
  // short sequences run out: no endless search for new ones
  for (let tries = 0; seen.size < wanted && tries < 4 * wanted; tries++) {
    const length = shortest + random.integer(longest - shortest + 1);
    const source = Array.from({ length }, () => first + random.integer(tokens));
    seen.set(source.join(' '), { source, target: source.toReversed() });
  }
  const all = [...seen.values()];
  return {
    kind: 'rewrite',
    test: all.slice(0, testLimit),
    validation: all.slice(testLimit, testLimit + VALIDATION),
    train: all.slice(testLimit + VALIDATION),
    labels: [],
  };
}

/** The token that stands for a class where classes are written. */
export const labelToken = (index: number): string => `<label-${index}>`;

const encode = (tokenizer: Tokenizer, text: string): number[] =>
  tokenizer.encodeIds(text, { addSpecialTokens: false, special: 'text' });
