// The page about one explained input, in headless Chromium: it draws without errors, answers keys and the pointer, and speaks both languages.
import { expect, test } from 'vitest';
import { float32 } from '../../src/array/index.ts';
import {
  type Explanation,
  explainDictionaries,
  explainPage,
  METHODS,
  patchPlaces,
  placeText,
  type Scene,
  spanPlaces,
} from '../../src/lens/index.ts';
import type { Place } from '../../src/tokens/index.ts';
import { chromium, drive } from './headless.ts';

/** One pixel. */
const DOT =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const share = { area: 0.5, gain: 0.1, beats: 0.9 };
const both = <T>(value: T) => ({ deletion: value, insertion: value });

/** Token i looks at token i + 1 in layer 1, head 1; at itself everywhere else. */
function explanation(places: Explanation['places']): Explanation {
  const count = places.length;
  const pattern = (shift: number) => {
    const data = new Float32Array(2 * count * count);
    for (let h = 0; h < 2; h++)
      for (let t = 0; t < count; t++) data[(h * count + t) * count + ((t + (h === 0 ? shift : 0)) % count)] = 1;
    return float32([2, count, count], data);
  };
  const relevance = places.map((_, t) => t - 2);
  const map = { relevance, isOfClass: true, curves: both([1, 0.5, 0]), scores: both(share) };
  return {
    model: 'tiny',
    modality: 'image',
    source: '</script><b>odd & name',
    labels: ['cat', 'dog'],
    probabilities: [0.7, 0.3],
    label: 'cat',
    tokens: places.map((_, t) => `token ${t}`),
    places,
    readout: places.map((_, t) => (t === 0 ? 1 : 0)),
    attentions: [pattern(1), pattern(0)],
    distance: [
      [4, 0],
      [0, 0],
    ],
    maps: Object.fromEntries(METHODS.map((name) => [name, { ...map, isSigned: name === 'integrated-gradients' }])),
    shares: [0, 0.5, 1],
    baselines: {
      orders: 2,
      center: both([1, 0.4, 0]),
      random: both({ low: [1, 0.3, 0], mean: [1, 0.4, 0], high: [1, 0.5, 0] }),
      scores: both(share),
    },
    randomised: [{ module: 'classifier', rank: Object.fromEntries(METHODS.map((name) => [name, 0.5])) }],
  };
}

/** Drives the page once it is ready (pictures decode in real time while virtual time runs) and writes what it saw into the document. */
const driver = (examine: string): string => `<script>
const errors = []; addEventListener('error', (event) => errors.push(event.message)); addEventListener('unhandledrejection', (event) => errors.push(String(event.reason)));
const press = (node, key) => node.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
const text = (id) => document.getElementById(id).textContent;
const whenReady = (tries) => document.documentElement.dataset.ready === 'yes' || tries === 0 ? examine() : setTimeout(whenReady, 100, tries - 1);
addEventListener('load', () => whenReady(1000));
function examine() {
  const view = document.querySelector('#view').firstChild, seen = { errors };
  ${examine}
  document.body.innerHTML = ''; document.body.append(Object.assign(document.createElement('pre'), { id: 'report', textContent: JSON.stringify(seen) }));
}
</script>`;

/** What is there, a few keys, the pointer in a corner, the other language. */
const DRIVER = driver(`
  Object.assign(seen, { ready: document.documentElement.dataset.ready, start: text('reading'), cards: document.querySelectorAll('.map').length, heads: document.querySelectorAll('#grid button').length, rows: [...document.querySelectorAll('#grid > [role=row]')].map((row) => row.children.length) });
  const grid = document.getElementById('grid');
  for (const key of ['ArrowUp', 'ArrowLeft', 'ArrowLeft']) press(grid, key);
  press(view, 'ArrowRight'); seen.first = text('reading');
  press(view, 'ArrowRight'); seen.second = text('reading');
  press(view, 'Escape'); seen.escaped = text('reading');
  if (view.tagName === 'CANVAS') { const box = view.getBoundingClientRect(); view.dispatchEvent(new MouseEvent('mousemove', { clientX: box.right - 3, clientY: box.bottom - 3, bubbles: true })); seen.pointed = text('reading'); }
  document.getElementById('language').click();
  seen.other = document.documentElement.lang; seen.titles = [...document.querySelectorAll('h1, h2')].map((node) => node.textContent);
  seen.empty = [...document.querySelectorAll('[data-say]')].filter((node) => !node.textContent).length;
  seen.spoken = text('reading'); seen.bold = document.querySelectorAll('p.hint b').length;
`);

