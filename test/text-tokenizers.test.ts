// Tokenizers configured as well-known models are, in our hands and in the reference library's: everything an encoding holds, windows
// of truncation, padding, and decoded texts are equal. The fixture is made by scripts/golden-text-tokenizers.py.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  type EncodeOptions,
  type Encoding,
  type Tokenizer,
  TokenizerError,
  tokenizerFromJson,
} from '../src/tokens/index.ts';

interface Row {
  ids: number[];
  tokens: string[];
  offsets: [number, number][];
  type_ids: number[];
  special_tokens_mask: number[];
  attention_mask: number[];
  word_ids: (number | null)[];
  overflowing?: Row[];
  decoded?: string;
  whole?: string;
}
interface Window {
  window: { max_length: number; stride: number; strategy?: string; direction?: string };
  text: string;
  pair: string | null;
  row: Row | null;
}
interface Golden {
  file: unknown;
  rows: Row[];
  plain: number[][];
  literal: number[][];
  pair: Row;
  windows: Window[];
  batch: Row[];
}
interface Fixture {
  texts: string[];
  charsmap: string;
  long: string;
  short: string;
  tokenizers: Record<string, Golden>;
}

const fixture = JSON.parse(
  gunzipSync(readFileSync(join(import.meta.dirname, 'fixtures', 'text-tokenizers.json.gz'))).toString('utf8'),
) as Fixture;
const names = Object.keys(fixture.tokenizers);
const golden = (name: string): Golden => fixture.tokenizers[name] as Golden;
const loaded = new Map<string, Tokenizer>();

function load(name: string): Tokenizer {
  let tokenizer = loaded.get(name);
  if (!tokenizer) {
    const json = JSON.stringify(golden(name).file).replaceAll('@charsmap', fixture.charsmap);
    loaded.set(name, (tokenizer = tokenizerFromJson(JSON.parse(json))));
  }
  return tokenizer;
}

function rowOf(encoding: Encoding): Row {
  return {
    ids: encoding.ids,
    tokens: encoding.tokens,
    offsets: encoding.offsets,
    type_ids: encoding.typeIds,
    special_tokens_mask: encoding.specialTokensMask,
    attention_mask: encoding.attentionMask,
    word_ids: encoding.wordIds,
    ...(encoding.overflowing.length > 0 ? { overflowing: encoding.overflowing.map(rowOf) } : {}),
  };
}

test.each(names)('%s: every text', (name) => {
  const tokenizer = load(name);
  const { rows, plain, literal } = golden(name);
  for (const [i, text] of fixture.texts.entries()) {
    const { decoded, whole, ...row } = rows[i] as Row;
    const encoding = tokenizer.encode(text);
    expect(rowOf(encoding), JSON.stringify(text)).toEqual(row);
    expect(Array.from(tokenizer.encodeIds(text))).toEqual(row.ids);
    expect(tokenizer.decode(row.ids, { skipSpecialTokens: true }), JSON.stringify(text)).toBe(decoded);
    expect(tokenizer.decode(row.ids), JSON.stringify(text)).toBe(whole);
    if (plain[i]) expect(tokenizer.encode(text, { addSpecialTokens: false }).ids).toEqual(plain[i]);
    expect(tokenizer.encode(text, { special: 'text' }).ids, JSON.stringify(text)).toEqual(literal[i]);
  }
});

test.each(names)('%s: a pair, windows, a padded batch', (name) => {
  const tokenizer = load(name);
  const { pair, windows, batch } = golden(name);
  expect(rowOf(tokenizer.encode(fixture.short, { pair: fixture.long }))).toEqual(pair);
  for (const { window, text, pair: second, row } of windows) {
    const options: EncodeOptions = {
      ...(second === null ? {} : { pair: second }),
      maxLength: window.max_length,
      stride: window.stride,
      truncation: (window.strategy ?? 'longest_first') as 'longest_first',
      truncationSide: (window.direction ?? 'right') as 'right',
    };
    if (row === null) expect(() => tokenizer.encode(text, options)).toThrow(TokenizerError);
    else expect(rowOf(tokenizer.encode(text, options)), JSON.stringify({ ...options, text })).toEqual(row);
  }
  const padding = {
    strategy: 'BatchLongest',
    direction: 'Left',
    pad_id: 1,
    pad_type_id: 3,
    pad_token: 'PAD',
    pad_to_multiple_of: 8,
  };
  const padded = tokenizerFromJson({ ...tokenizer.toJSON(), padding });
  expect(padded.encodeBatch(fixture.texts.slice(9, 13)).map(rowOf)).toEqual(batch);
});

test.each(names)('%s: ids one by one give the whole text', (name) => {
  const tokenizer = load(name);
  for (const [i, { ids }] of golden(name).rows.entries()) {
    const stream = tokenizer.decodeStream();
    expect(ids.map((id) => stream.push(id)).join('') + stream.end(), JSON.stringify(fixture.texts[i])).toBe(
      tokenizer.decode(ids),
    );
  }
});
