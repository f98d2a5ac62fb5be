// Converting tokenizers: what a format cannot hold is an error that names the part, whatever the part is; what it can hold comes back.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { command as convert } from '../src/cli/commands/tokenizer-convert.ts';
import { loadTokenizer } from '../src/tokens/index.node.ts';
import {
  convertTokenizer,
  TokenizerError,
  type TokenizerFormat,
  type TokenizerJson,
  tokenizerFromJson,
} from '../src/tokens/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'tesserae-convert-'));
afterAll(() => rmSync(folder, { recursive: true }));

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
const special = (id: number, content: string): object => ({
  ...{ id, content, special: true, normalized: false },
  ...{ single_word: false, lstrip: false, rstrip: false },
});
const cl100k =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const words = { type: 'Split', pattern: { Regex: cl100k }, behavior: 'Isolated', invert: false };
const steps = (...pretokenizers: unknown[]): object => ({ type: 'Sequence', pretokenizers });
const bpe = {
  ...{ type: 'BPE', ignore_merges: true },
  vocab: { h: 0, u: 1, g: 2, s: 3, '1': 4, '2': 5, Ġ: 6, hu: 7, hug: 8 },
  merges: ['h u', 'hu g'],
};
/** `hugs` is `hu` and `gs`, but `ug` comes first. */
const lookedUp = { h: 0, u: 1, g: 2, s: 3, Ġ: 4, ug: 5, hu: 6, gs: 7, hugs: 8 };
const ranks = { pre_tokenizer: steps(words, byteLevel), decoder: byteLevel, model: bpe };
const bos = {
  type: 'TemplateProcessing',
  single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
  pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
  special_tokens: { '<s>': { id: '<s>', ids: [9], tokens: ['<s>'] } },
};
const truncation = { max_length: 4, stride: 0, strategy: 'LongestFirst', direction: 'Right' };
const padding = { strategy: 'BatchLongest', direction: 'Left', pad_id: 0, pad_type_id: 0, pad_token: '[PAD]' };

const names = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const normalizer = { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: false };
const around = (id: string, type_id: number): object => ({ SpecialToken: { id, type_id } });
const text = (id: string, type_id: number): object => ({ Sequence: { id, type_id } });
const single = [around('[CLS]', 0), text('A', 0), around('[SEP]', 0)];
/** As BERT's file is published: its processor written as a template. */
const bert = {
  added_tokens: names.map((name, id) => special(id, name)),
  normalizer,
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    ...{ type: 'TemplateProcessing', single, pair: [...single, text('B', 1), around('[SEP]', 1)] },
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    ...{ type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100 },
    vocab: Object.fromEntries([...names, 'hug', 'Hug', '##s'].map((token, id) => [token, id])),
  },
};

/** As GPT-2's file is published. */
const gpt2 = {
  added_tokens: [special(9, '<|endoftext|>')],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
  post_processor: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false },
  decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true },
  model: { ...bpe, ignore_merges: false, vocab: { ...bpe.vocab, '<|endoftext|>': 9 } },
};

const refused: readonly [what: string, format: TokenizerFormat, json: TokenizerJson, message: string][] = [
  ['an added token', 'tiktoken', { ...ranks, added_tokens: [special(9, '<pad>')] }, 'added_tokens["<pad>"] {'],
  ['a template', 'tiktoken', { ...ranks, post_processor: bos }, 'post_processor[0] {"type":"TemplateProcessing"'],
  ['a normalizer', 'tiktoken', { ...ranks, normalizer: { type: 'NFC' } }, 'normalizer[0] {"type":"NFC"}, which would be read back as nothing'],
  ['words dropped', 'tiktoken', { ...ranks, pre_tokenizer: steps({ ...words, behavior: 'Removed' }, byteLevel) }, 'pre_tokenizer[0].behavior "Removed", which would be read back as "Isolated"'],
  ['other words', 'tiktoken', { ...ranks, pre_tokenizer: steps({ ...words, pattern: { Regex: 'a' } }, byteLevel) }, 'pre_tokenizer[0].pattern.Regex "a"'],
  ['a space put before', 'tiktoken', { ...ranks, pre_tokenizer: steps(words, { ...byteLevel, add_prefix_space: true }) }, 'pre_tokenizer[1].add_prefix_space true, which would be read back as false'],
  ['dropout', 'tiktoken', { ...ranks, model: { ...bpe, dropout: 0.5 } }, 'model.dropout 0.5, which would be read back as 0'],
  ['one more step', 'tiktoken', { ...ranks, pre_tokenizer: steps(words, { type: 'Digits', individual_digits: true }, byteLevel) }, 'pre_tokenizer[1].type "Digits"'],
  ['another decoder', 'tiktoken', { ...ranks, decoder: { type: 'Fuse' } }, 'decoder[0].type "Fuse"'],
  ['merges in another order', 'tiktoken', { ...ranks, model: { ...bpe, merges: ['h u', 'hu g', 'g s', 'hug s', 'hu gs'], vocab: { ...bpe.vocab, gs: 9, hugs: 10 } } }, 'merges[3][0] "hug", which would be read back as "hu" (tiktoken takes every way'],
  ['a way to make a token', 'tiktoken', { ...ranks, model: { ...bpe, merges: ['h u'] } }, 'merges[1] nothing'],
  ['a token that only looking up finds', 'tiktoken', { ...ranks, model: { ...bpe, ignore_merges: false, merges: ['u g', 'h u', 'g s', 'hu gs'], vocab: lookedUp } }, 'model.ignore_merges false, which would be read back as true'],
  ['a truncation', 'tiktoken', { ...ranks, truncation }, 'truncation {"stride":0'],
  ['a padding', 'tiktoken', { ...ranks, padding }, 'padding {'],
  ['clean_text', 'vocab.txt', { ...bert, normalizer: { ...normalizer, clean_text: false } }, 'normalizer[0].clean_text false, which would be read back as true'],
  ['no normalizer', 'vocab.txt', { ...bert, normalizer: null }, 'normalizer[0] nothing'],
  ['another pre-tokenizer', 'vocab.txt', { ...bert, pre_tokenizer: { type: 'Whitespace' } }, 'pre_tokenizer[0].type "Whitespace"'],
  ['a truncation', 'vocab.txt', { ...bert, truncation }, 'truncation {"stride":0'],
  ['a padding', 'vocab.txt', { ...bert, padding }, 'padding {'],
  ['an added token outside the vocabulary', 'vocab.txt', { ...bert, added_tokens: [...bert.added_tokens, special(8, '<x>')] }, 'added_tokens["<x>"] {'],
  ['other types of a pair', 'vocab.txt', { ...bert, post_processor: { ...bert.post_processor, pair: [...single, text('B', 0), around('[SEP]', 1)] } }, 'post_processor[0].pair[3].Sequence.type_id 0'],
  ['a truncation', 'vocab-merges', { ...gpt2, truncation }, 'truncation {"stride":0'],
  ['a padding', 'vocab-merges', { ...gpt2, padding }, 'padding {'],
  ['dropout', 'vocab-merges', { ...gpt2, model: { ...gpt2.model, dropout: 0.1 } }, 'model.dropout 0.1'],
  ['places trimmed', 'vocab-merges', { ...gpt2, post_processor: { ...gpt2.post_processor, trim_offsets: true } }, 'post_processor[0] {'],
  ['a token that only looking up finds', 'vocab-merges', { ...gpt2, model: { ...gpt2.model, ignore_merges: true, merges: ['h u'] } }, 'model.ignore_merges true'],
]; // biome-ignore format: a table

