// From the bytes of a JPEG to its label, beside its parts turn by turn: what decoding and resizing take of the whole.
// `npx tsx bench/picture-pipeline.ts [THREADS] [ROUNDS] [tiny|base]`; the aim is a share of at most 15 % with a ViT of base size.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { float32, type NamedArrays, Random } from '../src/array/index.ts';
import { saveCheckpoint } from '../src/checkpoints/index.node.ts';
import { stackArrays } from '../src/data/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { type Model, modelFor, parameterSpecs, toFileNames } from '../src/models/index.ts';
import { openModel, pipeline } from '../src/tasks/index.node.ts';
import { ModelRunner } from '../src/tasks/index.ts';
import { loadPicture } from '../src/tokens/index.node.ts';
import { imageProcessorFromJson, processPicture } from '../src/tokens/index.ts';
import { median, type Row, spread, table } from './table.ts';

const SIZE = 224;
const preprocessor = {
  ...{ image_processor_type: 'ViTImageProcessor', do_resize: true, do_rescale: true, do_normalize: true, resample: 2 },
  ...{ size: { height: SIZE, width: SIZE }, rescale_factor: 1 / 255 },
  ...{ image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] },
};

/** Sizes of ViT-tiny and ViT-base with patches of 16 pixels. */
const models = {
  tiny: { hidden_size: 192, num_hidden_layers: 12, num_attention_heads: 3, intermediate_size: 768 },
  base: { hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072 },
} as const;

/** A photograph's size and roughness: smooth shapes with noise on them. */
async function photograph(width: number, height: number): Promise<Uint8Array> {
  const random = new Random({ seed: 1, site: 'photograph' });
  const pixels = Buffer.alloc(width * height * 3);
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    pixels[i] = 128 + 80 * Math.sin(x / 40 + (i % 3)) * Math.cos(y / 60) + random.integer(32);
  }
  return new Uint8Array(
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 90 })
      .toBuffer(),
  );
}

/** Small numbers, made quickly: times do not depend on them. */
function weightsOf(model: Model): NamedArrays {
  return Object.fromEntries(
    [...parameterSpecs(model)].map(([name, { shape }]) => {
      const data = new Float32Array(shape.reduce((size, length) => size * length, 1));
      for (let i = 0; i < data.length; i++) data[i] = 4e-5 * (((i * 7919) % 1009) - 504);
      return [name, float32(shape, data)];
    }),
  );
}

/** Times in ms of the whole, of decoding and resizing, of the bare session, turn by turn. */
async function picturePipeline(size: keyof typeof models, threads: number, rounds: number): Promise<Row> {
  const dir = mkdtempSync(join(tmpdir(), 'tesserae-bench-'));
  const model = modelFor({
    ...{ model_type: 'vit', architectures: ['ViTForImageClassification'], image_size: SIZE, patch_size: 16 },
    ...{ num_channels: 3, hidden_act: 'gelu', layer_norm_eps: 1e-12, num_labels: 1000, ...models[size] },
  });
  await saveCheckpoint(dir, {
    config: model.config,
    arrays: toFileNames(model, weightsOf(model)),
    files: { 'preprocessor_config.json': JSON.stringify(preprocessor) },
  });
  const runtime = await nodeRuntime();
  const session = { threads };
  const classify = await pipeline('image-classification', dir, { runtime, session });
  const { parameters } = await openModel(dir);
  const runner = await ModelRunner.create(model, { runtime, session, inputs: ['pixel_values'], want: ['logits'] });
  const bytes = await photograph(640, 480);
  const processor = imageProcessorFromJson(preprocessor);
  const read = async () => stackArrays([processPicture(await loadPicture(bytes), processor)]);
  const [whole, reading, bare]: [number[], number[], number[]] = [[], [], []];
  for (let round = -Math.ceil(rounds / 5); round < rounds; round++) {
    const start = performance.now();
    await classify(bytes);
    const second = performance.now();
    const pixel_values = await read();
    const third = performance.now();
    await runner.run(parameters, { pixel_values });
    if (round < 0) continue;
    whole.push(second - start);
    reading.push(third - second);
    bare.push(performance.now() - third);
  }
  await Promise.all([classify.dispose(), runner.release()]);
  rmSync(dir, { recursive: true, force: true });
  return {
    case: `JPEG 640×480 to label, ViT-${size}`,
    'pipeline ms': spread(whole),
    'decode + resize ms': spread(reading),
    'session ms': spread(bare),
    'share of preprocessing': `${((100 * median(reading)) / median(whole)).toFixed(1)} %`,
  };
}

const [threads = 2, rounds = 30] = process.argv.slice(2, 4).map(Number);
const sizes = process.argv[4]
  ? [process.argv[4] as keyof typeof models]
  : (Object.keys(models) as (keyof typeof models)[]);
const rows: Row[] = [];
for (const size of sizes) rows.push(await picturePipeline(size, threads, rounds));
console.log(`${threads} threads, ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}`);
console.log(table(rows));
process.exit(0);
