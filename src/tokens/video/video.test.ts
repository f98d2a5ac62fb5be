// Video: sparse tubes against torch's interpolated convolution, TubeViT's counts, files made here, and what is wrong with files.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { opusWebm } from '../../../test/coded-media.ts';
import { float32, type NdArray } from '../../array/index.ts';
import { pngChunk, pngFile } from '../image/animated-png.ts';
import { loadAnimation } from '../image/load.node.ts';
import { picture } from '../image/picture.ts';
import { plainProcessor } from '../image/processor.ts';
import { rotatePicture } from '../image/rotate.ts';
import { loadMediabunny } from '../media.node.ts';
import { vectorsOf } from '../units.ts';
import { type Clip, processClip, sampleFrames } from './clip.ts';
import { loadClip } from './load.node.ts';
import {
  cutTubes,
  framePatches,
  type TubeLayout,
  tubeCounts,
  tubelets,
  tubePositions,
  tubeVitLayout,
} from './tubes.ts';

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../test/fixtures/senses/video.json'), 'utf8'),
) as {
  tokens: number[][];
  positions: number[][];
  uniform: Record<string, number[]>;
};
const dir = mkdtempSync(join(tmpdir(), 'tesserae-video-'));

/** The numbers of scripts/golden-video.py. */
function numbers(start: number, shape: readonly number[]): NdArray<'float32'> {
  const size = shape.reduce((a, b) => a * b, 1);
  return float32(
    shape,
    Float32Array.from({ length: size }, (_, i) => Math.sin(start + 0.7 * i) + 0.3 * Math.cos((5 * i * i) % 97)),
  );
}

const sparse: TubeLayout = {
  kernel: [4, 4, 3],
  tubes: [
    { size: [4, 3, 3], stride: [4, 6, 6], offset: [0, 0, 0] },
    { size: [6, 2, 2], stride: [3, 6, 6], offset: [1, 2, 2] },
    { size: [2, 5, 6], stride: [4, 6, 6], offset: [0, 3, 3] },
    { size: [1, 4, 4], stride: [5, 4, 4], offset: [0, 0, 0] },
  ],
};

test('sparse tubes: one linear layer is TubeViT’s interpolated convolution', () => {
  const units = cutTubes(numbers(0, [2, 10, 16, 12]), sparse);
  const weight = numbers(100, [3, 2, 4, 4, 3]).data;
  const { data, shape } = vectorsOf(units.values);
  const length = shape[1] as number;
  expect(shape).toEqual([golden.tokens.length, 2 * 4 * 4 * 3]);
  for (const [n, row] of golden.tokens.entries()) {
    for (const [d, expected] of row.entries()) {
      let sum = 0;
      for (let i = 0; i < length; i++) sum += (data[n * length + i] as number) * (weight[d * length + i] as number);
      expect(sum).toBeCloseTo(expected, 4);
    }
  }
  const table = tubePositions(units, 24);
  for (const [i, row] of golden.positions.entries()) {
    row.forEach((value, d) => {
      expect(table.data[5 * i * 24 + d]).toBeCloseTo(value, 5);
    });
  }
  expect(() => units.restore()).toThrow(/several that share a kernel/);
  expect(() => tubePositions(units, 128)).toThrow(/12 divides, got 128/);
});

test('TubeViT’s counts', () => {
  expect(tubeCounts([32, 224, 224], tubeVitLayout)).toEqual([98, 147, 98, 196]);
  expect(tubeCounts([64, 224, 224], tubeVitLayout).reduce((a, b) => a + b)).toBe(1176);
  expect(tubeCounts([16, 112, 112], tubeVitLayout)[1]).toBe(0);
  const small = float32([1, 16, 112, 112], new Float32Array(16 * 112 * 112));
  expect(() => cutTubes(small, tubeVitLayout)).toThrow(
    /at least 20 frames for tubes of 16×4×4 every 6, got 16: not one fits/,
  );
});

