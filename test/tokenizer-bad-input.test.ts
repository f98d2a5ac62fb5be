// Tokenizer files that are wrong: one typed error each that names the place, and never a guess.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadTokenizer, trainTokenizerFromFiles } from '../src/tokens/index.node.ts';
import { TokenizerError, tokenizerFromJson } from '../src/tokens/index.ts';
import { fixtureJson } from './tokenizer-fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'tesserae-bad-'));
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
afterAll(() => rmSync(folder, { recursive: true }));

const bpe = { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] };
const split = (regex: string): unknown => ({
  type: 'Split',
  pattern: { Regex: regex },
  behavior: 'Isolated',
  invert: false,
});

const template = (special_tokens: unknown): unknown => ({
  type: 'TemplateProcessing',
  single: [{ Sequence: { id: 'A', type_id: 0 } }],
  pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
  special_tokens,
});
const padding = (strategy: unknown): unknown => ({
  strategy,
  direction: 'Right',
  pad_id: 0,
  pad_type_id: 0,
  pad_token: 'a',
});

const files: readonly [what: string, json: unknown, message: string][] = [
  ['a vocabulary of a wrong type', { model: { ...bpe, vocab: 'abc' } }, "model BPE.vocab: expected an object, got \"abc\""],
  ['an id of a wrong type', { model: { ...bpe, vocab: { a: '0' } } }, "a whole number >= 0 as id of 'a', got \"0\""],
  ['a negative id', { model: { ...bpe, vocab: { a: -1 } } }, "a whole number >= 0 as id of 'a', got -1"],
  ['a flag of a wrong type', { model: { ...bpe, fuse_unk: 'yes' } }, 'model BPE.fuse_unk: expected a boolean, got "yes"'],
  ['an id twice', { model: { ...bpe, vocab: { a: 0, b: 1, ab: 1 } } }, "every id once, got \"1 for 'b' and 'ab'\""],
  ['ids with a hole', { model: { ...bpe, vocab: { a: 0, b: 1, ab: 9 } } }, "ids without holes, got \"none for 2 but 9 for 'ab'\""],
  ['a merge of an unknown part', { model: { ...bpe, merges: ['a b', 'a c'] } }, 'model BPE.merges[1]: expected parts and result in the vocabulary, got "c"'],
  ['a merge with an unknown result', { model: { ...bpe, merges: ['b a'] } }, 'model BPE.merges[0]: expected parts and result in the vocabulary, got "ba"'],
  ['a merge of three', { model: { ...bpe, merges: ['a b c'] } }, 'model BPE.merges[0]: expected two tokens, got "a b c"'],
  ['an unknown model', { model: { type: 'Tree' } }, 'model: expected one of'],
  ['an unknown component', { model: bpe, pre_tokenizer: { type: 'Odd' } }, 'pre_tokenizer: expected one of'],
  ['an unknown field', { model: bpe, decoder: { type: 'Fuse', hard: 1 } }, 'decoder Fuse: expected fields none, got "hard"'],
  ['an unknown part', { model: bpe, extra: 1 }, 'got "extra"'],
  ['an unknown version', { model: bpe, version: '2.0' }, 'version'],
  ['a token listed under two ids', { model: bpe, added_tokens: [{ id: 3, content: 'x' }, { id: 3, content: 'y' }] }, 'added_tokens[1].id: expected every id once'],
  ['a call of a group', { model: bpe, pre_tokenizer: split('(?<n>a)\\g<n>') }, "got '\\g' at 8"],
  ['a group that does not exist', { model: bpe, pre_tokenizer: split('(?~ab)') }, "the group '(?~a…'"],
  ['a group that is not closed', { model: bpe, pre_tokenizer: split('(a') }, 'not closed'],
  ['nothing to repeat', { model: bpe, pre_tokenizer: split('*a') }, 'nothing to repeat'],
  ['a property that does not exist', { model: bpe, pre_tokenizer: split('\\p{Odd}') }, 'Odd'],
  ['an interval backwards', { model: bpe, pre_tokenizer: split('a{3,1}') }, 'a{3,1}'],
  ['a repetition of a repetition', { model: bpe, pre_tokenizer: split('(a+)+$') }, "a repetition of a repetition before more, which may try texts for hours"],
  ['one in branches', { model: bpe, normalizer: { type: 'Replace', pattern: { Regex: '(?:x|(?:\\s*b?)*)c' }, content: '' } }, 'a repetition of a repetition before more'],
  ['one in a group', { model: bpe, pre_tokenizer: split('((a{2,}b?)*|c)(?i:d)') }, 'a repetition of a repetition before more'],
  ['a charsmap cut short', { model: bpe, normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAA' } }, 'precompiled_charsmap'],
  ['no model', { model: null }, 'expected an object with a model'],
  ['a list as model', { model: [] }, 'expected an object with a model'],
  ['nothing at all', null, 'expected an object with a model'],
  ['a normalizer that is none', { model: bpe, normalizer: false }, 'normalizer: expected one of'],
  ['a pre-tokenizer that is none', { model: bpe, pre_tokenizer: '' }, 'pre_tokenizer: expected one of'],
  ['a post-processor that is none', { model: bpe, post_processor: 0 }, 'post_processor: expected one of'],
  ['a decoder that is none', { model: bpe, decoder: false }, 'decoder: expected one of'],
  ['a step that is none', { model: bpe, normalizer: { type: 'Sequence', normalizers: [null] } }, 'normalizer: expected one of'],
  ['a cut that is none', { model: bpe, pre_tokenizer: { type: 'Sequence', pretokenizers: [null] } }, 'pre_tokenizer: expected one of'],
  ['a joint that is none', { model: bpe, decoder: { type: 'Sequence', decoders: [null] } }, 'decoder: expected one of'],
  ['padding to less than nothing', { model: bpe, padding: padding({ Fixed: -3 }) }, 'padding.strategy: expected BatchLongest or { Fixed }, a whole number >= 0, got {"Fixed":-3}'],
  ['padding to half a token', { model: bpe, padding: padding({ Fixed: 1.5 }) }, 'a whole number >= 0, got {"Fixed":1.5}'],
  ['special tokens of a wrong type', { model: bpe, post_processor: template(5) }, 'TemplateProcessing.special_tokens: expected an object, got 5'],
  ['a list of special tokens', { model: bpe, post_processor: template([]) }, 'TemplateProcessing.special_tokens: expected an object, got []'],
  ['a special token that is no text', { model: bpe, post_processor: template({ x: { id: 'x', ids: [1], tokens: [5] } }) }, 'special_tokens.x.tokens: expected texts, got 5'],
  ['a special token of a negative id', { model: bpe, post_processor: template({ x: { id: 'x', ids: [-1], tokens: ['x'] } }) }, 'special_tokens.x: expected as many ids as tokens'],
  ['a frame of a negative id', { model: bpe, post_processor: { type: 'BertProcessing', sep: ['a', -1], cls: ['b', 1] } }, 'BertProcessing.sep: expected a token and its id, got ["a",-1]'],
]; // biome-ignore format: a table

test.each(files)('%s', (_, json, message) => {
  expect(() => tokenizerFromJson(json)).toThrow(TokenizerError);
  expect(() => tokenizerFromJson(json)).toThrow(message);
});

test('repetitions of repetitions that end soon are kept', () => {
  for (const regex of [
    '(?:[a-z]+-)+x',
    '(a+)+',
    '(?:a+|b)+|c',
    '(?>a+)+b',
    '(?:a+)++b',
    '(?=(a+)+)ab',
    '(?:\\p{L}+\\p{M}*){1,3}b',
  ]) {
    const tokenizer = tokenizerFromJson({ model: bpe, pre_tokenizer: split(regex) });
    expect(tokenizer.encode('abab').tokens.join(''), regex).toBe('abab');
  }
});

test('lists of added tokens that are none, in a file and beside it', async () => {
  for (const added_tokens of [5, false, [null]])
    await expect(loadTokenizer(write('added.json', JSON.stringify({ model: bpe, added_tokens })))).rejects.toThrow(
      /added_tokens(\[0\])?: expected (a list|an object)/,
    );
  mkdirSync(join(folder, 'beside'));
  write('beside/tokenizer.json', JSON.stringify({ model: bpe }));
  write('beside/tokenizer_config.json', JSON.stringify({ added_tokens_decoder: { 3: null } }));
  await expect(loadTokenizer(join(folder, 'beside'))).rejects.toThrow('added_tokens[0]: expected a field content');
});

test('JSON that is nested without end is refused before it fills memory', async () => {
  await expect(loadTokenizer(write('deep.json', '['.repeat(20_000_000)))).rejects.toThrow(
    'expected JSON of at most 200 levels, got one more at character 200',
  );
  await expect(loadTokenizer(write('model.json', `{"model":${'{"a":'.repeat(100_000)}`))).rejects.toThrow(
    TokenizerError,
  );
  // Brackets in texts do not count, escaped quotes do not end them.
  const json = fixtureJson('bert-uncased') as { added_tokens: unknown[] };
  const token = { id: 4000, content: `\\"${'[{'.repeat(500)}\\\\`, special: false };
  const odd = { ...json, added_tokens: [...json.added_tokens, token] };
  expect((await loadTokenizer(write('odd.json', JSON.stringify(odd)))).encode(`a ${token.content}`).tokens).toContain(
    token.content,
  );
  // The same, already parsed.
  let deep: unknown = [];
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(() => tokenizerFromJson({ model: deep })).toThrow(TokenizerError);
  expect(() => tokenizerFromJson({ model: bpe, normalizer: { type: 'Sequence', normalizers: deep } })).toThrow(
    TokenizerError,
  );
});

test('text that is not UTF-8: the first bad byte, wherever blocks end; another encoding by name', async () => {
  const gb = Uint8Array.of(0xce, 0xd2, 0xcf, 0xb2, 0xbb, 0xb6, 0x0a); // 我喜欢 in GB 18030
  const train = (path: string, encoding?: string): Promise<unknown> =>
    trainTokenizerFromFiles([path], { algorithm: 'char', vocabSize: 50, ...(encoding ? { encoding } : {}) });
  await expect(train(write('gb.txt', gb))).rejects.toThrow(
    `expected utf-8, got another byte at 0 (${join(folder, 'gb.txt')})`,
  );
  await expect(train(join(folder, 'gb.txt'))).rejects.toThrow('Name the encoding with --encoding');
  expect(JSON.stringify(await train(join(folder, 'gb.txt'), 'gb18030'))).toContain('喜');
  await expect(train(join(folder, 'gb.txt'), 'klingon')).rejects.toThrow(
    "an encoding that TextDecoder knows, got 'klingon'",
  );
  // Characters of three bytes, so that blocks of a power of two end inside one.
  const long = Buffer.from('欢'.repeat(800_000));
  const cases = [1_048_574, 1_048_575, 1_048_576, 2_000_001];
  for (const place of cases) {
    const bytes = Buffer.from(long);
    bytes[place] = 0xff;
    // Where the bad byte stands in a character, that character is what is wrong.
    await expect(train(write('long.txt', bytes))).rejects.toThrow(`got another byte at ${Math.floor(place / 3) * 3} `);
  }
  await expect(train(write('cut.txt', long.subarray(0, 2_000_000)))).rejects.toThrow('ends inside one at 1999998');
});
