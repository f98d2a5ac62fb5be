// Texts to texts from end to end on tiny words: what is trained, written, measured, looked at, refused.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { letterSounds, type PairDataset } from '../../data/index.ts';
import { nodeRuntime } from '../../graph/index.node.ts';
import { adamW, TrainStep } from '../../train/index.ts';
import { Generator, readSettings } from '../generation/index.ts';
import type { JobContext } from '../job.ts';
import { trainDefaults } from '../recipe.ts';
import { alignText } from './alignment.ts';
import { generationConfig } from './config.ts';
import { bySource, measures } from './measures.ts';
import { prepareTextToText } from './prepare.ts';
import type { TextToTextRecipe } from './recipe.ts';
import { targetKinds } from './vocabulary.ts';
import { sourceIds, writeAll, writeRows } from './writer.ts';

const recipe: TextToTextRecipe = {
  task: 'text-to-text',
  name: 'letters',
  about: 'Letters to their names.',
  seed: 1,
  data: { id: 'letters', limit: 0 },
  target: 'symbols',
  tokenizer: { kind: 'char', vocabSize: 50, minFrequency: 1, lowercase: true },
  model: { dim: 32, layers: 2, heads: 2, ffnDim: 64, maxLength: 12, dropout: 0, attentionDropout: 0 },
  train: { ...trainDefaults, batchSize: 32, batchTokens: 400 },
};

/** Every letter has one sound. */
const SOUNDS: Readonly<Record<string, string>> = { a: 'AH', b: 'B', c: 'K', d: 'D' };
// an odd factor puts them in another order: those held out are like those learnt
const words = Array.from({ length: 256 }, (_, i) =>
  [...((i * 101) % 256).toString(4).padStart(4, '0')].map((d) => 'abcd'[+d]).join(''),
);
const pairs = words.map((source) => ({
  id: source,
  source,
  target: [...source].map((letter) => SOUNDS[letter]).join(' '),
}));
const dataset: PairDataset = {
  name: 'letters',
  sides: ['letters', 'sounds'],
  splits: { train: pairs.slice(0, 240), validation: pairs.slice(240, 248), test: pairs.slice(248) },
  checksums: {},
};

let context: JobContext;
let generator: Generator;
let scores: Readonly<Record<string, number>>;

beforeAll(async () => {
  const runtime = await nodeRuntime();
  context = { runtime, session: { threads: 1 }, folders: [], note: () => undefined };
  const job = await prepareTextToText(recipe, dataset, context);
  const step = await TrainStep.create(job.objective, job.initial, {
    ...{ runtime, session: { threads: 1 }, optimizer: adamW({ beta2: 0.98 }), groups: { weightDecay: 0 }, seed: 1 },
    learningRate: (at) => 5e-3 * Math.min(1, at / 20, (301 - at) / 150),
    clipNorm: 1,
  });
  for (let at = 1; at <= 300; at++) await step.run(await job.batchesAt(at), at);
  scores = await job.evaluate(step.parameters);
  const tokenizer = targetKinds.symbols.train(dataset.splits.train, recipe);
  const settings = readSettings(generationConfig(recipe.model, tokenizer), 'test');
  generator = new Generator(job.model, step.parameters, { ...context, settings, tokenizer });
  await job.release();
}, 60_000);

afterAll(() => generator?.release());

test('a letter-by-letter code is learnt, and written for words that training did not have', async () => {
  expect(scores.loss).toBeLessThan(0.1);
  expect(scores.symbol_error_rate).toBeLessThan(0.1);
  const sources = dataset.splits.test.map(({ source }, i) => sourceIds(generator, source.toUpperCase(), i + 1));
  for (const num_beams of [1, 4]) {
    const written = await writeAll(generator, sources, { settings: { num_beams }, rows: 8 });
    const right = written.filter(({ text }, i) => text === dataset.splits.test[i]?.target);
    expect(right.length).toBeGreaterThanOrEqual(7);
    for (const { score } of written) expect(score).toBeLessThan(0);
  }
});

test('several rows of a source are its own, the best first; whoever wants one row has the best', async () => {
  const sources = ['abcd', 'bbda', 'ddac'].map((word, i) => sourceIds(generator, word, i + 1));
  const settings = { num_beams: 3, num_return_sequences: 2 };
  const all = await writeRows(generator, sources, { settings, rows: 6 });
  expect(all.map(([first]) => first?.text)).toEqual(['AH B K D', 'B B D AH', 'D D AH K']);
  for (const [first, second] of all) expect(first?.score).toBeGreaterThan(second?.score as number);
  const alone = [];
  for (const source of sources) alone.push(...(await writeRows(generator, [source], { settings })));
  expect(all.map((rows) => rows.map(({ text }) => text))).toEqual(alone.map((rows) => rows.map(({ text }) => text)));
  const best = await writeAll(generator, sources, { settings });
  expect(best.map(({ text }) => text)).toEqual(['AH B K D', 'B B D AH', 'D D AH K']);
});

