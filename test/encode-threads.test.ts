// Texts one by one, from files and on threads: the same encodings as the single path gives.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { encodeFile, type TokenizerThreads, tokenizerThreads } from '../src/tokens/index.node.ts';
import {
  type EncodeInput,
  type EncodeOptions,
  type Encoding,
  encodeIdsStream,
  encodeStream,
  type Tokenizer,
  TokenizerError,
} from '../src/tokens/index.ts';
import { fixtureTexts, fixtureTokenizer } from './tokenizer-fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'tesserae-encode-'));
const open: TokenizerThreads[] = [];
const started = (tokenizer: Tokenizer, threads = 2): TokenizerThreads => {
  const one = tokenizerThreads(tokenizer, { threads });
  open.push(one);
  return one;
};
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
  rmSync(folder, { recursive: true });
});

const fields = (one: Encoding): unknown => ({
  ids: one.ids,
  tokens: one.tokens,
  offsets: one.offsets,
  types: one.typeIds,
  special: one.specialTokensMask,
  attention: one.attentionMask,
  words: one.wordIds,
  overflowing: one.overflowing.map(fields),
});

/** Enough text for many parts: the hard texts over and over, and longer ones made of them. */
const many = (): EncodeInput[] => {
  const texts = fixtureTexts();
  const pairs = texts.slice(0, 20).map((text, i): [string, string] => [text, texts.at(-1 - i) as string]);
  return [...Array.from({ length: 6 }, () => texts).flat(), texts.join('\n').repeat(3), ...pairs, '\ud800 lone \udc00'];
};

test.each(['gpt2', 'bert-uncased', 't5', 'llama2'])('%s: threads give what one thread gives', async (name) => {
  const tokenizer = fixtureTokenizer(name);
  const threads = started(tokenizer);
  const texts = many();
  const cases: EncodeOptions[] = [
    {},
    { maxLength: 9, stride: 2, padding: 'max_length' },
    { special: 'text', addSpecialTokens: false },
  ];
  // Padding needs a token to pad with.
  const options = cases.filter(({ padding }) => padding === undefined || name === 't5' || name === 'bert-uncased');
  for (const one of options) {
    const found = await threads.encodeBatch(texts, one);
    expect(found.map(fields)).toEqual(tokenizer.encodeBatch(texts, one).map(fields));
  }
  const singles = texts.filter((text) => typeof text === 'string');
  expect(await threads.encodeIdsBatch(singles)).toEqual(singles.map((text) => tokenizer.encodeIds(text)));
  expect(await threads.encodeBatch([])).toEqual([]);
});

test('the first text that fails is named, whichever thread met it; threads live on, and end', async () => {
  const tokenizer = fixtureTokenizer('gpt2');
  const threads = started(tokenizer, 3);
  const texts = Array.from({ length: 4000 }, (_, i) =>
    i > 1000 && i % 1000 === 1 ? `${'x'.repeat(i)} <|endoftext|>` : `some words ${i}`,
  );
  await expect(threads.encodeBatch(texts, { special: 'refuse' })).rejects.toThrow("got '<|endoftext|>' at 1002");
  await expect(threads.encodeBatch(texts, { special: 'refuse' })).rejects.toThrow(TokenizerError);
  expect((await threads.encodeIdsBatch(['a b']))[0]).toEqual(tokenizer.encodeIds('a b'));
  await threads.close();
  await expect(threads.encodeBatch(['a'])).rejects.toThrow('closed');
  expect(() => tokenizerThreads(tokenizer, { threads: 0 })).toThrow('threads >= 1');
});

test('streams: iterables, files, threads', async () => {
  const tokenizer = fixtureTokenizer('bert-uncased');
  const lines = fixtureTexts().filter((text) => !/[\r\n]/.test(text));
  const expected = lines.map((line) => tokenizer.encodeIds(line));
  const idsOf = async (stream: AsyncIterable<Encoding>): Promise<number[][]> => {
    const rows: number[][] = [];
    for await (const { ids } of stream) rows.push(ids);
    return rows;
  };
  async function* slowly(): AsyncGenerator<string> {
    for (const line of lines) yield line;
  }
  expect(await idsOf(encodeStream(tokenizer, lines))).toEqual(expected);
  expect(await idsOf(encodeStream(tokenizer, slowly()))).toEqual(expected);
  const [plain, packed, json] = ['a.txt', 'b.txt.gz', 'c.jsonl'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(plain, `${lines.join('\r\n')}\n`);
  writeFileSync(packed, gzipSync(lines.join('\n')));
  writeFileSync(json, lines.map((text) => JSON.stringify({ text: `${text}!` })).join('\n'));
  expect(await idsOf(encodeFile(tokenizer, plain))).toEqual(expected);
  expect(await idsOf(encodeFile(tokenizer, packed))).toEqual(expected);
  expect(await idsOf(encodeFile(tokenizer, json))).toEqual(lines.map((text) => tokenizer.encodeIds(`${text}!`)));

  const repeated = Array.from({ length: 100 }, () => lines).flat();
  const rows: number[][] = [];
  for await (const ids of started(tokenizer).encodeIdsStream(repeated)) rows.push(ids);
  expect(rows).toEqual(repeated.map((line) => tokenizer.encodeIds(line)));

  await expect(idsOf(encodeStream(tokenizer, lines, { padding: 'longest' }))).rejects.toThrow("got padding 'longest'");
  await expect(encodeIdsStream(tokenizer, lines, { padding: 'longest' }).next()).rejects.toThrow(TokenizerError);
});

test('an endless stream is read one text at a time', async () => {
  const tokenizer = fixtureTokenizer('gpt2');
  let made = 0;
  function* endless(): Generator<string> {
    for (;;) yield `line ${made++}`;
  }
  const stream = encodeStream(tokenizer, endless());
  for (let i = 0; i < 1000; i++) await stream.next();
  // Never more than the text at hand: nothing is read ahead.
  expect(made).toBe(1000);
  await stream.return(undefined);
});
