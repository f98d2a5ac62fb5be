// How to generate: the fields of `generation_config.json` under their names there, with the meaning that Transformers 5 gives them.
import { nameHint } from '../../checkpoints/index.ts';
import type { HubConfig } from '../../models/index.ts';
import { GenerationError, SettingsError } from './generation-error.ts';

/**
 * How to generate: names, meanings and defaults of `generation_config.json`. A row's length counts its prompt, padding included
 * (of an encoder-decoder: the decoder's prompt), unless the name says `new`. An empty list is none, also in place of the model's own.
 */
export interface GenerationSettings {
  /** Longest row. Without it and `max_new_tokens`, 20 new tokens. */
  readonly max_length?: number;
  /** Goes before `max_length`. */
  readonly max_new_tokens?: number;
  readonly min_length?: number;
  readonly min_new_tokens?: number;
  /** 1: no beams. */
  readonly num_beams?: number;
  /** Rows for each prompt: at most `num_beams`, or as many as wanted when sampling without beams. */
  readonly num_return_sequences?: number;
  /** A finished beam's score is its log-probability over its length to this power: above 0 favours long texts. */
  readonly length_penalty?: number;
  /** true: as soon as there are `num_beams` texts; false: when a better one is unlikely; 'never': when there can be none. */
  readonly early_stopping?: boolean | 'never';
  readonly do_sample?: boolean;
  /** Scores are divided by it, > 0; for sampling, as all up to `eta_cutoff`. */
  readonly temperature?: number;
  /** The likeliest so many tokens stay, 0 for all. Default 50. */
  readonly top_k?: number;
  /** The likeliest tokens whose probabilities reach this sum stay, in [0, 1]. */
  readonly top_p?: number;
  /** Tokens stay whose probability is at least this share of the likeliest one's. */
  readonly min_p?: number;
  /** Tokens stay whose surprise is nearest to the expected one (Meister et al. 2022), up to this sum of probabilities, in (0, 1]. */
  readonly typical_p?: number;
  /** Tokens below this probability go. */
  readonly epsilon_cutoff?: number;
  /** As before, but lower where the distribution is flat (Hewitt et al. 2022). */
  readonly eta_cutoff?: number;
  /** Above 1: what has been written is written again less readily (Keskar et al. 2019). */
  readonly repetition_penalty?: number;
  /** Above 1: what the prompt (or the encoder's text) has is written more readily. */
  readonly encoder_repetition_penalty?: number;
  /** No run of so many tokens twice, 0: off. */
  readonly no_repeat_ngram_size?: number;
  /** No run of so many tokens of the prompt (or the encoder's text). */
  readonly encoder_no_repeat_ngram_size?: number;
  /** Runs of tokens that are never written. */
  readonly bad_words_ids?: readonly (readonly number[])[];
  /** Tokens that are never written. */
  readonly suppress_tokens?: readonly number[];
  /** Tokens that are not written first. */
  readonly begin_suppress_tokens?: readonly number[];
  /** The token after the first one. */
  readonly forced_bos_token_id?: number;
  /** The token at `max_length`. */
  readonly forced_eos_token_id?: number | readonly number[];
  /** `[start, factor]`: after `start` new tokens the end becomes likelier by the factor with each. */
  readonly exponential_decay_length_penalty?: readonly [number, number];
  /** NaN becomes 0 and infinities the largest numbers, in place of an error. */
  readonly remove_invalid_values?: boolean;
  /** Scores are log-probabilities again after the last processor. */
  readonly renormalize_logits?: boolean;
  /** Texts that end a row, themselves included. */
  readonly stop_strings?: string | readonly string[];
  readonly bos_token_id?: number;
  /** Any of them ends a row. */
  readonly eos_token_id?: number | readonly number[];
  readonly pad_token_id?: number;
  /** Where an encoder-decoder begins to write. */
  readonly decoder_start_token_id?: number;
}

type FieldName = keyof GenerationSettings;

/** One field: its kind, and the bounds of its value. */
interface Field {
  readonly kind: 'number' | 'integer' | 'switch' | 'ids' | 'id lists' | 'texts' | 'early' | 'decay';
  readonly least?: number;
  readonly most?: number;
  /** The least value itself is not allowed. */
  readonly above?: true;
}

