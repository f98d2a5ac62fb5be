// Real checkpoints against the numbers that Transformers' own tests publish for them (tests/models/{vit,audio_spectrogram_transformer,bert,t5}):
// skipped unless the checkpoint lies in the hub's cache, or, with the originals, in the folder that TESSERAE_PUBLISHED names.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { int64, type NamedArrays, type NdArray } from '../src/array/index.ts';
import { readJson, resolveModel } from '../src/checkpoints/index.node.ts';
import { stackArrays } from '../src/data/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { openEncoder } from '../src/tasks/encoder.node.ts';
import { forwardCheckpoint } from '../src/tasks/index.node.ts';
import { ModelRunner } from '../src/tasks/index.ts';
import { loadPicture, loadSound, loadTokenizer } from '../src/tokens/index.node.ts';
import { imageProcessorFromJson, processPicture, processSound, soundProcessorFromJson } from '../src/tokens/index.ts';

const folder = process.env.TESSERAE_PUBLISHED;

/** A file or folder of TESSERAE_PUBLISHED. */
function given(name: string): string | undefined {
  const path = folder === undefined ? undefined : join(folder, name);
  return path !== undefined && existsSync(path) ? path : undefined;
}

/** Where a checkpoint lies, by its last name or in the cache. */
async function placeOf(name: string): Promise<string | undefined> {
  return (
    given(name.split('/').at(-1) as string) ?? (await resolveModel(name, { offline: true }).catch(() => undefined))
  );
}

function expectClose(ours: ArrayLike<number | bigint>, published: readonly number[], within: number): void {
  for (const [i, value] of published.entries())
    expect(Math.abs(Number(ours[i]) - value), `${ours[i]} for ${value}`).toBeLessThan(within);
}

async function logitsOf(dir: string, inputs: NamedArrays): Promise<NdArray> {
  const { logits } = await forwardCheckpoint(dir, inputs, { want: ['logits'], runtime: await nodeRuntime() });
  return logits as NdArray;
}

const [vit, ast, bert, t5] = await Promise.all(
  [
    'google/vit-base-patch16-224',
    'MIT/ast-finetuned-audioset-10-10-0.4593',
    'google-bert/bert-base-uncased',
    'google-t5/t5-small',
  ].map(placeOf),
);
const [cats, clip] = [given('000000039769.png') ?? given('000000039769.jpg'), given('sample_audio.flac')];

test.skipIf(!vit || !cats)('ViT: two cats (needs google/vit-base-patch16-224 and 000000039769.png)', async () => {
  const processor = imageProcessorFromJson(await readJson(join(vit as string, 'preprocessor_config.json')));
  const pixels = processPicture(await loadPicture(cats as string), processor);
  const logits = await logitsOf(vit as string, { pixel_values: stackArrays([pixels]) });
  expect(logits.shape).toEqual([1, 1000]);
  expectClose(logits.data, [-0.2744, 0.8215, -0.0836], 1e-3);
});

test.skipIf(!ast || !clip)(
  'AST: a sound (needs MIT/ast-finetuned-audioset-10-10-0.4593 and sample_audio.flac)',
  async () => {
    const processor = soundProcessorFromJson(await readJson(join(ast as string, 'preprocessor_config.json')));
    const { features } = processSound(await loadSound(clip as string, { rate: processor.rate }), processor);
    const logits = await logitsOf(ast as string, { input_values: stackArrays([features]) });
    expect(logits.shape).toEqual([1, 527]);
    expectClose(logits.data, [-0.876, -7.0042, -8.6602], 1e-3);
  },
);

test.skipIf(!bert)('BERT: vectors of tokens (needs google-bert/bert-base-uncased)', async () => {
  const { model, parameters, output } = await openEncoder(bert as string, 'input_ids');
  const names = ['input_ids', 'attention_mask'];
  const runner = await ModelRunner.create(model, { runtime: await nodeRuntime(), inputs: names, want: [output] });
  const { [output]: vectors } = await runner.run(parameters, {
    input_ids: int64([1, 11], [0, 345, 232, 328, 740, 140, 1695, 69, 6078, 1588, 2]),
    attention_mask: int64([1, 11], [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
  });
  await runner.release();
  const { shape, data } = vectors as NdArray;
  expect(shape).toEqual([1, 11, 768]);
  const published = [
    [0.4249, 0.1008, 0.7531],
    [0.3771, 0.1188, 0.7467],
    [0.4152, 0.1098, 0.7108],
  ];
  for (const [i, row] of published.entries()) expectClose(data.slice((i + 1) * 768 + 1, (i + 1) * 768 + 4), row, 2e-4);
});

test.skipIf(!t5)('T5: what an answer costs (needs google-t5/t5-small)', async () => {
  const tokenizer = await loadTokenizer(t5 as string);
  const idsOf = (text: string): NdArray => {
    const { ids } = tokenizer.encode(text);
    return int64([1, ids.length], ids);
  };
  const labels = idsOf('Hi I am');
  const inputs = { input_ids: idsOf('Hello there'), labels };
  const { loss } = await forwardCheckpoint(t5 as string, inputs, { want: ['loss'], runtime: await nodeRuntime() });
  expectClose([-labels.data.length * Number((loss as NdArray).data[0])], [-19.0845], 1e-3);
});
