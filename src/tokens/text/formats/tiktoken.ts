// tiktoken's rank files: a line for each token, its bytes in base64 and its rank, which is its id. In and out.
import { TokenizerError, type TokenizerJson } from '../../tokenizer.ts';
import { BYTE_CHARACTERS, BYTE_OF_CHARACTER } from '../utf8.ts';
import { addedToken } from './json-parts.ts';

const CL100K =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const O200K = [
  "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
  "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
  '\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+',
].join('|');
const GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/** What a rank file does not say itself. */
export interface TiktokenEncoding {
  /** The expression that cuts words. */
  readonly pattern: string;
  readonly specialTokens: Readonly<Record<string, number>>;
}

const llama3 = (): Record<string, number> => {
  const names = ['begin_of_text', 'end_of_text', 'reserved_special_token_0', 'reserved_special_token_1'];
  names.push(
    'finetune_right_pad_id',
    'reserved_special_token_2',
    'start_header_id',
    'end_header_id',
    'eom_id',
    'eot_id',
    'python_tag',
  );
  for (let i = 3; names.length < 256; i++) names.push(`reserved_special_token_${i}`);
  return Object.fromEntries(names.map((name, i) => [`<|${name}|>`, 128000 + i]));
};

/** Encodings by the number of their ranks: the published ones. */
const known: ReadonlyMap<number, () => TiktokenEncoding> = new Map([
  [50256, () => ({ pattern: GPT2, specialTokens: { '<|endoftext|>': 50256 } })],
  [50280, () => ({ pattern: GPT2, specialTokens: { '<|endoftext|>': 50256 } })],
  [
    100256,
    () => ({
      pattern: CL100K,
      specialTokens: {
        '<|endoftext|>': 100257,
        '<|fim_prefix|>': 100258,
        '<|fim_middle|>': 100259,
        '<|fim_suffix|>': 100260,
        '<|endofprompt|>': 100276,
      },
    }),
  ],
  [199998, () => ({ pattern: O200K, specialTokens: { '<|endoftext|>': 199999, '<|endofprompt|>': 200018 } })],
  [128000, () => ({ pattern: CL100K, specialTokens: llama3() })],
]);

/** The published encoding with so many ranks; for any other number cl100k's expression and no special tokens. */
export function tiktokenEncoding(ranks: number): TiktokenEncoding {
  return known.get(ranks)?.() ?? { pattern: CL100K, specialTokens: {} };
}

/** Ranks by token, each in the printable characters of its bytes. @throws TokenizerError with the line */
export function readTiktoken(text: string): Map<string, number> {
  const ranks = new Map<string, number>();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, bytes, rank] = /^([A-Za-z0-9+/]+=*) (\d+)\r?$/.exec(line) ?? [];
    if (bytes === undefined || rank === undefined)
      throw new TokenizerError(
        `readTiktoken: expected base64 and a rank, got ${JSON.stringify(line.slice(0, 60))} (*.tiktoken, line ${i + 1})`,
      );
    ranks.set(Array.from(atob(bytes), (byte) => BYTE_CHARACTERS[byte.charCodeAt(0)]).join(''), Number(rank));
  }
  if (ranks.size === 0)
    throw new TokenizerError('readTiktoken: expected lines of base64 and rank, got none (*.tiktoken)');
  return ranks;
}

/** Merges by the rank of what they make, as tiktoken chooses them; for one result, the parts of lower rank first. */
export function mergesByRank(ranks: ReadonlyMap<string, number>): [string, string][] {
  const merges: [string, string][] = [];
  for (const [token] of [...ranks].sort((a, b) => a[1] - b[1])) {
    const local: [string, string][] = [];
    for (let cut = 1; cut < token.length; cut++) {
      const [left, right] = [token.slice(0, cut), token.slice(cut)];
      if (ranks.has(left) && ranks.has(right)) local.push([left, right]);
    }
    const rank = (part: string): number => ranks.get(part) as number;
    merges.push(...local.sort((a, b) => rank(a[0]) - rank(b[0]) || rank(a[1]) - rank(b[1])));
  }
  return merges;
}

/** The `tokenizer.json` of a rank file. */
export function tiktokenJson(ranks: ReadonlyMap<string, number>, encoding: TiktokenEncoding): TokenizerJson {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: Object.entries(encoding.specialTokens).map(([content, id]) => addedToken(id, content)),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: encoding.pattern }, behavior: 'Isolated', invert: false },
        byteLevel,
      ],
    },
    post_processor: { ...byteLevel, trim_offsets: false },
    decoder: { ...byteLevel, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: true,
      vocab: { ...Object.fromEntries(ranks), ...encoding.specialTokens },
      merges: mergesByRank(ranks),
    },
  };
}

/** The rank file of ranks. */
export function writeTiktoken(ranks: ReadonlyMap<string, number>): string {
  return [...ranks]
    .sort((a, b) => a[1] - b[1])
    .map(([token, rank]) => {
      const bytes = Array.from(token, (character) => String.fromCharCode(BYTE_OF_CHARACTER.get(character) ?? 0));
      return `${btoa(bytes.join(''))} ${rank}\n`;
    })
    .join('');
}
