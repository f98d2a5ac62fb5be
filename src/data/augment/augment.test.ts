// Augmentations by kind: same key same result, identity at strength 0, laws, and what a description may not say.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { float32, Random } from '../../array/index.ts';
import { type Clip, type Picture, picture, resampleSound, type Sound, sound } from '../../tokens/index.ts';
import { DataError } from '../dataset.ts';
import { cutMixed, mixedUp, partnersOf, symmetricBeta } from './mix.ts';
import { type AugmentedModality, augmentations, augmentPlan } from './plan.ts';
import { amplified, atSpeed, equalised, masked, noisy, shifted } from './sounds.ts';

const random = (seed: number): Random => new Random({ seed });
const example: Picture = picture(
  20,
  24,
  3,
  Uint8Array.from({ length: 1440 }, (_, i) => (i * i * 7 + i) % 256),
);
const clip: Clip = {
  frames: Array.from({ length: 10 }, (_, i) =>
    picture(
      2,
      3,
      1,
      new Uint8Array(6).fill(i).map((v, at) => v + 10 * at),
    ),
  ),
  times: Array.from({ length: 10 }, (_, i) => i / 10),
  end: 1,
};
const originals = {
  image: example,
  audio: sound(
    8000,
    Float32Array.from({ length: 400 }, (_, i) => Math.sin(i / 7)),
  ),
  video: clip,
  dna: 'ACGTTGCANNRYACGT'.repeat(8),
} as const;
const spectrogram = float32(
  [30, 16],
  Float32Array.from({ length: 480 }, (_, i) => (i % 37) - 5),
);
const batch = float32(
  [4, 1, 6, 6],
  Float32Array.from({ length: 144 }, (_, i) => i),
);

const kinds = (['image', 'audio', 'video', 'dna'] as AugmentedModality[]).flatMap((modality) =>
  Object.keys(augmentations[modality].original).map((kind) => [modality, kind] as const),
);
test.each(kinds)('%s %s: a function of the key alone, and of nothing but the key', (modality, kind) => {
  const { original } = augmentPlan(modality, [{ kind }]) as { original: (value: unknown, key: object) => unknown };
  const value = originals[modality];
  const before = structuredClone(value);
  const series = (site: string): string[] =>
    Array.from({ length: 40 }, (_, step) => JSON.stringify(original(value, { seed: 3, step, site })));
  expect(series('a').join()).toBe(series('a').join());
  expect(value).toEqual(before);
  // it does something, not always the same, and something else elsewhere
  expect(new Set(series('a')).size).toBeGreaterThan(1);
  expect(series('b').join()).not.toBe(series('a').join());
});

test.each([
  ['image', { kind: 'flip', probability: 0 }],
  ['image', { kind: 'flip-vertical', probability: 0 }],
  ['image', { kind: 'resized-crop', scale: [1, 1], ratio: [1.2, 1.2] }],
  ['image', { kind: 'pad-crop', pixels: 0 }],
  ['image', { kind: 'rotate', degrees: 0 }],
  ['image', { kind: 'colour-jitter', brightness: 0, contrast: 0, saturation: 0 }],
  ['image', { kind: 'rand-augment', count: 0 }],
  [
    'image',
    {
      kind: 'rand-augment',
      strength: 0,
      operations: [
        'ShearX',
        'TranslateY',
        'Rotate',
        'Brightness',
        'Color',
        'Contrast',
        'Sharpness',
        'Posterize',
        'Solarize',
      ],
    },
  ],
  ['image', { kind: 'erase', probability: 0 }],
  ['audio', { kind: 'shift', seconds: 0 }],
  ['audio', { kind: 'gain', decibels: 0 }],
  ['audio', { kind: 'speed', factor: [1, 1] }],
  ['audio', { kind: 'equalise', decibels: 0 }],
  ['audio', { kind: 'equalise', bands: 0 }],
  ['audio', { kind: 'noise', probability: 0 }],
  ['video', { kind: 'drop-frames', rate: 0 }],
  ['video', { kind: 'temporal-crop', share: [1, 1] }],
  ['video', { kind: 'speed', factor: [1, 1] }],
  ['dna', { kind: 'reverse-complement', probability: 0 }],
  ['dna', { kind: 'substitute', rate: 0 }],
] as const)('%s %o changes nothing', (modality, spec) => {
  const { original } = augmentPlan(modality, [spec]) as { original: (value: unknown, key: object) => unknown };
  for (let step = 0; step < 8; step++)
    expect(original(originals[modality], { seed: 1, step })).toEqual(originals[modality]);
});

