// From `tokenizer.json` to the older formats, where nothing is lost; an error that says what would be where something would. Every format
// is held to it in one way: what was written is read again and compared part by part.
import { TokenizerError, type TokenizerJson } from '../../tokenizer.ts';
import type { Component } from '../component.ts';
import { typeOfModel } from '../model/index.ts';
import { ownPreTokenizers } from '../segmenters.ts';
import { tokenizerFromJson } from '../text-tokenizer.ts';
import { vocabTxtJson } from '../word-piece-vocab.ts';
import { type Difference, firstDifference, plainJson } from './plain-json.ts';
import { readTiktoken, tiktokenEncoding, tiktokenJson, writeTiktoken } from './tiktoken.ts';
import { mergesNameOf, readMerges, vocabMergesJson, vocabMergesOptions } from './vocab-merges.ts';

/** Files by name. */
export type TokenizerFiles = Readonly<Record<string, string>>;

type Settings = Readonly<Record<string, unknown>>;

/** A format: its files, the first of them the one that carries the name, and what they are read as. */
interface Format {
  /** The name under which settings beside the file hold for it. */
  readonly name: string;
  /** Where its merges come from, if not from a list. */
  readonly merges?: string;
  readonly write: (json: TokenizerJson, name: string) => TokenizerFiles;
  readonly read: (files: TokenizerFiles, name: string, settings: Settings) => TokenizerJson;
}

function lost(format: string, what: string): never {
  throw new TokenizerError(
    `convert to ${format}: expected a tokenizer that the format can hold, got ${what}; keep it as tokenizer.json`,
  );
}

const SETTINGS = 'tokenizer_config.json';
const written = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const modelOf = (json: TokenizerJson): Component => json.model as Component;

/** The model, of the one type that a format is for. */
function modelOfType(json: TokenizerJson, type: string, format: string): Component {
  const model = modelOf(json);
  if (typeOfModel(model) !== type) lost(format, `the model ${typeOfModel(model)}`);
  return model;
}

function pairsOf(model: Component): [string, string][] {
  return (model.merges as unknown[]).map(
    (merge) => (typeof merge === 'string' ? merge.split(' ') : merge) as [string, string],
  );
}

function vocabTxt(json: TokenizerJson, name: string): TokenizerFiles {
  const model = modelOfType(json, 'WordPiece', 'vocab.txt');
  const tokens = Object.entries(model.vocab as Record<string, number>).sort((a, b) => a[1] - b[1]);
  const broken = tokens.find(([token]) => /[\r\n]/.test(token));
  if (broken) lost('vocab.txt', `a token with a line end, ${JSON.stringify(broken[0])}`);
  const hole = tokens.find(([, id], i) => id !== i);
  if (hole) lost('vocab.txt', `ids with holes, before ${JSON.stringify(hole[0])}`);
  const normalizer = json.normalizer as Component | null | undefined;
  return {
    [name]: tokens.map(([token]) => `${token}\n`).join(''),
    [SETTINGS]: written({
      tokenizer_class: 'BertTokenizer',
      do_lower_case: normalizer?.lowercase ?? true,
      strip_accents: normalizer?.strip_accents ?? null,
      tokenize_chinese_chars: normalizer?.handle_chinese_chars ?? true,
    }),
  };
}

function vocabMerges(json: TokenizerJson, name: string): TokenizerFiles {
  const model = modelOfType(json, 'BPE', 'vocab.json and merges.txt');
  const merges = pairsOf(model);
  const spaced = merges.find(([left, right]) => /\s/.test(left + right));
  if (spaced) lost('vocab.json and merges.txt', `a merge with white space, ${JSON.stringify(spaced)}`);
  const prefix = (json.pre_tokenizer as Component | null | undefined)?.add_prefix_space === true;
  return {
    [name]: `${JSON.stringify(model.vocab)}\n`,
    [mergesNameOf(name)]: `#version: 0.2\n${merges.map((pair) => `${pair.join(' ')}\n`).join('')}`,
    [SETTINGS]: written({ add_prefix_space: prefix }),
  };
}

function tiktoken(json: TokenizerJson, name: string): TokenizerFiles {
  const model = modelOfType(json, 'BPE', 'tiktoken');
  const special = new Set(((json.added_tokens ?? []) as { content: string }[]).map((token) => token.content));
  const ranks = new Map(Object.entries(model.vocab as Record<string, number>).filter(([token]) => !special.has(token)));
  return { [name]: writeTiktoken(ranks) };
}

