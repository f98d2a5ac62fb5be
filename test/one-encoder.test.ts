// The comparison's own recipe: what reads text and genes is one encoder, whatever does best on either alone.
import { expect, test } from 'vitest';
import { oneEncoder } from '../recipes/one-encoder.ts';

test.each(['text', 'DNA'])(
  '%s is read by blocks that norm first, as pictures and sounds are, with nothing hidden',
  (name) => {
    const part = oneEncoder.parts[name];
    expect(part).toBeDefined();
    expect({ family: 'bert', ...part?.model }.family).toBe('roberta-prelayernorm');
    expect({ hiddenTokens: 0, ...part }.hiddenTokens).toBe(0);
  },
);
