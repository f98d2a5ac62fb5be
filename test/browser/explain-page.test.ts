// The page about one explained input, in headless Chromium: it draws without errors, answers keys and the pointer, and speaks both languages.
import { expect, test } from 'vitest';
import { float32 } from '../../src/array/index.ts';
import {
  type Explanation,
  explainDictionaries,
  explainPage,
  METHODS,
  patchPlaces,
  type Scene,
  spanPlaces,
} from '../../src/lens/index.ts';
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
const DRIVER = `<script>
const errors = []; addEventListener('error', (event) => errors.push(event.message)); addEventListener('unhandledrejection', (event) => errors.push(String(event.reason)));
const press = (node, key) => node.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
const text = (id) => document.getElementById(id).textContent;
const whenReady = (tries) => document.documentElement.dataset.ready === 'yes' || tries === 0 ? examine() : setTimeout(whenReady, 100, tries - 1);
addEventListener('load', () => whenReady(1000));
function examine() {
  const seen = { ready: document.documentElement.dataset.ready, start: text('reading'), cards: document.querySelectorAll('.map').length, heads: document.querySelectorAll('#grid button').length, rows: [...document.querySelectorAll('#grid > [role=row]')].map((row) => row.children.length) };
  const view = document.querySelector('#view').firstChild, grid = document.getElementById('grid');
  for (const key of ['ArrowUp', 'ArrowLeft', 'ArrowLeft']) press(grid, key);
  press(view, 'ArrowRight'); seen.first = text('reading');
  press(view, 'ArrowRight'); seen.second = text('reading');
  press(view, 'Escape'); seen.escaped = text('reading');
  if (view.tagName === 'CANVAS') { const box = view.getBoundingClientRect(); view.dispatchEvent(new MouseEvent('mousemove', { clientX: box.right - 3, clientY: box.bottom - 3, bubbles: true })); seen.pointed = text('reading'); }
  document.getElementById('language').click();
  seen.other = document.documentElement.lang; seen.titles = [...document.querySelectorAll('h1, h2')].map((node) => node.textContent);
  seen.empty = [...document.querySelectorAll('[data-say]')].filter((node) => !node.textContent).length;
  seen.errors = errors; seen.bold = document.querySelectorAll('p.hint b').length;
  document.body.innerHTML = ''; document.body.append(Object.assign(document.createElement('pre'), { id: 'report', textContent: JSON.stringify(seen) }));
}
</script>`;

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
  expect(seen.first).toContain('From “token 1”, layer 1, head 1most: “token 2”');
});
