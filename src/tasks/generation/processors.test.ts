// Processors one by one, on scores whose answers can be worked out by hand; the samplers' cuts against their definitions; chance.
import { expect, test } from 'vitest';
import { idleSettings, unheeded } from './effects.ts';
import { processorNames, processorsFor, type RowContext } from './processors.ts';
import { kthLargest, logSoftmax, probabilitiesOf, ranked } from './scores.ts';
import { draw } from './search.ts';
import { type GenerationSettings, modelSettings, readSettings, resolveSettings } from './settings.ts';

const row = (ids: readonly number[], more: Partial<RowContext> = {}): RowContext => ({
  ids,
  padding: 0,
  promptLength: ids.length,
  source: ids,
  ...more,
});

function process(settings: GenerationSettings, scores: readonly number[], context: RowContext): number[] {
  const resolved = resolveSettings({ eos_token_id: 0 }, settings, { promptLength: 1 });
  const all = Float32Array.from(scores);
  for (const { process: run } of processorsFor(resolved)) run(all, context);
  return [...all].map((score) => Math.round(score * 1e4) / 1e4);
}
const NO = Number.NEGATIVE_INFINITY;

test('each processor does what its definition says', () => {
  const flat = [1, -2, 3, -4];
  expect(process({ repetition_penalty: 2 }, flat, row([1, 2, 2]))).toEqual([1, -4, 1.5, -4]);
  // padding is not something that was written
  expect(process({ repetition_penalty: 2 }, flat, row([0, 0, 2], { padding: 2 }))).toEqual([1, -2, 1.5, -4]);
  expect(process({ encoder_repetition_penalty: 2 }, flat, row([0], { source: [2, 3] }))).toEqual([1, -2, 6, -2]);
  expect(process({ no_repeat_ngram_size: 2 }, flat, row([1, 2, 3, 1]))).toEqual([1, -2, NO, -4]);
  expect(process({ encoder_no_repeat_ngram_size: 2 }, flat, row([1], { source: [1, 3] }))).toEqual([1, -2, 3, NO]);
  expect(process({ bad_words_ids: [[3], [1, 2], [0]] }, flat, row([1]))).toEqual([1, -2, NO, NO]);
  expect(process({ min_new_tokens: 2 }, flat, row([1, 1]))).toEqual([NO, -2, 3, -4]);
  expect(process({ min_new_tokens: 2 }, flat, row([1, 1, 1]))).toEqual(flat);
  expect(process({ forced_bos_token_id: 3 }, flat, row([1]))).toEqual([NO, NO, NO, 0]);
  expect(process({ max_new_tokens: 2, forced_eos_token_id: 1 }, flat, row([1, 1]))).toEqual([NO, 0, NO, NO]);
  expect(process({ suppress_tokens: [0, 2] }, flat, row([1]))).toEqual([NO, -2, NO, -4]);
  expect(process({ begin_suppress_tokens: [2] }, flat, row([1, 1], { promptLength: 1 }))).toEqual(flat);
  expect(process({ begin_suppress_tokens: [2] }, flat, row([1]))).toEqual([1, -2, NO, -4]);
  expect(process({ exponential_decay_length_penalty: [1, 2] }, flat, row([1, 1, 1], { promptLength: 1 }))).toEqual([
    2, -2, 3, -4,
  ]);
  // an end that is listed twice is made likelier once
  const twice = { exponential_decay_length_penalty: [1, 2] as const, eos_token_id: [0, 0] };
  expect(process(twice, flat, row([1, 1, 1], { promptLength: 1 }))).toEqual([2, -2, 3, -4]);
  expect(process({ remove_invalid_values: true }, [Number.NaN, 1, 2, 3], row([1]))).toEqual([0, 1, 2, 3]);
});

const LOGS = [0.5, 0.25, 0.125, 0.0625, 0.0625].map(Math.log);
const kept = (settings: GenerationSettings): number[] =>
  process({ do_sample: true, top_k: 0, ...settings }, LOGS, row([1])).flatMap((score, i) => (score > NO ? [i] : []));