test('what counts is whole; a cut of a thin picture has a pixel', () => {
  for (const pixels of [0.5, 1.25])
    expect(() => augmentPlan('image', [{ kind: 'pad-crop', pixels }])).toThrow(
      `expected pad-crop.pixels as a whole number from 0 to 4096, got ${pixels}`,
    );
  expect(() => augmentPlan('video', [{ kind: 'pad-crop', pixels: 0.5 }])).toThrow('a whole number');
  expect(() => augmentPlan('audio', [{ kind: 'spec-augment', timeWidth: 2.5 }])).toThrow('a whole number');
  for (const [height, width] of [
    [8, 8],
    [2, 3],
    [1, 300],
    [1, 1],
  ] as const) {
    const thin = picture(height, width, 1, new Uint8Array(height * width).fill(7));
    const { original } = augmentPlan('image', [{ kind: 'resized-crop', ratio: [0.01, 0.01] }]);
    expect(original(thin, { seed: 1 })).toEqual(thin);
  }
});

test('steps draw from streams of their own: adding one at the end leaves the others as they were', () => {
  const key = { seed: 5, step: 2, site: 'x' };
  const first = augmentPlan('image', [{ kind: 'pad-crop' }]).original(example, key);
  const both = augmentPlan('image', [{ kind: 'pad-crop' }, { kind: 'flip', probability: 1 }]).original(example, key);
  expect(augmentPlan('image', [{ kind: 'flip', probability: 1 }]).original(both, key)).toEqual(first);
});

test('a certain flip twice gives the picture back; alpha is dropped', () => {
  const flip = augmentPlan('image', [
    { kind: 'flip', probability: 1 },
    { kind: 'flip', probability: 1 },
  ]);
  expect(flip.original(example, { seed: 0 })).toEqual(example);
  const rgba = picture(1, 1, 4, Uint8Array.of(1, 2, 3, 4));
  expect(augmentPlan('image', []).original(rgba, { seed: 0 })).toEqual(picture(1, 1, 3, Uint8Array.of(1, 2, 3)));
});

test('frames of a clip see the same draws; times and their number fit', () => {
  const { original } = augmentPlan('video', [{ kind: 'pad-crop', pixels: 1 }]);
  for (let step = 0; step < 10; step++) {
    const { frames } = original(clip, { seed: 1, step });
    const [first, second] = frames.map(({ data }) => Array.from(data, (value) => value > 0));
    const alone = augmentPlan('video', [{ kind: 'pad-crop', pixels: 1 }]).original(
      { ...clip, frames: [clip.frames[1] as Picture] },
      { seed: 1, step },
    );
    expect(frames[1]).toEqual(alone.frames[0]);
    expect([first?.length, second?.length]).toEqual([6, 6]);
  }
  const dropped = augmentPlan('video', [{ kind: 'drop-frames', rate: 1 }]).original(clip, { seed: 1 });
  expect(dropped.frames.map(({ data }) => data[0])).toEqual(new Array(10).fill(0));
  for (let step = 0; step < 30; step++) {
    const cut = augmentPlan('video', [{ kind: 'temporal-crop', share: [0.3, 0.6] }]).original(clip, { seed: 2, step });
    const shown = cut.frames.map(({ data }) => data[0] as number);
    expect(shown.length).toBeGreaterThanOrEqual(3);
    expect(shown.length).toBeLessThanOrEqual(6);
    expect(shown).toEqual(shown.map((_, i) => (shown[0] as number) + i));
    expect(cut.end).toBeCloseTo((cut.times.at(-1) as number) + 0.1, 9);
  }
  const fast = augmentPlan('video', [{ kind: 'speed', factor: [2, 2] }]).original(clip, { seed: 2 });
  expect(fast.frames.map(({ data }) => data[0])).toEqual([0, 2, 4, 6, 8, 9, 9, 9, 9, 9]);
});

