// Sound: features against transformers, patches against AST's counts, files made here in every coding, and what is wrong with files.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import wavefile from 'wavefile';
import { opusWebm } from '../../../test/coded-media.ts';
import { float32, toNumbers } from '../../array/index.ts';
import { vectorsOf } from '../units.ts';
import { featureStatistics, kaldiFilterBank, kaldiPlainly, whisperLogMel } from './filter-bank.ts';
import { loadSound } from './load.node.ts';
import {
  audioSetProcessor,
  melsFirst,
  processSound,
  soundProcessorFromJson,
  soundProcessorToJson,
  whisperProcessor,
} from './processor.ts';
import { resampleSound } from './resample.ts';
import { inspectSound, monoOf, sound } from './sound.ts';
import { astLayout, cutSpectrogram, patchCounts } from './spectrogram-patches.ts';
import { powerSpectrum } from './spectrum.ts';
import { powerSpectraOfFour } from './spectrum-kernel.ts';
import { readWav } from './wav.ts';

interface Packed {
  readonly shape: number[];
  readonly data: string;
}
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../test/fixtures/senses/audio.json'), 'utf8'),
) as {
  plain: { shape: number[]; mean: number; rows: string };
  short: Packed;
  cut: Packed;
  whisper: Packed;
  large: { shape: number[]; mean: number; columns: string };
  rates: (Packed & { rate: number })[];
  configs: { ast: object; whisper: object };
};

const unpacked = (text: string): Float32Array => new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);

/** The signal of scripts/golden-audio.py. */
function signal(length: number): Float32Array {
  const x = new Float32Array(length);
  let s = 12345;
  for (let i = 0; i < length; i++) {
    s = (Math.imul(1103515245, s) + 12345) & 0x7fffffff;
    const triangle = Math.abs(((7 * i) % 160) - 80) / 80 - 0.5;
    x[i] = 0.5 * triangle + (s / 0x7fffffff - 0.5) * 0.1;
  }
  return x;
}

function withSilence(): Float32Array {
  return signal(9000).fill(0, 3000, 4500);
}

function farthest(found: Float32Array, expected: Float32Array): number {
  expect(found.length).toBe(expected.length);
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))), 0);
}

test.each([
  ['fft.js', powerSpectrum, [4, 8, 10, 16, 400, 512]],
  ['the kernel', powerSpectraOfFour, [4, 8, 16, 32, 512, 1024]],
] as const)('spectra by %s are the sum that defines them', (_, make, sizes) => {
  for (const size of sizes) {
    const spectrum = make(size);
    const { frames, input, power, run } = spectrum;
    for (const offset of [0, 7]) {
      const given = Float64Array.from(signal(size * frames + offset)).subarray(offset);
      for (let i = 0; i < given.length; i++) input[(i % size) * frames + Math.floor(i / size)] = given[i] as number;
      run();
      for (let frame = 0; frame < frames; frame++) {
        for (let k = 0; k <= size / 2; k++) {
          let [re, im] = [0, 0];
          given.subarray(frame * size, (frame + 1) * size).forEach((value, n) => {
            re += value * Math.cos((2 * Math.PI * k * n) / size);
            im -= value * Math.sin((2 * Math.PI * k * n) / size);
          });
          expect(power[k * frames + frame]).toBeCloseTo(re * re + im * im, 8);
        }
      }
    }
  }
});

test('filter banks by the kernel are those of the plain loops: any number of frames, silence, long sounds, other filters', () => {
  const long = new Float32Array(1100 * 160 + 401).map(
    (_, i) => Math.sin(i * i * 1e-7) * (i % 30000 < 20000 ? 0.8 : 1e-4),
  );
  const cases: [Float32Array, number, number][] = [
    ...[400, 560, 720, 899, 1200].map((length): [Float32Array, number, number] => [signal(length), 128, 16000]),
    [new Float32Array(2000), 128, 16000],
    [withSilence(), 40, 16000],
    [long, 48, 8000],
  ];
  for (const [samples, mels, rate] of cases) {
    const { data } = kaldiFilterBank(samples, mels, rate).features;
    expect(farthest(data, kaldiPlainly(samples, mels, rate))).toBeLessThan(2e-6);
  }
});

test.each(golden.rates)(
  'filter banks at $rate samples a second, as kaldi: frames of 25 ms every 10 ms',
  ({ rate, shape, data }) => {
    const { features, meaning } = kaldiFilterBank(signal(3000), shape[1], rate);
    expect(features.shape).toEqual(shape);
    expect(farthest(features.data, unpacked(data))).toBeLessThan(5e-3);
    expect([meaning.frame, meaning.hop]).toEqual([Math.floor(rate / 40), Math.floor(rate / 100)]);
  },
);

