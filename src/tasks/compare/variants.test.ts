// Variants on folds: numbers by hand, and all of it on sequences made here.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dnaSplice } from '../../../recipes/dna-splice.ts';
import { digitsSpeakers, esc10Folds, spliceFolds } from '../../../recipes/folds.ts';
import { tubeControls } from '../../../recipes/tube-controls.ts';
import { writeRandomSplice } from '../../../test/random-splice.ts';
import { loadSequenceDataset } from '../../data/index.node.ts';
import { nodeRuntime } from '../../graph/index.node.ts';
import { intervalsSvg, reportText } from '../../lens/index.ts';
import { modelFor } from '../../models/index.ts';
import type { DnaClassificationRecipe } from '../dna-classification/recipe.ts';
import { clips } from '../sense-classification/clips.ts';
import { senseConfig } from '../sense-classification/modality.ts';
import type { VideoClassificationRecipe } from '../sense-classification/recipe.ts';
import { fixedTokens } from './cell-tokens.node.ts';
import { compareVariants } from './variants.node.ts';
import {
  foldName,
  meanRivals,
  requireVariants,
  scoredVariant,
  type VariantsRecipe,
  variantRecipe,
  variantsReport,
} from './variants.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-variants-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('a fold of two examples counts as much as one of four; gains are paired', () => {
  const small = [
    [1, 1],
    [1, 0],
  ];
  const large = [
    [0, 0, 0, 1],
    [0, 0, 1, 1],
  ];
  const own = scoredVariant(['a', 'b'], [small, large]);
  // folds: (1 + 0.5) / 2 and (0.25 + 0.5) / 2
  expect(own.folds.map(({ accuracy, examples }) => [accuracy, examples])).toEqual([
    [0.75, 2],
    [0.375, 4],
  ]);
  expect(own.accuracy).toBe(0.5625);
  expect(own.interval[0]).toBeLessThan(0.5625);
  expect(own.interval[1]).toBeGreaterThan(0.5625);
  // scipy.stats.t.interval(0.95, 1, loc=0.5625, scale=scipy.stats.sem([0.75, 0.375]))
  expect(own.over_folds?.interval[0]).toBeCloseTo(-1.8199, 3);
  const none = [small, large].map((seeds) => seeds.map((right) => right.map(() => 0)));
  const { gain, gain_interval } = scoredVariant(['a', 'b'], [small, large], none);
  expect(gain).toBe(0.5625);
  expect(gain_interval).toEqual(own.interval);
  expect(scoredVariant(['a', 'b'], [small, large], [small, large])).toMatchObject({ gain: 0, gain_interval: [0, 0] });
  expect(scoredVariant(['a'], [small]).over_folds).toBeUndefined();
});

test('rivals are averaged over folds, however many examples each learnt from', () => {
  const folds = [
    { nearest_of_90: 0.5, logistic_regression_on_4_mers: 0.1 },
    { nearest_of_80: 0.7, logistic_regression_on_4_mers: 0.3 },
  ];
  const found = meanRivals({ split: 's', test: 'test' }, folds);
  expect(found.map(({ rival, accuracy }) => [rival, accuracy])).toEqual([
    ['nearest', 0.6],
    ['logistic_regression_on_4_mers', 0.2],
  ]);
});

test('a variant changes its fields, the fold those of the data, the seed the seed', () => {
  const recipe: VariantsRecipe = {
    ...spliceFolds,
    base: dnaSplice,
    variants: { own: {}, pairs: { tokens: { kind: 'bpe' }, startFrom: 'runs/x' } },
  };
  const changed = variantRecipe(recipe, { variant: 'pairs', fold: { fold: 3 }, seed: 7 });
  const { tokens, data, seed, ...rest } = changed as DnaClassificationRecipe;
  expect(tokens).toEqual({ ...dnaSplice.tokens, kind: 'bpe' });
  expect(data).toEqual({ ...dnaSplice.data, options: { fold: 3 } });
  expect([seed, rest.model]).toEqual([7, dnaSplice.model]);
  expect(variantRecipe(recipe, { variant: 'own', fold: { fold: 0 }, seed: 1 })).toEqual(dnaSplice);
});

test('what is missing or stands twice is refused, with its place', () => {
  const refused =
    (change: object): (() => void) =>
    () =>
      requireVariants({ ...spliceFolds, ...change });
  expect(refused({ seeds: [] })).toThrow(/at least one entry, all different, got none \(seeds\)/);
  expect(refused({ seeds: [1, 1] })).toThrow(/got '1' twice \(seeds\)/);
  expect(refused({ variants: {} })).toThrow('(variants)');
  expect(refused({ splits: { mine: [{ fold: 1 }, { fold: 1 }] } })).toThrow("got 'fold 1' twice (splits.mine)");
  expect(refused({ splits: { mine: [] } })).toThrow('got none (splits.mine)');
});

