// Trains the tiny ViT of test/fixtures/explain/shapes-vit on synthetic pictures whose object is known: what explanations are judged on.
// node --import tsx scripts/train-shapes-vit.ts [steps]      some minutes on two cores
import { join } from 'node:path';
import { float32, int64 } from '../src/array/index.ts';
import { saveCheckpoint } from '../src/checkpoints/index.node.ts';
import { batchSchedule, SHAPES, type ShapePictures, shapePictures } from '../src/data/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import type { Tensor } from '../src/graph/index.ts';
import { modelFor, parameterSpecs, toFileNames } from '../src/models/index.ts';
import { initializeParameters } from '../src/nn/index.ts';
import { runForward } from '../src/tasks/index.ts';
import { adamW, schedules, TrainStep } from '../src/train/index.ts';

const steps = Number(process.argv[2] ?? 1000);
const BATCH = 64;
const config = {
  architectures: ['ViTForImageClassification'],
  model_type: 'vit',
  hidden_size: 32,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  intermediate_size: 64,
  image_size: 32,
  patch_size: 4,
  num_channels: 3,
  initializer_range: 0.1,
  id2label: Object.fromEntries(SHAPES.map((name, i) => [i, name])),
  label2id: Object.fromEntries(SHAPES.map((name, i) => [name, i])),
};
/** As the processor below makes them: mean and deviation 0.5. */
const read = ({ pixels, labels }: ShapePictures) => ({
  pixel_values: float32(
    pixels.shape,
    pixels.data.map((value) => (value - 0.5) / 0.5),
  ),
  labels: int64([labels.length], labels),
});
const model = modelFor(config);
const runtime = await nodeRuntime();
const schedule = schedules.cosine({ steps, warmup: 100 });
const step = await TrainStep.create(
  {
    inputs: model.inputs,
    loss: (module, inputs) => model.forward(module, inputs).values.loss as Tensor,
  },
  initializeParameters(parameterSpecs(model), 0),
  {
    runtime,
    session: { threads: 2 },
    optimizer: adamW(),
    groups: { weightDecay: 0.05 },
    learningRate: (at) => 2e-3 * schedule(at),
    clipNorm: 1,
    seed: 0,
  },
);
const pictures = shapePictures(8192, { seed: 2 });
const held = shapePictures(500, { seed: 1 });
const batchAt = batchSchedule(
  pictures.labels.map(() => 1),
  BATCH,
  0,
);
/** Some of the pictures, every second one mirrored: a shape stays what it is. */
const some = (chosen: readonly number[]): ShapePictures => {
  const size = 3 * 32 * 32;
  const data = new Float32Array(chosen.length * size);
  chosen.forEach((i, row) => {
    const from = pictures.pixels.data.subarray(i * size, (i + 1) * size);
    for (let at = 0; at < size; at++)
      data[row * size + at] = from[row % 2 ? at - (at % 32) + 31 - (at % 32) : at] as number;
  });
  return {
    pixels: float32([chosen.length, 3, 32, 32], data),
    labels: chosen.map((i) => pictures.labels[i] as number),
    masks: [],
  };
};
const accuracy = async (): Promise<number> => {
  const { pixel_values } = read(held);
  const { logits } = await runForward(model, step.parameters, { pixel_values }, { want: ['logits'], runtime });
  const scores = logits?.data as Float32Array;
  const width = SHAPES.length;
  const best = held.labels.map((_, i) => {
    const row = Array.from(scores.subarray(i * width, (i + 1) * width));
    return row.indexOf(Math.max(...row));
  });
  return best.filter((label, i) => label === held.labels[i]).length / held.labels.length;
};
const began = performance.now();
for (let at = 1; at <= steps; at++) {
  const { loss } = await step.run([read(some(batchAt(at)))], at);
  if (at % 100 === 0)
    console.log(
      at,
      loss.toFixed(4),
      (await accuracy()).toFixed(3),
      `${((performance.now() - began) / 1000).toFixed(0)} s`,
    );
}
await saveCheckpoint(join(import.meta.dirname, '..', 'test', 'fixtures', 'explain', 'shapes-vit'), {
  config,
  arrays: toFileNames(model, step.parameters),
  dtype: 'float16',
  files: {
    'preprocessor_config.json': `${JSON.stringify({
      image_processor_type: 'ViTImageProcessor',
      do_resize: true,
      size: { height: 32, width: 32 },
      resample: 2,
      do_rescale: true,
      rescale_factor: 1 / 255,
      do_normalize: true,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
    })}\n`,
  },
});
