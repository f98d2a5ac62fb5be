// From `tokenizer.json` to the older formats, where nothing is lost; an error that says why where something would be.
import { TokenizerError, type TokenizerJson } from '../../tokenizer.ts';
import type { Component } from '../component.ts';
import { ownPreTokenizers } from '../segmenters.ts';
import { tokenizerFromJson } from '../text-tokenizer.ts';
import { wordPieceFromVocab } from '../word-piece-vocab.ts';
import { mergesByRank, tiktokenEncoding, writeTiktoken } from './tiktoken.ts';
import { vocabMergesJson } from './vocab-merges.ts';

/** Files by name. */
export type TokenizerFiles = Readonly<Record<string, string>>;

function lost(format: string, what: string): never {
  throw new TokenizerError(`convert to ${format}: expected a tokenizer that the format can hold, got ${what}`);
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

/** Objects with sorted keys and without what says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null && one !== '' && one !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}

const modelOf = (json: TokenizerJson): Component => json.model as Component;

function pairsOf(model: Component): [string, string][] {
  return (model.merges as unknown[]).map(
    (merge) => (typeof merge === 'string' ? merge.split(' ') : merge) as [string, string],
  );
}

/** @throws TokenizerError where a `vocab.txt` would be read as another tokenizer than it was */
function mustReadBack(json: TokenizerJson, tokens: readonly (readonly [string, number])[]): void {
  const hole = tokens.find(([, id], i) => id !== i);
  if (hole) lost('vocab.txt', `ids with holes, before ${JSON.stringify(hole[0])}`);
  const back = wordPieceFromVocab(
    tokens.map(([token]) => token),
    { lowercase: (json.normalizer as Component).lowercase === true },
  );
  const strip = ({ vocab: _vocab, ...rest }: Component): unknown => rest;
  if (!same(strip(modelOf(back.toJSON())), strip(modelOf(json))))
    lost('vocab.txt', 'other settings of the model than the format implies');
  if (!same(back.toJSON().decoder, json.decoder)) lost('vocab.txt', 'another decoder than the format implies');
  const byId = (one: TokenizerJson): unknown => [...(one.added_tokens as { id: number }[])].sort((a, b) => a.id - b.id);
  if (!same(byId(back.toJSON()), byId({ ...json, added_tokens: json.added_tokens ?? [] })))
    lost('vocab.txt', 'other added tokens than the format implies');
  const around = (one: Pick<typeof back, 'encode'>): unknown =>
    ['b', undefined].map((pair) => {
      const { ids, typeIds } = one.encode('a', pair === undefined ? {} : { pair });
      return [ids, typeIds];
    });
  if (!same(around(back), around(tokenizerFromJson({ ...json, truncation: null, padding: null }))))
    lost('vocab.txt', 'other special tokens around a text than the format implies');
}

function vocabTxt(json: TokenizerJson): TokenizerFiles {
  const model = modelOf(json);
  if (model.type !== 'WordPiece') lost('vocab.txt', `the model ${model.type}`);
  const tokens = Object.entries(model.vocab as Record<string, number>).sort((a, b) => a[1] - b[1]);
  const broken = tokens.find(([token]) => /[\r\n]/.test(token));
  if (broken) lost('vocab.txt', `a token with a line end, ${JSON.stringify(broken[0])}`);
  const outside = ((json.added_tokens ?? []) as { content: string }[]).find(
    ({ content }) => !Object.hasOwn(model.vocab as object, content),
  );
  if (outside) lost('vocab.txt', `an added token outside the vocabulary, ${JSON.stringify(outside.content)}`);
  if ((json.normalizer as Component | null)?.type !== 'BertNormalizer')
    lost('vocab.txt', 'a normalizer that is not BERT’s');
  if ((json.pre_tokenizer as Component | null)?.type !== 'BertPreTokenizer')
    lost('vocab.txt', 'a pre-tokenizer that is not BERT’s');
  mustReadBack(json, tokens);
  const { lowercase, strip_accents, handle_chinese_chars } = json.normalizer as Component;
  return {
    'vocab.txt': tokens.map(([token]) => `${token}\n`).join(''),
    'tokenizer_config.json': `${JSON.stringify(
      {
        tokenizer_class: 'BertTokenizer',
        do_lower_case: lowercase,
        strip_accents: strip_accents ?? null,
        tokenize_chinese_chars: handle_chinese_chars,
      },
      null,
      2,
    )}\n`,
  };
}

function vocabMerges(json: TokenizerJson): TokenizerFiles {
  const model = modelOf(json);
  if (model.type !== 'BPE') lost('vocab.json and merges.txt', `the model ${model.type}`);
  const merges = pairsOf(model);
  const spaced = merges.find(([left, right]) => /\s/.test(left + right));
  if (spaced) lost('vocab.json and merges.txt', `a merge with white space, ${JSON.stringify(spaced)}`);
  const vocab = model.vocab as Record<string, number>;
  const prefix = (json.pre_tokenizer as Component | null)?.add_prefix_space === true;
  const back = vocabMergesJson(vocab, merges, { addPrefixSpace: prefix });
  for (const part of ['normalizer', 'pre_tokenizer', 'post_processor', 'decoder', 'added_tokens'] as const) {
    if (!same(back[part], json[part])) lost('vocab.json and merges.txt', `another ${part} than the format implies`);
  }
  const strip = ({ vocab: _vocab, merges: _merges, ...rest }: Component): unknown => ({
    ...rest,
    fuse_unk: rest.fuse_unk ?? false,
  });
  if (!same(strip(modelOf(back)), strip({ byte_fallback: false, ignore_merges: false, ...model } as Component)))
    lost('vocab.json and merges.txt', 'other settings of the model than the format implies');
  return {
    'vocab.json': `${JSON.stringify(vocab)}\n`,
    'merges.txt': `#version: 0.2\n${merges.map((pair) => `${pair.join(' ')}\n`).join('')}`,
    'tokenizer_config.json': `${JSON.stringify({ add_prefix_space: prefix }, null, 2)}\n`,
  };
}

function tiktoken(json: TokenizerJson): TokenizerFiles {
  const model = modelOf(json);
  if (model.type !== 'BPE') lost('tiktoken', `the model ${model.type}`);
  if (json.normalizer) lost('tiktoken', 'a normalizer');
  const special = new Set(((json.added_tokens ?? []) as { content: string }[]).map((token) => token.content));
  const ranks = new Map(Object.entries(model.vocab as Record<string, number>).filter(([token]) => !special.has(token)));
  const merges = pairsOf(model);
  const byResult = new Map(mergesByRank(ranks).map((pair) => [pair.join('\0'), true]));
  let last = -1;
  for (const [left, right] of merges) {
    const rank = ranks.get(left + right);
    if (rank === undefined || rank < last || !byResult.has(`${left}\0${right}`))
      lost('tiktoken', `a merge whose place is not the id of its result, ${JSON.stringify([left, right])}`);
    last = rank;
  }
  if (model.ignore_merges !== true && merges.length !== byResult.size)
    lost('tiktoken', 'merges that leave out ways to make a token, which tiktoken would take');
  const steps = ((json.pre_tokenizer as Component | null)?.pretokenizers ?? []) as Component[];
  const pattern = (steps[0]?.pattern as { Regex?: string } | undefined)?.Regex;
  if (pattern !== tiktokenEncoding(ranks.size).pattern)
    lost('tiktoken', 'another expression for words than a rank file of this size implies');
  return { 'vocab.tiktoken': writeTiktoken(ranks) };
}

/** As it is, for everyone who reads `tokenizer.json`. */
function plainJson(json: TokenizerJson): TokenizerFiles {
  const written = JSON.stringify(json.pre_tokenizer ?? null);
  const own = ownPreTokenizers.find((type) => written.includes(`"type":"${type}"`));
  if (own !== undefined)
    lost(
      'tokenizer.json',
      `the pre-tokenizer ${own}, which only Tesserae knows; there it loads as the file that it is`,
    );
  return { 'tokenizer.json': `${JSON.stringify(json)}\n` };
}

const writers: Readonly<
  Record<'tokenizer.json' | 'vocab.txt' | 'vocab-merges' | 'tiktoken', (json: TokenizerJson) => TokenizerFiles>
> = {
  'tokenizer.json': plainJson,
  'vocab.txt': vocabTxt,
  'vocab-merges': vocabMerges,
  tiktoken,
};

/** Formats that {@link convertTokenizer} writes. */
export type TokenizerFormat = keyof typeof writers;

/** The files of a tokenizer in another format. @throws TokenizerError where the format cannot hold it, saying what would be lost */
export function convertTokenizer(json: TokenizerJson, format: TokenizerFormat): TokenizerFiles {
  return writers[format](json);
}
