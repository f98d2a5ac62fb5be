// How long does preprocessing take, against Pillow + numpy? A picture of 1000 × 750 → 224 × 224 → patches, from pixels and from a JPEG; ten
// seconds of sound → filter banks against the vectorised numpy recipe (the faster of its two precisions). Both take turns; ratios within a
// round, medians with spread. npx tsx bench/preprocess.ts [rounds]; PYTHON=path/to/python with pillow and numpy.
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { loadPicture } from '../src/tokens/index.node.ts';
import {
  cutPatches,
  imageProcessorFromJson,
  kaldiFilterBank,
  picture,
  processPicture,
  vectorsOf,
} from '../src/tokens/index.ts';

const rounds = Number(process.argv[2] ?? 5);
const REPEATS = 30;
const data = Uint8Array.from({ length: 1000 * 750 * 3 }, (_, i) => (i * 7 + Math.floor(i / 1000) * 13) & 255);
const source = picture(750, 1000, 3, data);
const jpeg = await sharp(data, { raw: { width: 1000, height: 750, channels: 3 } })
  .jpeg({ quality: 90 })
  .toBuffer();
const processor = imageProcessorFromJson({ image_processor_type: 'ViTImageProcessor' });
const samples = Float32Array.from({ length: 160000 }, (_, i) => ((i * 37) % 1001) / 1001 - 0.5);
const patches = (from: typeof source): Float32Array =>
  vectorsOf(cutPatches(processPicture(from, processor), { patch: [16, 16] }).values).data;
const check = [patches(source)[100 * 768 + 500], kaldiFilterBank(samples).features.data[500 * 128 + 64]] as number[];

const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number;

async function timed(run: () => unknown): Promise<number> {
  for (let i = 0; i < 10; i++) await run(); // the first runs are the compiler's
  const times: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return middle(times);
}

const questions = {
  pixels: () => patches(source),
  jpeg: async () => patches(await loadPicture(jpeg)),
  sound: () => kaldiFilterBank(samples),
};
type Question = keyof typeof questions;
const ratios: Record<Question, number[]> = { pixels: [], jpeg: [], sound: [] };
const ours: Record<Question, number[]> = { pixels: [], jpeg: [], sound: [] };
for (let round = 0; round < rounds; round++) {
  const reference = spawnSync(
    process.env.PYTHON ?? 'python3',
    [join(import.meta.dirname, 'preprocess_reference.py'), String(REPEATS)],
    {
      input: jpeg,
      encoding: 'utf8',
    },
  );
  const theirs =
    reference.status === 0
      ? (JSON.parse(reference.stdout) as Record<Question, number> & { check: number[] })
      : undefined;
  if (theirs && !theirs.check.every((value, i) => Math.abs(value - (check[i] as number)) < 2e-3)) {
    throw new Error(`expected equal numbers, got ${check} and ${theirs.check}`);
  }
  for (const [name, run] of Object.entries(questions) as [Question, () => unknown][]) {
    const time = await timed(run);
    ours[name].push(time);
    if (theirs) ratios[name].push(theirs[name] / time);
  }
}
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, ${rounds} rounds of ${REPEATS}`);
for (const name of Object.keys(questions) as Question[]) {
  const list = ratios[name];
  const speed =
    list.length === 0
      ? 'not compared (no Pillow found)'
      : `${middle(list).toFixed(2)} × the speed of Pillow and numpy (${Math.min(...list).toFixed(2)} to ${Math.max(...list).toFixed(2)})`;
  console.log(`${name}: ${middle(ours[name]).toFixed(1)} ms; ${speed}`);
}