test('filter banks as AST: the numbers of the research note and of transformers', () => {
  const { features } = kaldiFilterBank(signal(16000));
  expect(features.shape).toEqual(golden.plain.shape);
  const close = (at: number, expected: number[]): void =>
    expect(farthest(features.data.subarray(at, at + expected.length), Float32Array.from(expected))).toBeLessThan(5e-3);
  close(0, [-9.35349, -11.87657, -8.43316, -15.94238, -9.28225, -12.26098]);
  close(97 * 128 + 120, [0.50845, 0.70387, 0.96906, 1.081, 1.68854, 1.32601]);
  const mean = features.data.reduce((sum, value) => sum + value, 0) / features.data.length;
  expect(mean).toBeCloseTo(-2.9134945, 4);
  const rows = [0, 40, 97].flatMap((t) => Array.from(features.data.subarray(t * 128, t * 128 + 128)));
  expect(farthest(Float32Array.from(rows), unpacked(golden.plain.rows))).toBeLessThan(2e-3);
});

test('AST: padded, cut, normalised by other sets', () => {
  const processor = soundProcessorFromJson(golden.configs.ast);
  const padded = processSound(sound(16000, withSilence()), processor).features;
  expect(padded.shape).toEqual(golden.short.shape);
  expect(farthest(padded.data, unpacked(golden.short.data))).toBeLessThan(1e-3);
  expect(padded.data.at(-1)).toBeCloseTo(0.4670324, 6);
  const cut = processSound(sound(16000, withSilence()), {
    ...audioSetProcessor,
    length: 20,
    mels: 64,
    normalize: { mean: -6.6268077, deviation: 5.358466 },
  }).features;
  expect(farthest(cut.data, unpacked(golden.cut.data))).toBeLessThan(1e-3);
  const silence = processSound(sound(16000, new Float32Array(16000)), audioSetProcessor).features;
  expect(silence.data[0]).toBeCloseTo(-1.2775938, 6);
});

test('log-mel as Whisper', () => {
  const processor = soundProcessorFromJson(golden.configs.whisper);
  const features = melsFirst(processSound(sound(16000, withSilence()), processor).features);
  expect(features.shape).toEqual(golden.whisper.shape);
  expect(farthest(features.data, unpacked(golden.whisper.data))).toBeLessThan(1e-4);
  const large = processSound(sound(16000, signal(50000)), { ...whisperProcessor, mels: 128 }).features;
  expect([large.shape[1], large.shape[0]]).toEqual(golden.large.shape);
  const rows = [0, 1, 150, 312, 313, 2999].flatMap((t) => Array.from(large.data.subarray(t * 128, t * 128 + 128)));
  expect(farthest(Float32Array.from(rows), unpacked(golden.large.columns))).toBeLessThan(1e-4);
});

test('processors say what they cannot do', () => {
  expect(() => soundProcessorFromJson({ feature_extractor_type: 'Wav2Vec2FeatureExtractor' })).toThrow(
    /AST.* or Whisper/,
  );
  expect(() => soundProcessorFromJson({ feature_extractor_type: 'WhisperFeatureExtractor', hop_length: 100 })).toThrow(
    /hop_length 160, got 100/,
  );
  expect(() => processSound(sound(8000, signal(8000)), audioSetProcessor)).toThrow(
    /16000 samples a second, got 8000\nChange it/,
  );
  expect(() => kaldiFilterBank(signal(399))).toThrow(/at least 400 samples .* got 399; pad/);
  expect(() => whisperLogMel(signal(200))).toThrow(/at least 201/);
  expect(() => kaldiFilterBank(signal(500).fill(Number.NaN, 33, 34))).toThrow(/got NaN at sample 33/);
  const numbers = float32([2, 2], [1, 2, 3, 6]);
  expect(featureStatistics([numbers, float32([1, 2], [0, 0])])).toEqual({ mean: 2, deviation: Math.sqrt(26 / 6) });
  expect(() => featureStatistics([])).toThrow(/got none/);
});

