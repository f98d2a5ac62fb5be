// The comparison's own recipe: what reads text and genes is one encoder, whatever does best on either alone.
import { expect, test } from 'vitest';
import { oneEncoder } from '../recipes/one-encoder.ts';

test('text and DNA have the same family of encoder, and no options that the others lack', () => {
  const { text, DNA } = oneEncoder.parts;
  expect([text, DNA].map((part) => ('family' in part.model ? part.model.family : 'bert') ?? 'bert')).toEqual([
    'bert',
    'bert',
  ]);
  expect('hiddenTokens' in text && text.hiddenTokens).toBe(0);
});
