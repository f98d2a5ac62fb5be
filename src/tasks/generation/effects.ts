// What settings ask for in vain: fields that only another search heeds, and fields of files that no search here has.
import type { GenerationSettings } from './settings.ts';

type FieldName = keyof GenerationSettings;

/** Settings that only matter to a request that is of another kind. */
const onlyFor: readonly (readonly [(s: GenerationSettings) => boolean, string, readonly FieldName[]])[] = [
  [
    (s) => s.do_sample === true,
    'without do_sample',
    ['temperature', 'top_k', 'top_p', 'min_p', 'typical_p', 'epsilon_cutoff', 'eta_cutoff'],
  ],
  [(s) => (s.num_beams ?? 1) > 1, 'without num_beams above 1', ['length_penalty', 'early_stopping']],
];

/** Lengths that go before others. */
const goesBefore: readonly (readonly [FieldName, FieldName])[] = [
  ['max_new_tokens', 'max_length'],
  ['min_new_tokens', 'min_length'],
];

/** What `given` asks for without effect, each as a sentence: sampling's settings without `do_sample`, those of beams without beams, a length beside one that goes before it. */
export function idleSettings(own: GenerationSettings, given: GenerationSettings): string[] {
  const all = { ...own, ...given };
  const isGiven = (name: FieldName): boolean => given[name] !== undefined;
  return [
    ...onlyFor.flatMap(([isUsed, when, names]) =>
      isUsed(all) ? [] : names.filter(isGiven).map((name) => `${name} has no effect ${when}`),
    ),
    ...goesBefore
      .filter((pair) => pair.every(isGiven))
      .map(([first, second]) => `${second} has no effect beside ${first}`),
  ];
}

/** Fields of `generation_config.json` that change what Transformers 5 or 4 writes and that are not among the settings, with the values that change nothing. */
const neutral: Readonly<Record<string, readonly unknown[]>> = {
  sequence_bias: [],
  guidance_scale: [1],
  top_h: [],
  token_healing: [false],
  watermarking_config: [],
  max_time: [],
  num_beam_groups: [1],
  diversity_penalty: [0],
  penalty_alpha: [0],
  dola_layers: [],
  constraints: [],
  force_words_ids: [],
  forced_decoder_ids: [],
};

const isEmpty = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0);

/** The fields of a model's file that would change what is written and that nothing here heeds. */
export function unheeded(json: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(neutral).flatMap(([name, nothing]) =>
    json[name] === undefined || isEmpty(json[name]) || nothing.includes(json[name]) ? [] : [name],
  );
}
