// First values: the deviation of new weights is that of the recipe, or follows the width; and it is what weights then have.
import { expect, test } from 'vitest';
import { recipes } from '../../recipes/index.ts';
import { type HubConfig, modelFor, parameterSpecs } from '../models/index.ts';
import { initializeParameters } from '../nn/index.ts';
import { decoderConfig } from './decoder-config.ts';
import { encoderConfig } from './encoder-config.ts';
import type { ModelRecipe } from './recipe.ts';
import { encoderFields } from './sense-classification/modality.ts';
import { encoderDecoderConfig } from './text-to-text/config.ts';
import { frames, trainRecipeTokenizer } from './tokenizer.ts';

const kind = { kind: 'char', vocabSize: 50, minFrequency: 1, lowercase: true } as const;
const tokenizerOf = (frame: keyof typeof frames) => trainRecipeTokenizer(['abc'], kind, frames[frame]);
const { initializerRange: _, ...plain } = (recipes['ner-zh'] as unknown as { model: ModelRecipe }).model;
const size: ModelRecipe = { ...plain, dim: 64, heads: 4, ffnDim: 256 };

test.each<[string, (model: ModelRecipe) => HubConfig, string]>([
  ['encoder', (model) => encoderConfig(model, tokenizerOf('encoder'), 'ForMaskedLM', ['a']), 'initializer_range'],
  ['decoder', (model) => decoderConfig(model, tokenizerOf('decoder'), 'GPT2LMHeadModel'), 'initializer_range'],
  ['encoder-decoder', (model) => encoderDecoderConfig(model, tokenizerOf('sequence')), 'init_std'],
  ['senses', (model) => encoderFields(model), 'initializer_range'],
])('%s', (_name, configOf, field) => {
  expect(configOf(size)[field]).toBe(1 / 16);
  expect(configOf({ ...size, initializerRange: 0.05 })[field]).toBe(0.05);
  expect(() => configOf({ ...size, initializerRange: 0 })).toThrow('expected a deviation above 0, got 0');
});

test('weights have it', () => {
  const config = decoderConfig(size, tokenizerOf('decoder'), 'GPT2LMHeadModel');
  const weights = initializeParameters(parameterSpecs(modelFor(config)), 1);
  const [name, { data }] = Object.entries(weights).find(([key]) => /feed_forward\..*weight$/.test(key)) ?? [
    '',
    { data: [] },
  ];
  const deviation = Math.sqrt([...(data as Float32Array)].reduce((sum, value) => sum + value ** 2, 0) / data.length);
  // 64 × 256 values: the estimate's own deviation is 0.0625 / √(2 · 16,384)
  expect(Math.abs(deviation - 1 / 16), name).toBeLessThan(5 * (1 / 16 / Math.sqrt(2 * data.length)));
});
