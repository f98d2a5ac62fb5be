// Pictures against Pillow and transformers (exact), patches against a convolution written out, files through sharp.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { float32, type NdArray, Random } from '../../array/index.ts';
import { vectorsOf } from '../units.ts';
import { loadAnimation, loadPicture } from './load.node.ts';
import { cutPatches, padPixels } from './patches.ts';
import { centerCrop, greyOf, type Picture, picture, rgbOf } from './picture.ts';
import {
  imageProcessorFromJson,
  imageProcessorToJson,
  pictureFromArray,
  plainProcessor,
  processPicture,
  targetSize,
} from './processor.ts';
import { kernels, type ResizeFilter, resizePicture, resizePlainly, weightsOf } from './resize.ts';
import { resizeBytes } from './resize-kernel.ts';

type Size = [number, number, number];
interface Golden {
  readonly resized: readonly { source: Size; target: [number, number]; filter: ResizeFilter; sha256: string }[];
  readonly grey: { source: Size; sha256: string };
  readonly processed: readonly {
    name: string;
    config: unknown;
    source: Size;
    shape: number[];
    sha256: string;
    first: number[];
  }[];
}
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../test/fixtures/senses/images.json'), 'utf8'),
) as Golden;

/** The picture of scripts/golden-images.py. */
function noise(height: number, width: number, channels: number): Picture {
  const data = new Uint8Array(height * width * channels);
  let state = 12345;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(1103515245, state) + 12345) & 0x7fffffff;
    const row = Math.floor(i / (width * channels));
    data[i] = row % 8 < 4 ? (state >> 16) & 255 : (i * 3 + row * 5) & 255;
  }
  return picture(height, width, channels, data);
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const floatDigest = (array: NdArray<'float32'>): string =>
  digest(new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength));

function randomPixels(channels: number, height: number, width: number): NdArray<'float32'> {
  const random = new Random({ seed: 4 });
  return float32(
    [channels, height, width],
    Float32Array.from({ length: channels * height * width }, () => random.normal()),
  );
}

test.each(golden.resized)('resize $source → $target, $filter, as Pillow', ({ source, target, filter, sha256 }) => {
  expect(digest(resizePicture(noise(...source), ...target, filter).data)).toBe(sha256);
});

test('the SIMD passes are the plain loops, byte for byte', () => {
  const random = new Random({ seed: 11 });
  const filters = ['box', 'bilinear', 'hamming', 'bicubic', 'lanczos'] as const;
  for (let i = 0; i < 150; i++) {
    const size = (): number => 1 + random.integer(i % 10 === 0 ? 300 : 50);
    const channels = [1, 3, 4][random.integer(3)] as number;
    const source = noise(size(), size(), channels);
    const kernel = kernels[filters[random.integer(5)] as (typeof filters)[number]];
    const across = random.integer(4) === 0 ? undefined : weightsOf(kernel, source.width, size());
    const down = across && random.integer(4) === 0 ? undefined : weightsOf(kernel, source.height, size());
    const { data, width } = source;
    const fast = resizeBytes({ data, width, channels, ...(across ? { across } : {}), ...(down ? { down } : {}) });
    expect(Buffer.compare(fast, resizePlainly(source, across, down)), `${i}`).toBe(0);
  }
});

test('grey as Pillow', () => {
  expect(digest(greyOf(noise(...golden.grey.source)).data)).toBe(golden.grey.sha256);
});

test.each(golden.processed)('$name as transformers', ({ config, source, shape, sha256, first }) => {
  const values = processPicture(noise(...source), imageProcessorFromJson(config));
  expect(values.shape).toEqual(shape);
  expect(Array.from(values.data.slice(0, 4))).toEqual(first);
  expect(floatDigest(values)).toBe(sha256);
});

test('processors: version 5 nesting, wrong files', () => {
  const nested = imageProcessorFromJson({
    processor_class: 'CLIPProcessor',
    image_processor: { image_processor_type: 'CLIPImageProcessorFast' },
  });
  expect(nested.resize).toEqual({ size: { shortestEdge: 224 }, filter: 'bicubic' });
  expect(targetSize({ height: 100, width: 333 }, { shortestEdge: 50, longestEdge: 120 })).toEqual([36, 120]);
  expect(() => imageProcessorFromJson({ image_processor_type: 'DonutImageProcessor' })).toThrow(
    /ViT, DeiT, CLIP, Bit or BLIP/,
  );
  expect(() => imageProcessorFromJson({ resample: 9 })).toThrow(/resample 0 to 5, got 9/);
  expect(() => imageProcessorFromJson({ size: { height: 0, width: 2 } })).toThrow(/size.height above 0, got 0/);
  expect(() => imageProcessorFromJson({ image_mean: [1, 2] })).toThrow(/image_mean as 3 numbers/);
  expect(() => imageProcessorFromJson([])).toThrow(/an object/);
});