test('patches: AST’s counts, frequency first, boxes in seconds and hertz, and back', () => {
  expect([1024, 128, 100, 512].map((frames) => patchCounts(frames, 128, astLayout).reduce((a, b) => a * b))).toEqual([
    1212, 144, 108, 600,
  ]);
  const bank = kaldiFilterBank(signal(16000 + 400));
  const units = cutSpectrogram(bank, astLayout);
  expect(units.places.length).toBe(12 * 9);
  expect(units.axes).toEqual(['frequency', 'time']);
  expect(units.positions.data.slice(2, 4)).toEqual(BigInt64Array.of(0n, 1n));
  expect(units.places[1]).toMatchObject({
    startFrame: 10,
    startBin: 0,
    from: 0.1,
    to: 0.1 + 0.01 * 15 + 0.025,
    low: 20,
  });
  expect(units.places.at(-1)?.high).toBeLessThanOrEqual(8000);
  const second = vectorsOf(units.values).data.subarray(256, 512);
  // bin 3, frame 2 of patch 1 is bin 3 of frame 12
  expect(second[3 * 16 + 2]).toBe(bank.features.data[12 * 128 + 3]);
  const back = units.restore();
  expect(back.shape).toEqual([96, 126]);
  for (const [t, f] of [
    [0, 0],
    [95, 125],
    [50, 60],
  ] as const)
    expect(back.data[t * 126 + f]).toBe(bank.features.data[t * 128 + f]);
  expect(() => cutSpectrogram(kaldiFilterBank(signal(800)), astLayout)).toThrow(
    /at least 16 frames of 16 mel bins, got 3 of 128/,
  );
});

test('resampling keeps the tone, the length and the last sample', async () => {
  for (const [from, to, n] of [
    [8000, 16000, 8000],
    [44100, 16000, 44101],
    [48000, 16000, 1_200_000],
  ] as const) {
    const tone = Float32Array.from({ length: n }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / from));
    const { channels, rate } = await resampleSound(sound(from, tone), to);
    const found = channels[0] as Float32Array;
    expect([rate, found.length]).toEqual([to, Math.round((n * to) / from)]);
    const error = found
      .subarray(500, -500)
      .reduce(
        (most, value, i) => Math.max(most, Math.abs(value - 0.5 * Math.sin((2 * Math.PI * 440 * (i + 500)) / to))),
        0,
      );
    expect(error).toBeLessThan(1e-5);
    expect(found.subarray(-200).some((value) => Math.abs(value) > 0.2)).toBe(true);
  }
  // what lies above the new half rate is filtered away, not folded down
  const high = Float32Array.from({ length: 44100 }, (_, i) => Math.sin((2 * Math.PI * 12000 * i) / 44100));
  const folded = (await resampleSound(sound(44100, high), 16000)).channels[0] as Float32Array;
  expect(folded.subarray(500, -500).every((value) => Math.abs(value) < 1e-4)).toBe(true);
  await expect(resampleSound(sound(44100, high), 0)).rejects.toThrow(/1 to 192000/);
});

test('a converter that is kept remembers nothing: the same samples after others, after long ones, and beside many other rates', async () => {
  const short = sound(
    44100,
    Float32Array.from({ length: 4410 }, (_, i) => Math.cos(i / 50)),
  );
  const long = sound(
    44100,
    Float32Array.from({ length: 1_200_000 }, (_, i) => Math.sin(i / 100)),
  );
  const samplesOf = async (one: typeof short, rate = 16000): Promise<Buffer> =>
    Buffer.from((await resampleSound(one, rate)).channels[0]?.buffer as ArrayBuffer);
  const first = await samplesOf(short);
  const whole = await samplesOf(long);
  expect(whole.length).toBe(4 * Math.round((1_200_000 * 16000) / 44100));
  expect((await samplesOf(short)).equals(first)).toBe(true);
  expect((await samplesOf(long)).equals(whole)).toBe(true);
  const rates = [16000, 8000, 11025, 22050, 24000, 32000, 48000, 16000];
  const together = await Promise.all(rates.map((rate) => samplesOf(short, rate)));
  expect(together.map(({ length }) => length)).toEqual(rates.map((rate) => 4 * Math.round((4410 * rate) / 44100)));
  expect([together[0]?.equals(first), together.at(-1)?.equals(first)]).toEqual([true, true]);
}, 60_000);

test('WAV files of every depth', async () => {
  const wanted = Float32Array.of(0, 0.5, -0.5, 0.25, -1);
  for (const [depth, step] of [
    ['8', 128],
    ['16', 2 ** 15],
    ['24', 2 ** 23],
    ['32', 2 ** 31],
    ['32f', 0],
    ['64', 0],
  ] as const) {
    const scaled = Float64Array.from(wanted, (value) =>
      step === 0 ? value : value * step + (depth === '8' ? 128 : 0),
    );
    for (const channels of [1, 2]) {
      const file = new wavefile.WaveFile();
      file.fromScratch(
        channels,
        22050,
        depth,
        (channels === 1 ? scaled : [scaled, scaled.map((v) => (depth === '8' ? 128 : 0 * v))]) as never,
      );
      const read = await readWav(file.toBuffer(), 'a.wav');
      expect(read.rate).toBe(22050);
      expect(read.channels.length).toBe(channels);
      expect(read.channels[0]).toEqual(wanted);
      if (channels === 2) expect(monoOf(read)).toEqual(wanted.map((value) => value / 2));
    }
  }
  const law = new wavefile.WaveFile();
  law.fromScratch(1, 8000, '16', Int16Array.of(0, 16384, -16384, 8192));
  law.toMuLaw();
  const decoded = (await readWav(law.toBuffer(), 'u.wav')).channels[0] as Float32Array;
  expect(farthest(decoded, Float32Array.of(0, 0.5, -0.5, 0.25))).toBeLessThan(0.02);
});

