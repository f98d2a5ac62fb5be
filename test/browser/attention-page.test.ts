// The page about one text, in headless Chromium: keys move over tokens, heads and the map, what is named has a name in both languages.
import { expect, test } from 'vitest';
import { type AttentionCapture, attentionPage, captureId } from '../../src/lens/index.ts';
import { chromium, drive } from './headless.ts';

const tokens = ['[CLS]', '好', '</script>', '[SEP]'];
/** Values that tell layer, head, row and column: 0.1234 is layer 1, head 2, row 3, column 4. */
const capture: AttentionCapture = {
  ...{
    model: 'tiny',
    text: '好 </script>',
    tokens,
    labels: ['down', 'up'],
    probabilities: [0.25, 0.75],
    prediction: 'up',
  },
  attentions: [1, 2].map((layer) =>
    [1, 2, 3].map((head) =>
      tokens.map((_, row) =>
        tokens.map((__, column) => layer / 10 + head / 100 + (row + 1) / 1000 + (column + 1) / 1e4),
      ),
    ),
  ),
  gradientTimesInput: [0, 0.5, -0.25, 0.125],
};

const DRIVER = `<script>
const errors = []; addEventListener('error', (event) => errors.push(event.message));
addEventListener('load', () => {
  const seen = {}, map = document.getElementById('map'), grid = document.getElementById('grid'), words = document.getElementById('language');
  const press = (...keys) => keys.map((key) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
    return document.getElementById('reading').textContent;
  });
  const named = (node) => node.getAttribute('aria-label') ?? node.getAttribute('aria-labelledby').split(' ').map((id) => document.getElementById(id).textContent).join(' ');
  const names = () => [...document.querySelectorAll('[role]')].filter((node) => node.getAttribute('role') !== 'row').map((node) => node.getAttribute('role') + ': ' + named(node));
  if (document.documentElement.lang !== 'en') words.click();
  seen.rows = [...grid.querySelectorAll(':scope > [role=row]')].map((row) => row.querySelectorAll('[role=gridcell]').length);
  seen.columns = new Set([...grid.querySelectorAll('button')].map((button) => button.getBoundingClientRect().left)).size;
  seen.english = names();
  grid.querySelector('[tabindex="0"]').focus();
  seen.heads = press('ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowUp');
  map.focus();
  seen.focused = document.activeElement === map;
  seen.map = press('ArrowLeft', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowUp', 'x');
  seen.pressed = [...document.querySelectorAll('#tokens [aria-pressed=true]')].map((node) => node.textContent);
  seen.described = map.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id).textContent);
  words.click();
  seen.chinese = names(); seen.title = document.title; seen.empty = [...document.querySelectorAll('[data-say]')].filter((node) => !node.textContent).length;
  seen.footer = document.querySelector('footer').textContent; seen.errors = errors;
  document.body.innerHTML = ''; document.body.append(Object.assign(document.createElement('pre'), { id: 'report', textContent: JSON.stringify(seen) }));
});
</script>`;

test.skipIf(!chromium)('the page of a text by keys alone, in two languages', { timeout: 60_000 }, () => {
  const seen = drive(DRIVER, attentionPage(capture));
  expect(seen).toMatchObject({ errors: [], empty: 0, rows: [3, 3], columns: 3, focused: true });
  const heads = (name: (layer: number, head: number) => string): string[] =>
    [1, 2].flatMap((layer) => [1, 2, 3].map((head) => `gridcell: ${name(layer, head)}`));
  expect(seen.english).toEqual([
    ...['group: The text as tokens', 'grid: Every layer and head'],
    ...heads((layer, head) => `Layer ${layer}, head ${head}`),
    'application: Layer 1, head 1',
  ]);
  // the largest weight of the first row is its last; beyond the edge nothing moves
  expect(seen.heads).toEqual(
    ['0.2114', '0.2214', '0.2314', '0.2314', '0.1314'].map((value) => `[CLS] → [SEP]: ${value}`),
  );
  expect(seen.map).toEqual([
    ...['[CLS] → </script>: 0.1313', '好 → </script>: 0.1323', '</script> → </script>: 0.1333'],
    ...['</script> → [SEP]: 0.1334', '</script> → [SEP]: 0.1334', '好 → [SEP]: 0.1324', '好 → [SEP]: 0.1324'],
  ]);
  expect(seen.pressed).toEqual(['好']);
  expect(seen.described).toEqual([expect.stringContaining('arrow keys'), '好 → [SEP]: 0.1324']);
  expect(seen.chinese).toEqual([
    ...['group: 切成 token 的文本', 'grid: 每一层、每一个头'],
    ...heads((layer, head) => `第 ${layer} 层，第 ${head} 头`),
    'application: 第 1 层，第 3 头',
  ]);
  expect(seen.title).toBe('Tesserae · Transformer 在看什么');
  expect(seen.footer).toContain(captureId(capture));
});
