// Named entities and chunks: tokens with a label each.
import type { SplitName, TokensDataset, TokensExample } from '../dataset.ts';
import { type ConllOptions, type ConllSentence, parseConll, toCharacters, toIob2 } from '../formats/conll.ts';
import { strayTags } from '../formats/tags.ts';
import { splitBy, splitOf } from '../split.ts';
import { choice, openSet, type ReadContext } from './read-context.node.ts';

type Splits = Record<SplitName, TokensExample[]>;

/** All labels of a dataset, `O` first. */
function labelsOf(splits: Splits): string[] {
  const labels = new Set(Object.values(splits).flatMap((examples) => examples.flatMap((example) => example.labels)));
  labels.delete('O');
  return ['O', ...[...labels].sort()];
}

/** IO and IOB1 tagging is read as IOB2; in IOB2 an `I-` that goes on with nothing begins a span, and is told of. */
function notesOn(splits: Readonly<Record<SplitName, readonly ConllSentence[]>>): string[] {
  const counts = Object.entries(splits).map(
    ([name, sentences]) => [name, sentences.reduce((sum, { labels }) => sum + strayTags(labels), 0)] as const,
  );
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const shown = counts.map(([name, count]) => `${name} ${count}`).join(', ');
  return total === 0
    ? []
    : [`${total} labels I- go on with nothing (${shown}); each is read as the beginning of a span, B-`];
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
  const read = async (name: SplitName) => parseConll(await set.text(files[name]), files[name], format);
  const parsed = { train: await read('train'), validation: await read('validation'), test: await read('test') };
  const shaped = (name: SplitName): TokensExample[] =>
    parsed[name].map((sentence) => ({ id: `${files[name]}:${sentence.line}`, ...shape(sentence) }));
  const splits = { train: shaped('train'), validation: shaped('validation'), test: shaped('test') };
  const notes = notesOn(parsed);
  return { name: id, labels: labelsOf(splits), joiner, splits, checksums: set.checksums, notes };
}

/** A file of one's own: CoNLL columns, the token first, the label last. A single file is cut by a hash of its texts. */
export function tokensOfConll(text: string, path: string, joiner?: '' | ' '): TokensDataset {
  const sentences = parseConll(text, path, { token: 0, label: -1, spans: true });
  const parts = splitBy(sentences, ({ tokens }) => splitOf(tokens.join(' '), { validation: 0.1, test: 0.2 }));
  const shaped = (name: SplitName): TokensExample[] =>
    parts[name].map(({ line, tokens, labels }) => ({ id: `${path}:${line}`, tokens, labels: toIob2(labels) }));
  const splits = { train: shaped('train'), validation: shaped('validation'), test: shaped('test') };
  const areCharacters = sentences.every(({ tokens }) => tokens.every((token) => Array.from(token).length === 1));
  const between = joiner ?? (areCharacters ? '' : ' ');
  return { name: path, labels: labelsOf(splits), joiner: between, splits, checksums: {}, notes: notesOn(parts) };
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
