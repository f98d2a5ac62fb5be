// Labelled texts by catalogue id or from a file of one's own.
import { extname, join } from 'node:path';
import { DataError, type TextDataset, type TextExample } from './dataset.ts';
import { readText, requireDataset } from './find.node.ts';
import { parseCsv } from './formats/csv.ts';
import { parseJsonl } from './formats/jsonl.ts';
import { emojiLanguages, loadEmojiGroups } from './sets/emoji.node.ts';
import { phrasesOf } from './sets/treebank.ts';
import { splitBy, splitOf } from './split.ts';

/** What a reader gets. */
interface ReadContext {
  readonly folders: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

const readers: Readonly<Record<string, (context: ReadContext) => Promise<TextDataset>>> = {
  'emoji-groups': ({ options }) =>
    loadEmojiGroups({ languages: (options.languages as string[] | undefined) ?? emojiLanguages }),
  'sent-zh-chnsenticorp-htl': hotelReviews,
  'sent-en-sst5': treebank,
};

async function hotelReviews({ folders }: ReadContext): Promise<TextDataset> {
  const id = 'sent-zh-chnsenticorp-htl';
  const file = 'ChnSentiCorp_htl_all.csv.gz';
  const { text, sha256 } = await readText(join(await requireDataset(id, folders), file));
  const names = ['negative', 'positive'];
  const examples = parseCsv(text, file, ['label', 'review']).flatMap(({ line, fields }): TextExample[] => {
    const review = (fields.review ?? '').trim();
    const label = names[Number(fields.label)];
    if (label === undefined)
      throw new DataError(`${id}: expected a label 0 or 1, got '${fields.label}' (${file}, line ${line})`);
    return review === '' ? [] : [{ id: `line ${line}`, text: review, label }];
  });
  // equal reviews stay together: the set has duplicates
  const splits = splitBy(examples, ({ text: review }) => splitOf(review, { validation: 0.08, test: 0.2 }));
  return { name: id, labels: names, splits, checksums: { [file]: sha256 } };
}

const treebankLabels = {
  binary: { labels: ['negative', 'positive'], of: ['negative', 'negative', undefined, 'positive', 'positive'] },
  ternary: {
    labels: ['negative', 'neutral', 'positive'],
    of: ['negative', 'negative', 'neutral', 'positive', 'positive'],
  },
} as const;

/** Training uses every phrase, validation and test whole sentences, as SST-2 does. */
async function treebank({ folders, options }: ReadContext): Promise<TextDataset> {
  const id = 'sent-en-sst5';
  const dir = await requireDataset(id, folders);
  const wanted = String(options.labels ?? 'binary');
  if (!Object.hasOwn(treebankLabels, wanted))
    throw new DataError(`${id}: expected labels ${Object.keys(treebankLabels).join(' or ')}, got '${wanted}'`);
  const scheme = treebankLabels[wanted as keyof typeof treebankLabels];
  const checksums: Record<string, string> = {};
  const read = async (file: string, kept: 'phrases' | 'sentences'): Promise<TextExample[]> => {
    const { text, sha256 } = await readText(join(dir, file));
    checksums[file] = sha256;
    const seen = new Set<string>();
    return text.split('\n').flatMap((line, i) => {
      if (line.trim() === '') return [];
      const phrases = phrasesOf(line, `${file}, line ${i + 1}`);
      return (kept === 'phrases' ? phrases : phrases.slice(0, 1)).flatMap(
        ({ text: phrase, label }, at): TextExample[] => {
          const name = scheme.of[label];
          if (name === undefined || (kept === 'phrases' && seen.has(phrase))) return [];
          seen.add(phrase);
          return [{ id: `${file}:${i + 1}.${at}`, text: phrase, label: name }];
        },
      );
    });
  };
  const splits = {
    train: await read('train.txt.gz', 'phrases'),
    validation: await read('dev.txt', 'sentences'),
    test: await read('test.txt', 'sentences'),
  };
  return { name: id, labels: scheme.labels, splits, checksums };
}

/** Examples from JSONL (`text`, `label`), CSV or TSV (columns `text`, `label`). @throws DataError with line or columns */
export async function readExamples(path: string): Promise<{ examples: TextExample[]; sha256: string }> {
  const { text, sha256 } = await readText(path);
  const kind = extname(path.replace(/\.gz$/, ''));
  const rows =
    kind === '.jsonl'
      ? parseJsonl(text, path).map(({ line, value }) => ({ line, text: value.text, label: value.label }))
      : parseCsv(text, path, ['text', 'label'], kind === '.tsv' ? '\t' : ',').map(
          ({ line, fields }) => ({ line, ...fields }) as { line: number; text?: unknown; label?: unknown },
        );
  const examples = rows.map((row): TextExample => {
    if (typeof row.text !== 'string' || row.text.trim() === '')
      throw new DataError(`readExamples: expected a text, got ${JSON.stringify(row.text)} (${path}, line ${row.line})`);
    // JSON may hold class numbers and truth values; anything else is a mistake
    if (!['string', 'number', 'boolean'].includes(typeof row.label) || row.label === '')
      throw new DataError(
        `readExamples: expected a label, got ${row.label === undefined ? 'none' : JSON.stringify(row.label)} (${path}, line ${row.line})`,
      );
    return { id: `${path}:${row.line}`, text: row.text, label: String(row.label) };
  });
  if (examples.length === 0) throw new DataError(`readExamples: expected at least one example, got none (${path})`);
  return { examples, sha256 };
}

/** A data set by catalogue id, or the file of one's own, cut by a hash of its texts. */
export async function loadTextDataset(
  id: string,
  folders: readonly string[],
  options: Readonly<Record<string, unknown>> = {},
): Promise<TextDataset> {
  const reader = Object.hasOwn(readers, id) ? readers[id] : undefined;
  if (reader) return reader({ folders, options });
  if (!/\.(jsonl|csv|tsv)(\.gz)?$/.test(id)) {
    throw new DataError(
      `loadTextDataset: expected one of ${Object.keys(readers).join(', ')}, or a .jsonl, .csv or .tsv file, got '${id}'`,
    );
  }
  const { examples, sha256 } = await readExamples(id);
  const labels = [...new Set(examples.map((example) => example.label))].sort();
  const splits = splitBy(examples, ({ text }) => splitOf(text, { validation: 0.1, test: 0.2 }));
  return { name: id, labels, splits, checksums: { [id]: sha256 } };
}

/** A long text: the whole of a language-modelling set. */
export async function loadPlainText(
  id: string,
  folders: readonly string[],
): Promise<{ text: string; checksums: Record<string, string> }> {
  const path = id === 'lm-en-tinyshakespeare' ? join(await requireDataset(id, folders), 'input.txt.gz') : id;
  const { text, sha256 } = await readText(path);
  return { text, checksums: { [id]: sha256 } };
}