/** As it is, for everyone who reads `tokenizer.json`. */
function wholeJson(json: TokenizerJson, name: string): TokenizerFiles {
  const steps = JSON.stringify(json.pre_tokenizer ?? null);
  const own = ownPreTokenizers.find((type) => steps.includes(`"type":"${type}"`));
  if (own !== undefined)
    lost(
      'tokenizer.json',
      `the pre-tokenizer ${own}, which only Tesserae knows; there it loads as the file that it is`,
    );
  return { [name]: `${JSON.stringify(json)}\n` };
}

const fileOf = (files: TokenizerFiles, name: string): string => files[name] as string;

const formats: Readonly<Record<'tokenizer.json' | 'vocab.txt' | 'vocab-merges' | 'tiktoken', Format>> = {
  'tokenizer.json': {
    name: 'tokenizer.json',
    write: wholeJson,
    read: (files, name) => JSON.parse(fileOf(files, name)) as TokenizerJson,
  },
  'vocab.txt': {
    name: 'vocab.txt',
    write: vocabTxt,
    read: (files, name, settings) => vocabTxtJson(fileOf(files, name), settings),
  },
  'vocab-merges': {
    name: 'vocab.json',
    write: vocabMerges,
    read: (files, name, settings) =>
      vocabMergesJson(
        JSON.parse(fileOf(files, name)) as Record<string, number>,
        readMerges(fileOf(files, mergesNameOf(name))),
        vocabMergesOptions(settings),
      ),
  },
  tiktoken: {
    name: 'vocab.tiktoken',
    merges: 'tiktoken takes every way to make a token, in the order of ids',
    write: tiktoken,
    read: (files, name) => {
      const ranks = readTiktoken(fileOf(files, name));
      return tiktokenJson(ranks, tiktokenEncoding(ranks.size));
    },
  },
};

/** Formats that {@link convertTokenizer} writes. */
export type TokenizerFormat = keyof typeof formats;

/** Whether merging makes every token of a vocabulary by itself, so that looking words up first changes nothing. */
function mergesReachAll(json: TokenizerJson): boolean {
  const { model, added_tokens } = json;
  const { vocab } = model as { vocab: Record<string, number> };
  const added = new Set(((added_tokens ?? []) as { content: string }[]).map(({ content }) => content));
  const merging = tokenizerFromJson({ model: { ...(model as object), dropout: null, ignore_merges: false } });
  return Object.entries(vocab).every(([token, id]) => {
    if (added.has(token)) return true;
    const ids = merging.encodeIds(token);
    return ids.length === 1 && ids[0] === id;
  });
}

function differenceOf(json: TokenizerJson, back: TokenizerJson): Difference | undefined {
  const [before, after] = [plainJson(json), plainJson(back)];
  const found = firstDifference(before, after);
  if (found?.path !== 'model.ignore_merges' || !mergesReachAll(json)) return found;
  return firstDifference(before, { ...after, model: { ...(after.model as object), ignore_merges: found.one } });
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** @throws TokenizerError naming the first part that files would be read back without, or with another value of */
function mustReadBack(json: TokenizerJson, format: TokenizerFormat, files: TokenizerFiles, name: string): void {
  const { read, name: usual, merges } = formats[format];
  const settings = name === usual && files[SETTINGS] !== undefined ? (JSON.parse(files[SETTINGS]) as Settings) : {};
  let difference: Difference | undefined;
  try {
    difference = differenceOf(json, read(files, name, settings));
  } catch (error) {
    if (!(error instanceof TokenizerError)) throw error;
    lost(format, `one that could not be read back: ${error.message}`);
  }
  if (!difference) return;
  const { path, one, other } = difference;
  const why = merges && path.startsWith('merges') ? ` (${merges})` : '';
  lost(format, `${path} ${shown(one)}, which would be read back as ${shown(other)}${why}`);
}

/**
 * The files of a tokenizer in another format. `name` is that of the file itself; under another than the usual one it is read without
 * the settings beside it. @throws TokenizerError where the format cannot hold the tokenizer, naming the part that would be lost
 */
export function convertTokenizer(
  json: TokenizerJson,
  format: TokenizerFormat,
  name: string = formats[format].name,
): TokenizerFiles {
  const files = formats[format].write(json, name);
  mustReadBack(json, format, files, name);
  return files;
}
