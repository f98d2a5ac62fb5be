// WAV files made here byte by byte: EXTENSIBLE headers, bits that a coding has not, sounds that are too long, and errors that name the file.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UnitsError } from '../units.ts';
import { loadSound } from './load.node.ts';
import { resampleSound } from './resample.ts';
import { sound } from './sound.ts';
import { readWav } from './wav.ts';

interface Header {
  readonly coding: number;
  readonly bits: number;
  readonly channels?: number;
  readonly rate?: number;
  /** Bytes of samples, where the header says something else than there are. */
  readonly claimed?: number;
}

const le = (bytes: number, value: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
/** The end of KSDATAFORMAT_SUBTYPE_…, whose first two bytes are the coding. */
const GUID = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

function wav(header: Header, samples: ArrayLike<number>, fmt: 'plain' | 'extensible' = 'plain'): Uint8Array {
  const { coding, bits, channels = 1, rate = 8000, claimed = samples.length } = header;
  const frame = (channels * bits) / 8;
  const told = [le(2, channels), le(4, rate), le(4, rate * frame), le(2, frame), le(2, bits)].flat();
  const extended = [...le(2, 0xfffe), ...told, ...le(2, 22), ...le(2, bits), ...le(4, 3), ...le(2, coding), ...GUID];
  const chunk = fmt === 'plain' ? [...le(2, coding), ...told] : extended;
  const start = [...ascii('WAVEfmt '), ...le(4, chunk.length), ...chunk, ...ascii('data'), ...le(4, claimed)];
  const bytes = new Uint8Array(8 + start.length + samples.length);
  bytes.set([...ascii('RIFF'), ...le(4, start.length + samples.length), ...start]);
  bytes.set(samples, 8 + start.length);
  return bytes;
}

const bytesOf = (floats: Float32Array | Float64Array): Uint8Array => new Uint8Array(floats.buffer);
const floats = Float32Array.of(0, 0.5, -0.25, 1.5, -0.001, 1e-9);

// the numbers: scipy.io.wavfile.read of the same bytes, and Python's audioop.ulaw2lin and alaw2lin divided by 2^15
test.each([
  ['floats of 32 bits', { coding: 3, bits: 32 }, bytesOf(floats), [...floats]],
  ['floats of 64 bits', { coding: 3, bits: 64 }, bytesOf(Float64Array.of(0.1, -2)), [Math.fround(0.1), -2]],
  ['µ-law', { coding: 7, bits: 8 }, [0x00, 0x80, 0xff, 0x10, 0xa5, 0x7e], [-32124, 32124, 0, -15996, 6652, -8]],
  ['A-law', { coding: 6, bits: 8 }, [0x2a, 0xaa, 0xd5, 0x55, 0x00, 0xc3], [-32256, 32256, 8, -8, -5504, 360]],
  ['whole numbers of 8 bits', { coding: 1, bits: 8 }, [0, 128, 255], [-1, 0, 127 / 128]],
  ['whole numbers of 16 bits', { coding: 1, bits: 16 }, [0, 0x40, 0xff, 0xff, 0, 0x80], [0.5, -1 / 32768, -1]],
  ['whole numbers of 24 bits', { coding: 1, bits: 24 }, [0, 0, 0x40, 1, 0, 0x80], [0.5, -8388607 / 8388608]],
  ['whole numbers of 32 bits', { coding: 1, bits: 32 }, [0, 0, 0, 0x40, 0, 0, 0, 0x80], [0.5, -1]],
] as const)('an EXTENSIBLE header: %s', async (_, header, samples, numbers) => {
  const scale = header.coding > 3 ? 2 ** 15 : 1;
  const expected = Float32Array.from(numbers, (value) => value / scale);
  // a Buffer, as readFile gives: its slice would be the same memory
  const bytes = Buffer.from(wav(header, samples, 'extensible'));
  const before = Uint8Array.from(bytes);
  expect(await readWav(bytes, 'a.wav')).toEqual({ rate: 8000, channels: [expected] });
  expect(Uint8Array.from(bytes)).toEqual(before);
  expect((await readWav(wav(header, samples), 'a.wav')).channels[0]).toEqual(expected);
});

test('an EXTENSIBLE header of two channels, and one that ends before its coding', async () => {
  const bytes = wav({ coding: 3, bits: 32, channels: 2 }, bytesOf(floats), 'extensible');
  expect((await readWav(bytes, 'a.wav')).channels).toEqual([
    Float32Array.of(0, -0.25, -0.001),
    Float32Array.of(0.5, 1.5, 1e-9),
  ]);
  const short = wav({ coding: 0xfffe, bits: 16 }, [0, 0]);
  await expect(readWav(short, 'short.wav')).rejects.toThrow(/got coding 0xfffe \(short\.wav\)/);
});

test('bits that a coding has not are refused: they would be read as something else', async () => {
  for (const [coding, bits, message] of [
    [3, 16, 'expected 32 or 64 bits a sample of float, got 16 (a.wav)'],
    [1, 64, 'expected 8, 16, 24 or 32 bits a sample of PCM, got 64 (a.wav)'],
    // of 16 bits, the upper ones: wavefile reads the lower ones
    [1, 12, 'expected 8, 16, 24 or 32 bits a sample of PCM, got 12 (a.wav)'],
    [1, 4, 'expected 8, 16, 24 or 32 bits a sample of PCM, got 4 (a.wav)'],
    [1, 0, 'expected 8, 16, 24 or 32 bits a sample of PCM, got 0 (a.wav)'],
    [17, 4, 'expected PCM, float, A-law or µ-law samples, got coding 0x0011 (a.wav)'],
  ] as const) {
    const error = await readWav(wav({ coding, bits }, new Uint8Array(16)), 'a.wav').catch((one: unknown) => one);
    expect(error).toBeInstanceOf(UnitsError);
    expect((error as Error).message).toContain(message);
  }
  // what a header of µ-law says of its bits does not matter
  const law = await readWav(wav({ coding: 7, bits: 16 }, [0x00, 0x80]), 'u.wav');
  expect(law.channels[0]).toEqual(Float32Array.of(-32124 / 32768, 32124 / 32768));
});

test('a WAV file that is longer than maxSeconds is refused as containers are', async () => {
  const slow = (seconds: number, claimed?: number): Uint8Array =>
    wav(
      { coding: 1, bits: 8, rate: 100, ...(claimed === undefined ? {} : { claimed }) },
      new Uint8Array(seconds * 100),
    );
  const path = join(mkdtempSync(join(tmpdir(), 'tesserae-wav-')), 'long.wav');
  writeFileSync(path, slow(4000));
  const error = await loadSound(path).catch((one: unknown) => one);
  expect(error).toBeInstanceOf(UnitsError);
  expect((error as Error).message).toBe(`loadSound: expected at most 3600 s, got more (${path}); raise maxSeconds`);
  expect((await loadSound(path, { maxSeconds: 4000 })).channels[0]?.length).toBe(400_000);
  expect((await loadSound(slow(3600))).channels[0]?.length).toBe(360_000);
  // written as a stream: the length is that of what is there
  await expect(loadSound(slow(3601, 0xffffffff))).rejects.toThrow(/at most 3600 s, got more/);
  expect((await loadSound(slow(3600, 0xffffffff))).channels[0]?.length).toBe(360_000);
  // 100 frames a second of two channels of 3 bytes: 600 bytes are one second
  for (const fmt of ['plain', 'extensible'] as const) {
    const stereo = (bytes: number): Uint8Array =>
      wav({ coding: 1, bits: 24, channels: 2, rate: 100 }, new Uint8Array(bytes), fmt);
    expect((await loadSound(stereo(600), { maxSeconds: 1 })).channels[0]?.length).toBe(100);
    await expect(loadSound(stereo(606), { maxSeconds: 1 })).rejects.toThrow(/at most 1 s, got more/);
  }
  // without a limit of its own the reader takes everything
  expect((await readWav(slow(4000), 'a.wav')).channels[0]?.length).toBe(400_000);
});

test('rates more than 256 times apart are refused, and the file is named', async () => {
  for (const [from, to] of [
    [62, 16000],
    [16000, 62],
    [1, 257],
    [192_000, 749],
    // taken for 62
    [62.5, 16000],
  ] as const) {
    const error = await resampleSound(sound(from, new Float32Array(1000)), to).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(UnitsError);
    const message = `resampleSound: expected rates at most 256 times apart, got ${from} to ${to}`;
    expect((error as Error).message).toBe(message);
  }
  const bytes = wav({ coding: 1, bits: 16, rate: 50 }, new Uint8Array(200));
  await expect(loadSound(bytes, { rate: 16000 })).rejects.toThrow(
    'resampleSound: expected rates at most 256 times apart, got 50 to 16000 (244 bytes)',
  );
  // 256 times is right: away from both ends a constant stays what it is
  for (const [from, to] of [
    [100, 25_600],
    [192_000, 750],
  ] as const) {
    const [found] = (await resampleSound(sound(from, new Float32Array(2 * from).fill(0.5)), to)).channels;
    expect(found?.length).toBe(2 * to);
    for (const value of found?.subarray(0.75 * to, 1.25 * to) ?? []) expect(value).toBeCloseTo(0.5, 4);
  }
});

test('samples that are NaN or infinite are told with the file', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tesserae-nan-'));
  for (const [name, value] of [
    ['nan.wav', Number.NaN],
    ['infinite.wav', Number.NEGATIVE_INFINITY],
  ] as const) {
    const path = join(dir, name);
    writeFileSync(path, wav({ coding: 3, bits: 32 }, bytesOf(Float32Array.of(0, 0, value))));
    await expect(loadSound(path)).rejects.toThrow(
      `inspectSound: expected finite samples, got ${value} (sample 2 of channel 0, 0.000 s) (${path})`,
    );
  }
});