test('files that are no sound, or only half of one', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tesserae-audio-'));
  const file = new wavefile.WaveFile();
  file.fromScratch(
    1,
    16000,
    '16',
    Int16Array.from(signal(2000), (value) => value * 32767),
  );
  const bytes = file.toBuffer();
  const load = (name: string, content: Uint8Array): ReturnType<typeof loadSound> => {
    writeFileSync(join(dir, name), content);
    return loadSound(join(dir, name), { rate: 8000 });
  };
  expect((await load('whole.wav', bytes)).channels[0]?.length).toBe(1000);
  await expect(load('header.wav', bytes.subarray(0, 44))).rejects.toThrow(/expected samples, got only a header/);
  await expect(load('fmt.wav', bytes.subarray(0, 36))).rejects.toThrow(/chunk 'data'.* got only a header/);
  await expect(load('cut.wav', bytes.subarray(0, 1044))).rejects.toThrow(/4000 bytes of samples, got 1000: cut short/);
  await expect(load('text.wav', new TextEncoder().encode('not a sound at all'))).rejects.toThrow(/something else/);
  const coded = Uint8Array.from(bytes);
  // Windows Media Audio
  new DataView(coded.buffer).setUint16(20, 0x161, true);
  await expect(load('coded.wav', coded)).rejects.toThrow(/A-law or µ-law samples, got coding 0x0161 \(.*coded\.wav\)/);
  await expect(load('empty.wav', new Uint8Array())).rejects.toThrow(/empty file/);
  await expect(loadSound(join(dir, 'none.wav'))).rejects.toThrow(/ENOENT/);
  const float = new wavefile.WaveFile();
  float.fromScratch(1, 16000, '32f', Float32Array.of(0, Number.NaN, 0));
  await expect(load('nan.wav', float.toBuffer())).rejects.toThrow(
    /finite samples, got NaN \(sample 1 of channel 0, 0.000 s\)/,
  );
  expect(inspectSound(sound(10, Float32Array.of(0, 1, -1, 0.5)))).toEqual({
    seconds: 0.4,
    peak: 1,
    clipped: 0.5,
    silent: false,
  });
  expect(inspectSound(sound(10, new Float32Array(10))).silent).toBe(true);
  expect(() => sound(0, new Float32Array(1))).toThrow(/above 0/);
});

test('other containers: Opus in WebM', async () => {
  const tone = Float32Array.from({ length: 48000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / 48000));
  const coded = await opusWebm(tone);
  const path = join(mkdtempSync(join(tmpdir(), 'tesserae-opus-')), 'tone.webm');
  writeFileSync(path, coded);
  const bytes = Buffer.from(coded).toString('latin1');
  await expect(loadSound(Buffer.from(bytes.replace('A_OPUS', 'A_XYZ7'), 'latin1'))).rejects.toThrow(
    /a codec that can be decoded here, got 'A_XYZ7' \(\d+ bytes\)/,
  );
  const { rate, channels } = await loadSound(path, { rate: 16000 });
  const found = channels[0] as Float32Array;
  expect(rate).toBe(16000);
  expect(Math.abs(found.length - 16000)).toBeLessThan(500);
  const { features } = kaldiFilterBank(found);
  // the loudest mel bin of a 440 Hz tone
  const row = toNumbers(float32([128], features.data.slice(50 * 128, 51 * 128)));
  expect(Math.abs(row.indexOf(Math.max(...row)) - 22)).toBeLessThan(3);
});

test('processors are written as they are read', () => {
  const own = { ...audioSetProcessor, length: 100, normalize: { mean: -5.5, deviation: 3.25 } };
  const { normalize: _, ...plain } = own;
  for (const processor of [own, plain, { ...whisperProcessor, mels: 128 }]) {
    expect(soundProcessorFromJson(JSON.parse(JSON.stringify(soundProcessorToJson(processor))))).toEqual(processor);
  }
});