/** Every token that pointer and clicks find, that arrows and Space find, that Page Down finds; and what happens to one that is kept. */
const REACH = driver(`
  const read = () => document.querySelector('#reading b').textContent;
  const box = view.getBoundingClientRect(), at = (share, size) => Math.round(share * size);
  const spots = view.tagName !== 'CANVAS' ? [...view.children].map((node) => [node, 0, 0]) : Array.from({ length: 32 }, (_, i) => [view, box.left + at((i % 8 + .5) / 8, box.width), box.top + at((Math.floor(i / 8) + .5) / 4, box.height)]);
  const send = (type, [node, clientX, clientY]) => { node.dispatchEvent(new MouseEvent(type, { clientX, clientY, bubbles: type !== 'mouseleave' })); return read(); };
  seen.pointed = spots.map((spot) => { const all = [send('mousemove', spot)]; for (let i = 0; i < 9; i++) { const next = send('click', spot); if (next.includes('classifier')) break; all.push(next); } return all; });
  const [[node, x, y]] = spots, last = spots.at(-1);
  send('mousemove', spots[0]); send('click', spots[0]); seen.clicked = send('click', spots[0]); seen.shaken = send('mousemove', [node, x + 1, y + 1]);
  seen.elsewhere = send('mousemove', last); seen.left = send('mouseleave', [view, 0, 0]);
  document.getElementById('language').click(); seen.spoken = read(); document.getElementById('language').click();
  const walk = (keys) => { press(view, 'Escape'); return keys.map((key) => { press(view, key); return read(); }); };
  seen.keyed = walk(['ArrowRight', ...Array.from({ length: 4 }, () => [' ', ' ', 'ArrowRight', ' ', ' ', 'ArrowLeft', 'ArrowDown']).flat()]);
  seen.paged = walk(Array.from({ length: 20 }, () => 'PageDown')); press(view, 'PageUp'); seen.back = read();
  document.querySelectorAll('#specials button')[1].click(); seen.special = read(); press(view, 'ArrowRight'); seen.afterSpecial = read();
`);

/** The answer and what is said of it, in both languages. */
const ANSWER = driver(`
  const shown = () => ({ panel: [...document.querySelectorAll('#probabilities > *')].map((row) => [...row.children].map((node) => node.textContent)), bars: document.querySelectorAll('#probabilities .track').length, answer: document.querySelector('#answer .hint').textContent, rests: document.querySelector('#rests .hint').textContent });
  seen.plots = document.querySelectorAll('.plots').length;
  for (let i = 0; i < 2; i++) { seen[document.documentElement.lang] = shown(); document.getElementById('language').click(); }
`);

const nameIn = (reading: string): string | undefined => /^From (.*), layer/.exec(reading)?.[1];
const namesIn = (readings: unknown): string[] =>
  [...new Set((readings as string[]).flat().flatMap((reading) => nameIn(reading) ?? []))].sort();

test.skipIf(!chromium)('a picture', { timeout: 60_000 }, () => {
  const places = patchPlaces({ special: 1, grid: [2, 2], patch: [4, 4], stride: [4, 4] });
  const scene: Scene = { kind: 'pictures', frames: [DOT], times: [0], width: 8, height: 8 };
  const seen = drive(DRIVER, explainPage(explanation(places), scene));
  expect(seen).toMatchObject({
    ready: 'yes',
    cards: METHODS.length,
    heads: 6,
    rows: [3, 3],
    errors: [],
    empty: 0,
    bold: 0,
  });
  // the first patch looks at the second one, in layer 1, head 1; and so on
  expect(seen.first).toBe(
    'From rows 0–3, columns 0–3, layer 1, head 1most: rows 0–3, columns 4–7, 1 · on tokens without a place: 0.0 %',
  );
  expect(seen.second).toContain('From rows 0–3, columns 4–7, layer 1, head 1most: rows 4–7, columns 0–3');
  expect(seen.escaped).toContain('From what the classifier reads');
  expect(seen.pointed).toContain('From rows 4–7, columns 4–7');
  const { en, zh } = explainDictionaries;
  const words = seen.other === 'zh' ? zh : en;
  expect(seen.titles).toEqual([words.title, words.answer, words.looks, words.rests, words.distance, words.randomised]);
});

