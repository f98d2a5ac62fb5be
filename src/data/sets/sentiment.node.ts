// Opinions: texts with a polarity.
import { DataError, type TextDataset, type TextExample } from '../dataset.ts';
import { parseCsv } from '../formats/csv.ts';
import { parseLines } from '../formats/parallel.ts';
import { splitBy, splitOf } from '../split.ts';
import { choice, openSet, type ReadContext } from './read-context.node.ts';
import { phrasesOf } from './treebank.ts';

const POLARITY = ['negative', 'positive'] as const;

/** A reader of CSV files with the columns `label` (0 or 1) and `review`: the sets of ChineseNlpCorpus. */
function reviews(id: string, file: string): (context: ReadContext) => Promise<TextDataset> {
  return async (context) => {
    const set = await openSet(id, context);
    const records = parseCsv(await set.text(file), file, ['label', 'review']);
    const examples = records.flatMap(({ line, fields }): TextExample[] => {
      const review = (fields.review ?? '').trim();
      const label = POLARITY[Number(fields.label)];
      if (label === undefined)
        throw new DataError(`${id}: expected a label 0 or 1, got '${fields.label}' (${file}, line ${line})`);
      return review === '' ? [] : [{ id: `line ${line}`, text: review, label }];
    });
    // equal reviews stay together: the sets have duplicates
    const splits = splitBy(examples, ({ text }) => splitOf(text, { validation: 0.08, test: 0.2 }));
    return { name: id, labels: POLARITY, splits, checksums: set.checksums };
  };
}

/** ChnSentiCorp: hotel reviews. */
export const hotelReviews: (context: ReadContext) => Promise<TextDataset> = reviews(
  'sent-zh-chnsenticorp-htl',
  'ChnSentiCorp_htl_all.csv',
);
/** Take-away reviews. */
export const takeAwayReviews: (context: ReadContext) => Promise<TextDataset> = reviews(
  'sent-zh-waimai10k',
  'waimai_10k.csv',
);

const treebankLabels = {
  binary: { labels: POLARITY, of: ['negative', 'negative', undefined, 'positive', 'positive'] },
  ternary: {
    labels: ['negative', 'neutral', 'positive'],
    of: ['negative', 'negative', 'neutral', 'positive', 'positive'],
  },
} as const;

/** Stanford Sentiment Treebank. Training uses every phrase, validation and test whole sentences, as SST-2 does. */
export async function treebank(context: ReadContext): Promise<TextDataset> {
  const id = 'sent-en-sst5';
  const scheme = treebankLabels[choice(id, context, 'labels', ['binary', 'ternary'])];
  const set = await openSet(id, context);
  const read = async (file: string, kept: 'phrases' | 'sentences'): Promise<TextExample[]> => {
    const seen = new Set<string>();
    return parseLines(await set.text(file)).flatMap(({ line, text }) => {
      if (text.trim() === '') return [];
      const phrases = phrasesOf(text, `${file}, line ${line}`);
      return (kept === 'phrases' ? phrases : phrases.slice(0, 1)).flatMap(
        ({ text: phrase, label }, at): TextExample[] => {
          const name = scheme.of[label];
          if (name === undefined || (kept === 'phrases' && seen.has(phrase))) return [];
          seen.add(phrase);
          return [{ id: `${file}:${line}.${at}`, text: phrase, label: name }];
        },
      );
    });
  };
  const splits = {
    train: await read('train.txt', 'phrases'),
    validation: await read('dev.txt', 'sentences'),
    test: await read('test.txt', 'sentences'),
  };
  return { name: id, labels: scheme.labels, splits, checksums: set.checksums };
}

/** Movie review sentences: the file is the label. */
export async function movieReviews(context: ReadContext): Promise<TextDataset> {
  const id = 'sent-en-mr';
  const set = await openSet(id, context);
  const read = async (file: string, label: string): Promise<TextExample[]> =>
    parseLines(await set.text(file)).flatMap(({ line, text }): TextExample[] =>
      text.trim() === '' ? [] : [{ id: `${file}:${line}`, text: text.trim(), label }],
    );
  const examples = [...(await read('rt-polarity.neg', 'negative')), ...(await read('rt-polarity.pos', 'positive'))];
  const splits = splitBy(examples, ({ text }) => splitOf(text, { validation: 0.1, test: 0.1 }));
  return { name: id, labels: POLARITY, splits, checksums: set.checksums };
}

/** TweetEval sentiment. Its training part is not in the catalogue: training uses the test part, cut by text; the test is its validation part. */
export async function tweets(context: ReadContext): Promise<TextDataset> {
  const id = 'sent-en-tweeteval';
  const labels = ['negative', 'neutral', 'positive'];
  const set = await openSet(id, context);
  const read = async (part: string): Promise<TextExample[]> => {
    const [texts, marks] = [
      parseLines(await set.text(`${part}_text.txt`)),
      parseLines(await set.text(`${part}_labels.txt`)),
    ];
    if (texts.length !== marks.length)
      throw new DataError(`${id}: expected as many labels as texts, got ${marks.length} and ${texts.length} (${part})`);
    return texts.map(({ line, text }, i) => {
      const label = labels[Number(marks[i]?.text)];
      if (label === undefined)
        throw new DataError(
          `${id}: expected a label 0, 1 or 2, got '${marks[i]?.text}' (${part}_labels.txt, line ${line})`,
        );
      return { id: `${part}:${line}`, text: text.trim(), label };
    });
  };
  const splits = splitBy(await read('test'), ({ text }) => splitOf(text, { validation: 0.1, test: 0 }));
  return { name: id, labels, splits: { ...splits, test: await read('val') }, checksums: set.checksums };
}
