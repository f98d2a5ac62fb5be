// One engine of bench/train-step.ts in a process of its own: our step of a translator (Marian's encoder-decoder), one JSON line. RUNTIME
// picks the runtime.
import { int64, type NdArray } from '../src/array/index.ts';
import { modelFor } from '../src/models/index.ts';
import { objectiveOf } from '../src/tasks/index.ts';
import { stepTimes } from './step-times.ts';

const [B = 0, T = 0, D = 0, L = 0, H = 0, V = 0, threads = 1, steps = 5] = process.argv.slice(2).map(Number);
const tower = (name: string) => ({
  [`${name}_layers`]: L,
  [`${name}_attention_heads`]: H,
  [`${name}_ffn_dim`]: 2 * D,
});
const model = modelFor({
  ...{ model_type: 'marian', architectures: ['MarianMTModel'], is_encoder_decoder: true, d_model: D, vocab_size: V },
  ...{ ...tower('encoder'), ...tower('decoder'), max_position_embeddings: 128, activation_function: 'relu' },
  ...{ scale_embedding: true, share_encoder_decoder_embeddings: true, tie_word_embeddings: true },
  ...{ dropout: 0, attention_dropout: 0, activation_dropout: 0, init_std: D ** -0.5 },
  ...{ pad_token_id: 0, eos_token_id: 1, decoder_start_token_id: 2 },
});
const rows = (value: (i: number) => number): NdArray<'int64'> =>
  int64(
    [B, T],
    Array.from({ length: B * T }, (_, i) => value(i)),
  );
const ids = rows((i) => 3 + ((7 * i + Math.floor(i / 16)) % (V - 3)));
const batch = { input_ids: ids, attention_mask: rows(() => 1), labels: ids };
await stepTimes(model, objectiveOf(model, Object.keys(batch)), batch, { threads, steps });
