// Drawings of alignments: every weight is there, texts are only texts.
import { expect, test } from 'vitest';
import { type AlignmentCapture, alignmentPage, alignmentSvg, alignmentText } from './index.ts';

const capture: AlignmentCapture = {
  model: 'MarianMTModel',
  source: 'a<b',
  target: 'X YY',
  sourceTokens: ['a', '<', 'long'],
  targetTokens: ['X', 'YY'],
  layer: 2,
  head: null,
  weights: [
    [0.9, 0.1, 0],
    [0.25, 0.25, 0.5],
  ],
};

test('the terminal shows source tokens on end and a shade for each weight', () => {
  expect(alignmentText(capture).split('\n')).toEqual([
    '        l',
    '        o',
    '        n',
    '    a < g',
    ' X  ██',
    'YY  ░░░░▒▒',
    '(decoder layer 2, mean of all heads)',
  ]);
});

test('the picture has a cell with its value for every pair of tokens', () => {
  const drawing = alignmentSvg(capture);
  expect(drawing.match(/<rect /g)).toHaveLength(6);
  expect(drawing).toContain('X ← a: 0.900');
  expect(drawing).toContain('YY ← long: 0.500');
  expect(drawing).not.toMatch(/a<b/);
});

test('the page is whole in both languages and names its capture', () => {
  expect(alignmentPage(capture)).toContain('Where it looked while it wrote');
  expect(alignmentPage({ ...capture, head: 3 }, 'zh')).toContain('解码器第 2 层，第 3 头');
  expect(alignmentPage(capture).match(/<footer>.* [0-9a-f]{8}<\/footer>/)).not.toBeNull();
});
