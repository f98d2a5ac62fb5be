// What a `tokenizer.json` says, in one spelling: without fields that nobody reads, with those that stand for their absence, sequences
// flat, templates as places. Two files are the same tokenizer where these are equal.
import type { TokenizerJson } from '../../tokenizer.ts';
import type { Component } from '../component.ts';
import { typeOfModel } from '../model/index.ts';
import { tokenizerFromJson } from '../text-tokenizer.ts';

type Raw = Readonly<Record<string, unknown>>;

/** What a field means that is not there, or null. */
const defaults: Readonly<Record<string, Raw>> = {
  'normalizer BertNormalizer': { clean_text: true, handle_chinese_chars: true, lowercase: true },
  'pre_tokenizer ByteLevel': { use_regex: true },
  'pre_tokenizer Split': { invert: false },
  'decoder WordPiece': { prefix: '##', cleanup: true },
  'model BPE': {
    dropout: 0,
    continuing_subword_prefix: '',
    end_of_word_suffix: '',
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
  },
  'model Unigram': { byte_fallback: false },
  truncation: { stride: 0, direction: 'Right' },
  padding: { pad_type_id: 0 },
};

/** Fields that change nothing. */
const unread: Readonly<Record<string, readonly string[]>> = {
  'pre_tokenizer ByteLevel': ['trim_offsets'],
  'decoder ByteLevel': ['add_prefix_space', 'trim_offsets', 'use_regex'],
};

function plainFields(what: string, fields: Raw): Raw {
  const given = Object.entries(fields).filter(
    ([name, value]) => value !== null && value !== undefined && !unread[what]?.includes(name),
  );
  return { ...defaults[what], ...Object.fromEntries(given) };
}

type Kind = 'normalizer' | 'pre_tokenizer' | 'post_processor' | 'decoder';

const lists: Readonly<Record<Kind, string>> = {
  normalizer: 'normalizers',
  pre_tokenizer: 'pretokenizers',
  post_processor: 'processors',
  decoder: 'decoders',
};

function stepsOf(kind: Kind, component: Component | null | undefined): Component[] {
  if (!component) return [];
  if (component.type !== 'Sequence') return [component];
  return (component[lists[kind]] as Component[]).flatMap((one) => stepsOf(kind, one));
}

type Place = Readonly<Record<'Sequence' | 'SpecialToken', { readonly id: string; readonly type_id: number }>>;

const text = (id: string, type_id = 0): unknown => ({ Sequence: { id, type_id } });
const special = ([token, id]: readonly [string, number], type_id = 0): unknown => ({
  ids: [id],
  tokens: [token],
  type_id,
});

/** BERT's processor is a template; a template's tokens stand where they are put; trimming that is off is nothing. */
function plainProcessor(step: Component): unknown[] {
  if (step.type === 'ByteLevel' && step.trim_offsets === false) return [];
  if (step.type === 'BertProcessing') {
    const [cls, sep] = [step.cls as [string, number], step.sep as [string, number]];
    const single = [special(cls), text('A'), special(sep)];
    return [{ type: 'TemplateProcessing', single, pair: [...single, text('B', 1), special(sep, 1)] }];
  }
  if (step.type !== 'TemplateProcessing') return [plainFields(`post_processor ${step.type}`, step)];
  const tokens = step.special_tokens as Readonly<Record<string, { ids: number[]; tokens: string[] }>>;
  const places = (some: unknown): unknown[] =>
    (some as Place[]).map(({ Sequence, SpecialToken }) =>
      Sequence
        ? text(Sequence.id, Sequence.type_id)
        : { ids: tokens[SpecialToken.id]?.ids, tokens: tokens[SpecialToken.id]?.tokens, type_id: SpecialToken.type_id },
    );
  return [{ type: step.type, single: places(step.single), pair: places(step.pair) }];
}

const pairOf = (merge: unknown): unknown => (typeof merge === 'string' ? merge.split(' ') : merge);

/** Everything that makes a tokenizer, part by part. @throws TokenizerError for a file that makes none */
export function plainJson(json: TokenizerJson): Raw {
  const tokenizer = tokenizerFromJson(json);
  const { vocab, merges, ...settings } = json.model as Component & { vocab: Raw; merges?: unknown[] };
  const type = typeOfModel(json.model as Component);
  const listed = (json.added_tokens ?? []) as (Raw & { content: string })[];
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: true, special: false };
  const added = new Map(
    listed.map((one) => [one.content, { ...flags, ...one, id: tokenizer.tokenToId(one.content) }] as const),
  );
  const words = Array.isArray(vocab) ? vocab : Object.entries(vocab).filter(([token]) => !added.has(token));
  const steps = (kind: Kind): unknown[] =>
    stepsOf(kind, json[kind] as Component | null | undefined).flatMap((step) =>
      kind === 'post_processor' ? plainProcessor(step) : [plainFields(`${kind} ${step.type}`, step)],
    );
  const block = (name: 'truncation' | 'padding'): unknown => (json[name] ? plainFields(name, json[name] as Raw) : null);
  return {
    model: plainFields(`model ${type}`, { ...settings, type } as Raw),
    normalizer: steps('normalizer'),
    pre_tokenizer: steps('pre_tokenizer'),
    post_processor: steps('post_processor'),
    decoder: steps('decoder'),
    added_tokens: Object.fromEntries(added),
    truncation: block('truncation'),
    padding: block('padding'),
    vocab: Array.isArray(vocab) ? words : Object.fromEntries(words as [string, unknown][]),
    ...(merges ? { merges: merges.map(pairOf) } : {}),
  };
}

/** Two values that differ, and where. */
export interface Difference {
  readonly path: string;
  readonly one: unknown;
  readonly other: unknown;
}

/** The first place where two values of lists, objects and plain values differ; lists of different lengths differ at their ends. */
export function firstDifference(one: unknown, other: unknown, path = ''): Difference | undefined {
  const isObject = (value: unknown): value is Raw => typeof value === 'object' && value !== null;
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other))
    return Object.is(one, other) ? undefined : { path, one, other };
  const isList = Array.isArray(one);
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const step = isList || !/^\w+$/.test(key) ? `[${isList ? key : JSON.stringify(key)}]` : path && `.${key}`;
    const found = firstDifference(
      Object.hasOwn(one, key) ? one[key] : undefined,
      Object.hasOwn(other, key) ? other[key] : undefined,
      path + (step || key),
    );
    if (found) return found;
  }
  return undefined;
}