test.skipIf(!chromium)('letters, overlapping', { timeout: 60_000 }, () => {
  const places = spanPlaces([
    [0, 0],
    [0, 3],
    [1, 4],
    [2, 5],
  ]);
  const seen = drive(
    DRIVER,
    explainPage({ ...explanation(places), modality: 'dna' }, { kind: 'letters', text: 'ACGTA' }),
  );
  expect(seen).toMatchObject({ ready: 'yes', cards: METHODS.length, errors: [], empty: 0 });
  expect(seen.first).toContain(
    'From “token 1” (letters 1–3), layer 1, head 1 · 1 of 2 heremost: “token 2” (letters 2–4)',
  );
});

test.skipIf(!chromium)('the same letter again: its position tells which', { timeout: 60_000 }, () => {
  const places = spanPlaces([
    [0, 0],
    [0, 1],
    [1, 2],
    [2, 3],
  ]);
  const dna = { ...explanation(places), modality: 'dna' as const, tokens: ['[CLS]', 'A', 'C', 'A'] };
  const seen = drive(DRIVER, explainPage(dna, { kind: 'letters', text: 'ACA' }));
  expect(seen.errors).toEqual([]);
  expect(seen.first).toContain('From “A” (letter 1), layer 1, head 1most: “C” (letter 2), 1');
  expect(seen.second).toContain('From “C” (letter 2), layer 1, head 1most: “A” (letter 3), 1');
  expect(seen.spoken).toContain('最多：“A”（第 1 个字符），1');
});

/** Tubes of four and of eight frames over the same four squares. */
function shortAndLongTubes(): Place[] {
  return [0, 4, -1].flatMap((start) =>
    [0, 1, 2, 3].map((n): Place => {
      const [first, frames] = start < 0 ? [0, 8] : [start, 4];
      const corner = { top: 4 * Math.floor(n / 2), left: 4 * (n % 2), height: 4, width: 4 };
      return { kind: 'tube', start: first, frames, ...corner, from: first, to: first + frames };
    }),
  );
}

test.skipIf(!chromium)('short and long tubes in one place: each can be reached', { timeout: 60_000 }, () => {
  const tubes = shortAndLongTubes();
  const all = tubes.map((place) => placeText(place, 'en')).sort();
  const scene: Scene = { kind: 'pictures', frames: Array(8).fill(DOT), times: [0], width: 8, height: 8 };
  const seen = drive(REACH, explainPage({ ...explanation([undefined, ...tubes]), modality: 'video' }, scene));
  expect(namesIn(seen.pointed)).toEqual(all);
  expect(namesIn(seen.keyed)).toEqual(all);
  expect(namesIn(seen.paged)).toEqual(all);
  // at every point: the short one is pointed at and kept, then the long one, then none
  for (const readings of seen.pointed as string[][])
    expect(readings.map((reading) => reading.split(' · ')[1])).toEqual(['1 of 2 here', '1 of 2 here', '2 of 2 here']);
  // the pointer may shake without losing the long tube; leaving the picture shows it again
  expect(seen.clicked).toContain('From frames 0–7 (0–8 s), rows 0–3, columns 0–3');
  expect(seen.shaken).toBe(seen.clicked);
  expect(seen.elsewhere).toContain('From frames 4–7 (4–8 s), rows 4–7, columns 4–7');
  expect(seen.left).toBe(seen.clicked);
  expect(seen.spoken).toContain('此处 2 个中的第 2 个');
  expect(seen.back).toContain(placeText(tubes.at(-2) as Place, 'en'));
  expect(seen.special).toContain('From “token 0”');
  expect(seen.afterSpecial).toContain('From frames 0–3 (0–4 s), rows 0–3, columns 0–3');
  expect(seen.errors).toEqual([]);
});

