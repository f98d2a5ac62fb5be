// What is explained is what `predict` and `pipeline` answer: the scores that `problem_type` asks for; and of models without classes the mean
// state. Logits, states and blank logits are those of torch and transformers (test/fixtures/models, test/fixtures/explain).
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { float32, int64, type NamedArrays, type NdArray } from '../src/array/index.ts';
import { decodeSafetensors } from '../src/checkpoints/index.ts';
import { command as explain } from '../src/cli/commands/explain.ts';
import { command as inspect } from '../src/cli/commands/inspect.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { type Explanation, patchPlaces } from '../src/lens/index.ts';
import { modelFor } from '../src/models/index.ts';
import { forwardCheckpoint, openModel, pipeline } from '../src/tasks/index.node.ts';
import { type Explained, Explainer, explainOriginal } from '../src/tasks/index.ts';
import { pngOf } from '../src/tokens/index.node.ts';
import { picture } from '../src/tokens/index.ts';
import { runCommand } from './run-command.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const VIT = join(FIXTURES, 'models', 'ViTForImageClassification');
const dir = mkdtempSync(join(tmpdir(), 'tesserae-answers-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const arraysOf = (name: string, file: string): NamedArrays => {
  const path = join(FIXTURES, 'models', name, file);
  return decodeSafetensors(readFileSync(path), path).arrays;
};
const firstRow = ({ shape, data }: NdArray): number[] =>
  Array.from(data.slice(0, data.length / (shape[0] as number)) as Float32Array);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** Of torch: logits of a class for the real picture and for the blank one. */
const [{ label: likeliest, logit, blank_logit }, ofFirstClass] = JSON.parse(
  readFileSync(join(FIXTURES, 'explain', 'ViTForImageClassification.json'), 'utf8'),
).cases;

/** One picture of the fixture explained and judged, by the model with another configuration. */
async function explained(
  config: object,
  row: number,
  classes = 3,
): Promise<Explained & { readonly explainer: Explainer }> {
  const { model: kept, parameters } = await openModel(VIT);
  const model = modelFor({ ...kept.config, ...config });
  // fewer classes: the first rows of the classifier
  const cut = Object.entries(parameters).map(([name, array]): [string, NdArray] => {
    if (!name.startsWith('classifier.')) return [name, array];
    const shape = [classes, ...array.shape.slice(1)];
    return [name, float32(shape, (array.data as Float32Array).slice(0, (array.data.length / 3) * classes))];
  });
  const pixels = arraysOf('ViTForImageClassification', 'inputs.safetensors').pixel_values as NdArray<'float32'>;
  const size = pixels.data.length / 2;
  const inputs = { pixel_values: float32([1, 3, 12, 12], pixels.data.slice(row * size, (row + 1) * size)) };
  const explainer = new Explainer(model, inputs, { runtime: await nodeRuntime(), session: { threads: 1 } });
  const original = {
    ...{ modality: 'image' as const, source: 'x', tokens: Array.from({ length: 10 }, String) },
    ...{ inputs, blank: { pixel_values: float32([1, 3, 12, 12], new Float32Array(size)) } },
    places: patchPlaces({ special: 1, grid: [3, 3], patch: [4, 4], stride: [4, 4] }),
  };
  const found = await explainOriginal(explainer, { model, parameters: Object.fromEntries(cut) }, original, {
    methods: ['relevance', 'integrated-gradients'],
    judge: { steps: 2, orders: 2 },
  });
  await explainer.release();
  return { ...found, explainer };
}

const near = (ours: readonly number[], reference: readonly number[]): void => {
  expect(ours).toHaveLength(reference.length);
  for (const [i, value] of reference.entries()) expect(ours[i]).toBeCloseTo(value, 5);
};
const logits = firstRow(arraysOf('ViTForImageClassification', 'expected.safetensors').logits as NdArray);

/** The ends of both curves: everything shown, nothing shown. */
const endsOf = ({ maps }: Explanation): (number | undefined)[] => {
  const { deletion = [], insertion = [] } = maps.relevance?.curves ?? {};
  return [deletion[0], deletion.at(-1), insertion.at(-1), insertion[0]];
};

test('classes that may all be true: the sigmoid of each, in the answer and along the curves', async () => {
  const { explanation } = await explained({ problem_type: 'multi_label_classification' }, 0);
  near(explanation.probabilities, logits.map(sigmoid));
  expect(explanation.label).toBe(explanation.labels[likeliest]);
  near(endsOf(explanation) as number[], [logit, blank_logit, logit, blank_logit].map(sigmoid));
  expect(explanation.values).toBeUndefined();
});

test('a single score: its sigmoid, never 100 %', async () => {
  const { explanation } = await explained({ id2label: { 0: 'yes' }, label2id: { yes: 0 } }, 1, 1);
  const { logit: real, blank_logit: blank } = ofFirstClass;
  expect(explanation.labels).toEqual(['yes']);
  near(explanation.probabilities, [sigmoid(real)]);
  near(endsOf(explanation) as number[], [real, blank, real, blank].map(sigmoid));
});

test('a regression: its values, nothing that claims to lie between 0 and 1', async () => {
  const { explanation, judged, asked, explainer } = await explained({ problem_type: 'regression' }, 0);
  expect(explanation.values?.map(({ label }) => label)).toEqual(['LABEL_0', 'LABEL_1', 'LABEL_2']);
  near(explanation.values?.map(({ value }) => value) ?? [], logits);
  expect([explanation.labels, explanation.probabilities, explanation.baselines, judged]).toEqual([
    [],
    [],
    undefined,
    undefined,
  ]);
  expect(explanation.maps.relevance?.curves).toBeUndefined();
  // gradients are those of the value itself
  expect(asked.capture.path?.to).toBeCloseTo(logit, 4);
  expect(asked.capture.path?.from).toBeCloseTo(blank_logit, 4);
  await expect(explainer.probabilities({}, asked.question, asked.capture, [])).rejects.toThrow(
    'expected a model of probabilities to follow one while tokens come and go, got values (ViTForImageClassification)',
  );
});

/** A folder of the hub with a picture to ask about. */
async function hubFolder(name: string, config: object = {}): Promise<{ readonly at: string; readonly file: string }> {
  const at = join(dir, `${name}-${Object.values(config).join()}`);
  const { model } = await openModel(join(FIXTURES, 'models', name));
  const { image_size: size, num_channels: channels = 3 } = model.config as Record<string, number>;
  cpSync(join(FIXTURES, 'models', name), at, { recursive: true });
  writeFileSync(join(at, 'config.json'), JSON.stringify({ ...model.config, ...config }));
  const half = Array.from({ length: channels }, () => 0.5);
  const processor = {
    image_processor_type: 'ViTImageProcessor',
    ...{ size: { height: size, width: size }, image_mean: half, image_std: half },
  };
  writeFileSync(join(at, 'preprocessor_config.json'), JSON.stringify(processor));
  const file = join(dir, 'one.png');
  const shades = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => (37 * i * i) % 256);
  writeFileSync(file, await pngOf(picture(16, 16, 3, shades)));
  return { at, file };
}

