// DNA models without run.json: every command knows them by their vocabulary, and all give what transformers gives
// (test/fixtures/explain/dnabert, made by scripts/golden-explain.py).
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { command as explain } from '../src/cli/commands/explain.ts';
import { command as exportCommand } from '../src/cli/commands/export.ts';
import { command as inspect } from '../src/cli/commands/inspect.ts';
import { command as pipelineCommand } from '../src/cli/commands/pipeline.ts';
import { command as predict } from '../src/cli/commands/predict.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import type { Explanation } from '../src/lens/index.ts';
import { openAnswerer, readsBases, taskOf, tasks } from '../src/tasks/index.node.ts';
import type { Classification } from '../src/tasks/index.ts';
import { loadTokenizer } from '../src/tokens/index.node.ts';
import { runCommand } from './run-command.ts';

const EXPLAIN = join(import.meta.dirname, 'fixtures', 'explain');
const DNABERT = join(EXPLAIN, 'dnabert');
const { sequence, ids, probabilities } = JSON.parse(readFileSync(join(EXPLAIN, 'dnabert.json'), 'utf8')) as {
  readonly sequence: string;
  readonly ids: readonly number[];
  readonly probabilities: readonly number[];
};
const labels = ['exon', 'intron', 'neither'];
const vocabulary = readFileSync(join(DNABERT, 'vocab.txt'), 'utf8').trim().split('\n');
const dir = mkdtempSync(join(tmpdir(), 'tesserae-dna-hub-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The fixture with other files. */
function folder(name: string, files: Readonly<Record<string, unknown>>): string {
  const at = join(dir, name);
  cpSync(DNABERT, at, { recursive: true });
  for (const [file, content] of Object.entries(files))
    writeFileSync(join(at, file), typeof content === 'string' ? content : JSON.stringify(content));
  return at;
}
const config = JSON.parse(readFileSync(join(DNABERT, 'config.json'), 'utf8'));

async function answerOf(name: string, input: string): Promise<Classification> {
  const runtime = await nodeRuntime();
  const open = await openAnswerer(name, {
    runtime,
    session: { threads: 1 },
    folders: [],
    note: () => undefined,
  } as never);
  const [answer] = await open.answer([input]);
  await open.release();
  return answer as Classification;
}

test.each([
  ['a folder of the hub', async () => DNABERT],
  [
    'the export of a run, which is left without run.json',
    async () => {
      const tokenizer = await loadTokenizer(DNABERT);
      const run = folder('run', {
        'tokenizer.json': tokenizer.toJSON(),
        'preprocessor_config.json': { spelling: { kind: 'kmer', k: 3, overlap: true } },
      });
      rmSync(join(run, 'vocab.txt'));
      const out = join(dir, 'exported');
      await runCommand(exportCommand, [run, '--format', 'safetensors', '--out', out]);
      return out;
    },
  ],
])('%s: predict, pipeline, explain and inspect answer as transformers', async (_, made) => {
  const name = await made();
  const top = probabilities.indexOf(Math.max(...probabilities));
  expect(await answerOf(name, sequence)).toEqual({
    label: labels[top],
    score: expect.closeTo(probabilities[top] as number, 5),
  });
  const predicted = await runCommand(predict, [name, sequence]);
  // nothing is unknown to the vocabulary
  expect(predicted.notes).toBe('');
  expect(predicted.out).toContain(`${labels[top]}\t${(100 * (probabilities[top] as number)).toFixed(1)} %`);
  const piped = JSON.parse((await runCommand(pipelineCommand, ['dna-classification', name, sequence])).out);
  expect(piped).toEqual({ label: labels[top], score: expect.closeTo(probabilities[top] as number, 5) });
  const html = join(dir, 'page.html');
  const words = [name, sequence, '--methods', 'rollout', '--json'];
  const explained = JSON.parse((await runCommand(explain, words)).out).inputs[0] as Explanation;
  const inspected = JSON.parse(
    (await runCommand(inspect, [...words, '--points', '2', '--orders', '2', '--html', html])).out,
  ) as Explanation;
  for (const one of [explained, inspected]) {
    expect(one).toMatchObject({ modality: 'dna', labels });
    expect(one.tokens).toEqual(ids.map((id) => vocabulary[id]));
    for (const [i, value] of probabilities.entries()) expect(one.probabilities[i]).toBeCloseTo(value, 5);
  }
  const page = readFileSync(html, 'utf8');
  expect(JSON.parse(/id="scene">(.*?)<\/script>/.exec(page)?.[1] as string)).toEqual({
    kind: 'letters',
    text: sequence,
  });
});

test('files and lower case, as a run reads them', async () => {
  writeFileSync(join(dir, 'one.fa'), `>a\n${sequence.slice(0, 7).toLowerCase()}\n${sequence.slice(7)}\n`);
  const expected = await answerOf(DNABERT, sequence);
  for (const input of [join(dir, 'one.fa'), sequence.toLowerCase()])
    expect(await answerOf(DNABERT, input)).toEqual(expected);
});

test('whether a folder reads bases is told by its file, else by its vocabulary', async () => {
  const texts = folder('texts', { 'vocab.txt': [...vocabulary.slice(0, -1), 'cat', ''].join('\n') });
  const masked = folder('masked', { 'config.json': { ...config, architectures: ['BertForMaskedLM'] } });
  const spelled = folder('spelled', {
    'vocab.txt': [...vocabulary.slice(0, -1), 'cat', ''].join('\n'),
    'preprocessor_config.json': { spelling: { kind: 'plain' } },
  });
  const silent = folder('silent', { 'preprocessor_config.json': { image_mean: [0.5] } });
  const bare = folder('bare', {});
  rmSync(join(bare, 'vocab.txt'));
  const found = [];
  for (const name of [DNABERT, texts, masked, spelled, silent, bare]) {
    const task = await taskOf(name, {});
    found.push([await readsBases(name), Object.entries(tasks).find(([, one]) => one === task)?.[0]]);
  }
  expect(found).toEqual([
    [true, 'dna-classification'],
    [false, 'text-classification'],
    [true, 'masked-dna-modelling'],
    [true, 'dna-classification'],
    [true, 'dna-classification'],
    [false, 'text-classification'],
  ]);
});

test('a regression over bases is told without %', async () => {
  const regression = folder('regression', { 'config.json': { ...config, problem_type: 'regression' } });
  const { out } = await runCommand(predict, [regression, sequence]);
  expect(out).not.toContain('%');
  expect(Number(out.split('\t')[1])).toBeCloseTo(
    JSON.parse(readFileSync(join(EXPLAIN, 'dnabert.json'), 'utf8')).logits[1],
    5,
  );
});