test('patches: a linear layer over them is the strided convolution, and back is exact', () => {
  for (const [channels, height, width, patch, stride] of [
    [3, 12, 20, [4, 5], [4, 5]],
    [1, 13, 11, [4, 3], [3, 2]],
  ] as [number, number, number, [number, number], [number, number]][]) {
    const pixels = randomPixels(channels, height, width);
    const units = cutPatches(pixels, { patch, stride });
    const size = channels * patch[0] * patch[1];
    const weight = Float64Array.from({ length: 2 * size }, (_, i) => Math.sin(i));
    const { vectors } = { vectors: vectorsOf(units.values) };
    for (const [n, box] of units.places.entries()) {
      for (let d = 0; d < 2; d++) {
        let [linear, convolution] = [0, 0];
        for (let i = 0; i < size; i++)
          linear += (weight[d * size + i] as number) * (vectors.data[n * size + i] as number);
        for (let c = 0; c < channels; c++)
          for (let y = 0; y < patch[0]; y++)
            for (let x = 0; x < patch[1]; x++) {
              const w = weight[((d * channels + c) * patch[0] + y) * patch[1] + x] as number;
              convolution += w * (pixels.data[(c * height + box.top + y) * width + box.left + x] as number);
            }
        expect(linear).toBeCloseTo(convolution, 10);
      }
    }
    expect(units.restore()).toEqual(pixels);
  }
});

test('patches: places, positions, and what does not fit', () => {
  const units = cutPatches(randomPixels(3, 4, 6), { patch: [2, 2] });
  expect(units.places[4]).toEqual({ kind: 'box', top: 2, left: 2, height: 2, width: 2 });
  expect(Array.from(units.positions.data.slice(8, 10), Number)).toEqual([1, 1]);
  expect(() => cutPatches(randomPixels(3, 230, 224), { patch: [16, 16] })).toThrow(
    /a height that is a multiple of 16, got 230\nPad it to 240 .* crop it to 224/,
  );
  expect(() => cutPatches(randomPixels(1, 8, 9), { patch: [4, 4], stride: [2, 2] })).toThrow(
    /4 plus a multiple of 2, got 9/,
  );
  expect(cutPatches(padPixels(randomPixels(1, 5, 7), [4, 4]), { patch: [4, 4] }).places.length).toBe(4);
  expect(() => cutPatches(randomPixels(1, 7, 7), { patch: [3, 3], stride: [4, 4] }).restore()).toThrow(
    /none over row 0, column 3/,
  );
  expect(() => cutPatches(randomPixels(1, 4, 4), { patch: [0, 4] })).toThrow(/above 0/);
});

test('bytes come back from normalised numbers', () => {
  const processor = imageProcessorFromJson({
    image_processor_type: 'BlipImageProcessor',
    size: { height: 24, width: 24 },
  });
  const source = noise(24, 24, 3);
  expect(pictureFromArray(processPicture(source, processor), processor)).toEqual(source);
  expect(centerCrop(noise(5, 5, 1), 2, 2).data).toEqual(
    noise(5, 5, 1).data.filter((_, i) => [6, 7, 11, 12].includes(i)),
  );
});

test('files: formats, alpha, 16 bit, CMYK, rotation', async () => {
  const source = noise(6, 10, 3);
  const raw = sharp(source.data, { raw: { height: 6, width: 10, channels: 3 } });
  expect(await loadPicture(await raw.clone().png().toBuffer())).toEqual(source);
  expect((await loadPicture(await raw.clone().webp({ lossless: true }).toBuffer())).data).toEqual(source.data);
  for (const bytes of [
    await raw.clone().jpeg().toBuffer(),
    await raw.clone().gif().toBuffer(),
    await raw.clone().avif().toBuffer(),
  ]) {
    expect(await loadPicture(bytes)).toMatchObject({ height: 6, width: 10, channels: 3 });
  }
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><rect width="4" height="3" fill="#f00"/></svg>';
  expect(Array.from((await loadPicture(new TextEncoder().encode(svg))).data.slice(0, 3))).toEqual([255, 0, 0]);
  const rotated = await loadPicture(await raw.clone().withMetadata({ orientation: 6 }).png().toBuffer());
  expect([rotated.height, rotated.width]).toEqual([10, 6]);
  expect(Array.from(rotated.data.slice(15, 18))).toEqual(Array.from(source.data.slice(0, 3)));
  const deep = await raw.clone().toColourspace('rgb16').png().toBuffer();
  expect((await sharp(deep).metadata()).depth).toBe('ushort');
  expect((await loadPicture(deep)).data).toEqual(source.data);
  const cmyk = await raw.clone().toColourspace('cmyk').jpeg().toBuffer();
  expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
  expect(await loadPicture(cmyk)).toMatchObject({ channels: 3 });
  const clear = sharp(noise(2, 2, 4).data, { raw: { height: 2, width: 2, channels: 4 } });
  const kept = await loadPicture(await clear.png().toBuffer(), { alpha: true });
  expect(kept).toEqual(noise(2, 2, 4));
  expect(rgbOf(picture(1, 1, 4, Uint8Array.of(200, 0, 0, 51)), [0, 0, 255]).data).toEqual(Uint8Array.of(40, 0, 204));
});

