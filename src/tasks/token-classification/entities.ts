// Labelled tokens to entities, by the strategies of Transformers' TokenClassificationPipeline (transformers 5.24,
// pipelines/token_classification.py), with its field names. Offsets are UTF-16 units of the text.
import { retag, schemeOf } from '../../data/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { best } from '../labels.ts';
import type { WindowedText } from '../windows.ts';
import type { Decoder } from './tagger.ts';

/** How tokens are joined: not at all, neighbours of one type, or first all tokens of a word by its first, average or most certain token. */
export const aggregationStrategies = ['none', 'simple', 'first', 'average', 'max'] as const;
/** One of them. */
export type AggregationStrategy = (typeof aggregationStrategies)[number];

/** One token with its label, as strategy `none` gives it. */
export interface TaggedToken {
  readonly entity: string;
  /** Probability in [0, 1]. */
  readonly score: number;
  /** Its place in the row, special tokens counted. */
  readonly index: number;
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** Joined tokens, as the other strategies give them. */
export interface EntityGroup {
  readonly entity_group: string;
  /** Mean of its tokens' (or words') probabilities. */
  readonly score: number;
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** A token before its label is chosen. */
interface Candidate {
  readonly word: string;
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly isSubword: boolean;
  readonly scores: readonly number[];
  /** The decoder's choice. */
  readonly best: number;
}

/** A token or word with its label. */
type Labelled = Pick<TaggedToken, 'entity' | 'score' | 'word' | 'start' | 'end'>;

/** What joining needs to know of the model. */
export interface EntityContext {
  readonly tokenizer: Tokenizer;
  readonly labels: readonly string[];
  readonly decoder: Decoder;
  /** Tokens to text: `convert_tokens_to_string`. */
  readonly join: (words: readonly string[]) => string;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function candidatesOf(
  { text, tokens, windows }: WindowedText,
  scores: readonly ArrayLike<number>[],
  { tokenizer, decoder }: EntityContext,
): Candidate[] {
  const model = tokenizer.toJSON().model as { continuing_subword_prefix?: string | null; unk_token?: string | null };
  const unknown = tokenizer.config?.specialTokens.unk_token ?? model.unk_token;
  const probabilities = decoder.probabilities(scores);
  const best = decoder.best(scores);
  const lead = windows[0]?.lead ?? 0;
  return tokens.tokens.map((token, t) => {
    const [start, end] = tokens.offsets[t] as [number, number];
    const written = text.slice(start, end);
    const isUnknown = token === unknown;
    const isSubword = model.continuing_subword_prefix
      ? Array.from(token).length !== Array.from(written).length
      : start > 0 && !Array.from(`${text.slice(0, start).slice(-1)}${text.slice(start, start + 1)}`).includes(' ');
    return {
      word: isUnknown ? written : token,
      index: t + lead,
      ...{ start, end },
      isSubword: !isUnknown && isSubword,
      scores: probabilities[t] as number[],
      best: best[t] as number,
    };
  });
}

/** The label of a word from its tokens, with its probability. */
const wordRules: Readonly<
  Record<Exclude<AggregationStrategy, 'none' | 'simple'>, (tokens: readonly Candidate[]) => readonly [number, number]>
> = {
  first: ([token]) => [(token as Candidate).best, (token as Candidate).scores[(token as Candidate).best] as number],
  max: (tokens) => {
    const surest = tokens.reduce((a, b) => (Math.max(...b.scores) > Math.max(...a.scores) ? b : a));
    return [surest.best, surest.scores[surest.best] as number];
  },
  average: (tokens) => {
    const means = (tokens[0] as Candidate).scores.map((_, c) => mean(tokens.map(({ scores }) => scores[c] as number)));
    return [best(means), Math.max(...means)];
  },
};

function wordsOf(tokens: readonly Candidate[]): Candidate[][] {
  const words: Candidate[][] = [];
  for (const token of tokens) {
    if (token.isSubword && words.length > 0) (words.at(-1) as Candidate[]).push(token);
    else words.push([token]);
  }
  return words;
}

/** `B-PER → ['B', 'PER']`; labels of other kinds go on with their like. */
function tagOf(label: string): readonly [begins: boolean, type: string] {
  return /^[BI]-/.test(label) ? [label[0] === 'B', label.slice(2)] : [false, label];
}

/** Neighbours of one type, joined. IOBES is read as IOB2 first; the reference would take `E-` and `S-` for types of their own. */
function group(labelled: readonly Labelled[], { join, labels }: EntityContext): EntityGroup[] {
  const groups: Labelled[][] = [];
  const own = labelled.map(({ entity }) => entity);
  const plain = schemeOf(labels) === 'IOBES' ? retag(own, 'IOB2') : own;
  for (const [i, { entity: _, ...rest }] of labelled.entries()) {
    const one: Labelled = { entity: plain[i] as string, ...rest };
    const [begins, type] = tagOf(one.entity);
    const last = groups.at(-1);
    if (last && !begins && tagOf((last.at(-1) as Labelled).entity)[1] === type) last.push(one);
    else groups.push([one]);
  }
  return groups.map((all) => {
    const [first, last] = [all[0] as Labelled, all.at(-1) as Labelled];
    return {
      entity_group: first.entity.slice(first.entity.indexOf('-') + 1),
      score: mean(all.map(({ score }) => score)),
      word: join(all.map(({ word }) => word)),
      start: first.start,
      end: last.end,
    };
  });
}

/** Tokens or entities of one text, those with an ignored label or type left out. */
export function entitiesOf(
  text: WindowedText,
  scores: readonly ArrayLike<number>[],
  context: EntityContext,
  options: { readonly strategy: AggregationStrategy; readonly ignored: readonly string[] },
): (TaggedToken | EntityGroup)[] {
  const { labels, join } = context;
  const { strategy, ignored } = options;
  const tokens = candidatesOf(text, scores, context);
  if (strategy === 'none' || strategy === 'simple') {
    const tagged = tokens.map(({ best, index, word, start, end, scores: own }): TaggedToken => {
      return { entity: labels[best] as string, score: own[best] as number, index, word, start, end };
    });
    if (strategy === 'none') return tagged.filter(({ entity }) => !ignored.includes(entity));
    return group(tagged, context).filter(({ entity_group: type }) => !ignored.includes(type));
  }
  const words = wordsOf(tokens).map((word): Labelled => {
    const [label, score] = wordRules[strategy](word);
    const [first, last] = [word[0] as Candidate, word.at(-1) as Candidate];
    return {
      ...{ entity: labels[label] as string, score, start: first.start, end: last.end },
      word: join(word.map((token) => token.word)),
    };
  });
  return group(words, context).filter(({ entity_group: type }) => !ignored.includes(type));
}