test.each([[{ problem_type: 'multi_label_classification' }], [{ problem_type: 'single_label_classification' }]])(
  'explain and inspect tell the probabilities of the pipeline: %j',
  async (config) => {
    const { at, file } = await hubFolder('ViTForImageClassification', config);
    const options = { runtime: await nodeRuntime(), session: { threads: 1 } };
    const classify = await pipeline('image-classification', at, options);
    const expected = await classify(file);
    await classify.dispose();
    const words = [at, file, '--methods', 'rollout', '--json'];
    const [one] = JSON.parse((await runCommand(explain, words)).out).inputs as Explanation[];
    const other = JSON.parse(
      (await runCommand(inspect, [...words, '--points', '2', '--orders', '2'])).out,
    ) as Explanation;
    for (const { labels, probabilities } of [one as Explanation, other])
      for (const { label, score } of expected) expect(probabilities[labels.indexOf(label)]).toBeCloseTo(score, 6);
  },
);

test('a regression on the command line: numbers without %, and why nothing was judged', async () => {
  const { at, file } = await hubFolder('ViTForImageClassification', { problem_type: 'regression' });
  const classify = await pipeline('image-classification', at, {
    runtime: await nodeRuntime(),
    session: { threads: 1 },
  });
  const [first] = await classify(file);
  await classify.dispose();
  const told =
    'not judged: deletion and insertion follow a probability, and this ViTForImageClassification gives values of a regression';
  for (const [command, words] of [
    [explain, ['--judge']],
    [inspect, []],
  ] as const) {
    const { out, notes } = await runCommand(command, [at, file, '--methods', 'rollout,relevance', ...words]);
    expect(notes).toBe(`  ${told}\n`);
    expect(out).not.toContain('%');
    expect(out).toContain(`one.png: ${first?.label} ${first?.score.toPrecision(4)}, `);
  }
});