test('sounds: a shift is a move, gain is decibels, noise lies where it says', () => {
  const one = sound(10, Float32Array.of(1, 2, 3));
  expect([2, -1, 5, -5].map((n) => Array.from(shifted(one, n).channels[0] ?? []))).toEqual([
    [0, 0, 1],
    [2, 3, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]);
  expect(amplified(one, 20).channels[0]).toEqual(Float32Array.of(10, 20, 30));
  const tone = sound(
    8000,
    Float32Array.from({ length: 40_000 }, (_, i) => Math.sin(i / 9)),
  );
  const heard = noisy(tone, random(4), 20).channels[0] as Float32Array;
  const power = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0) / values.length;
  const noise = heard.map((value, i) => value - (tone.channels[0]?.[i] as number));
  expect(10 * Math.log10(power(tone.channels[0] as Float32Array) / power(noise))).toBeCloseTo(20, 0);
  expect(noisy(sound(8000, new Float32Array(8)), random(4), 20).channels[0]).toEqual(new Float32Array(8));
});

test('equalise: a tone at the middle of a band changes by its decibels, one far away hardly, as in scipy', () => {
  const rate = 8000;
  const tone = (hertz: number): Sound =>
    sound(
      rate,
      Float32Array.from({ length: 8000 }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / rate)),
    );
  // in decibels, without the first samples, in which the filter settles
  const level = ({ channels }: Sound): number =>
    10 * Math.log10((channels[0] as Float32Array).slice(2000).reduce((sum, value) => sum + value * value, 0));
  const change = (hertz: number, decibels: number): number =>
    level(equalised(tone(hertz), [{ frequency: 1000, decibels, quality: 1 }])) - level(tone(hertz));
  expect(change(1000, 12)).toBeCloseTo(12, 3);
  expect(change(1000, -9)).toBeCloseTo(-9, 3);
  expect(Math.abs(change(60, 12))).toBeLessThan(0.2);
  // |H| by scipy.signal.freqz of the cookbook's coefficients
  expect(change(500, 12)).toBeCloseTo(3.66146, 3);
  expect(change(2500, 12)).toBeCloseTo(1.23096, 3);
  const twice = equalised(tone(1000), [
    { frequency: 1000, decibels: 6, quality: 1 },
    { frequency: 1000, decibels: 5, quality: 2 },
    { frequency: 4000, decibels: 40, quality: 1 },
  ]);
  expect(level(twice) - level(tone(1000))).toBeCloseTo(11, 3);
  // always between the bounds that three bands can reach together
  const { original } = augmentPlan('audio', [{ kind: 'equalise', bands: 3, decibels: 6 }]);
  const changes = [1, 2, 3, 4].map((seed) => level(original(tone(700), { seed })) - level(tone(700)));
  expect(new Set(changes).size).toBe(4);
  for (const one of changes) expect(Math.abs(one)).toBeLessThan(18);
});

test('speed: what a tape does: as libsamplerate changes the rate, and nothing above half the rate is left', async () => {
  const chirp = sound(
    8000,
    Float32Array.from({ length: 4000 }, (_, i) => Math.sin(i * (0.05 + i / 12_000))),
  );
  for (const rate of [6400, 7000, 10_000]) {
    const changed = atSpeed(chirp, 8000 / rate);
    const expected = (await resampleSound(chirp, rate, 'best')).channels[0] as Float32Array;
    expect(changed).toMatchObject({ rate: 8000, channels: [{ length: expected.length }] });
    // 0.5: where the chirp nears half the rate both filters end; before that they agree
    const inside = Math.round(expected.length * 0.5);
    const errors = Array.from(expected.subarray(50, inside), (value, i) =>
      Math.abs(value - (changed.channels[0]?.[50 + i] as number)),
    );
    expect(Math.max(...errors)).toBeLessThan(0.01);
  }
  const high = sound(
    8000,
    Float32Array.from({ length: 4000 }, (_, i) => Math.sin(2.9 * i)),
  );
  expect(Math.max(...(atSpeed(high, 1.5).channels[0]?.slice(100, -100) ?? []))).toBeLessThan(0.02);
  expect(atSpeed(chirp, 1)).toBe(chirp);
  expect(atSpeed(sound(8000, new Float32Array(0)), 2).channels[0]).toHaveLength(0);
});