test.each(refused)('%s is lost in %s', (_, format, json, message) => {
  tokenizerFromJson(json); // the file itself is sound
  expect(() => convertTokenizer(json, format)).toThrow(TokenizerError);
  expect(() => convertTokenizer(json, format)).toThrow(message);
});

const kept: readonly [format: TokenizerFormat, json: TokenizerJson, name: string][] = [
  ['tiktoken', ranks, 'a.tiktoken'],
  ['tiktoken', { ...ranks, model: { ...bpe, ignore_merges: false } }, 'merging.tiktoken'],
  ['vocab.txt', bert, 'vocab.txt'],
  ['vocab.txt', { ...bert, normalizer: { ...normalizer, lowercase: true } }, 'any-vocab.txt'],
  ['vocab-merges', gpt2, 'my-vocab.json'],
  ['vocab-merges', { ...gpt2, model: { ...gpt2.model, ignore_merges: true } }, 'looked-up-vocab.json'],
]; // biome-ignore format: a table

test.each(kept)('%s comes back', async (format, json, name) => {
  const files = convertTokenizer(json, format, name);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  const [before, after] = [tokenizerFromJson(json), await loadTokenizer(join(folder, name))];
  for (const one of ['hug Hugs\u0000 12', ' hugs', '<|endoftext|>hug[SEP]']) {
    const [a, b] = [before.encode(one, { pair: 'hug' }), after.encode(one, { pair: 'hug' })];
    expect([b.ids, b.offsets, b.typeIds], one).toEqual([a.ids, a.offsets, a.typeIds]);
  }
});

test('settings count only beside the usual name', () => {
  expect(() => convertTokenizer(bert, 'vocab.txt', 'my-vocab.txt')).toThrow(
    'normalizer[0].lowercase false, which would be read back as true',
  );
});

test('scores that JSON cannot hold are not written', () => {
  const model = { type: 'Unigram', unk_id: 0, vocab: [['<unk>', 0], ['a', Number.NEGATIVE_INFINITY]] }; // biome-ignore format: a table
  expect(() => convertTokenizer({ model }, 'tokenizer.json')).toThrow('one that could not be read back');
});

async function run(values: Record<string, string>): Promise<unknown> {
  const source = join(folder, 'bert.json');
  writeFileSync(source, JSON.stringify(bert));
  const io = { out: () => undefined, note: () => undefined, isTerminal: false, quiet: true, json: false };
  return convert.run({ positionals: [source], values }, io);
}

test('the command says why it writes no SentencePiece model', async () => {
  const out = join(folder, 'none', 'x.model');
  await expect(run({ out })).rejects.toThrow('*.model is read, not written: it has no place for pre-tokenizers');
  await expect(run({ out: join(folder, 'none'), format: 'sentencepiece' })).rejects.toThrow('is read, not written');
  expect(existsSync(join(folder, 'none'))).toBe(false);
});

test('the command leaves the settings of a folder alone', async () => {
  const at = join(folder, 'used');
  mkdirSync(at);
  const settings = '{"chat_template":"{{ messages }}"}';
  writeFileSync(join(at, 'tokenizer_config.json'), settings);
  await expect(run({ out: join(at, 'vocab.txt') })).rejects.toThrow('expected no tokenizer_config.json, or the same');
  expect(readdirSync(at)).toEqual(['tokenizer_config.json']);
  expect(readFileSync(join(at, 'tokenizer_config.json'), 'utf8')).toBe(settings);
  await run({ out: join(folder, 'fresh', 'vocab.txt') });
  await run({ out: join(folder, 'fresh', 'vocab.txt') });
  expect(existsSync(join(folder, 'fresh', 'tokenizer_config.json'))).toBe(true);
});