test('tiling layouts: counts, boxes in time and space, and back', () => {
  const pixels = numbers(3, [3, 4, 6, 8]);
  const times = { times: [0, 0.1, 0.25, 0.3], end: 0.5 };
  for (const [layout, count] of [
    [framePatches(2), 4 * 12],
    [tubelets(2, 2), 2 * 12],
    [{ tubes: [{ size: [2, 3, 4], stride: [1, 3, 4], offset: [0, 0, 0] }] }, 3 * 4],
  ] as [TubeLayout, number][]) {
    const units = cutTubes(pixels, layout, times);
    expect(units.places.length).toBe(count);
    expect(units.restore()).toEqual(pixels);
  }
  const units = cutTubes(pixels, tubelets(2, 2), times);
  expect(units.places[13]).toEqual({
    kind: 'tube',
    start: 2,
    frames: 2,
    top: 0,
    left: 2,
    height: 2,
    width: 2,
    from: 0.25,
    to: 0.5,
  });
  expect(Array.from(units.positions.data.slice(39, 42), Number)).toEqual([3, 1, 3]);
  expect(() => cutTubes(pixels, tubelets(3, 2))).toThrow(/frames that 3 divides, got 4\nPad to 6/);
  expect(() => cutTubes(pixels, { tubes: [] })).toThrow(/at least one shape/);
  const gaps: TubeLayout = { tubes: [{ size: [1, 2, 2], stride: [2, 2, 2], offset: [0, 0, 0] }] };
  expect(() => cutTubes(pixels, gaps).restore()).toThrow(/none over frame 1, row 0, column 0/);
});

test('which frames: uniform as torch, every n-th, by rate with uneven times', () => {
  for (const [name, expected] of Object.entries(golden.uniform)) {
    const [count = 0, total = 0] = name.split(' of ').map(Number);
    const times = Array.from({ length: total }, (_, i) => i / 10);
    expect(sampleFrames(times, total / 10, { kind: 'uniform', count })).toEqual(expected);
  }
  const uneven = [0, 0.04, 0.5, 0.52, 0.9];
  expect(sampleFrames(uneven, 1, { kind: 'every', step: 2 })).toEqual([0, 2, 4]);
  expect(sampleFrames(uneven, 1, { kind: 'rate', perSecond: 4 })).toEqual([0, 1, 2, 3]);
  const even = Array.from({ length: 30 }, (_, i) => i / 30);
  expect(sampleFrames(even, 1, { kind: 'rate', perSecond: 10 })).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
  expect(() => sampleFrames([], 0, { kind: 'all' })).toThrow(/got none/);
  expect(() => sampleFrames([0], 1, { kind: 'every', step: 0 })).toThrow(/step above 0, got 0/);
});

test('quarter turns', () => {
  const source = picture(2, 3, 1, Uint8Array.of(1, 2, 3, 4, 5, 6));
  expect(Array.from(rotatePicture(source, 90).data)).toEqual([4, 1, 5, 2, 6, 3]);
  expect(rotatePicture(rotatePicture(source, 90), 270)).toEqual(source);
  expect(Array.from(rotatePicture(source, 180).data)).toEqual([6, 5, 4, 3, 2, 1]);
});

/** A grey frame as I420: brightness rises from frame to frame, and the left half is darker. */
function grey(index: number): Uint8Array {
  const data = new Uint8Array((64 * 48 * 3) / 2).fill(128);
  for (let i = 0; i < 64 * 48; i++) data[i] = 60 + index * 20 + (i % 64 < 32 ? 0 : 40);
  return data;
}

async function encode(format: 'mp4' | 'webm', times: readonly number[], rotation: 0 | 90): Promise<Uint8Array> {
  const media = await loadMediabunny();
  const target = new media.BufferTarget();
  const output = new media.Output({
    format: format === 'mp4' ? new media.Mp4OutputFormat() : new media.WebMOutputFormat(),
    target,
  });
  const source = new media.VideoSampleSource({ codec: format === 'mp4' ? 'avc' : 'vp9', bitrate: 1e6 });
  output.addVideoTrack(source, { rotation });
  await output.start();
  for (const [i, timestamp] of times.entries()) {
    const duration = (times[i + 1] ?? timestamp + 0.1) - timestamp;
    const sample = new media.VideoSample(grey(i), {
      format: 'I420',
      codedWidth: 64,
      codedHeight: 48,
      timestamp,
      duration,
    });
    await source.add(sample);
    sample.close();
  }
  await output.finalize();
  return new Uint8Array(target.buffer as ArrayBuffer);
}

