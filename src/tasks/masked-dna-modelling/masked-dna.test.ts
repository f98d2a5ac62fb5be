// Pre-training on DNA: what is hidden cannot be read off its neighbours, rivals by hand, and a classifier that starts from it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dnaMlm } from '../../../recipes/dna-mlm.ts';
import { dnaPromoters } from '../../../recipes/dna-promoters.ts';
import { type NdArray, Random } from '../../array/index.ts';
import { nodeRuntime } from '../../graph/index.node.ts';
import { dnaTokenizer, spell } from '../dna-classification/spelling.ts';
import { openModel } from '../forward.node.ts';
import { evaluateRun, prepareJob } from '../tasks.node.ts';
import { type TrainOptions, trainRun } from '../train.node.ts';
import { maskSpans } from './mask-spans.ts';
import { maskingRivals } from './rivals.ts';
import type { MaskedDnaEvaluation } from './task.node.ts';
import { type Cutting, spanOf, windowOf } from './windows.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-masked-dna-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const random = new Random({ seed: 11, site: 'masked-dna.test' });
const sequence = (length: number): string => Array.from({ length }, () => 'ACGT'[random.integer(4)]).join('');
const triples = { kind: 'kmer', k: 3, overlap: true, vocabSize: 64 } as const;
const spelling = { kind: 'kmer', k: 3, overlap: true } as const;
const cutting: Cutting = { tokenizer: dnaTokenizer([], triples), spelling, length: 64 };
const special = new Set([0, 1, 2, 3, 4]);

test('three 3-mers in a row are hidden, about 15 % of all, special tokens never', () => {
  const rows = Array.from({ length: 200 }, () => windowOf(sequence(80), cutting));
  const masked = maskSpans(rows, { maskId: 4, vocabSize: 69, special }, spanOf(spelling), { seed: 1, step: 1 });
  let [asked, all, changed] = [0, 0, 0];
  const fates = { hidden: 0, kept: 0, other: 0 };
  for (const [r, row] of rows.entries()) {
    expect(row).toHaveLength(64);
    const labels = masked.labels[r] as number[];
    const shown = masked.rows[r] as number[];
    expect([labels[0], labels[63], shown[0], shown[63]]).toEqual([-100, -100, 2, 3]);
    for (let t = 1; t < 63; t++) {
      all++;
      if (labels[t] === -100) {
        if (shown[t] !== row[t]) changed++;
        continue;
      }
      let end = t;
      while (labels[end] !== -100) end++;
      asked += end - t;
      all += end - t - 1;
      // only the end of a window cuts a span short
      if (end < 63) expect(end - t).toBeGreaterThanOrEqual(3);
      const own = shown.slice(t, end);
      expect(labels.slice(t, end)).toEqual(row.slice(t, end));
      if (own.every((id) => id === 4)) fates.hidden++;
      else if (own.every((id, i) => id === row[t + i])) fates.kept++;
      else fates.other++;
      expect(own.filter((id) => id !== 4).every((id) => !special.has(id))).toBe(true);
      if (own.includes(4)) expect(new Set(own)).toEqual(new Set([4]));
      t = end - 1;
    }
  }
  expect(changed).toBe(0);
  expect(Math.abs(asked / all - 0.15)).toBeLessThan(0.015);
  const runs = fates.hidden + fates.kept + fates.other;
  expect(Math.abs(fates.hidden / runs - 0.8)).toBeLessThan(0.06);
  expect(Math.abs(fates.kept / runs - 0.1)).toBeLessThan(0.05);
  const again = maskSpans(rows, { maskId: 4, vocabSize: 69, special }, 3, { seed: 1, step: 1 });
  expect(again).toEqual(masked);
  expect(maskSpans(rows, { maskId: 4, vocabSize: 69, special }, 3, { seed: 1, step: 2 })).not.toEqual(masked);
  expect(() => maskSpans(rows, { maskId: 4, vocabSize: 69, special }, 0, { seed: 1, step: 1 })).toThrow(
    'a whole number >= 1, got 0',
  );
});