const count: Field = { kind: 'integer', least: 0 };
const positive: Field = { kind: 'integer', least: 1 };
const share: Field = { kind: 'number', least: 0, most: 1 };
const factor: Field = { kind: 'number', least: 0, above: true };

const fields: { readonly [K in FieldName]-?: Field } = {
  max_length: positive,
  max_new_tokens: positive,
  min_length: count,
  min_new_tokens: count,
  num_beams: positive,
  num_return_sequences: positive,
  length_penalty: { kind: 'number' },
  early_stopping: { kind: 'early' },
  do_sample: { kind: 'switch' },
  temperature: factor,
  top_k: count,
  top_p: share,
  min_p: share,
  typical_p: { ...share, above: true },
  epsilon_cutoff: share,
  eta_cutoff: share,
  repetition_penalty: factor,
  encoder_repetition_penalty: factor,
  no_repeat_ngram_size: count,
  encoder_no_repeat_ngram_size: count,
  bad_words_ids: { kind: 'id lists' },
  suppress_tokens: { kind: 'ids' },
  begin_suppress_tokens: { kind: 'ids' },
  forced_bos_token_id: count,
  forced_eos_token_id: { kind: 'ids' },
  exponential_decay_length_penalty: { kind: 'decay' },
  remove_invalid_values: { kind: 'switch' },
  renormalize_logits: { kind: 'switch' },
  stop_strings: { kind: 'texts' },
  bos_token_id: count,
  eos_token_id: { kind: 'ids' },
  pad_token_id: count,
  decoder_start_token_id: count,
};

/** What the reference takes where nobody says anything. */
const defaults = {
  min_length: 0,
  num_beams: 1,
  num_return_sequences: 1,
  length_penalty: 1,
  early_stopping: false as boolean | 'never',
  do_sample: false as boolean,
  temperature: 1,
  top_k: 50,
  top_p: 1,
  typical_p: 1,
  epsilon_cutoff: 0,
  eta_cutoff: 0,
  repetition_penalty: 1,
  encoder_repetition_penalty: 1,
  no_repeat_ngram_size: 0,
  encoder_no_repeat_ngram_size: 0,
  remove_invalid_values: false as boolean,
  renormalize_logits: false as boolean,
} satisfies GenerationSettings;

/** Names of all fields. */
export const settingNames = Object.keys(fields) as FieldName[];

const whole = (value: unknown): boolean => Number.isSafeInteger(value);
const listOf = (value: unknown, one: (item: unknown) => boolean): boolean => Array.isArray(value) && value.every(one);
const isId = (value: unknown): boolean => whole(value) && (value as number) >= 0;

/** What each kind of value must be, in words and as a test. */
const kinds: { readonly [K in Field['kind']]: readonly [string, (value: unknown) => boolean] } = {
  number: ['a number', (value) => typeof value === 'number' && Number.isFinite(value)],
  integer: ['a whole number', whole],
  switch: ['true or false', (value) => typeof value === 'boolean'],
  ids: ['a token id or a list of them', (value) => isId(value) || listOf(value, isId)],
  'id lists': [
    'a list of non-empty lists of ids',
    (value) => listOf(value, (one) => listOf(one, isId) && (one as unknown[]).length > 0),
  ],
  texts: [
    'a text or a list of non-empty texts',
    (value) => [value].flat().every((one) => typeof one === 'string' && one !== ''),
  ],
  early: ["true, false or 'never'", (value) => typeof value === 'boolean' || value === 'never'],
  decay: [
    'a start and a factor',
    (value) => listOf(value, (one) => typeof one === 'number') && (value as unknown[]).length === 2,
  ],
};

function checkField(name: FieldName, value: unknown, where: string): void {
  const { kind, least, most, above } = fields[name];
  const [words, isRight] = kinds[kind];
  const number = value as number;
  const tooSmall = least !== undefined && (above ? number <= least : number < least);
  if (isRight(value) && !tooSmall && !(most !== undefined && number > most)) return;
  const from = least === undefined ? '' : ` ${above ? '>' : '>='} ${least}`;
  const to = most === undefined ? '' : ` and <= ${most}`;
  throw new SettingsError(`${name}: expected ${words}${from}${to}, got ${JSON.stringify(value)} (${where})`);
}