test('the cuts of sampling keep what their papers keep', () => {
  expect(kept({})).toEqual([0, 1, 2, 3, 4]);
  expect(kept({ top_k: 2 })).toEqual([0, 1]);
  // equal scores share a rank
  expect(kept({ top_k: 4 })).toEqual([0, 1, 2, 3, 4]);
  expect(kept({ top_p: 0.7 })).toEqual([0, 1]);
  expect(kept({ top_p: 0.76 })).toEqual([0, 1, 2]);
  expect(kept({ top_p: 0 })).toEqual([0]);
  expect(kept({ min_p: 0.3 })).toEqual([0, 1]);
  expect(kept({ epsilon_cutoff: 0.1 })).toEqual([0, 1, 2]);
  // entropy 1.875 bits: 0.25 (2 bits) is the most typical, then 0.5 (1 bit) and 0.125 (3 bits)
  expect(kept({ typical_p: 0.2 })).toEqual([1]);
  expect(kept({ typical_p: 0.7 })).toEqual([0, 1]);
  // beams that sample keep one more than there are ends
  expect(kept({ num_beams: 2, top_k: 1 })).toEqual([0, 1]);
  expect(process({ do_sample: true, temperature: 2 }, [2, -4], row([1]))).toEqual([1, -2]);
});

test("order: the caller's own come after the library's and before those of sampling", () => {
  const settings = resolveSettings(
    { eos_token_id: 0 },
    { do_sample: true, top_p: 0.5, temperature: 0.5, repetition_penalty: 2, renormalize_logits: true, min_length: 3 },
    { promptLength: 1 },
  );
  const names = processorsFor(settings, [{ name: 'mine', process: () => undefined }]).map(({ name }) => name);
  expect(names).toEqual([
    'repetition_penalty',
    'min_length',
    'mine',
    'temperature',
    'top_k',
    'top_p',
    'renormalize_logits',
  ]);
  expect(names.filter((name) => name !== 'mine').map((name) => processorNames.indexOf(name))).toEqual(
    names
      .filter((name) => name !== 'mine')
      .map((name) => processorNames.indexOf(name))
      .sort((a, b) => a - b),
  );
});

test('what is drawn follows the distribution, and is the same for the same seed', () => {
  const scores = Float32Array.from([...LOGS, NO]);
  const count = 20000;
  const seen = [0, 0, 0, 0, 0, 0];
  for (let step = 0; step < count; step++) (seen[draw(scores, { seed: 7, step, row: 0 })] as number)++;
  // chi squared of 4 degrees of freedom: above 18.5 once in a thousand
  const expected = LOGS.map((log) => count * Math.exp(log));
  const chi = expected.reduce((sum, e, i) => sum + ((seen[i] as number) - e) ** 2 / e, 0);
  expect(chi).toBeLessThan(18.5);
  expect(seen[5]).toBe(0);
  const drawn = (seed: number): number[] =>
    Array.from({ length: 50 }, (_, step) => draw(scores, { seed, step, row: 1 }));
  expect(drawn(3)).toEqual(drawn(3));
  expect(drawn(3)).not.toEqual(drawn(4));
});

test('arithmetic on rows', () => {
  const scores = Float32Array.from([3, -1, 7, 7, NO, 0]);
  expect([1, 2, 3, 6, 9].map((k) => kthLargest(scores, k))).toEqual([7, 7, 3, NO, NO]);
  expect([...ranked(scores)]).toEqual([2, 3, 0, 5, 1]);
  const sum = [...probabilitiesOf(scores)].reduce((a, b) => a + b);
  expect(sum).toBeCloseTo(1, 12);
  logSoftmax(scores);
  expect([...scores].reduce((a, b) => a + Math.exp(b), 0)).toBeCloseTo(1, 6);
});

