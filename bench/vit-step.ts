// One engine of bench/train-step.ts in a process of its own: our ViT step (timm's `vit_tiny` without its class of pictures: 32 × 32 in
// patches of 4), one JSON line. RUNTIME picks the runtime.
import { float32, int64 } from '../src/array/index.ts';
import { modelFor } from '../src/models/index.ts';
import { objectiveOf } from '../src/tasks/index.ts';
import { stepTimes } from './step-times.ts';

const [B = 0, S = 0, D = 0, L = 0, H = 0, C = 0, threads = 1, steps = 5] = process.argv.slice(2).map(Number);
const model = modelFor({
  model_type: 'vit',
  architectures: ['ViTForImageClassification'],
  ...{ image_size: S, patch_size: 4, num_channels: 3, qkv_bias: true, hidden_act: 'gelu', layer_norm_eps: 1e-6 },
  ...{ hidden_size: D, num_hidden_layers: L, num_attention_heads: H, intermediate_size: 4 * D },
  ...{ hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 },
  id2label: Object.fromEntries(Array.from({ length: C }, (_, i) => [i, `${i}`])),
  label2id: Object.fromEntries(Array.from({ length: C }, (_, i) => [`${i}`, i])),
});
const batch = {
  pixel_values: float32(
    [B, 3, S, S],
    Float32Array.from({ length: B * 3 * S * S }, (_, i) => Math.sin(i)),
  ),
  labels: int64(
    [B],
    Array.from({ length: B }, (_, i) => i % C),
  ),
};
await stepTimes(model, objectiveOf(model, Object.keys(batch)), batch, { threads, steps });