test('the comparisons name every fold and speaker of their sets once', () => {
  const names = (recipe: VariantsRecipe): string[] => Object.values(recipe.splits).flat().map(foldName);
  expect(names(esc10Folds)).toEqual([1, 2, 3, 4, 5].map((fold) => `fold ${fold}`));
  expect(names(spliceFolds)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((fold) => `fold ${fold}`));
  expect(names(digitsSpeakers)).toHaveLength(7);
  for (const recipe of [esc10Folds, spliceFolds, digitsSpeakers, tubeControls]) requireVariants(recipe);
});

test('tubes, patches and short tubes read about equally many tokens', () => {
  const counts = Object.keys(tubeControls.variants).map((variant) => {
    const [fold = {}] = Object.values(tubeControls.splits)[0] ?? [];
    const recipe = variantRecipe(tubeControls, { variant, fold, seed: 1 }) as VideoClassificationRecipe;
    return [variant, fixedTokens(modelFor(senseConfig(clips, recipe.tokens, recipe.model, ['a', 'b'])))];
  });
  // one that classifies, and frames × rows × columns: 2·4·4 + 1·4·4, 1·4·4, 3·4·4, 3·4·4, 1·7·7
  expect(Object.fromEntries(counts)).toEqual({
    ...{ tubes: 49, 'single frame': 17, '2-D patches': 49, 'short tubes': 49, 'long tubes': 50 },
  });
});

test('two variants on two folds: trained, measured, gone on with', async () => {
  writeRandomSplice(dir, 80, 5, 'variants.test');
  const { data, train } = dnaSplice;
  const recipe: VariantsRecipe = {
    ...{ name: 'tiny', about: 'tiny', seeds: [1] },
    base: {
      ...dnaSplice,
      data,
      model: { ...dnaSplice.model, dim: 8, layers: 1, heads: 2, ffnDim: 8 },
      train: { ...train, steps: 2, batchSize: 8, warmup: 1 },
    },
    variants: { bases: {}, pairs: { tokens: { k: 2 } } },
    splits: { 'two folds': [{ fold: 0 }, { fold: 1 }] },
  };
  const context = {
    ...{ runtime: await nodeRuntime(), session: { threads: 1 }, folders: [dir], versions: {} },
    note: (): void => undefined,
  };
  const out = join(dir, 'runs');
  const comparison = await compareVariants(recipe, out, context);
  const { rows: found, rivals, chance } = comparison;
  expect(chance).toBeCloseTo(1 / 3, 10);
  // 60 bases or 59 pairs between [CLS] and [SEP]
  expect(found.map(({ variant, test, tokens }) => [variant, test, tokens])).toEqual([
    ['bases', 'test', 62],
    ['pairs', 'test', 61],
  ]);
  // twelve more pairs than bases, of width 8
  expect((found[1]?.parameters ?? 0) - (found[0]?.parameters ?? 0)).toBe(12 * 8);
  const sizes = await Promise.all(
    [0, 1].map(async (fold) => (await loadSequenceDataset('splice', [dir], { options: { fold } })).splits.test.length),
  );
  for (const { folds, accuracy } of found) {
    expect(folds.map(({ fold, examples }) => [fold, examples])).toEqual([
      ['fold 0', sizes[0]],
      ['fold 1', sizes[1]],
    ]);
    expect(accuracy).toBeCloseTo(((folds[0]?.accuracy ?? 0) + (folds[1]?.accuracy ?? 0)) / 2, 10);
  }
  expect(found[1]?.gain).toBeCloseTo((found[1]?.accuracy ?? 0) - (found[0]?.accuracy ?? 0), 10);
  expect(rivals.map(({ rival }) => rival)).toContain('naive_bayes_by_position');
  const kept = JSON.parse(readFileSync(join(out, 'bases-two-folds-fold-0-1', 'measured.json'), 'utf8'));
  expect(kept.right.test).toHaveLength(sizes[0] as number);
  const report = variantsReport(comparison);
  expect(reportText(report)).toContain('naive Bayes by position');
  expect(reportText(report, 'zh')).toContain('逐位置朴素贝叶斯');
  expect(intervalsSvg(report.intervals as never).match(/<circle /g)).toHaveLength(1);
  // what is there is taken, nothing is trained again
  const before = statSync(join(out, 'pairs-two-folds-fold-1-1', 'metrics.jsonl')).mtimeMs;
  expect(await compareVariants(recipe, out, context)).toEqual(comparison);
  expect(statSync(join(out, 'pairs-two-folds-fold-1-1', 'metrics.jsonl')).mtimeMs).toBe(before);
  const other = { ...recipe, base: { ...recipe.base, name: 'other' } } as VariantsRecipe;
  await expect(compareVariants(other, out, context)).rejects.toThrow(/one of the recipe other/);
}, 30_000);