/** @throws SettingsError for a field that is not known, with the nearest that are */
function checkNames(json: Readonly<Record<string, unknown>>, where: string): void {
  const stranger = Object.keys(json).find((name) => json[name] !== undefined && !Object.hasOwn(fields, name));
  if (stranger === undefined) return;
  throw new SettingsError(
    `settings: expected settings that are known, got '${stranger}' (${where}); ${nameHint(stranger, settingNames)}`,
  );
}

/**
 * The known fields of a JSON object; null means not given. A file may have others; whoever asks for others (`refused`) is told.
 * @throws SettingsError naming a field whose value cannot be used, or one that is not known, with the nearest that are
 */
export function readSettings(
  json: Readonly<Record<string, unknown>>,
  where: string,
  others: 'left out' | 'refused' = 'left out',
): GenerationSettings {
  if (others === 'refused') checkNames(json, where);
  const given = settingNames.filter((name) => json[name] !== undefined && json[name] !== null);
  for (const name of given) checkField(name, json[name], where);
  return Object.fromEntries(given.map((name) => [name, json[name]]));
}

/**
 * A model's own settings: its `generation_config.json`; without one, the fields that older checkpoints keep in `config.json`.
 * Special tokens that the first leaves open come from the second, as the reference has them.
 */
export function modelSettings(
  config: HubConfig,
  generationConfig?: Readonly<Record<string, unknown>>,
): GenerationSettings {
  if (!generationConfig) return readSettings(config, 'config.json');
  const { bos_token_id, eos_token_id, pad_token_id, decoder_start_token_id } = config;
  const tokens = readSettings({ bos_token_id, eos_token_id, pad_token_id, decoder_start_token_id }, 'config.json');
  return { ...tokens, ...readSettings(generationConfig, 'generation_config.json') };
}

/** Settings for one batch, complete. */
export interface ResolvedSettings extends GenerationSettings {
  readonly min_length: number;
  readonly num_beams: number;
  readonly num_return_sequences: number;
  readonly length_penalty: number;
  readonly early_stopping: boolean | 'never';
  readonly do_sample: boolean;
  readonly temperature: number;
  readonly top_k: number;
  readonly top_p: number;
  readonly typical_p: number;
  readonly epsilon_cutoff: number;
  readonly eta_cutoff: number;
  readonly repetition_penalty: number;
  readonly encoder_repetition_penalty: number;
  readonly no_repeat_ngram_size: number;
  readonly encoder_no_repeat_ngram_size: number;
  readonly remove_invalid_values: boolean;
  readonly renormalize_logits: boolean;
  /** Longest row, prompt included. */
  readonly max_length: number;
  /** Whether the model's positions, and not the request, set that length. */
  readonly limited: boolean;
  readonly eos: readonly number[];
  readonly stop: readonly string[];
}

/** What settings are completed with. */
export interface SettingsFor {
  /** Tokens of the (decoder's) prompt, padding included. */
  readonly promptLength: number;
  /** Positions of the model, where they are limited: so many tokens can be read, and one more written. */
  readonly positions?: number | undefined;
  /** The length it was made for, `max_position_embeddings`: where nobody asks for a length, rows end there. */
  readonly madeFor?: number | undefined;
}

/** Tokens where nobody says how many. */
const DEFAULT_NEW_TOKENS = 20;

/** What contradicts what: a test, and what is said. */
const contradictions: readonly ((s: ResolvedSettings) => string | false)[] = [
  (s) =>
    s.num_return_sequences > 1 &&
    s.num_beams === 1 &&
    !s.do_sample &&
    `num_return_sequences: expected 1 without beams and sampling, got ${s.num_return_sequences}; greedy search has one answer: ask for num_beams >= ${s.num_return_sequences} or do_sample`,
  (s) =>
    s.num_beams > 1 &&
    s.num_return_sequences > s.num_beams &&
    `num_return_sequences: expected at most num_beams (${s.num_beams}), got ${s.num_return_sequences}`,
  (s) => {
    const banned = new Set(asList(s.suppress_tokens));
    const forced = (
      [
        ['forced_bos_token_id', s.forced_bos_token_id],
        ['forced_eos_token_id', s.forced_eos_token_id],
      ] as const
    ).find(([, ids]) => asList(ids).length > 0 && asList(ids).every((id) => banned.has(id)));
    return forced !== undefined && `${forced[0]}: expected a token that suppress_tokens does not ban, got ${forced[1]}`;
  },
];

