// One engine of bench/generate.ts in a process of its own: our generator on random weights, one JSON line. RUNTIME picks the runtime.
// Arguments: kind (gpt2|marian) dim layers heads vocab positions batch beams prompt tokens threads repeats.
import { float32, sizeOf } from '../src/array/index.ts';
import { runtimes } from '../src/graph/index.node.ts';
import type { Runtime } from '../src/graph/index.ts';
import { modelFor, parameterSpecs } from '../src/models/index.ts';
import { Generator } from '../src/tasks/index.ts';

const [kind, ...numbers] = process.argv.slice(2);
const [D = 0, L = 0, H = 0, V = 0, P = 0, batch = 1, beams = 1, prompt = 1, tokens = 1, threads = 1, repeats = 3] =
  numbers.map(Number);
const configs: Readonly<Record<string, Record<string, unknown>>> = {
  gpt2: { model_type: 'gpt2', architectures: ['GPT2LMHeadModel'], n_positions: P, n_embd: D, n_layer: L, n_head: H },
  marian: {
    model_type: 'marian',
    architectures: ['MarianMTModel'],
    ...{ d_model: D, encoder_layers: L, decoder_layers: L, encoder_attention_heads: H, decoder_attention_heads: H },
    ...{ encoder_ffn_dim: 4 * D, decoder_ffn_dim: 4 * D, max_position_embeddings: P, activation_function: 'relu' },
    ...{ pad_token_id: V - 1, decoder_start_token_id: V - 1, scale_embedding: true },
  },
};
const model = modelFor({ ...configs[kind as string], vocab_size: V });
// any small numbers: what is written does not matter, and normal ones take long to draw
const parameters = Object.fromEntries(
  [...parameterSpecs(model)].map(([name, { shape }], p) => {
    const data = new Float32Array(sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = (((i * 2654435761 + p) >>> 8) % 4001) / 40000 - 0.05;
    return [name, float32(shape, data)];
  }),
);
const runtime = await runtimes[(process.env.RUNTIME ?? 'node') as Runtime['name']]({ threads, blocking: true });
const generator = new Generator(model, parameters, { runtime, session: { threads } });
const prompts = Array.from({ length: batch }, (_, r) =>
  Array.from({ length: prompt }, (_, i) => (7 * i + 31 * r + 5) % (V - 1)),
);
// no end-of-text token: every row runs its full length
const start = kind === 'marian' ? { decoder_start_token_id: V - 1, pad_token_id: V - 1 } : {};
const settings = { max_new_tokens: tokens, min_new_tokens: tokens, num_beams: beams, ...start };
await generator.generate({ prompts, settings: { ...settings, max_new_tokens: 3, min_new_tokens: 3 } });
const [times, cpu]: [number[], number[]] = [[], []];
let ids: readonly number[] = [];
for (let i = 0; i < repeats; i++) {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const { sequences } = await generator.generate({ prompts, settings });
  times.push(performance.now() - start);
  const { user, system } = process.cpuUsage(before);
  cpu.push((user + system) / 1000 / tokens);
  ids = sequences[0] as readonly number[];
}
await generator.release();
const rate = (ms: number): number => (1000 * batch * tokens) / ms;
const mib = process.resourceUsage().maxRSS / 1024;
console.log(
  JSON.stringify({ name: `tesserae ${runtime.name}`, rates: times.map(rate), cpu, mib, ids: ids.slice(0, 8) }),
);