test('SpecAugment: at most the bands that it says, filled with the mean', () => {
  const { features } = augmentPlan('audio', [
    { kind: 'spec-augment', timeMasks: 1, timeWidth: 5, frequencyMasks: 1, frequencyWidth: 3 },
  ]);
  const mean = spectrogram.data.reduce((sum, value) => sum + value, 0) / 480;
  const widths = new Set<string>();
  for (let step = 0; step < 60; step++) {
    const masked = features(spectrogram, { seed: 9, step });
    expect(masked).toEqual(features(spectrogram, { seed: 9, step }));
    const isMasked = (t: number, f: number): boolean => masked.data[16 * t + f] !== spectrogram.data[16 * t + f];
    const odd = masked.data.filter((value, i) => value !== spectrogram.data[i] && Math.abs(value - mean) > 1e-5);
    expect(odd).toHaveLength(0);
    const frames = Array.from({ length: 30 }, (_, t) => t).filter((t) =>
      Array.from({ length: 16 }, (_, f) => f).every((f) => isMasked(t, f)),
    );
    const bins = Array.from({ length: 16 }, (_, f) => f).filter((f) =>
      Array.from({ length: 30 }, (_, t) => t).every((t) => isMasked(t, f)),
    );
    expect(frames.length).toBeLessThanOrEqual(5);
    expect(bins.length).toBeLessThanOrEqual(3);
    widths.add(`${frames.length} ${bins.length}`);
  }
  expect(widths.size).toBeGreaterThan(10);
  expect(Array.from(masked(float32([2, 2], [1, 2, 3, 4]), 0, 1, 1, 0).data)).toEqual([1, 2, 0, 0]);
  expect(Array.from(masked(float32([2, 2], [1, 2, 3, 4]), 1, 1, 1, 0).data)).toEqual([1, 0, 3, 0]);
});

test('sequences: the other strand twice is the sequence; a rate is a rate; odd letters stay', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ACGTRYSWKMBVDHN') }), (bases) => {
      const twice = augmentPlan('dna', [
        { kind: 'reverse-complement', probability: 1 },
        { kind: 'reverse-complement', probability: 1 },
      ]);
      expect(twice.original(bases, { seed: 0 })).toBe(bases);
    }),
    { seed: 1 },
  );
  const long = 'ACGTN'.repeat(4000);
  const changed = augmentPlan('dna', [{ kind: 'substitute', rate: 0.25 }]).original(long, { seed: 1 });
  const differing = Array.from(long).filter((base, i) => base !== changed[i]);
  expect(differing.length / 16_000).toBeGreaterThan(0.235);
  expect(differing.length / 16_000).toBeLessThan(0.265);
  expect(differing).not.toContain('N');
  const to = (base: string): number[] =>
    [...'ACGT'].map((other) => Array.from(changed).filter((one, i) => long[i] === base && one === other).length);
  const [toA = 0, , toG = 0, toT = 0] = to('C');
  for (const count of [toA, toG, toT]) expect(count).toBeGreaterThan(260);
});

test('mixup and CutMix: rows, areas, shares, partners', () => {
  const mixed = mixedUp({ input: batch, share: 1 }, 0.75);
  expect(mixed.input.data[36]).toBe(0.75 * 36 + 0.25 * 0);
  expect(mixed.input.data[0]).toBe(0.75 * 0 + 0.25 * 108);
  expect(partnersOf(['a', 'b', 'c'])).toEqual(['c', 'a', 'b']);
  const cut = cutMixed({ input: batch, share: 1 }, { top: 1, left: 2, height: 3, width: 4 });
  expect(cut.share).toBeCloseTo(1 - 12 / 36, 12);
  for (let i = 0; i < 36; i++) {
    const [y, x] = [Math.floor(i / 6), i % 6];
    const inside = y >= 1 && y < 4 && x >= 2 && x < 6;
    expect(cut.input.data[72 + i]).toBe(inside ? 36 + i : 72 + i);
  }
  for (const kind of ['mixup', 'cutmix']) {
    const { mix } = augmentPlan('image', [{ kind }]);
    const results = Array.from({ length: 30 }, (_, step) => mix?.(batch, { seed: 1, step }));
    expect(results).toEqual(Array.from({ length: 30 }, (_, step) => mix?.(batch, { seed: 1, step })));
    // what comes from whom is what the share says: rows differ by 36 everywhere but at the first
    for (const result of results) {
      const sums = [1, 2, 3].map(
        (row) => result?.input.data.slice(36 * row, 36 * row + 36).reduce((a, b) => a + b, 0) ?? 0,
      );
      const own = [1, 2, 3].map((row) => 36 * (36 * row + 17.5));
      for (const [i, sum] of sums.entries())
        expect(sum).toBeCloseTo((own[i] as number) - (1 - (result?.share ?? 0)) * 36 * 36, 1);
    }
  }
  expect(augmentPlan('image', [{ kind: 'mixup', probability: 0 }]).mix?.(batch, { seed: 1 })).toEqual({
    input: batch,
    share: 1,
  });
  expect(augmentPlan('image', [{ kind: 'flip' }]).mix).toBeUndefined();
});

