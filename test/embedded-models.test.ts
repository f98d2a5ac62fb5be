// The models that come with the package work by name, without a network, and do what their recipes say.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, pipeline as transformersPipeline } from '@huggingface/transformers';
import { expect, test } from 'vitest';
import { embeddedModels, resolveModel } from '../src/checkpoints/index.node.ts';
import { dataFolders, loadPictureDataset, loadSoundDataset } from '../src/data/index.node.ts';
import { exportFolder, openModel, pipeline } from '../src/tasks/index.node.ts';

const MODELS = join(import.meta.dirname, '..', 'models');
const offline = { hub: { offline: true } };

test('every folder is a model of at most ten megabytes with its card', async () => {
  const names = await embeddedModels();
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const dir = join(MODELS, name.replace('tesserae/', ''));
    expect(await resolveModel(name, { offline: true })).toBe(dir);
    const files = readdirSync(dir);
    expect(files).toContain('README.md');
    expect(files.reduce((sum, file) => sum + statSync(join(dir, file)).size, 0)).toBeLessThanOrEqual(10e6);
  }
});

test('a name of ours that there is not lists those that there are', async () => {
  await expect(resolveModel('tesserae/nothing')).rejects.toThrow(
    /expected one of tesserae\/.*ner-zh.*'tesserae\/nothing'/,
  );
});

test("the chapter's sentence: 北京 is a place", async () => {
  const tagger = await pipeline('token-classification', undefined, offline);
  const [found] = await tagger(['北京是我国的首都'], { aggregation_strategy: 'simple' });
  await tagger.dispose();
  expect(found).toMatchObject([{ entity_group: 'LOC', word: '北京', start: 0, end: 2 }]);
});

test('a film is praised, another is not', async () => {
  const judge = await pipeline('text-classification', undefined, offline);
  const found = await judge(['a moving and beautiful film', 'dull, stupid and far too long']);
  await judge.dispose();
  expect(found.map((one) => (one as { label: string }).label)).toEqual(['positive', 'negative']);
});

test('letters become sounds', async () => {
  const speak = await pipeline('text2text-generation', undefined, offline);
  const found = await speak(['tomato', 'nightfall']);
  await speak.dispose();
  expect(found).toEqual([{ generated_text: 'T OW M AA T OW' }, { generated_text: 'N AY T F AO L' }]);
});

test('a small GPT writes a play', async () => {
  const write = await pipeline('text-generation', undefined, offline);
  const [found] = (await write('ROMEO:', { max_new_tokens: 40, do_sample: false })) as { generated_text: string }[];
  await write.dispose();
  expect(found?.generated_text).toMatch(/^ROMEO:\n[A-Z][A-Za-z ,.'!?;:\n-]{20,}$/);
});

test.skipIf(!process.env.TESSERAE_DATA)('spoken digits of the test part are heard', async () => {
  const { splits } = await loadSoundDataset('fsdd', dataFolders(process.env));
  const hear = await pipeline('audio-classification', undefined, offline);
  const some = splits.test.filter((_, i) => i % 10 === 0);
  const found = await hear(await Promise.all(some.map(({ load }) => load())));
  await hear.dispose();
  const right = found.filter(([best], i) => best?.label === some[i]?.label);
  expect(some).toHaveLength(30);
  expect(right.length).toBeGreaterThanOrEqual(26);
});

test('silence is answered too: probabilities of ten digits', async () => {
  const hear = await pipeline('audio-classification', undefined, offline);
  const [found = []] = await hear([{ rate: 8000, channels: [new Float32Array(8000)] }], { top_k: 10 });
  await hear.dispose();
  expect(found.map(({ label }) => label).sort()).toEqual([...'0123456789']);
  expect(found.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 5);
});

test('Transformers.js hears the same digits in the export', async () => {
  const open = await openModel('tesserae/ast-digits', offline.hub);
  const folder = mkdtempSync(join(tmpdir(), 'tesserae-embedded-'));
  const { notes } = await exportFolder(open, join(folder, 'digits'), { format: 'onnx', precisions: ['fp32'] });
  expect(notes).toEqual([]);
  Object.assign(env, { allowRemoteModels: false, localModelPath: folder });
  const theirs = await transformersPipeline('audio-classification', 'digits', { dtype: 'fp32' });
  const hear = await pipeline('audio-classification', undefined, offline);
  // half a second of vowels: tones that glide, with overtones
  for (const pitch of [110, 190]) {
    const samples = Float32Array.from({ length: 8000 }, (_, i) => {
      const phase = (2 * Math.PI * pitch * (i + (i * i) / 40_000)) / 16_000;
      return 0.3 * Math.sin(phase) + 0.15 * Math.sin(5 * phase) + 0.1 * Math.sin(11 * phase);
    });
    const ours = await hear(samples, { top_k: 10 });
    const found = (await theirs(samples, { top_k: 10 })) as { label: string; score: number }[];
    expect(found).toHaveLength(10);
    for (const { label, score } of ours) expect(found.find((one) => one.label === label)?.score).toBeCloseTo(score, 3);
  }
  await Promise.all([hear.dispose(), theirs.dispose()]);
  rmSync(folder, { recursive: true });
}, 60_000);

test('a ViT knows the kind of emoji in a style it has not seen', async () => {
  const { moreTests } = await loadPictureDataset('emoji-pictures', [], { options: { size: 32 } });
  const monkey = moreTests?.both?.find(({ tags }) => tags?.name === 'monkey');
  const look = await pipeline('image-classification', undefined, offline);
  const [best] = await look(await (monkey as NonNullable<typeof monkey>).load());
  await look.dispose();
  expect(best?.label).toBe('animals-nature');
});

test('packed weights answer as fed ones do; what else weights could be is said', async () => {
  const answers = async (weights: 'fed' | 'packed'): Promise<number[]> => {
    const judge = await pipeline('text-classification', undefined, { ...offline, weights });
    const tagger = await pipeline('token-classification', undefined, { ...offline, weights });
    const hear = await pipeline('audio-classification', undefined, { ...offline, weights });
    const judged = await judge(['a moving and beautiful film'], { top_k: 2 });
    const [tags = []] = await tagger(['北京是我国的首都'], { aggregation_strategy: 'simple' });
    const [heard = []] = await hear([{ rate: 8000, channels: [new Float32Array(8000)] }], { top_k: 10 });
    await Promise.all([judge, tagger, hear].map((one) => one.dispose()));
    return [judged.flat(), tags, heard].flatMap((found) => found.map(({ score }) => score));
  };
  const [fed, packed] = [await answers('fed'), await answers('packed')];
  expect(packed).toHaveLength(13);
  for (const [i, score] of packed.entries()) expect(score).toBeCloseTo(fed[i] as number, 5);
  await expect(pipeline('text-classification', undefined, { ...offline, weights: 'large' as 'fed' })).rejects.toThrow(
    "expected weights 'fed' or 'packed', got 'large'",
  );
});
