// Vocabularies in other formats: SentencePiece, tiktoken, vocab.txt, vocab.json with merges.txt, tokenizer_config.json; and back.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import type { Args } from '../src/cli/command.ts';
import { command as convert } from '../src/cli/commands/tokenizer-convert.ts';
import { loadTokenizer } from '../src/tokens/index.node.ts';
import {
  applyChatTemplate,
  convertTokenizer,
  readSentencePiece,
  sentencePieceJson,
  type Tokenizer,
  TokenizerError,
  type TokenizerJson,
  tokenizerFromJson,
} from '../src/tokens/index.ts';

interface Fixture {
  texts: string[];
  tokenizers: Record<string, { file: TokenizerJson; rows: { ids: number[] }[] }>;
  sentencepiece: Record<string, { model: string; rows: { text: string; ids: number[]; decoded: string }[] }>;
  classes: readonly SentencePieceGolden[];
}
interface SentencePieceGolden {
  readonly config: Readonly<Record<string, unknown>>;
  readonly model: string;
  readonly file: string;
  readonly size: number;
  readonly rows: readonly { readonly text: string; readonly ids: number[] }[];
  readonly pair: number[];
}
const fixture = JSON.parse(
  gunzipSync(readFileSync(join(import.meta.dirname, 'fixtures', 'text-tokenizers.json.gz'))).toString('utf8'),
) as Fixture;
const folder = mkdtempSync(join(tmpdir(), 'tesserae-formats-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

test.each(Object.keys(fixture.sentencepiece))('sentencepiece %s: the ids that sentencepiece gives', (name) => {
  const { model, rows } = fixture.sentencepiece[name] as Fixture['sentencepiece'][string];
  const tokenizer = tokenizerFromJson(sentencePieceJson(readSentencePiece(Buffer.from(model, 'base64'))));
  for (const { text, ids, decoded } of rows) {
    // Our reading of control symbols in a text is the reference's: they count. Sentencepiece spells them out.
    if (/<\/?s>|<unk>|<0x/.test(text)) continue;
    expect(tokenizer.encode(text).ids, JSON.stringify(text)).toEqual(ids);
    if (!decoded.includes('⁇')) expect(tokenizer.decode(ids), JSON.stringify(text)).toBe(decoded);
  }
});

/** A folder with a SentencePiece model and settings beside it. */
function modelFolder(name: string, model: string, file: string, config: unknown): string {
  mkdirSync(join(folder, name));
  write(join(name, file), Buffer.from((fixture.sentencepiece[model] as { model: string }).model, 'base64'));
  write(join(name, 'tokenizer_config.json'), JSON.stringify(config));
  return join(folder, name);
}

test.each([...fixture.classes.entries()])(
  'sentencepiece class %s: the ids that AutoTokenizer gives',
  async (i, golden) => {
    const { config, model, file, size, rows, pair } = golden;
    const tokenizer = await loadTokenizer(modelFolder(`class-${i}`, model, file, config));
    expect(tokenizer.vocabSize).toBe(size);
    for (const { text, ids } of rows)
      expect(tokenizer.encode(text).ids, `${config.tokenizer_class} ${text}`).toEqual(ids);
    expect(tokenizer.encode('the thing', { pair: 'is' }).ids).toEqual(pair);
  },
);

test('where the model decides and not its class: the unknown token, tabs', async () => {
  const config = { tokenizer_class: 'T5Tokenizer' };
  const t5 = await loadTokenizer(modelFolder('t5-unknown', 'unigram', 'spiece.model', config));
  // the unknown token of this model is 0; AutoTokenizer gives 2, which is its end
  expect(t5.encode('a<mask> b').ids).toEqual([17, 0, 27, 25, 11, 104, 185, 3, 29, 2]);
  const roberta = { tokenizer_class: 'XLMRobertaTokenizer' };
  const xlmr = await loadTokenizer(modelFolder('xlmr-tab', 'unigram', 'sentencepiece.bpe.model', roberta));
  // sentencepiece: 17 177 29, each one later here; AutoTokenizer cuts at the tab: 0 18 4 30 2
  expect(xlmr.encode('a\tb').ids).toEqual([0, 18, 178, 30, 2]);
});

test('sentencepiece classes that are not known, or that a model has no tokens for', async () => {
  const load = (config: object): Promise<unknown> => {
    const name = `odd-${JSON.stringify(config).replace(/\W/g, '')}`;
    return loadTokenizer(modelFolder(name, 'unigram', 'spiece.model', config));
  };
  await expect(load({ tokenizer_class: 'PegasusTokenizer' })).rejects.toThrow(
    'tokenizer_class of Albert, Camembert, DebertaV2, Llama, MBart, T5, XLMRoberta, got "PegasusTokenizer"',
  );
  await expect(load({ tokenizer_class: 'AlbertTokenizer' })).rejects.toThrow('expected the token [CLS]');
  await expect(load({ tokenizer_class: 'MBartTokenizer', src_lang: 'xx' })).rejects.toThrow('expected the token xx');
  await expect(load({ tokenizer_class: 'T5Tokenizer', extra_ids: -1 })).rejects.toThrow('extra_ids as a whole number');
  const rows = fixture.sentencepiece.unigram?.rows as { text: string; ids: number[] }[];
  const row = rows.find(({ text }) => text === 'Hello world!');
  const plain = (await load({ tokenizer_class: 'PreTrainedTokenizerFast' })) as Tokenizer;
  expect(plain.encode('Hello world!').ids).toEqual(row?.ids);
});

test('a SentencePiece model that is cut short, or is none', () => {
  const bytes = Buffer.from(fixture.sentencepiece.bpe?.model as string, 'base64');
  for (const length of [0, 1, 7, 100, bytes.length - 3])
    expect(() => readSentencePiece(bytes.subarray(0, length)), String(length)).toThrow(TokenizerError);
  expect(() => readSentencePiece(new TextEncoder().encode('{"version": "1.0"}'))).toThrow(TokenizerError);
});

const llama3 = (): TokenizerJson => fixture.tokenizers.llama3?.file as TokenizerJson;

test('tiktoken: out and in again, the same ids', async () => {
  const { model, pre_tokenizer, decoder } = llama3() as Record<string, Record<string, unknown>>;
  const special = new Set((llama3().added_tokens as { content: string }[]).map((token) => token.content));
  const ranks = Object.entries(model?.vocab as Record<string, number>)
    .filter(([token]) => !special.has(token))
    .sort((a, b) => a[1] - b[1])
    .map(([token], rank) => [token, rank] as const);
  const base = { version: '1.0', added_tokens: [], pre_tokenizer, decoder };
  const vocab = Object.fromEntries(ranks);
  // The fixture's merges make each token in one way; tiktoken would use every other way too.
  expect(() => convertTokenizer({ ...base, model: { ...model, vocab } }, 'tiktoken')).toThrow(
    '(tiktoken takes every way to make a token',
  );
  const merges = ranks.flatMap(([token]) => {
    const cuts = Array.from(token, (_, at) => [token.slice(0, at), token.slice(at)] as const);
    const known = cuts.filter(([left, right]) => vocab[left] !== undefined && vocab[right] !== undefined);
    return known.sort(([a], [b]) => (vocab[a] as number) - (vocab[b] as number));
  });
  const json = { ...base, model: { ...model, vocab, merges } };
  const path = write('a.tiktoken', convertTokenizer(json, 'tiktoken')['vocab.tiktoken'] as string);
  const [before, after] = [tokenizerFromJson(json), await loadTokenizer(path)];
  for (const text of fixture.texts) {
    expect(after.encode(text).ids, JSON.stringify(text)).toEqual(before.encode(text).ids);
    expect(after.decode(after.encode(text).ids)).toBe(text);
  }
  await expect(loadTokenizer(write('b.tiktoken', 'IQ== 0\nIg= = 1\n'))).rejects.toThrow('line 2');
});

test('conversion says what would be lost', () => {
  expect(() => convertTokenizer(llama3(), 'vocab.txt')).toThrow('the model BPE');
  expect(() => convertTokenizer(fixture.tokenizers.qwen?.file as TokenizerJson, 'tiktoken')).toThrow(
    'could not be read back: model.vocab: expected ids without holes, got "none for 0 but 1 for \'!\'"',
  );
  expect(() => convertTokenizer(fixture.tokenizers.gpt2?.file as TokenizerJson, 'vocab-merges')).toThrow(
    'added_tokens["[L]"]',
  );
});

/** BERT's tokenizer with its five special tokens alone. */
function bert(name: string): TokenizerJson {
  const file = fixture.tokenizers[name]?.file as TokenizerJson;
  const added = (file.added_tokens as { special: boolean }[]).filter((token) => token.special);
  return { ...file, added_tokens: added };
}

test.each(['bert-uncased', 'bert-cased'])('vocab.txt: %s out and in again', async (name) => {
  const json = bert(name);
  const files = convertTokenizer(json, 'vocab.txt');
  const vocab = (json.model as { vocab: Record<string, number> }).vocab;
  const lines = (files['vocab.txt'] as string).split('\n');
  expect([lines.length, lines.indexOf('[CLS]'), lines.at(-1)]).toEqual([801, vocab['[CLS]'], '']);
  mkdirSync(join(folder, name));
  for (const [file, content] of Object.entries(files)) write(join(name, file), content);
  const [before, after] = [tokenizerFromJson(json), await loadTokenizer(join(folder, name, 'vocab.txt'))];
  for (const text of fixture.texts) {
    const [a, b] = [before.encode(text, { pair: 'É 我' }), after.encode(text, { pair: 'É 我' })];
    expect([b.ids, b.offsets, b.typeIds], JSON.stringify(text)).toEqual([a.ids, a.offsets, a.typeIds]);
  }
});

test('vocab.txt: what it cannot hold is said', () => {
  const json = bert('bert-uncased');
  const model = json.model as { vocab: Record<string, number> };
  const refused =
    (changed: TokenizerJson): (() => unknown) =>
    () =>
      convertTokenizer(changed, 'vocab.txt');
  const holes = { ...model, vocab: { ...model.vocab, zebra: 900 } };
  expect(refused({ ...json, model: holes })).toThrow('ids with holes, before "zebra"');
  expect(refused({ ...json, model: { ...model, max_input_chars_per_word: 50 } })).toThrow(
    'model.max_input_chars_per_word 50, which would be read back as 100',
  );
  expect(refused({ ...json, post_processor: null })).toThrow('post_processor[0] nothing, which');
  expect(refused({ ...json, decoder: null })).toThrow('decoder[0] nothing, which');
  const marked = (json.added_tokens as object[]).map((token) => ({ ...token, lstrip: true }));
  expect(refused({ ...json, added_tokens: marked })).toThrow('added_tokens["[PAD]"].lstrip true, which');
});

test('the command names the format by its target', async () => {
  const source = write('source.json', JSON.stringify(bert('bert-uncased')));
  const run = async (values: Args['values']): Promise<{ format: string; files: string[] }> => {
    let out = '';
    const io = {
      out: (text: string) => (out += text),
      note: () => undefined,
      isTerminal: false,
      quiet: true,
      json: true,
    };
    await convert.run({ positionals: [source], values }, io);
    return JSON.parse(out) as { format: string; files: string[] };
  };
  const at = (name: string): string => join(folder, 'targets', name);
  expect(await run({ out: at('one/my-vocab.txt') })).toEqual({
    format: 'vocab.txt',
    files: [at('one/my-vocab.txt'), at('one/tokenizer_config.json')],
  });
  expect(readdirSync(at('one')).sort()).toEqual(['my-vocab.txt', 'tokenizer_config.json']);
  expect((await loadTokenizer(at('one/my-vocab.txt'))).encode('a b').ids).toEqual(
    tokenizerFromJson(bert('bert-uncased')).encode('a b').ids,
  );
  expect(await run({ out: at('two') })).toEqual({ format: 'tokenizer.json', files: [at('two/tokenizer.json')] });
  expect(await run({ out: at('three'), format: 'vocab.txt' })).toMatchObject({
    format: 'vocab.txt',
    files: [at('three/vocab.txt'), at('three/tokenizer_config.json')],
  });
  expect((await run({ out: at('copy.json') })).files).toEqual([at('copy.json')]);
  expect(JSON.parse(readFileSync(at('copy.json'), 'utf8'))).toEqual(bert('bert-uncased'));
  await expect(run({ out: at('x.bin') })).rejects.toThrow(/--out: expected tokenizer.json, vocab.txt, .*x\.bin/);
  await expect(run({ out: at('y'), format: 'bin' })).rejects.toThrow('--format: expected vocab.txt, vocab-merges');
  await expect(run({ out: at('z/vocab.json') })).rejects.toThrow('the model WordPiece');
  expect(existsSync(at('z'))).toBe(false);
});

test('vocab.json and merges.txt: RoBERTa’s conventions, out and in again', async () => {
  const file = fixture.tokenizers.roberta?.file as Record<string, unknown>;
  const model = file.model as Record<string, unknown>;
  const vocab = { ...(model.vocab as object), '<mask>': 700 };
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const names = ['<s>', '<pad>', '</s>', '<unk>', '<mask>'] as const;
  const ids = vocab as unknown as Record<string, number>;
  const added = names.map((content) => ({ id: ids[content], content, ...flags, lstrip: content === '<mask>' }));
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const json = {
    ...file,
    model: { ...model, vocab },
    added_tokens: added,
    pre_tokenizer: byteLevel,
    decoder: byteLevel,
  };
  const files = convertTokenizer(json, 'vocab-merges');
  for (const [name, content] of Object.entries(files)) write(name, content);
  const [before, after] = [tokenizerFromJson(json), await loadTokenizer(join(folder, 'vocab.json'))];
  for (const text of fixture.texts) {
    expect(after.encode(text).ids, JSON.stringify(text)).toEqual(before.encode(text).ids);
    expect(after.encode(text).offsets).toEqual(before.encode(text).offsets);
  }
});

test('a folder with tokenizer_config.json: settings, more tokens, a chat template', async () => {
  write('tokenizer.json', JSON.stringify(llama3()));
  const template =
    "{{ bos_token }}{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] | trim }}<|eot_id|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}";
  const added = { '5000': { content: '<|tool|>', special: true, normalized: false } };
  write(
    'tokenizer_config.json',
    JSON.stringify({
      bos_token: '<|begin_of_text|>',
      eos_token: { content: '<|eot_id|>' },
      model_max_length: 8,
      padding_side: 'left',
      chat_template: template,
      added_tokens_decoder: added,
    }),
  );
  const tokenizer = await loadTokenizer(folder);
  expect(tokenizer.config).toMatchObject({ modelMaxLength: 8, paddingSide: 'left' });
  expect(tokenizer.encode('a<|tool|>b', { addSpecialTokens: false }).tokens).toEqual(['a', '<|tool|>', 'b']);
  expect(tokenizer.encode('one two three four five six seven', { truncation: 'longest_first' }).ids).toHaveLength(8);
  const messages = [
    { role: 'system', content: ' Be brief. ' },
    { role: 'user', content: 'Hi' },
  ];
  expect(applyChatTemplate(tokenizer, messages, { addGenerationPrompt: true })).toBe(
    '<|begin_of_text|><|system|>Be brief.<|eot_id|><|user|>Hi<|eot_id|><|assistant|>',
  );
  const refusing = "{{ raise_exception('no system role') }}";
  expect(() => applyChatTemplate(tokenizer, messages, { template: refusing })).toThrow('no system role');
  expect(() => applyChatTemplate(tokenizerFromJson(llama3()), messages)).toThrow(TokenizerError);
});

test('files that are broken end in one clear error', async () => {
  await expect(loadTokenizer(join(folder, 'nothing'))).rejects.toThrow('got nothing');
  await expect(loadTokenizer(write('c.json', '{"model": '))).rejects.toThrow('expected JSON');
  await expect(loadTokenizer(write('d.json', '[]'))).rejects.toThrow('expected a JSON object');
  await expect(loadTokenizer(write('e.json', Uint8Array.of(123, 34, 0xff, 34)))).rejects.toThrow('another byte at 2');
});
