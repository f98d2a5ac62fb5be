// Files of one's own with a record a line: CSV, TSV, JSON Lines, and two parallel files.
import { extname } from 'node:path';
import { DataError, type PairDataset, type PairExample, type TextExample } from './dataset.ts';
import { readText } from './files.node.ts';
import { delimiterOf, parseCsv } from './formats/csv.ts';
import { parseJsonl } from './formats/jsonl.ts';
import { parseParallel } from './formats/parallel.ts';
import { splitBy, splitOf } from './split.ts';

/** Whether a name is that of a table rather than of a set: `.csv`, `.tsv` or `.jsonl`, packed or not. */
export const isTable = (id: string): boolean => /\.(jsonl|csv|tsv)(\.gz)?$/i.test(id);

/** Whether a name is that of pairs of one's own: a table, or two parallel files with a comma between. */
export const isOwnPairs = (id: string): boolean => isTable(id) || id.includes(',');

const bare = (path: string): string => path.replace(/\.gz$/i, '');

interface Row {
  readonly line: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Records with the lines they begin on. @throws DataError for a CSV without these columns, no records, and what cannot be parsed */
async function readTable(
  path: string,
  columns: readonly string[] = [],
): Promise<{ readonly rows: readonly Row[]; readonly sha256: string }> {
  const { text, sha256 } = await readText(path);
  const kind = extname(bare(path)).toLowerCase();
  const rows =
    kind === '.jsonl'
      ? parseJsonl(text, path).map(({ line, value }) => ({ line, fields: value }))
      : parseCsv(text, path, columns, delimiterOf(path));
  if (rows.length === 0) throw new DataError(`data: expected at least one record, got none (${path})`);
  return { rows, sha256 };
}

function textOf(value: unknown, what: string, where: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new DataError(
    `data: expected a ${what}, got ${value === undefined ? 'none' : JSON.stringify(value)} (${where})`,
  );
}

/** Examples from JSONL (`text`, `label`), CSV or TSV (columns `text`, `label`). @throws DataError with line or columns */
export async function readExamples(path: string): Promise<{ examples: TextExample[]; sha256: string }> {
  const { rows, sha256 } = await readTable(path, ['text', 'label']);
  const examples = rows.map(({ line, fields: { text, label } }): TextExample => {
    const where = `${path}, line ${line}`;
    // JSON may hold class numbers and truth values; anything else is a mistake
    const name = ['number', 'boolean'].includes(typeof label) ? String(label) : textOf(label, 'label', where);
    return { id: `${path}:${line}`, text: textOf(text, 'text', where), label: name };
  });
  return { examples, sha256 };
}

/** What the two sides are called: languages, columns. */
export interface SideNames {
  readonly source?: unknown;
  readonly target?: unknown;
}

/** Pairs of one's own, in the order of the file. */
export interface OwnPairs extends Pick<PairDataset, 'sides' | 'checksums'> {
  readonly pairs: readonly PairExample[];
}

type Sides = PairDataset['sides'];

const PLAIN: Sides = ['source', 'target'];

function sidesOf({ source, target }: SideNames): Sides | undefined {
  return typeof source === 'string' && typeof target === 'string' ? [source, target] : undefined;
}

/** Columns with the names of the sides, else `source` and `target`; what lies under `translation` counts as columns (Hugging Face's sets). */
async function pairsOfTable(path: string, names: SideNames): Promise<OwnPairs> {
  const { rows, sha256 } = await readTable(path);
  const fieldsOf = ({ fields }: Row): Row['fields'] => (fields.translation as Row['fields'] | undefined) ?? fields;
  const there = Object.keys(fieldsOf(rows[0] as Row));
  const asked = sidesOf(names);
  const choices = asked ? [asked, PLAIN] : [PLAIN];
  const columns = choices.find((pair) => pair.every((name) => there.includes(name)));
  if (!columns) {
    const wanted = choices.map((pair) => pair.join(', ')).join(' or ');
    throw new DataError(
      `data: expected the columns ${wanted}, got ${there.join(', ')} (${path}, line ${rows[0]?.line})\nName them: --set 'data.options={"source":"…","target":"…"}'.`,
    );
  }
  const pairs = rows.map((row): PairExample => {
    const [source, target] = columns.map((name) =>
      textOf(fieldsOf(row)[name], name, `${path}, line ${row.line}`).trim(),
    );
    return { id: `${path}:${row.line}`, source: source as string, target: target as string };
  });
  return { pairs, sides: asked ?? columns, checksums: { [path]: sha256 } };
}

/** A file's ending where it names a language: `news.de`, `news.de.gz`. */
const languageOf = (path: string): string | undefined => /\.([a-z]{2})$/.exec(bare(path))?.[1];

async function pairsOfFiles(id: string, names: SideNames): Promise<OwnPairs> {
  const [left = '', right = '', ...more] = id.split(',').map((path) => path.trim());
  if (left === '' || right === '' || more.length > 0)
    throw new DataError(`data: expected two files with a comma between, got '${id}'`);
  const [source, target] = await Promise.all([readText(left), readText(right)]);
  const pairs = parseParallel(source.text, target.text, [left, right]);
  return {
    pairs: pairs.map(({ line, ...pair }) => ({ id: `${left}:${line}`, ...pair })),
    sides: sidesOf(names) ?? [languageOf(left) ?? PLAIN[0], languageOf(right) ?? PLAIN[1]],
    checksums: { [left]: source.sha256, [right]: target.sha256 },
  };
}

/**
 * Pairs of one's own: a table (`.csv`, `.tsv`, `.jsonl`) with a column for each side, or two parallel files, `SOURCE,TARGET`.
 * @throws DataError for files of different length, an empty side, missing columns: with file and line
 */
export function readPairs(id: string, names: SideNames = {}): Promise<OwnPairs> {
  return isTable(id) ? pairsOfTable(id, names) : pairsOfFiles(id, names);
}

/** Pairs of one's own in three parts: a tenth of the sources each for validation and test, by their hash. @throws DataError as `readPairs` */
export async function ownPairDataset(id: string, names: SideNames = {}): Promise<PairDataset> {
  const { pairs, sides, checksums } = await readPairs(id, names);
  const splits = splitBy(pairs, ({ source }) => splitOf(source, { validation: 0.1, test: 0.1 }));
  const lacking = Object.entries(splits).find(([, part]) => part.length === 0);
  if (lacking)
    throw new DataError(
      `data: expected pairs enough for training, validation and test, got ${pairs.length}, none for ${lacking[0]} (${id})`,
    );
  return { name: id, sides, splits, checksums };
}
