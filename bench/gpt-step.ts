// One engine of bench/train-step.ts in a process of its own: our GPT-2 step, one JSON line. RUNTIME picks the runtime.
import { int64 } from '../src/array/index.ts';
import { runtimes } from '../src/graph/index.node.ts';
import type { Runtime } from '../src/graph/index.ts';
import { modelFor, parameterSpecs } from '../src/models/index.ts';
import { initializeParameters } from '../src/nn/index.ts';
import { objectiveOf } from '../src/tasks/index.ts';
import { memoryBudget } from '../src/train/index.node.ts';
import { adamW, TrainStep } from '../src/train/index.ts';

const [B = 0, T = 0, D = 0, L = 0, H = 0, V = 0, threads = 1, steps = 5] = process.argv.slice(2).map(Number);
const model = modelFor({
  model_type: 'gpt2',
  architectures: ['GPT2LMHeadModel'],
  ...{ vocab_size: V, n_positions: T, n_embd: D, n_layer: L, n_head: H },
  ...{ resid_pdrop: 0, embd_pdrop: 0, attn_pdrop: 0 },
});
const initial = initializeParameters(parameterSpecs(model), 0);
const begun = performance.now();
const step = await TrainStep.create(objectiveOf(model, ['input_ids', 'labels']), initial, {
  runtime: await runtimes[(process.env.RUNTIME ?? 'node') as Runtime['name']]({ threads, blocking: true }),
  session: { threads },
  optimizer: adamW(),
  groups: { weightDecay: 0.01 },
  learningRate: () => 3e-4,
  clipNorm: 1,
  seed: 0,
  memory: memoryBudget(),
});
const create = performance.now() - begun;
const ids = int64(
  [B, T],
  Array.from({ length: B * T }, (_, i) => (7 * i + Math.floor(i / 16)) % V),
);
const times: number[] = [];
let loss = 0;
for (let i = 0; i < steps + 3; i++) {
  const start = performance.now();
  loss = (await step.run([{ input_ids: ids, labels: ids }], i + 1)).loss;
  if (i >= 3) times.push(performance.now() - start);
}
times.sort((a, b) => a - b);
const mib = process.resourceUsage().maxRSS / 1024;
const predicted = (step.memoryFor({ input_ids: ids, labels: ids })?.total ?? 0) / 2 ** 20;
console.log(
  JSON.stringify({ name: 'tesserae', median: times[times.length >> 1], min: times[0], mib, predicted, loss, create }),
);
