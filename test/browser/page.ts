// What runs inside the browser: the conformance suite on each runtime, and a short training. The last line of its report goes to the server.
import { float32, int64, type NamedArrays } from '../../src/array/index.ts';
import {
  add,
  crossEntropy,
  hostDevice,
  matmul,
  NoAdapterError,
  type Runtime,
  wasmRuntime,
  webgpuRuntime,
} from '../../src/graph/index.ts';
import { conformance } from '../../src/graph/runtime/conformance.suite.ts';
import { zerosInit } from '../../src/nn/index.ts';
import {
  countOf,
  courseVocabulary,
  cutKmers,
  cutPatches,
  idsOf,
  kaldiFilterBank,
  trainTokenizer,
  wordPieceFromVocab,
} from '../../src/tokens/index.ts';
import { adamW, type Objective, TrainStep } from '../../src/train/index.ts';

/** What the page found, by runtime: `''` for each promise that held, else what was wrong; or why there is no such runtime. */
export type PageReport = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** A linear classifier of four separable classes. */
const objective: Objective = {
  inputs: { x: { dtype: 'float32', shape: ['batch', 4] }, labels: { dtype: 'int64', shape: ['batch'] } },
  loss: (module, { x, labels }) => {
    if (!x || !labels) throw new Error('expected x and labels');
    return crossEntropy(
      add(matmul(x, module.parameter('weight', [4, 4], zerosInit)), module.parameter('bias', [4], zerosInit)),
      labels,
    );
  },
};

interface Trained {
  /** Of the steps of one batch. */
  readonly losses: readonly number[];
  /** Weights and moments. */
  readonly arrays: NamedArrays;
}

/** Thirty steps; then one of two batches, one whose loss is no number, and two after the arrays were brought to the host and back. */
async function trainedOn(runtime: Runtime): Promise<Trained> {
  const initial = { weight: float32([4, 4], new Float32Array(16)), bias: float32([4], new Float32Array(4)) };
  const step = await TrainStep.create(objective, initial, {
    ...{ runtime, optimizer: adamW(), learningRate: (at) => 0.1 / at ** 0.1, clipNorm: 0.3, seed: 0 },
    groups: { weightDecay: 0.01, learningRateScale: (name) => (name === 'bias' ? 0.5 : 1) },
  });
  // a class more often than others: where gradients cancel, AdamW would follow the noise of rounding
  const batch = {
    x: float32([5, 4], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, -0.5]),
    labels: int64([5], [2, 0, 3, 1, 2]),
  };
  const part = { x: float32([1, 4], [1, -1, 0.5, 0]), labels: int64([1], [1]) };
  const losses: number[] = [];
  for (let at = 1; at <= 30; at++) losses.push((await step.run([batch], at)).loss);
  await step.run([batch, part], 31);
  const broken = { ...part, x: float32([1, 4], [0, Number.NaN, 0, 0]) };
  const { loss } = await step.run([broken], 32);
  if (Number.isFinite(loss)) throw new Error(`expected a loss that is no number, got ${loss}`);
  await step.settle();
  step.restore(structuredClone(step.parameters), structuredClone(step.state()));
  for (let at = 32; at <= 33; at++) await step.run([batch], at);
  await step.settle();
  await step.release();
  return { losses, arrays: { ...step.parameters, ...step.state() } };
}

/** It learns, and weights and moments that stay on a device end up as those of WebAssembly on the host. */
async function trains(runtime: Runtime): Promise<void> {
  const device = runtime.device ?? hostDevice(runtime);
  const { losses, arrays } = await trainedOn({ ...runtime, device });
  const [first = 0, last = 1] = [losses[0], losses.at(-1)];
  if (Math.abs(first - Math.log(4)) > 1e-5) throw new Error(`expected the first loss ln 4, got ${first}`);
  if (!(last < 0.1)) throw new Error(`expected a last loss below 0.1, got ${last}`);
  const host = await trainedOn(await wasmRuntime());
  for (const [name, { data }] of Object.entries(host.arrays)) {
    const values = arrays[name]?.data as Float32Array;
    const off = values.findIndex((value, i) => !(Math.abs(value - Number(data[i])) <= 1e-4));
    if (off >= 0) throw new Error(`${name}: expected ${data[off]} at ${off}, got ${values[off]}`);
  }
}

/** Promises that ONNX Runtime breaks: its WebGPU kernels refuse to run over nothing. */
const limits: Readonly<Partial<Record<Runtime['name'], string>>> = { webgpu: 'computes over zero rows' };

async function examine(make: () => Promise<Runtime>): Promise<PageReport[string]> {
  const runtime = await make().catch((error: unknown) => error as Error);
  if (runtime instanceof NoAdapterError) return runtime.message;
  if (runtime instanceof Error) throw runtime;
  const report: Record<string, string> = {};
  for (const [name, check] of Object.entries({ ...conformance, 'trains a classifier': trains })) {
    if (name === limits[runtime.name]) continue;
    report[name] = await check(runtime).then(
      () => '',
      (error: Error) => `${error.stack ?? error}`,
    );
  }
  return report;
}

/** Tokenizers of every kind, as far as they need no files. */
const tokenizing: Readonly<Record<string, () => void | Promise<void>>> = {
  'trains byte pairs, cuts and joins': () => {
    const lines = Array.from({ length: 20 }, () => 'hug pug 我喜欢 😀 hugs\n');
    const tokenizer = trainTokenizer(lines, { algorithm: 'byte-bpe', vocabSize: 300 });
    const { ids, offsets } = tokenizer.encode('hugs 我 😀');
    same(tokenizer.decode(ids), 'hugs 我 😀');
    same(offsets.at(-1)?.[1], 9);
  },
  'normalises with its own tables': () => {
    const tokenizer = wordPieceFromVocab(['[UNK]', '[CLS]', '[SEP]', 'uber', '我'], { lowercase: true });
    same(tokenizer.encode('Über 我').tokens.join(' '), '[CLS] uber 我 [SEP]');
  },
  'cuts pictures, sound and bases': () => {
    const pixels = float32([3, 32, 48], new Float32Array(3 * 32 * 48));
    same(countOf(cutPatches(pixels, { patch: [16, 16] })), 6);
    same(kaldiFilterBank(new Float32Array(16000)).features.shape.join(), '98,128');
    const units = cutKmers('ACAATAATAATAATAACGG', { overlap: false, vocabulary: courseVocabulary(6) });
    same(idsOf(units.values).join(), '520,264,271,4103');
  },
};

function same(found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`expected ${String(expected)}, got ${String(found)}`);
}

async function examineTokens(): Promise<PageReport[string]> {
  const report: Record<string, string> = {};
  for (const [name, check] of Object.entries(tokenizing)) {
    try {
      await check();
      report[name] = '';
    } catch (error) {
      report[name] = `${(error as Error).stack ?? error}`;
    }
  }
  return report;
}

const report: PageReport = {
  tokens: await examineTokens(),
  wasm: await examine(wasmRuntime).catch((error: Error) => ({ creation: `${error.stack}` })),
  webgpu: await examine(webgpuRuntime).catch((error: Error) => ({ creation: `${error.stack}` })),
};
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