test('a span of k overlapping k-mers hides one base, fewer hide none: what neighbours spell is no question', () => {
  const { tokenizer } = cutting;
  const idsOf = (text: string): number[] =>
    tokenizer.encode(spell(text, spelling), { addSpecialTokens: false }).ids as number[];
  const ids = idsOf('ACGTACGT');
  const asking = (places: readonly number[]) => [{ ids, labels: ids.map((id, t) => (places.includes(t) ? id : -100)) }];
  // equal frequencies: with one added to each, A C G T are a quarter each
  const train = [idsOf('ACGTACGTACGTACGTAC')];
  const byNeighbours = (places: readonly number[]): number =>
    maskingRivals(train, asking(places), { tokenizer, spelling }).bases_by_neighbours as number;
  expect(byNeighbours([2, 3])).toBe(0);
  const counts = { A: 0, C: 0, G: 0, T: 0 };
  for (const word of spell('ACGTACGTACGTACGTAC', spelling).split(' '))
    for (const base of word) counts[base as keyof typeof counts]++;
  // 16 words of 3 bases; the tokens at 1, 2 and 3 hide base 3 of ACGTACGT, which is T, and each has it
  expect(byNeighbours([1, 2, 3])).toBeCloseTo(-Math.log((counts.T + 1) / (48 + 4)), 10);
  // every word of the training stands there 4 times in 16; 69 tokens, one added to each
  const { token_frequencies } = maskingRivals(train, asking([1, 2, 3]), { tokenizer, spelling });
  expect(token_frequencies).toBeCloseTo(-Math.log((4 + 1) / (16 + 69)), 10);
});

test('genomes are learnt from, measured beside counting, and promoters go on from there', async () => {
  mkdirSync(join(dir, 'dna/genomes'), { recursive: true });
  // a motif that repeats: neighbours tell what is hidden, spelling does not
  const genome = (count: number): string => Array.from({ length: count }, () => `ACCGTTGA${sequence(1)}`).join('');
  writeFileSync(join(dir, 'dna/genomes/lambda_virus.fa'), `>lambda\n${genome(60)}\n`);
  writeFileSync(join(dir, 'dna/genomes/NC_008253.fna'), `>ecoli\n${genome(240)}\n`);
  mkdirSync(join(dir, 'dna/promoters'), { recursive: true });
  const fasta = (count: number): string => Array.from({ length: count }, (_, i) => `>${i}\n${sequence(30)}\n`).join('');
  writeFileSync(join(dir, 'dna/promoters/Ecoli_prom.fa'), fasta(20));
  writeFileSync(join(dir, 'dna/promoters/Ecoli_non_prom.fa'), fasta(20));
  const options: TrainOptions = {
    ...{ runtime: await nodeRuntime(), session: { threads: 1 }, folders: [dir], versions: {}, note: () => undefined },
    out: join(dir, 'mlm'),
  };
  const size = { dim: 16, layers: 1, heads: 2, ffnDim: 32, maxLength: 34 };
  const recipe = {
    ...dnaMlm,
    data: { ...dnaMlm.data, options: { length: 40 } },
    model: { ...dnaMlm.model, ...size, dropout: 0 },
    train: { ...dnaMlm.train, steps: 100, batchSize: 16, warmup: 10, learningRate: 1e-2, evaluateEvery: 100 },
  };
  const { dir: run } = await trainRun(recipe, options);
  const { evaluation, report } = await evaluateRun<MaskedDnaEvaluation>(run, options);
  const { token_frequencies = 0, bases_by_neighbours = 0 } = evaluation.baselines;
  expect(token_frequencies).toBeGreaterThan(bases_by_neighbours);
  expect(evaluation.loss).toBeLessThan(token_frequencies);
  expect(report).toContain('nats per hidden token');
  // the encoder goes over bit for bit, and reads 3-mers as it learnt them
  const tuning = {
    ...dnaPromoters,
    model: { ...dnaPromoters.model, ...size },
    startFrom: run,
    train: { ...dnaPromoters.train, steps: 1 },
  };
  const job = await prepareJob(tuning, options);
  await job.release();
  const { parameters } = await openModel(run);
  const values = (array: NdArray | undefined): number[] => Array.from((array as NdArray<'float32'>).data);
  const shared = Object.keys(parameters).filter((name) => name in job.initial);
  expect(shared.length).toBeGreaterThan(15);
  for (const name of shared) expect(values(job.initial[name]), name).toEqual(values(parameters[name]));
  expect(JSON.parse(job.files['preprocessor_config.json'] as string)).toEqual({ spelling });
  const lone = { ...recipe, data: { ...recipe.data, options: { length: 2000 } } };
  await expect(prepareJob(lone, options)).rejects.toThrow(
    /expected sequences to train on and to validate, got \d+ and 0/,
  );
}, 30_000);
