// How long do 1,000 photographs take from JPEG files to 224 × 224 pixels, all cores used, against Pillow? Pictures are 640 × 480 pieces of the
// two photographs of the set `photos`, no two alike. Ours: the main thread alone (libvips decodes on its pool, resizing on the thread), and
// the batch pool with a thread a core. Theirs: Pillow on a pool of threads and on one of processes; the faster counts. All take turns.
// npx tsx bench/read-photos.ts [rounds] [pictures]; TESSERAE_DATA with photos; PYTHON=path/to/python with pillow.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { Random } from '../src/array/index.ts';
import { batchPool, dataFolders, requireDataset } from '../src/data/index.node.ts';
import { BATCH, resizedPhotos } from './read-photos-batches.ts';
import { median, spread, table } from './table.ts';

const rounds = Number(process.argv[2] ?? 5);
const count = Number(process.argv[3] ?? 1000);
const photos = await requireDataset('photos', dataFolders(process.env));
const folder = mkdtempSync(join(tmpdir(), 'tesserae-photos-'));
const random = new Random({ seed: 1 });
for (let i = 0; i < count; i++) {
  const piece = { left: random.integer(200), top: random.integer(120), width: 440, height: 307 };
  const photo = sharp(join(photos, ['china.jpg', 'flower.jpg'][i % 2] as string)).extract(piece);
  const jpeg = await photo.resize(640, 480, { fit: 'fill' }).jpeg({ quality: 90 }).toBuffer();
  writeFileSync(join(folder, `${String(i).padStart(5, '0')}.jpg`), jpeg);
}
const names = readdirSync(folder).sort();
const cores = availableParallelism();
const steps = Math.ceil(names.length / BATCH);

/** A number that stands for all pixels: decoders may differ by a little, never by much. */
let check = 0;

async function alone(): Promise<void> {
  const batchesAt = await resizedPhotos({ folder, names });
  let sum = 0;
  for (let step = 1; step <= steps; step++)
    for (const { pixels } of await batchesAt(step)) sum += meanOf(pixels?.data as Uint8Array);
  check = sum / steps;
}

function meanOf(pixels: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 97) sum += pixels[i] as number;
  return sum / Math.ceil(pixels.length / 97);
}

const module = new URL('./read-photos-batches.ts', import.meta.url).href;
const pool = batchPool(
  { module, name: 'resizedPhotos', options: { folder, names } },
  { threads: cores, ahead: 2 * cores, last: steps },
);
async function pooled(): Promise<void> {
  for (let step = 1; step <= steps; step++) await pool.batchesAt(step);
}

const ours = { 'main thread': alone, [`pool of ${cores}`]: pooled };
const times: Record<string, number[]> = {};
const ratios: Record<string, number[]> = {};
try {
  await pool.batchesAt(1);
  for (let round = 0; round < rounds; round++) {
    const { status, stdout, stderr } = spawnSync(
      process.env.PYTHON ?? 'python3',
      [join(import.meta.dirname, 'read_photos.py'), folder, String(cores)],
      { encoding: 'utf8' },
    );
    const theirs = status === 0 ? (JSON.parse(stdout) as { seconds: number; mean: number; kind: string }) : undefined;
    if (!theirs && round === 0) console.error(`not compared: ${stderr.trim().split('\n').at(-1)}`);
    for (const [name, run] of Object.entries(ours)) {
      const start = performance.now();
      await run();
      const seconds = (performance.now() - start) / 1000;
      (times[name] ??= []).push(seconds);
      if (theirs) (ratios[name] ??= []).push(theirs.seconds / seconds);
    }
    if (theirs) (times[`Pillow, ${theirs.kind}`] ??= []).push(theirs.seconds);
    if (theirs && Math.abs(theirs.mean - check) > 1)
      throw new Error(`expected like pixels, got means ${check} and ${theirs.mean}`);
  }
} finally {
  await pool.close();
  rmSync(folder, { recursive: true });
}
const digest = createHash('sha256').update(names.join()).digest('hex').slice(0, 8);
console.log(`${cpus()[0]?.model}, ${cores} cores, ${names.length} photographs (${digest}), ${rounds} rounds`);
console.log(
  table(
    Object.entries(times).map(([name, seconds]) => ({
      way: name,
      seconds: spread(seconds),
      'pictures/s': (names.length / median(seconds)).toFixed(0),
      'times Pillow': ratios[name] ? spread(ratios[name]) : '1',
    })),
  ),
);
