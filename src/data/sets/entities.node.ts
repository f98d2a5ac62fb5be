// Named entities and chunks: tokens with a label each.
import type { SplitName, TokensDataset, TokensExample } from '../dataset.ts';
import { type ConllOptions, type ConllSentence, parseConll, toCharacters, toIob2 } from '../formats/conll.ts';
import { splitBy, splitOf } from '../split.ts';
import { choice, openSet, type ReadContext } from './read-context.node.ts';

type Splits = Record<SplitName, TokensExample[]>;

/** All labels of a dataset, `O` first. */
function labelsOf(splits: Splits): string[] {
  const labels = new Set(Object.values(splits).flatMap((examples) => examples.flatMap((example) => example.labels)));
  labels.delete('O');
  return ['O', ...[...labels].sort()];
}

interface Reading {
  readonly id: string;
  readonly files: Readonly<Record<SplitName, string>>;
  readonly format: ConllOptions;
  readonly joiner: '' | ' ';
  /** What becomes of a sentence. */
  readonly shape: (sentence: ConllSentence) => Pick<TokensExample, 'tokens' | 'labels'>;
}

async function readSplits(context: ReadContext, { id, files, format, joiner, shape }: Reading): Promise<TokensDataset> {
  const set = await openSet(id, context);
  const read = async (name: SplitName): Promise<TokensExample[]> => {
    const file = files[name];
    return parseConll(await set.text(file), file, format).map((sentence) => ({
      id: `${file}:${sentence.line}`,
      ...shape(sentence),
    }));
  };
  const splits = { train: await read('train'), validation: await read('validation'), test: await read('test') };
  return { name: id, labels: labelsOf(splits), joiner, splits, checksums: set.checksums };
}

/** Universal NER, simplified Chinese. Option `unit`: `character` (default) or `word`. */
export async function universalNer(context: ReadContext): Promise<TokensDataset> {
  const id = 'ner-zh-uner-gsdsimp';
  const unit = choice(id, context, 'unit', ['character', 'word']);
  const file = (part: string): string => `zh_gsdsimp-ud-${part}.iob2`;
  return readSplits(context, {
    id,
    files: { train: file('train'), validation: file('dev'), test: file('test') },
    format: { id: 0, token: 1, label: 2, comments: true, spans: true },
    joiner: unit === 'word' ? ' ' : '',
    shape: ({ tokens, labels }) =>
      unit === 'word' ? { tokens, labels: toIob2(labels) } : toCharacters(tokens, toIob2(labels)),
  });
}

/** Weibo NER. Option `mentions`: `all` (default; labels such as `B-PER.NOM`) or `named` (labels such as `B-PER`). */
export async function weiboNer(context: ReadContext): Promise<TokensDataset> {
  const id = 'ner-zh-weibo';
  const mentions = choice(id, context, 'mentions', ['all', 'named']);
  const named = (label: string): string => (label.endsWith('.NOM') ? 'O' : label.replace(/\.NAM$/, ''));
  const file = (part: string): string => `weiboNER_2nd_conll.${part}`;
  return readSplits(context, {
    id,
    files: { train: file('train'), validation: file('dev'), test: file('test') },
    format: { token: 0, label: 1, spans: true },
    joiner: '',
    shape: ({ tokens, labels }) => ({
      // a character and its place in its word: 科0 技1
      tokens: tokens.map((token) => Array.from(token)[0] as string),
      labels: toIob2(mentions === 'named' ? labels.map(named) : labels),
    }),
  });
}

/** WNUT-17 emerging entities. */
export async function emergingEntities(context: ReadContext): Promise<TokensDataset> {
  return readSplits(context, {
    id: 'ner-en-wnut17',
    files: { train: 'wnut17train.conll', validation: 'emerging.dev.conll', test: 'emerging.test.annotated' },
    format: { token: 0, label: 1, spans: true },
    joiner: ' ',
    shape: ({ tokens, labels }) => ({ tokens, labels: toIob2(labels) }),
  });
}

/** WikiGold. It has no split: documents are drawn, 10 % for validation and 20 % for the test. */
export async function wikiGold(context: ReadContext): Promise<TokensDataset> {
  const [id, file] = ['ner-en-wikigold', 'wikigold.conll.txt'];
  const set = await openSet(id, context);
  const sentences = parseConll(await set.text(file), file, { token: 0, label: 1, spans: true });
  const parts = splitBy(sentences, ({ document }) => splitOf(`document ${document}`, { validation: 0.1, test: 0.2 }));
  const shape = ({ line, tokens, labels }: ConllSentence): TokensExample => ({
    id: `${file}:${line}`,
    tokens,
    labels: toIob2(labels),
  });
  const splits = {
    train: parts.train.map(shape),
    validation: parts.validation.map(shape),
    test: parts.test.map(shape),
  };
  return { name: id, labels: labelsOf(splits), joiner: ' ', splits, checksums: set.checksums };
}

/** CoNLL-2000 chunks. Validation is a tenth of the training sentences. */
export async function chunks(context: ReadContext): Promise<TokensDataset> {
  const id = 'chunk-en-conll2000';
  const set = await openSet(id, context);
  const read = async (file: string): Promise<TokensExample[]> =>
    parseConll(await set.text(file), file, { token: 0, label: 2, spans: true }).map(({ line, tokens, labels }) => ({
      id: `${file}:${line}`,
      tokens,
      labels: toIob2(labels),
    }));
  const parts = splitBy(await read('train.txt'), ({ tokens }) =>
    splitOf(tokens.join(' '), { validation: 0.1, test: 0 }),
  );
  const splits = { ...parts, test: await read('test.txt') };
  return { name: id, labels: labelsOf(splits), joiner: ' ', splits, checksums: set.checksums };
}