const bytesOf = (data: Buffer) => new Uint8Array(data);
test('colour profiles: that of sRGB changes nothing, others are converted', async () => {
  const source = noise(6, 10, 3);
  const raw = sharp(source.data, { raw: { height: 6, width: 10, channels: 3 } });
  const profiled = (name: string) => raw.clone().withIccProfile(name).png().toBuffer();
  const [srgb, p3] = [await profiled('srgb'), await profiled('p3')];
  expect((await sharp(srgb).metadata()).hasProfile).toBe(true);
  expect((await loadPicture(srgb)).data).toEqual(await sharp(srgb, { ignoreIcc: true }).raw().toBuffer().then(bytesOf));
  const away = (pixels: Uint8Array) =>
    Math.max(...source.data.map((value, i) => Math.abs(value - (pixels[i] as number))));
  expect(away((await loadPicture(p3)).data)).toBeLessThanOrEqual(2);
  expect(away(await sharp(p3, { ignoreIcc: true }).raw().toBuffer().then(bytesOf))).toBeGreaterThan(8);
});

test('animations: every frame with its time', async () => {
  const frames = [0, 80, 160].map((value) => new Uint8Array(4 * 4 * 3).fill(value));
  const bytes = await sharp(Buffer.concat(frames), { raw: { width: 4, height: 12, channels: 3, pageHeight: 4 } })
    .gif({ delay: [100, 50, 200] })
    .toBuffer();
  const { frames: found, seconds } = await loadAnimation(bytes);
  expect(found.map(({ data }) => data[0])).toEqual([0, 80, 160]);
  expect(seconds).toEqual([0.1, 0.05, 0.2]);
});

/** A PNG whose header claims any size, over any data: what a decompression bomb looks like from outside. */
function claimingPng(width: number, height: number, pixels = new Uint8Array(1000)): Uint8Array {
  const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c;
  });
  const chunk = (name: string, body: Uint8Array): Buffer => {
    const out = Buffer.alloc(body.length + 12);
    out.writeUInt32BE(body.length, 0);
    out.write(name, 4, 'latin1');
    out.set(body, 8);
    let crc = 0xffffffff;
    for (const byte of out.subarray(4, 8 + body.length)) crc = (crcTable[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
    out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, 8 + body.length);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const body = deflateSync(pixels);
  const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', body), chunk('IEND', new Uint8Array())]);
}

test('files: what claims too much, is cut short, or is none', async () => {
  await expect(loadPicture(claimingPng(100_000, 100_000))).rejects.toThrow(
    /at most 50000000 pixels, got 100000×100000/,
  );
  await expect(loadPicture(claimingPng(300, 300), { maxPixels: 1000 })).rejects.toThrow(
    /at most 1000 pixels, got 300×300/,
  );
  // A small picture whose data unpack to 256 MB: only what the picture needs is unpacked.
  const bomb = claimingPng(8, 8, new Uint8Array(2 ** 28));
  expect(bomb.length).toBeLessThan(2 ** 19);
  const before = process.memoryUsage().rss;
  const small = await loadPicture(bomb).catch((error: Error) => error);
  if (small instanceof Error) expect(small.message).toMatch(/expected a whole PNG/);
  else expect([small.height, small.width]).toEqual([8, 8]);
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 27);
  const whole = await sharp(noise(64, 64, 3).data, { raw: { height: 64, width: 64, channels: 3 } })
    .png()
    .toBuffer();
  await expect(loadPicture(whole.subarray(0, whole.length >> 1))).rejects.toThrow(/expected a whole PNG/);
  await expect(loadPicture(new TextEncoder().encode('hello'))).rejects.toThrow(/expected a whole PNG/);
  await expect(loadPicture(new Uint8Array())).rejects.toThrow(/empty file/);
  await expect(loadPicture('no/such/file.png')).rejects.toThrow(/ENOENT/);
  expect(() => picture(0, 3, 3, new Uint8Array())).toThrow(/at least one pixel/);
  expect(() => picture(1, 1, 2, new Uint8Array(2))).toThrow(/1, 3 or 4 channels/);
});

test('processors are written as they are read', () => {
  for (const { config } of golden.processed) {
    const processor = imageProcessorFromJson(config);
    expect(imageProcessorFromJson(JSON.parse(JSON.stringify(imageProcessorToJson(processor))))).toEqual(processor);
  }
  const grey = { ...plainProcessor(1), normalize: { mean: [0.13], deviation: [0.3] } };
  expect(imageProcessorFromJson(imageProcessorToJson(grey))).toEqual(grey);
});
