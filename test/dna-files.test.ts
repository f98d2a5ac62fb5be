// Genes by their files: what the pipeline and the commands read, and that a run goes on spelling bases as its start does.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command as inspect } from '../src/cli/commands/inspect.ts';
import { command as pipelineCommand } from '../src/cli/commands/pipeline.ts';
import { command as predict } from '../src/cli/commands/predict.ts';
import { DataError } from '../src/data/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import {
  type DnaClassificationPipeline,
  dnaClassificationPipeline,
} from '../src/tasks/dna-classification/pipeline.node.ts';
import { prepareJob, type TrainOptions, trainRun } from '../src/tasks/index.node.ts';
import { UnitsError } from '../src/tokens/index.ts';
import { recipeWith } from './recipe-with.ts';
import { runCommand } from './run-command.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-dna-files-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const at = (name: string): string => join(dir, name);
const BASES = 'ACGTTGCAACGTGGAT';
let options: TrainOptions;
let run: string;
let classify: DnaClassificationPipeline;

const settings = {
  ...{ 'data.id': at('genes.csv'), 'model.dim': 8, 'model.layers': 1, 'model.heads': 2, 'model.ffnDim': 8 },
  ...{ 'train.steps': 1, 'train.batchSize': 4, 'train.warmup': 0, 'train.evaluateEvery': 1, 'train.saveEvery': 1 },
};

beforeAll(async () => {
  const rows = ['train', 'validation', 'test'].flatMap((part) => [`${BASES},x,${part}`, `GGGGCCCCAAAATTTT,y,${part}`]);
  writeFileSync(at('genes.csv'), `sequence,label,split\n${rows.join('\n')}\n`);
  mkdirSync(at('folder'));
  writeFileSync(at('one.fa'), `>a gene\n${BASES.slice(0, 9).toLowerCase()}\n${BASES.slice(9)}\n`);
  writeFileSync(at('one.fasta.gz'), gzipSync(readFileSync(at('one.fa'))));
  writeFileSync(at('folder/two.fa'), `>first\n${BASES}\n>second\nGGGGCCCCAAAA\n`);
  writeFileSync(at('protein.fa'), '>p\nMKVLAAGIVGL\n');
  options = {
    ...{ runtime: await nodeRuntime(), session: { threads: 1 }, folders: [], versions: {}, note: () => undefined },
    out: at('run'),
  };
  const recipe = recipeWith('dna-splice', { ...settings, 'tokens.k': 3, 'tokens.overlap': false });
  run = (await trainRun(recipe, options)).dir;
  classify = await dnaClassificationPipeline(run, options);
});
afterAll(() => classify.dispose());

test('a run that starts from one of words side by side reads its bases so, whatever the recipe says', async () => {
  const job = await prepareJob(
    recipeWith('dna-splice', { ...settings, startFrom: run, 'tokens.overlap': true }),
    options,
  );
  const [batch] = await job.batchesAt(1);
  await job.release();
  expect(JSON.parse(job.files['preprocessor_config.json'] as string)).toEqual({
    spelling: { kind: 'kmer', k: 3, overlap: false },
  });
  // six words of sixteen bases, [CLS] and [SEP]
  expect(batch?.input_ids?.shape[1]).toBe(8);
});

test('a path, an address and bytes of a FASTA file give what its bases give', async () => {
  const server = createServer((_, response) => void response.end(readFileSync(at('one.fasta.gz'))));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/gene`;
  const expected = await classify(BASES);
  expect(expected).toMatchObject([{ label: expect.stringMatching(/^[xy]$/) }]);
  const file = new Uint8Array(readFileSync(at('one.fa')));
  const inputs = [
    ...[at('one.fa'), at('one.fasta.gz'), pathToFileURL(at('one.fa')), pathToFileURL(at('one.fa')).href],
    ...[address, new URL(address), file, readFileSync(at('one.fasta.gz')), file.buffer, new Blob([file])],
  ];
  for (const input of inputs) expect(await classify(input)).toEqual(expected);
  const [first] = expected;
  for (const one of await classify([BASES, ...inputs])) {
    expect(one).toMatchObject({ label: first?.label });
    expect((one as { score: number }).score).toBeCloseTo(first?.score as number, 5);
  }
  expect(await classify([at('one.fa')], { top_k: null })).toEqual([await classify(BASES, { top_k: null })]);
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await expect(classify(address)).rejects.toThrow(DataError);
  await expect(classify(at('protein.fa'))).rejects.toThrow(UnitsError);
  await expect(classify(at('none.fa'))).rejects.toThrow(`got ENOENT (${at('none.fa')})`);
  await expect(classify(5 as never)).rejects.toThrow(
    'pipeline: expected bases, or a path, an address or bytes of a FASTA file, got number',
  );
  // any other text is bases
  await expect(classify('/gene')).rejects.toThrow(
    "readBases: expected bases (ACGT, U, or IUPAC codes RYSWKMBDHVN), got '/' at 0",
  );
});

test('a file with several sequences is refused alike wherever there is one answer, and answered by its folder', async () => {
  const two = at('folder/two.fa');
  const told = `sequence: expected a file with one sequence, got 2 (${two})`;
  await expect(classify(two)).rejects.toThrow(told);
  await expect(classify([BASES, pathToFileURL(two)])).rejects.toThrow(
    'expected a file with one sequence, got 2 (file:',
  );
  await expect(classify(readFileSync(two))).rejects.toThrow('expected a file with one sequence, got 2 (bytes)');
  await expect(runCommand(predict, [run, two])).rejects.toThrow(told);
  await expect(runCommand(pipelineCommand, ['dna-classification', run, two])).rejects.toThrow(told);
  await expect(runCommand(inspect, [run, two])).rejects.toThrow(told);
  const { out } = await runCommand(pipelineCommand, ['dna-classification', run, at('folder')]);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ path, name }) => [path, name])).toEqual([
    [two, 'first'],
    [two, 'second'],
  ]);
  expect((await runCommand(predict, [run, at('one.fa')])).out).toContain(at('one.fa'));
});