test('an encoder without classes: its page, its maps, its one score; nothing is judged', async () => {
  const { at, file } = await hubFolder('Dinov2Model');
  const html = join(dir, 'encoder.html');
  const { out, notes } = await runCommand(inspect, [at, file, '--html', html, '--json', '--steps', '2']);
  expect(notes).toBe(
    `  not judged: deletion and insertion follow a probability, and this Dinov2Model gives no classes\nwrote ${html}\n`,
  );
  const told = JSON.parse(out) as Explanation;
  expect(Object.keys(told.maps)).toHaveLength(7);
  expect(told.distance).toHaveLength(2);
  expect([told.labels, told.probabilities]).toEqual([[], []]);
  // the states that the pipeline gives, and the score by hand
  const extract = await pipeline('image-feature-extraction', at, {
    runtime: await nodeRuntime(),
    session: { threads: 1 },
  });
  const [states] = (await extract(file)).tolist() as number[][][];
  await extract.dispose();
  const sums = (states?.[0] ?? []).map(
    (_, d) => states?.reduce((sum, state) => sum + (state[d] as number), 0) as number,
  );
  const half = sums.reduce((sum, one) => sum + (one / (states?.length as number)) ** 2 / 2, 0);
  expect(told.values).toEqual([{ label: 'half the squared length of the mean state', value: expect.closeTo(half, 4) }]);
  const story = JSON.parse(/id="story">(.*?)<\/script>/.exec(readFileSync(html, 'utf8'))?.[1] as string);
  expect([story.values, story.maps]).toEqual([told.values, told.maps]);
  await expect(runCommand(explain, [at, file, '--label', 'cat'])).rejects.toThrow(
    "--label: explain: expected a label among half the squared length of the mean state, got 'cat'",
  );
  expect((await runCommand(explain, [at, file, '--methods', 'rollout,attention'])).out).toContain('rollout');
});

test('a run of masked DNA: the mean state of its last block', async () => {
  const at = join(dir, 'dna-mlm');
  cpSync(join(FIXTURES, 'models', 'BertForMaskedLM'), at, { recursive: true });
  const words = [...'ACGT'].flatMap((a) => [...'ACGT'].map((b) => a + b));
  writeFileSync(join(at, 'vocab.txt'), ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words, ''].join('\n'));
  writeFileSync(join(at, 'tokenizer_config.json'), '{"tokenizer_class":"BertTokenizer","do_lower_case":false}');
  writeFileSync(join(at, 'preprocessor_config.json'), '{"spelling":{"kind":"kmer","k":2,"overlap":true}}');
  // AC CG GT TT: 4 · the first letter + the second, after five special ones
  const ids = [2, 5 + 1, 5 + 6, 5 + 11, 5 + 15, 3];
  const found = await forwardCheckpoint(
    at,
    { input_ids: int64([1, 6], ids) },
    { want: ['hidden_states.2'], runtime: await nodeRuntime(), session: { threads: 1 } },
  );
  const { data, shape } = found['hidden_states.2'] as NdArray<'float32'>;
  const width = shape[2] as number;
  let half = 0;
  for (let d = 0; d < width; d++)
    half += ids.reduce((sum, _, t) => sum + (data[t * width + d] as number) / 6, 0) ** 2 / 2;
  const told = JSON.parse((await runCommand(inspect, [at, 'acgtt', '--json', '--steps', '2'])).out) as Explanation;
  expect(told.tokens).toEqual(['[CLS]', 'AC', 'CG', 'GT', 'TT', '[SEP]']);
  expect(told).toMatchObject({ modality: 'dna', values: [{ value: expect.closeTo(half, 4) }] });
});