test('the loss of a mixed batch is the mix of two losses: cross-entropy is linear in its target', () => {
  const logits = [1.2, -0.3, 0.5];
  const total = Math.log(logits.reduce((sum, value) => sum + Math.exp(value), 0));
  const loss = (target: readonly number[]): number =>
    target.reduce((sum, share, i) => sum - share * ((logits[i] as number) - total), 0);
  const [own, partner, share] = [[1, 0, 0], [0, 0, 1], 0.3];
  const soft = own.map((value, i) => share * value + (1 - share) * (partner[i] as number));
  expect(share * loss(own) + (1 - share) * loss(partner)).toBeCloseTo(loss(soft), 12);
});

test('Beta(alpha, alpha) has mean ½ and variance 1 / (4 (2 alpha + 1))', () => {
  for (const alpha of [0.2, 1, 4]) {
    const stream = random(8);
    const values = Array.from({ length: 20_000 }, () => symmetricBeta(stream, alpha));
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0.5, 1.9);
    expect(variance / (1 / (4 * (2 * alpha + 1)))).toBeCloseTo(1, 1);
  }
});

test('random parts: shares of the area and ratios of the sides lie where they are asked to', () => {
  const wide = picture(100, 100, 1, new Uint8Array(10_000).fill(1));
  const { original } = augmentPlan('image', [
    { kind: 'erase', probability: 1, scale: [0.1, 0.2], ratio: [0.5, 2], fill: 0 },
  ]);
  const areas = Array.from(
    { length: 200 },
    (_, step) => original(wide, { seed: 2, step }).data.filter((value) => value === 0).length / 10_000,
  );
  expect(Math.min(...areas)).toBeGreaterThan(0.09);
  expect(Math.max(...areas)).toBeLessThan(0.21);
  expect(Math.max(...areas) - Math.min(...areas)).toBeGreaterThan(0.07);
  const crop = augmentPlan('image', [{ kind: 'resized-crop', height: 8, width: 12 }]).original(example, { seed: 1 });
  expect([crop.height, crop.width]).toEqual([8, 12]);
  const one = augmentPlan('image', [{ kind: 'resized-crop' }, { kind: 'erase', probability: 1 }]);
  expect(one.original(picture(1, 1, 3, Uint8Array.of(1, 2, 3)), { seed: 1 }).data).toHaveLength(3);
});

test('a description that makes no sense is an error that says what does', () => {
  const wrong =
    (spec: { kind: string; [option: string]: unknown }, modality: AugmentedModality = 'image') =>
    () =>
      augmentPlan(modality, [{ kind: 'flip' }, spec].slice(modality === 'image' ? 0 : 1));
  expect(wrong({ kind: 'flap' })).toThrow('expected a kind of image among flip, flip-vertical, ');
  expect(wrong({ kind: 'flap' })).toThrow('got "flap" (augment[1])');
  expect(wrong({ kind: 'constructor' })).toThrow(DataError);
  expect(wrong({ kind: 'spec-augment' })).toThrow('got "spec-augment"');
  expect(wrong({ kind: 'mixup' }, 'dna')).toThrow('among reverse-complement, substitute, got "mixup"');
  expect(wrong({ kind: 'flip', chance: 1 })).toThrow(
    'expected options of flip among probability, got chance (augment[1])',
  );
  expect(wrong({ kind: 'flip', probability: 2 })).toThrow('expected flip.probability as a number from 0 to 1, got 2');
  expect(wrong({ kind: 'flip', probability: 'x' })).toThrow('got "x"');
  expect(wrong({ kind: 'erase', scale: [0.5, 0.1] })).toThrow(
    'expected erase.scale as [low, high] from 0.0001 to 1, got [0.5,0.1]',
  );
  expect(wrong({ kind: 'resized-crop', filter: 'soft' })).toThrow('expected resized-crop.filter among nearest, box');
  expect(wrong({ kind: 'rand-augment', operations: ['Twist'] })).toThrow('got "Twist"');
  expect(wrong({ kind: 'rand-augment', operations: [] })).toThrow('got none');
  expect(() =>
    cutMixed({ input: float32([2, 3], [1, 2, 3, 4, 5, 6]), share: 1 }, { top: 0, left: 0, height: 1, width: 1 }),
  ).toThrow('[B, …, H, W]');
});
