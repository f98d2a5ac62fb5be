// The comparison's own recipe: what reads text and genes is one encoder, whatever does best on either alone; and all of it, small.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dnaSplice } from '../recipes/dna-splice.ts';
import { oneEncoder } from '../recipes/one-encoder.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { reportText } from '../src/lens/index.ts';
import { compareModalities, evaluateRun } from '../src/tasks/index.node.ts';
import { type ClassificationEvaluation, type OneEncoderRecipe, oneEncoderReport } from '../src/tasks/index.ts';
import { writeRandomSplice } from './random-splice.ts';

test.each(['text', 'DNA'])(
  '%s is read by blocks that norm first, as pictures and sounds are, with nothing hidden',
  (name) => {
    const part = oneEncoder.parts[name];
    expect(part).toBeDefined();
    expect({ family: 'bert', ...part?.model }.family).toBe('roberta-prelayernorm');
    expect({ hiddenTokens: 0, ...part }.hiddenTokens).toBe(0);
  },
);

const dir = mkdtempSync(join(tmpdir(), 'tesserae-one-encoder-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('every part is trained with every seed; its accuracy is what evaluate says of the runs, on average', async () => {
  writeRandomSplice(dir, 90, 6, 'one-encoder.test');
  const bases = { ...dnaSplice, train: { ...dnaSplice.train, steps: 3, batchSize: 8, warmup: 1 } };
  const recipe: OneEncoderRecipe = {
    ...oneEncoder,
    encoder: { ...oneEncoder.encoder, dim: 8, layers: 1, heads: 2, ffnDim: 8 },
    parts: { bases, pairs: { ...bases, name: 'pairs', tokens: { ...bases.tokens, k: 2 } } },
    seeds: [1, 2],
  };
  const context = {
    ...{ runtime: await nodeRuntime(), session: { threads: 1 }, folders: [dir], versions: {} },
    note: (): void => undefined,
  };
  const out = join(dir, 'runs');
  const comparison = await compareModalities(recipe, out, context);
  expect(comparison.rows.map(({ modality, tokens }) => [modality, tokens])).toEqual([
    ['bases', 62],
    ['pairs', 61],
  ]);
  const [first] = comparison.rows;
  const evaluated: number[] = [];
  for (const seed of recipe.seeds) {
    const { evaluation } = await evaluateRun<ClassificationEvaluation>(join(out, `${bases.name}-${seed}`), context);
    expect(first?.examples).toBe(evaluation.examples);
    evaluated.push(evaluation.accuracy);
  }
  expect(first?.accuracies).toEqual(evaluated);
  expect(first?.accuracy).toBeCloseTo(((evaluated[0] ?? 0) + (evaluated[1] ?? 0)) / 2, 12);
  expect(first?.interval[0]).toBeLessThanOrEqual(first?.accuracy ?? 0);
  expect(reportText(oneEncoderReport(comparison))).toContain('by seed');
  // what is there is taken
  expect(await compareModalities(recipe, out, context)).toEqual(comparison);
  await expect(compareModalities({ ...recipe, seeds: [] }, out, context)).rejects.toThrow('at least one seed');
  const other = { ...bases, name: 'other', model: { ...bases.model, family: 'roberta-prelayernorm' as const } };
  await expect(compareModalities({ ...recipe, parts: { bases, other }, seeds: [1] }, out, context)).rejects.toThrow(
    'the same encoder for all parts',
  );
}, 60_000);
