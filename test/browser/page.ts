// What runs inside the browser: the conformance suite on each runtime, and a short training. The last line of its report goes to the server.
import { float32, int64 } from '../../src/array/index.ts';
import {
  add,
  crossEntropy,
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

async function trains(runtime: Runtime): Promise<void> {
  const initial = { weight: float32([4, 4], new Float32Array(16)), bias: float32([4], new Float32Array(4)) };
  const options = { runtime, optimizer: adamW(), groups: { weightDecay: 0 }, learningRate: () => 0.1, seed: 0 };
  const step = await TrainStep.create(objective, initial, options);
  const batch = {
    x: float32([4, 4], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
    labels: int64([4], [2, 0, 3, 1]),
  };
  const losses: number[] = [];
  for (let at = 1; at <= 30; at++) losses.push((await step.run([batch], at)).loss);
  await step.release();
  const [first = 0, last = 1] = [losses[0], losses.at(-1)];
  if (Math.abs(first - Math.log(4)) > 1e-5) throw new Error(`expected the first loss ln 4, got ${first}`);
  if (!(last < 0.1)) throw new Error(`expected a last loss below 0.1, got ${last}`);
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