test.skipIf(!chromium)('several tokens of one letter: each can be reached', { timeout: 60_000 }, () => {
  const places = spanPlaces([
    [0, 0],
    [0, 1],
    [1, 3],
    [1, 3],
    [3, 4],
  ]);
  const text = { ...explanation(places), modality: 'text' as const, tokens: ['[CLS]', 'a', 'ðŁ', 'ĺĢ', 'a'] };
  const seen = drive(REACH, explainPage(text, { kind: 'letters', text: 'a😀a' }));
  const all = ['“a” (letter 1)', '“a” (letter 3)', '“ðŁ” (letter 2)', '“ĺĢ” (letter 2)'];
  expect(namesIn(seen.pointed)).toEqual([...all].sort());
  expect(namesIn(seen.paged)).toEqual([...all].sort());
  expect(seen.errors).toEqual([]);
});

/** As models without probabilities are explained: nothing is judged. */
function unjudged(places: Explanation['places']): Explanation {
  const { shares: _, baselines: __, maps, ...told } = explanation(places);
  const plain = Object.entries(maps).map(([name, { curves: _, scores: __, ...map }]) => [name, map]);
  return { ...told, maps: Object.fromEntries(plain) };
}

test.skipIf(!chromium)(
  'values are numbers without bars, and why nothing was judged is told',
  { timeout: 60_000 },
  () => {
    const places = patchPlaces({ special: 1, grid: [2, 2], patch: [4, 4], stride: [4, 4] });
    const scene: Scene = { kind: 'pictures', frames: [DOT], times: [0], width: 8, height: 8 };
    const values = [
      { label: '<i>depth', value: -3.25 },
      { label: 'price', value: 253412.5 },
      { label: 'weight', value: 0.7 },
      ...[1, 2, 3, 4].map((n) => ({ label: `rest ${n}`, value: -10 * n })),
    ];
    const told: Explanation = { ...unjudged(places), labels: [], probabilities: [], values, label: 'price' };
    const seen = drive(ANSWER, explainPage(told, scene));
    const panel = [
      ['price', '253413'],
      ['weight', '0.7'],
      ['<i>depth', '-3.25'],
      ['rest 1', '-10'],
      ['rest 2', '-20'],
      ['rest 3', '-30'],
      ['rest 4', '-40'],
    ];
    expect(seen).toEqual({
      errors: [],
      plots: 0,
      en: {
        panel,
        bars: 0,
        answer: 'Values, not probabilities. Everything below asks about “price”.',
        rests:
          'The same answer by several methods. Nothing here was put to the test: deletion and insertion follow a probability, and there is none here.',
      },
      zh: {
        panel,
        bars: 0,
        answer: '数值，不是概率。下面都针对“price”。',
        rests: '同一个回答，多种方法。没有做检验：删除与插入要测量概率，而这里没有概率。',
      },
    });
  },
);

test.skipIf(!chromium)('probabilities keep their bars, and are asked to be judged', { timeout: 60_000 }, () => {
  const places = patchPlaces({ special: 1, grid: [2, 2], patch: [4, 4], stride: [4, 4] });
  const scene: Scene = { kind: 'pictures', frames: [DOT], times: [0], width: 8, height: 8 };
  const { en, zh } = explainDictionaries;
  const seen = drive(ANSWER, explainPage(unjudged(places), scene));
  const panel = [
    ['cat', '', '70.0 %'],
    ['dog', '', '30.0 %'],
  ];
  expect(seen).toMatchObject({ errors: [], plots: 0 });
  for (const [language, words] of Object.entries({ en, zh }))
    expect(seen[language]).toEqual({
      panel,
      bars: 2,
      answer: words.answerHint.replace('{label}', 'cat'),
      rests: words.restsHintPlain,
    });
});
