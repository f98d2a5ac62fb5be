// Pages and drawings of units: well-formed markup, nothing from outside, both languages, real numbers, hostile names as text.
import { expect, test } from 'vitest';
import { float32 } from '../array/index.ts';
import { embedUnits } from '../data/index.ts';
import {
  concept,
  courseVocabulary,
  cutConcepts,
  cutKmers,
  cutPatches,
  cutSpectrogram,
  cutTubes,
  dnabertVocabulary,
  featureVocabulary,
  kaldiFilterBank,
  tubelets,
} from '../tokens/index.ts';
import {
  conceptsSvg,
  contactSheetSvg,
  heatPicture,
  pictureGridSvg,
  pictureStripSvg,
  placeText,
  sequenceSvg,
  soundSvg,
  tubeTimesSvg,
  unitsPage,
} from './index.ts';

/** Every element is closed, in order. */
function isWellFormed(markup: string): boolean {
  const open: string[] = [];
  for (const [, close, name = '', self] of markup.matchAll(/<(\/?)([a-zA-Z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (self) continue;
    if (!close) open.push(name);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

const count = (text: string, piece: string): number => text.split(piece).length - 1;
const kmers = cutKmers('ACAATAATAATAATAACGG', { overlap: false, vocabulary: courseVocabulary(6) });

test('a page tells the whole story by itself, with the numbers of embedUnits', () => {
  const page = unitsPage({
    source: '<script>alert(1)</script>',
    units: kmers,
    original: sequenceSvg('ACAATAATAATAATAACGG', kmers),
    seed: 5,
  });
  expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)|src=|@import/);
  expect(page).not.toContain('<script>alert');
  const story = JSON.parse(/id="story">(.*?)<\/script>/s.exec(page)?.[1] as string) as {
    facts: { count: number };
    units: { name: string; value: string; place: { en: string; zh: string }; sum: number[] }[];
  };
  expect(story.facts.count).toBe(4);
  expect(story.units.map(({ value }) => value)).toEqual(['520', '264', '271', '4103']);
  expect(story.units[3]?.place).toEqual({ en: 'letters 18–18', zh: '第 18–18 个字母' });
  const { sum } = embedUnits(kmers, { dim: 12, seed: 5 });
  expect(story.units[1]?.sum).toEqual(Array.from(sum.data.subarray(12, 24), (value) => Number(value.toFixed(4))));
  const dictionaries = JSON.parse(/id="dictionaries">(.*?)<\/script>/s.exec(page)?.[1] as string) as Record<
    string,
    object
  >;
  for (const [, key = ''] of page.matchAll(/data-say="(\w+)"/g)) {
    for (const words of Object.values(dictionaries)) expect(words).toHaveProperty(key);
  }
  const empty = { ...kmers, places: [] };
  expect(() => unitsPage({ source: 'x', units: empty, original: '' })).toThrow(/got none/);
});

test('the script of the page is a script', () => {
  const page = unitsPage({ source: 'x', units: kmers, original: '' });
  const [, script = '?'] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
  expect(() => new Function(script)).not.toThrow();
});

test('sequences: tokens under their letters, overlapping ones on steps, at most so many', () => {
  const flat = sequenceSvg('ACAATAATAATAATAACGG', kmers);
  expect(isWellFormed(flat)).toBe(true);
  expect(count(flat, 'class="unit"')).toBe(4);
  expect(flat).toContain('>4103<');
  const windows = cutKmers('ACGTACGTAA', { overlap: true, vocabulary: dnabertVocabulary(3) });
  const steps = new Set(
    [...sequenceSvg('ACGTACGTAA', windows).matchAll(/<rect x="[\d.]+" y="(\d+)"/g)].map(([, y]) => y),
  );
  expect(steps.size).toBe(3);
  const long = 'ACGT'.repeat(500);
  const cut = sequenceSvg(long, cutKmers(long, { overlap: false, vocabulary: courseVocabulary(6) }));
  expect(count(cut, 'class="unit"')).toBeLessThanOrEqual(60);
});

test('pictures, clips, sounds, concepts', () => {
  const shown = { href: 'data:image/png;base64,', width: 6, height: 4 };
  const patches = cutPatches(float32([1, 4, 6], new Float32Array(24)), { patch: [2, 2] });
  for (const drawing of [pictureGridSvg(shown, patches), pictureStripSvg(shown, patches)]) {
    expect(isWellFormed(drawing)).toBe(true);
    expect(count(drawing, 'class="unit"')).toBe(6);
  }
  const tubes = cutTubes(float32([1, 4, 4, 4], new Float32Array(64)), tubelets(2, 2), { times: [0, 1, 2, 3], end: 4 });
  const clip = { hrefs: ['a', 'b', 'c', 'd'], width: 4, height: 4, times: [0, 1, 2, 3] };
  const sheet = contactSheetSvg(clip, tubes);
  expect(isWellFormed(sheet)).toBe(true);
  // each tube is drawn on both of its frames
  expect([count(sheet, 'class="unit"'), count(sheet, 'data-unit="0"')]).toEqual([16, 2]);
  expect(count(tubeTimesSvg(clip, tubes), '<rect')).toBe(2);
  const samples = Float32Array.from({ length: 6000 }, (_, i) => Math.sin(i / 5) / 100);
  const spectrogram = kaldiFilterBank(samples, 32);
  const units = cutSpectrogram(spectrogram, { patch: [16, 16], stride: [16, 16] });
  const heat = heatPicture(spectrogram.features);
  expect([heat.width, heat.height]).toEqual([36, 32]);
  const { data } = spectrogram.features;
  const loudest = data.indexOf(data.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY));
  const [frame, bin] = [Math.floor(loudest / 32), loudest % 32];
  const pixel = ((31 - bin) * 36 + frame) * 3;
  expect(Array.from(heat.data.slice(pixel, pixel + 3))).toEqual([253, 231, 37]);
  const sound = soundSvg({ heat: { ...heat, href: 'x' }, samples, spectrogram }, units);
  expect(isWellFormed(sound)).toBe(true);
  expect(count(sound, 'class="unit"')).toBe(4);
  const items = [concept('苹果', ['红色', '水果', '球体']), concept('<b>', { x: 0.5 })];
  const sums = conceptsSvg(items);
  expect(isWellFormed(sums)).toBe(true);
  expect(sums).toContain('0.5 · x');
  const bags = cutConcepts(items, { vocabulary: featureVocabulary(items), combine: 'sum' });
  expect(unitsPage({ source: 'x', units: bags, original: sums })).toContain('1·');
});

test('places in words', () => {
  expect(placeText({ kind: 'box', top: 0, left: 16, height: 16, width: 16 }, 'en')).toBe('rows 0–15, columns 16–31');
  expect(
    placeText(
      { kind: 'band', startFrame: 0, frames: 1, startBin: 0, bins: 1, from: 0.1, to: 0.25, low: 20, high: 300.4 },
      'zh',
    ),
  ).toBe('0.1–0.25 秒，20–300 Hz');
  expect(placeText({ kind: 'span', start: 3, end: 3 }, 'en')).toBe('no letters (special token)');
});
