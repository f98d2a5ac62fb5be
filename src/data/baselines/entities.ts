// The cheap rivals of entity taggers: a dictionary of the training set's entities, and logistic regression on windows of words.
import type { TokensExample } from '../dataset.ts';
import { toIob2 } from '../formats/conll.ts';
import { spansOf } from '../metrics/entities.ts';
import { fitLogistic } from './sparse-logistic.ts';

/** IOB2 labels predicted for the sequences of a test set. */
export type TaggingBaseline = (train: readonly TokensExample[], test: readonly TokensExample[]) => string[][];

const keyOf = (tokens: readonly string[]): string => tokens.join('\u0000').toLowerCase();

/**
 * Every entity of the training set is looked for, the longest at each place first. A phrase that is no entity more often than it is one is
 * left out; its type is its most frequent one.
 */
export const entityDictionary: TaggingBaseline = (train, test) => {
  const types = new Map<string, Map<string, number>>();
  let longest = 1;
  for (const { tokens, labels } of train) {
    for (const { type, start, end } of spansOf(labels)) {
      const key = keyOf(tokens.slice(start, end));
      const counts = types.get(key) ?? new Map<string, number>();
      counts.set(type, (counts.get(type) ?? 0) + 1);
      types.set(key, counts);
      longest = Math.max(longest, end - start);
    }
  }
  const seen = new Map<string, number>();
  for (const { tokens } of train)
    for (let start = 0; start < tokens.length; start++)
      for (let end = start + 1; end <= Math.min(tokens.length, start + longest); end++) {
        const key = keyOf(tokens.slice(start, end));
        if (types.has(key)) seen.set(key, (seen.get(key) ?? 0) + 1);
      }
  const dictionary = new Map<string, string>();
  for (const [key, counts] of types) {
    const ranked = [...counts].sort((a, b) => b[1] - a[1]);
    const total = ranked.reduce((sum, [, count]) => sum + count, 0);
    if (total * 2 >= (seen.get(key) ?? 0)) dictionary.set(key, (ranked[0] as [string, number])[0]);
  }
  return test.map(({ tokens }) => {
    const labels = tokens.map(() => 'O');
    for (let start = 0; start < tokens.length; ) {
      let end = Math.min(tokens.length, start + longest);
      while (end > start && !dictionary.has(keyOf(tokens.slice(start, end)))) end--;
      const type = dictionary.get(keyOf(tokens.slice(start, end)));
      for (let i = start; i < end; i++) labels[i] = `${i === start ? 'B' : 'I'}-${type}`;
      start = Math.max(end, start + 1);
    }
    return labels;
  });
};

/** Upper case, lower case, digits, others: `Berlin2 → Xxxxxxd`. */
const shapeOf = (token: string): string =>
  token
    .replace(/\p{Lu}/gu, 'X')
    .replace(/\p{Ll}/gu, 'x')
    .replace(/\p{N}/gu, 'd');

/** What stands at a place and two places around it: words, pairs, endings, shapes. */
function windowFeatures(tokens: readonly string[], place: number): string[] {
  const at = (offset: number): string => tokens[place + offset]?.toLowerCase() ?? '∅';
  const token = tokens[place] as string;
  const around = [-2, -1, 0, 1, 2].map((offset) => `${offset} ${at(offset)}`);
  const pairs = [-2, -1, 0, 1].map((offset) => `${offset}+ ${at(offset)} ${at(offset + 1)}`);
  const parts = token.length > 2 ? [`^${at(0).slice(0, 3)}`, `${at(0).slice(-3)}$`] : [];
  const shapes = [-1, 0, 1].map((offset) => `shape ${offset} ${shapeOf(tokens[place + offset] ?? '∅')}`);
  return [...new Set([...around, ...pairs, ...parts, ...shapes])];
}

/** Each place by itself, five passes; an `I-` that goes on with nothing begins a span. */
export const windowRegression: TaggingBaseline = (train, test) => {
  const labelOf = fitLogistic(
    train.flatMap(({ tokens, labels }) =>
      tokens.map((_, place) => ({ row: windowFeatures(tokens, place), label: labels[place] as string })),
    ),
    5,
  );
  return test.map(({ tokens }) => toIob2(tokens.map((_, place) => labelOf(windowFeatures(tokens, place)))));
};
