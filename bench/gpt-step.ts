// One engine of bench/train-step.ts in a process of its own: our GPT-2 step, one JSON line. RUNTIME picks the runtime.
import { int64 } from '../src/array/index.ts';
import { modelFor } from '../src/models/index.ts';
import { objectiveOf } from '../src/tasks/index.ts';
import { stepTimes } from './step-times.ts';

const [B = 0, T = 0, D = 0, L = 0, H = 0, V = 0, threads = 1, steps = 5] = process.argv.slice(2).map(Number);
const model = modelFor({
  model_type: 'gpt2',
  architectures: ['GPT2LMHeadModel'],
  ...{ vocab_size: V, n_positions: T, n_embd: D, n_layer: L, n_head: H },
  ...{ resid_pdrop: 0, embd_pdrop: 0, attn_pdrop: 0 },
});
const ids = int64(
  [B, T],
  Array.from({ length: B * T }, (_, i) => (7 * i + Math.floor(i / 16)) % V),
);
await stepTimes(
  model,
  objectiveOf(model, ['input_ids', 'labels']),
  { input_ids: ids, labels: ids },
  { threads, steps },
);
