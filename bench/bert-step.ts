// One engine of bench/train-step.ts in a process of its own: our BERT step (sequence classification), one JSON line. RUNTIME picks the runtime.
import { int64, type NdArray } from '../src/array/index.ts';
import { modelFor } from '../src/models/index.ts';
import { objectiveOf } from '../src/tasks/index.ts';
import { stepTimes } from './step-times.ts';

const [B = 0, T = 0, D = 0, L = 0, H = 0, V = 0, threads = 1, steps = 5] = process.argv.slice(2).map(Number);
const model = modelFor({
  model_type: 'bert',
  architectures: ['BertForSequenceClassification'],
  ...{ vocab_size: V, max_position_embeddings: T, hidden_size: D, num_hidden_layers: L, num_attention_heads: H },
  ...{ intermediate_size: 4 * D, type_vocab_size: 2, hidden_act: 'gelu', layer_norm_eps: 1e-12 },
  ...{
    hidden_dropout_prob: 0,
    attention_probs_dropout_prob: 0,
    id2label: { 0: 'a', 1: 'b' },
    label2id: { a: 0, b: 1 },
  },
});
const rows = (value: (i: number) => number): NdArray<'int64'> =>
  int64(
    [B, T],
    Array.from({ length: B * T }, (_, i) => value(i)),
  );
const batch = {
  input_ids: rows((i) => (7 * i + Math.floor(i / 16)) % V),
  attention_mask: rows(() => 1),
  token_type_ids: rows(() => 0),
  labels: int64(
    [B],
    Array.from({ length: B }, (_, i) => i % 2),
  ),
};
await stepTimes(model, objectiveOf(model, Object.keys(batch)), batch, { threads, steps });