function write(name: string, bytes: Uint8Array): string {
  writeFileSync(join(dir, name), bytes);
  return join(dir, name);
}

const brightness = ({ frames }: Clip): number[] =>
  frames.map(({ data }) => data.reduce((sum, value) => sum + value, 0) / data.length);

test('MP4 and WebM: every frame in order, uneven times, rotation', async () => {
  const times = [0, 0.1, 0.2, 0.5, 0.6, 0.7];
  for (const format of ['mp4', 'webm'] as const) {
    const clip = await loadClip(write(`a.${format}`, await encode(format, times, 0)));
    expect(clip.frames[0]).toMatchObject({ height: 48, width: 64, channels: 3 });
    expect(clip.times.map((time) => Math.round(time * 100) / 100)).toEqual(times);
    expect(Math.abs(clip.end - 0.8)).toBeLessThan(0.1);
    const light = brightness(clip);
    expect([...light].sort((a, b) => a - b)).toEqual(light);
    const picked = await loadClip(join(dir, `a.${format}`), { sampling: { kind: 'rate', perSecond: 5 } });
    expect(picked.times.slice(0, 4).map((time) => Math.round(time * 100) / 100)).toEqual([0, 0.2, 0.2, 0.6]);
  }
  const turned = await loadClip(write('turned.mp4', await encode('mp4', [0, 0.1], 90)), {
    sampling: { kind: 'uniform', count: 1 },
  });
  expect(turned.frames.length).toBe(1);
  const [frame] = turned.frames;
  expect([frame?.height, frame?.width]).toEqual([64, 48]);
  // the darker left half is on top after a quarter turn clockwise
  expect(frame?.data[0]).toBeLessThan((frame?.data.at(-1) as number) - 20);
  const pixels = processClip(turned, plainProcessor(3));
  expect(pixels.shape).toEqual([3, 1, 64, 48]);
});

test('animations and folders', async () => {
  const frames = [0, 80, 160].map((value) => new Uint8Array(4 * 4 * 3).fill(value));
  const raw = { raw: { width: 4, height: 12, channels: 3, pageHeight: 4 } } as const;
  for (const kind of ['gif', 'webp'] as const) {
    const image = sharp(Buffer.concat(frames), raw);
    const bytes = await (kind === 'gif'
      ? image.gif({ delay: [100, 50, 200] })
      : image.webp({ lossless: true, delay: [100, 50, 200] })
    ).toBuffer();
    const clip = await loadClip(write(`a.${kind}`, bytes));
    expect(brightness(clip)).toEqual([0, 80, 160]);
    expect(clip.times.map((time) => Math.round(1000 * time))).toEqual([0, 100, 150]);
    expect(clip.end).toBeCloseTo(0.35);
  }
  const folder = join(dir, 'frames');
  mkdirSync(folder);
  for (const [i, data] of frames.entries()) {
    writeFileSync(
      join(folder, `frame${i + 9}.png`),
      await sharp(data, { raw: { width: 4, height: 4, channels: 3 } })
        .png()
        .toBuffer(),
    );
  }
  const clip = await loadClip(folder, { folderRate: 2 });
  expect([brightness(clip), clip.times, clip.end]).toEqual([[0, 80, 160], [0, 0.5, 1], 1.5]);
  mkdirSync(join(dir, 'nothing'));
  await expect(loadClip(join(dir, 'nothing'))).rejects.toThrow(/pictures in the folder, got none/);
});