/** The model's settings without those that the request goes before: who asks for a row's length does not mean the model's number of new tokens. */
function withoutOverruled(own: GenerationSettings, given: GenerationSettings): GenerationSettings {
  const { max_new_tokens, min_new_tokens, ...others } = own;
  return {
    ...others,
    ...(max_new_tokens !== undefined && given.max_length === undefined ? { max_new_tokens } : {}),
    ...(min_new_tokens !== undefined && given.min_length === undefined ? { min_new_tokens } : {}),
  };
}

/** What is said where the request asks for more than the longest row holds; the model's own least length is only a wish, as in the reference. */
function lengthsConflict(
  given: GenerationSettings,
  all: GenerationSettings,
  { promptLength, longest }: { readonly promptLength: number; readonly longest: number },
): string | undefined {
  const { min_new_tokens, min_length } = given;
  const [name, least, most] =
    min_new_tokens === undefined
      ? (['min_length', min_length ?? 0, longest] as const)
      : (['min_new_tokens', min_new_tokens, longest - promptLength] as const);
  if (least <= most) return undefined;
  const set = (['max_new_tokens', 'max_length'] as const).find((one) => all[one] !== undefined);
  const why = set ? `${set} is ${all[set]}` : `${most} new tokens are written where nobody asks for more`;
  return `${name}: expected at most ${most}, got ${least}; ${why} and the prompt has ${promptLength} tokens: ask for a larger max_new_tokens too`;
}

/** One or several as a list. */
export function asList<T>(value: T | readonly T[] | undefined): readonly T[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value as T];
}

/**
 * Completes `given` by `own` (the model's) and the reference's defaults, for prompts of one length.
 * Without any length 20 tokens are written. The model's positions end every row.
 * @throws GenerationError for values out of range, settings that contradict each other, and prompts that leave no room
 */
export function resolveSettings(
  own: GenerationSettings,
  given: GenerationSettings,
  { promptLength, positions = Number.POSITIVE_INFINITY, madeFor = positions }: SettingsFor,
): ResolvedSettings {
  const checked = readSettings({ ...given }, 'the request', 'refused');
  const all: GenerationSettings & typeof defaults = { ...defaults, ...withoutOverruled(own, checked), ...checked };
  if (promptLength > positions) throw new GenerationError(tooLong(promptLength, positions));
  const usual = Math.max(promptLength + 1, Math.min(promptLength + DEFAULT_NEW_TOKENS, madeFor));
  const wanted = all.max_new_tokens === undefined ? (all.max_length ?? usual) : promptLength + all.max_new_tokens;
  const max_length = Math.min(wanted, positions + 1);
  if (promptLength >= max_length) {
    throw new SettingsError(
      `max_length: expected more than the prompt's ${promptLength} tokens, got ${max_length} (the request); ask for max_new_tokens instead`,
    );
  }
  const resolved: ResolvedSettings = {
    ...all,
    max_length,
    limited: wanted > positions + 1,
    min_length: all.min_new_tokens === undefined ? all.min_length : promptLength + all.min_new_tokens,
    eos: asList(all.eos_token_id),
    stop: asList(all.stop_strings),
  };
  const contradiction =
    lengthsConflict(checked, all, { promptLength, longest: wanted }) ??
    contradictions.map((find) => find(resolved)).find((found) => found !== false);
  if (contradiction) throw new SettingsError(`${contradiction} (the request)`);
  return resolved;
}

function tooLong(length: number, positions: number): string {
  return (
    `prompt: expected at most ${positions} tokens, as the model has positions for, got ${length}; ` +
    'shorten the prompt, keep its last tokens only, or take a model with more positions'
  );
}
