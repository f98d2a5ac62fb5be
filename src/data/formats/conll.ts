// CoNLL columns: one token a line, blank lines between sentences, `-DOCSTART-` between documents.
// Source: the shared tasks of 2000, 2003 and the Universal Dependencies' CoNLL-U.
import { DataError } from '../dataset.ts';

/** One sentence. */
export interface ConllSentence {
  /** The line of its first token, from 1. */
  readonly line: number;
  /** Which document it belongs to, from 0. */
  readonly document: number;
  readonly tokens: readonly string[];
  readonly labels: readonly string[];
}

/** Which columns mean what, counted from 0; negative ones from the end. */
export interface ConllOptions {
  readonly token: number;
  readonly label: number;
  /** Column of word numbers as in CoNLL-U: ranges (`1-2`) and empty nodes (`8.1`) are left out. */
  readonly id?: number;
  /** Lines that begin with `#` are comments. Not by default: `#` may be a token. */
  readonly comments?: boolean;
  /** Labels must be `O` or a prefix of IOB or IOBES, a hyphen and a type. */
  readonly spans?: boolean;
}

const SPAN = /^(O|[BIESLU]-.+)$/;

/**
 * The sentences of a text. Columns are parted by tabs where a line has any, else by white space.
 * @throws DataError with the line for a line with too few columns or a label that is none; for a text without tokens
 */
export function parseConll(text: string, where: string, options: ConllOptions): ConllSentence[] {
  const sentences: ConllSentence[] = [];
  let [tokens, labels, first, document] = [[] as string[], [] as string[], 0, 0];
  const finish = (): void => {
    if (tokens.length > 0) sentences.push({ line: first, document, tokens, labels });
    [tokens, labels] = [[], []];
  };
  const lines = text.replace(/^\ufeff/, '').split('\n');
  for (const [i, raw] of lines.entries()) {
    const line = raw.replace(/\r$/, '');
    if (/^[ \t]*$/.test(line)) finish();
    else if (line.startsWith('-DOCSTART-')) {
      finish();
      if (sentences.length > 0) document++;
    } else if (!(options.comments && line.startsWith('#'))) {
      const word = wordOf(line, `${where}, line ${i + 1}`, options);
      if (!word) continue;
      if (tokens.length === 0) first = i + 1;
      tokens.push(word.token);
      labels.push(word.label);
    }
  }
  finish();
  if (sentences.length === 0) throw new DataError(`parseConll: expected sentences, got none (${where})`);
  return sentences;
}

function wordOf(
  line: string,
  where: string,
  { token, label, id, spans }: ConllOptions,
): { token: string; label: string } | undefined {
  const cells = line.includes('\t') ? line.split('\t') : line.trim().split(/ +/);
  if (id !== undefined && /^\d+[-.]\d+$/.test(cells[id] ?? '')) return undefined;
  const needed = Math.max(...[token, label, id ?? 0].map((column) => (column < 0 ? -column : column + 1)));
  if (cells.length < Math.max(needed, 2))
    throw new DataError(`parseConll: expected at least ${Math.max(needed, 2)} columns, got ${cells.length} (${where})`);
  const [form, tag] = [cells.at(token) as string, (cells.at(label) as string).trim()];
  if (form === '') throw new DataError(`parseConll: expected a token, got an empty column (${where})`);
  if (tag === '' || (spans && !SPAN.test(tag)))
    throw new DataError(`parseConll: expected a label ${spans ? 'like O, B-PER' : ''}, got '${tag}' (${where})`);
  return { token: form, label: tag };
}

/** Labels of any IOB kind (IO, IOB1, IOB2) as IOB2: every span begins with `B-`. */
export function toIob2(labels: readonly string[]): string[] {
  return labels.map((label, i) => {
    if (!label.startsWith('I-')) return label;
    const before = labels[i - 1] ?? 'O';
    return before !== 'O' && before.slice(2) === label.slice(2) ? label : `B-${label.slice(2)}`;
  });
}

/** Words cut into characters (code points); later characters of a `B-` word become `I-`. */
export function toCharacters(
  tokens: readonly string[],
  labels: readonly string[],
): { tokens: string[]; labels: string[] } {
  const cut = tokens.map((token) => Array.from(token));
  return {
    tokens: cut.flat(),
    labels: cut.flatMap((characters, i) => {
      const label = labels[i] as string;
      return characters.map((_, at) => (at > 0 && label.startsWith('B-') ? `I-${label.slice(2)}` : label));
    }),
  };
}