test('settings: bounds, contradictions, where defaults come from', () => {
  const resolve = (
    settings: GenerationSettings,
    own: GenerationSettings = {},
    at = { promptLength: 4, positions: 10 },
  ) => resolveSettings(own, settings, at);
  const refused: readonly [GenerationSettings, string][] = [
    [{ num_beams: 0 }, 'num_beams: expected a whole number >= 1, got 0'],
    [{ temperature: 0 }, 'temperature: expected a number > 0, got 0'],
    [{ top_p: 1.2 }, 'top_p: expected a number >= 0 and <= 1, got 1.2'],
    [{ early_stopping: 'soon' as 'never' }, 'early_stopping: expected true, false or \'never\', got "soon"'],
    [{ bad_words_ids: [[]] }, 'bad_words_ids: expected a list of non-empty lists of ids, got [[]]'],
    [{ num_return_sequences: 3 }, 'num_return_sequences: expected 1 without beams and sampling, got 3'],
    [{ num_beams: 2, num_return_sequences: 3 }, 'num_return_sequences: expected at most num_beams (2), got 3'],
    [{ max_new_tokens: 2, min_new_tokens: 3 }, 'min_new_tokens: expected at most 2, got 3; max_new_tokens is 2'],
    [
      { forced_bos_token_id: 5, suppress_tokens: [5] },
      'forced_bos_token_id: expected a token that suppress_tokens does not ban, got 5',
    ],
    [
      { max_length: 8, min_new_tokens: 5 },
      'min_new_tokens: expected at most 4, got 5; max_length is 8 and the prompt has 4',
    ],
    [{ max_new_tokens: 2, min_length: 7 }, 'min_length: expected at most 6, got 7; max_new_tokens is 2'],
    [{ min_new_tokens: 7 }, 'expected at most 6, got 7; 6 new tokens are written where nobody asks for more'],
    [{ top_kk: 3 } as GenerationSettings, "got 'top_kk' (the request); did you mean top_k"],
    [{ sequence_bias: [] } as GenerationSettings, "got 'sequence_bias' (the request); known are max_length,"],
    [{ max_length: 4 }, "max_length: expected more than the prompt's 4 tokens, got 4"],
  ];
  for (const [settings, message] of refused) expect(() => resolve(settings)).toThrow(message);
  expect(() => resolve({}, {}, { promptLength: 11, positions: 10 })).toThrow(
    /at most 10 tokens.*got 11; shorten the prompt, keep its last tokens only, or take a model/,
  );
  expect(resolve({ max_new_tokens: 3 })).toMatchObject({ max_length: 7, limited: false });
  expect(resolve({ max_new_tokens: 30 })).toMatchObject({ max_length: 11, limited: true });
  expect(resolve({}, { eos_token_id: 3, num_beams: 4 })).toMatchObject({
    max_length: 10,
    eos: [3],
    num_beams: 4,
    top_k: 50,
  });
  expect(resolve({ min_new_tokens: 2 }, {}).min_length).toBe(6);
  // a length that is asked for goes before the model's own, of either name; the model's least length is a wish
  expect(resolve({ max_length: 6 }, { max_new_tokens: 5 }).max_length).toBe(6);
  expect(resolve({ max_new_tokens: 5 }, { max_length: 6 }).max_length).toBe(9);
  expect(resolve({ min_length: 5 }, { min_new_tokens: 4 }).min_length).toBe(5);
  expect(resolve({ max_new_tokens: 2 }, { min_length: 8 })).toMatchObject({ max_length: 6, min_length: 8 });
  expect(idleSettings({}, { temperature: 0.5, early_stopping: true, num_beams: 1 })).toEqual([
    'temperature has no effect without do_sample',
    'early_stopping has no effect without num_beams above 1',
  ]);
  expect(idleSettings({}, { max_length: 9, max_new_tokens: 3 })).toEqual([
    'max_length has no effect beside max_new_tokens',
  ]);
  const file = {
    sequence_bias: [[[3], 1]],
    num_beam_groups: 1,
    guidance_scale: 2,
    max_time: null,
    force_words_ids: [],
  };
  expect(unheeded(file)).toEqual(['sequence_bias', 'guidance_scale']);
  const config = { eos_token_id: 2, num_beams: 4, vocab_size: 9 };
  expect(modelSettings(config)).toEqual({ eos_token_id: 2, num_beams: 4 });
  expect(modelSettings(config, { max_length: 7, top_k: null })).toEqual({ eos_token_id: 2, max_length: 7 });
  expect(() => readSettings({ top_k: 'many' }, 'generation_config.json')).toThrow('(generation_config.json)');
});
