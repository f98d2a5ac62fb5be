// Pictures of another size than the configuration's, as published DINOv2 has them: read where positions follow, refused where they do not, in
// pipelines, in `predict` and in exports. What is given is held against the plain forward pass.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type NamedArrays, type NdArray, ndArray, toNumbers } from '../src/array/index.ts';
import { DataError } from '../src/data/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { exportFolder, openAnswerer, openModel, pipeline } from '../src/tasks/index.node.ts';
import { runForward } from '../src/tasks/index.ts';
import { pngOf } from '../src/tokens/index.node.ts';
import { imageProcessorFromJson, picture, processPicture } from '../src/tokens/index.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-sizes-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const source = picture(
  30,
  40,
  3,
  Uint8Array.from({ length: 3600 }, (_, i) => (i * 89) % 256),
);
/** As facebook/dinov2-* have it, but for the sizes. */
const bit = {
  ...{ image_processor_type: 'BitImageProcessor', do_resize: true, size: { shortest_edge: 20 }, resample: 3 },
  ...{ do_center_crop: true, crop_size: { height: 16, width: 20 }, do_convert_rgb: true, do_rescale: true },
  ...{ do_normalize: true, image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] },
};

/** A fixture with a preprocessor. */
function modelWith(name: string, preprocessor: object): string {
  const at = join(dir, name);
  cpSync(join(import.meta.dirname, 'fixtures', 'models', name), at, { recursive: true });
  writeFileSync(join(at, 'preprocessor_config.json'), JSON.stringify(preprocessor));
  return at;
}

const pixelsOf = (preprocessor: object): NamedArrays => {
  const { shape, data } = processPicture(source, imageProcessorFromJson(preprocessor));
  return { pixel_values: ndArray('float32', [1, ...shape], data) };
};

async function valuesOf(at: string, preprocessor: object, want: string): Promise<number[]> {
  const { model, parameters } = await openModel(at);
  const results = await runForward(model, parameters, pixelsOf(preprocessor), {
    want: [want],
    runtime: await nodeRuntime(),
  });
  return toNumbers(results[want] as NdArray);
}

const softmax = (logits: readonly number[]): number[] => {
  const powers = logits.map(Math.exp);
  return powers.map((one) => one / powers.reduce((a, b) => a + b, 0));
};

const close = (got: readonly number[], expected: readonly number[]): void => {
  expect(got).toHaveLength(expected.length);
  got.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 5);
  });
};

test('a DINOv2 reads what its BitImageProcessor makes, at the size that this makes', async () => {
  const at = modelWith('Dinov2ForImageClassification', bit);
  const expected = softmax(await valuesOf(at, bit, 'logits'));
  const classify = await pipeline('image-classification', at);
  const labels = await classify(source, { top_k: null });
  await classify.dispose();
  await expect(classify(source)).rejects.toThrow('this one is released');
  close(
    labels.toSorted((a, b) => a.label.localeCompare(b.label)).map(({ score }) => score),
    expected,
  );
  const file = join(dir, 'a.png');
  writeFileSync(file, await pngOf(source));
  const predict = await openAnswerer(at, { ...options, runtime: await nodeRuntime() });
  expect([...(await predict.answer([file]))]).toMatchObject([{ label: labels[0]?.label }]);
  await predict.release();
  const features = await pipeline('image-feature-extraction', modelWith('Dinov2Model', bit));
  const states = await features(source);
  await features.dispose();
  close(Array.from(states.data, Number), await valuesOf(join(dir, 'Dinov2Model'), bit, 'last_hidden_state'));
});

const options = { session: {}, folders: [], versions: {}, note: () => undefined };

test('an export reads what its preprocessor makes; a model that cannot is told', async () => {
  const at = modelWith('Dinov2ForImageClassification', bit);
  const { notes } = await exportFolder(await openModel(at), join(dir, 'onnx'), {
    format: 'onnx',
    precisions: ['fp32'],
  });
  expect(notes).toEqual([]);
  const session = await (await nodeRuntime()).createSession(readFileSync(join(dir, 'onnx/onnx/model.onnx')));
  const { logits } = await session.run(pixelsOf(bit));
  await session.release();
  close(toNumbers(logits as NdArray), await valuesOf(at, bit, 'logits'));
  const vit = await openModel(modelWith('ViTForImageClassification', bit));
  const told = await exportFolder(vit, join(dir, 'vit-onnx'), { format: 'onnx', precisions: ['fp32'] });
  const [, , height, width] = vit.model.inputs.pixel_values?.shape ?? [];
  expect(told.notes).toEqual([
    `preprocessor_config.json makes pictures of 16×20, ViTForImageClassification reads ${height}×${width} alone`,
  ]);
});

test.each([
  ['image-classification', 'ViTForImageClassification'],
  ['image-classification', 'DeiTForImageClassification'],
  ['image-feature-extraction', 'ViTModel'],
] as const)('%s of a %s, whose positions do not follow, is refused with both sizes', async (task, name) => {
  const at = modelWith(name, bit);
  const run = await pipeline(task, at);
  const { shape = [] } = (await openModel(at)).model.inputs.pixel_values ?? {};
  const refused = expect(run(source)).rejects;
  await refused.toThrow(
    `expected pixel_values [${shape.join(', ')}] as config.json says, got [batch, 3, 16, 20] by preprocessor_config.json (${name})`,
  );
  await expect(run(source)).rejects.toThrow(DataError);
  await run.dispose();
});