test('animated PNG: regions, blending, disposal, times', async () => {
  const png = async (value: number[], width: number, height: number): Promise<Buffer> =>
    sharp({
      create: {
        width,
        height,
        channels: 4,
        background: { r: value[0] as number, g: value[1] as number, b: value[2] as number, alpha: 1 },
      },
    })
      .png({ compressionLevel: 0 })
      .toBuffer();
  const body = (bytes: Buffer): Uint8Array => {
    const at = bytes.indexOf('IDAT');
    return new Uint8Array(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
  };
  const control = (
    sequence: number,
    box: readonly number[],
    parts: readonly number[],
    ops: readonly number[],
  ): Uint8Array => {
    const out = new DataView(new ArrayBuffer(26));
    [sequence, ...box].forEach((value, i) => {
      out.setUint32(4 * i, value);
    });
    parts.forEach((value, i) => {
      out.setUint16(20 + 2 * i, value);
    });
    ops.forEach((value, i) => {
      out.setUint8(24 + i, value);
    });
    return new Uint8Array(out.buffer);
  };
  const red = await png([255, 0, 0], 2, 2);
  const header = new Uint8Array(red.subarray(16, 29));
  const patch = body(await png([0, 0, 255], 1, 1));
  const numbered = (sequence: number, data: Uint8Array): Uint8Array => Uint8Array.of(0, 0, 0, sequence, ...data);
  const bytes = pngFile([
    pngChunk('IHDR', header),
    pngChunk('acTL', Uint8Array.of(0, 0, 0, 3, 0, 0, 0, 0)),
    pngChunk('fcTL', control(0, [2, 2, 0, 0], [1, 10], [0, 0])),
    pngChunk('IDAT', body(red)),
    pngChunk('fcTL', control(1, [1, 1, 1, 0], [2, 10], [2, 0])),
    pngChunk('fdAT', numbered(2, patch)),
    pngChunk('fcTL', control(3, [1, 1, 0, 1], [1, 4], [0, 1])),
    pngChunk('fdAT', numbered(4, patch)),
    pngChunk('IEND', new Uint8Array()),
  ]);
  // a Buffer's `slice` shares its memory, a Uint8Array's copies
  for (const given of [bytes, Buffer.from(bytes), write('moving.png', Buffer.from(bytes))]) {
    const { frames, seconds } = await loadAnimation(given);
    const blue = frames.map(({ data }) => [2, 5, 8, 11].map((i) => data[i]));
    expect(blue).toEqual([
      [0, 0, 0, 0],
      [0, 255, 0, 0],
      [0, 0, 255, 0],
    ]);
    expect(seconds).toEqual([0.1, 0.2, 0.25]);
  }
  await expect(loadAnimation(bytes.subarray(0, bytes.length - 30))).rejects.toThrow(/cut short|whole PNG/);
});

test('files that are no video, or only half of one', async () => {
  const whole = await encode(
    'mp4',
    Array.from({ length: 12 }, (_, i) => i / 10),
    0,
  );
  await expect(loadClip(write('half.mp4', whole.subarray(0, whole.length - 300)))).rejects.toThrow(
    /cut short|something else|no.* track/,
  );
  await expect(loadClip(write('no-frames.mp4', await encode('mp4', [], 0)))).rejects.toThrow(/a video track, got none/);
  await expect(loadClip(write('text.mp4', new TextEncoder().encode('hello world')))).rejects.toThrow(/something else/);
  await expect(loadClip(write('empty.mp4', new Uint8Array()))).rejects.toThrow(/empty file/);
  await expect(loadClip(join(dir, 'none.mp4'))).rejects.toThrow(/ENOENT/);
  const patched = (bytes: Uint8Array, from: string, to: string): Uint8Array =>
    Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1');
  await expect(loadClip(write('codec.mp4', patched(whole, 'avc1', 'zzz9')))).rejects.toThrow(
    /a codec that can be decoded here, got 'zzz9' \(.*codec\.mp4\)/,
  );
  const other = patched(await encode('webm', [0, 0.1], 0), 'V_VP9', 'V_XY7');
  await expect(loadClip(write('codec.webm', other))).rejects.toThrow(/got 'V_XY7' \(.*codec\.webm\)/);
  await expect(loadClip(write('big.mp4', whole), { maxPixels: 10_000 })).rejects.toThrow(
    /at most 10000 pixels, got 12 frames of 64×48/,
  );
  const sound = write('sound.webm', await opusWebm(new Float32Array(4800)));
  await expect(loadClip(sound)).rejects.toThrow(/a video track, got none/);
});