test('an alignment has a distribution for every token that was written', async () => {
  const alignment = await alignText(generator, 'abcd');
  expect(alignment).toMatchObject({ target: 'AH B K D', layer: 1, head: null });
  expect(alignment.sourceTokens).toEqual(['a', 'b', 'c', 'd', '<eos>']);
  expect(alignment.targetTokens).toEqual(['AH', 'B', 'K', 'D', '<eos>']);
  expect(alignment.weights).toHaveLength(5);
  for (const row of alignment.weights) expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  const heads = await Promise.all([1, 2].map((head) => alignText(generator, 'abcd', { layer: 2, head })));
  const mean = await alignText(generator, 'abcd', { layer: 2 });
  mean.weights.forEach((row, t) => {
    row.forEach((value, s) => {
      expect(value).toBeCloseTo(heads.reduce((sum, one) => sum + (one.weights[t]?.[s] as number), 0) / 2, 5);
    });
  });
  await expect(alignText(generator, 'abcd', { layer: 3 })).rejects.toThrow('a layer from 1 to 2');
  await expect(alignText(generator, 'abcd', { head: 3 })).rejects.toThrow('a head from 1 to 2, got layer 1 and head 3');
});

test('empty and too long texts are named by their number', () => {
  expect(() => sourceIds(generator, '  ', 3)).toThrow('expected a text, got an empty one (input 3)');
  expect(() => sourceIds(generator, 'a'.repeat(12), 2)).toThrow(
    'at most 12 tokens, as the model has positions, got 13',
  );
});

test('letters never become symbols, and symbols are parted by spaces', () => {
  const tokenizer = targetKinds.symbols.train(dataset.splits.train, recipe);
  expect(tokenizer.encode('B').tokens).toEqual(['b', '<eos>']);
  const ids = targetKinds.symbols.encode(tokenizer, 'AH B ??', 12, 3);
  expect(ids.map((id) => tokenizer.idToToken(id))).toEqual(['AH', 'B', '[UNK]', '<eos>']);
  expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe('AH B');
  expect(targetKinds.symbols.encode(tokenizer, 'AH B K D', 3, 3)).toHaveLength(3);
});

test('a joint vocabulary of text gives texts back, marks apart from words', () => {
  const texts = ['Two men, one dog.', 'Zwei Männer, ein Hund.'];
  const tokenizer = targetKinds.text.train([{ id: '1', source: texts[0] as string, target: texts[1] as string }], {
    ...recipe,
    target: 'text',
    tokenizer: { kind: 'bpe', vocabSize: 200, minFrequency: 1, lowercase: false },
  });
  for (const one of texts) {
    const ids = targetKinds.text.encode(tokenizer, one, 50, 3);
    expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(one);
    expect(tokenizer.idToToken(ids.at(-1) as number)).toBe('<eos>');
    // a model with another end
    expect(targetKinds.text.encode(tokenizer, one, 50, 0)).toEqual([...ids, 0]);
    expect(tokenizer.encode(one).tokens).toContain('.');
  }
});

test('any listed pronunciation counts, stress does not', () => {
  const records = bySource([
    { id: 'a', source: 'read', target: 'R EH1 D' },
    { id: 'a(2)', source: 'read', target: 'R IY1 D' },
    { id: 'b', source: 'bee', target: 'B IY1' },
  ]);
  expect(records.map(({ references }) => references.length)).toEqual([2, 1]);
  const found = measures.symbols('').score(
    ['R IY D', 'B'],
    records.map(({ references }) => references),
  );
  expect(found).toEqual({ symbol_error_rate: 1 / 5, accuracy: 1 / 2 });
  expect(measures.text('zh').signatures([['我']]).bleu).toContain('tok:zh');
  expect(measures.text('de').signatures([['ja']]).bleu).toContain('nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp');
});

test('letters say what they most often say', () => {
  expect(letterSounds(dataset.splits.train, ['dcba', 'ad'])).toEqual(['D K B AH', 'AH D']);
});

test('generation settings lie beside the weights', async () => {
  const job = await prepareTextToText(recipe, dataset, context);
  await job.release();
  expect(Object.keys(job.files).sort()).toEqual(['generation_config.json', 'tokenizer.json', 'tokenizer_config.json']);
  const config = JSON.parse(job.files['generation_config.json'] as string);
  expect(config).toMatchObject({ num_beams: 4, max_length: 12, decoder_start_token_id: 2, eos_token_id: 3 });
});
