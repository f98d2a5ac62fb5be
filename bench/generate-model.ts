// The random model and the prompts of bench/generate.ts, for every engine that is written in JavaScript.
import { float32, type NamedArrays, sizeOf } from '../src/array/index.ts';
import { type Model, modelFor, parameterSpecs } from '../src/models/index.ts';

/** What is written, by what. */
export interface GenerateCase {
  readonly model: Model;
  readonly prompts: readonly (readonly number[])[];
  /** Settings that say how an encoder-decoder begins. */
  readonly start: Readonly<Record<string, number>>;
  readonly batch: number;
  readonly beams: number;
  readonly tokens: number;
  readonly threads: number;
  readonly repeats: number;
}

/** What a process of the bench is told: kind (gpt2|marian) dim layers heads vocab positions batch beams prompt tokens threads repeats. */
export function generateCase(words: readonly string[]): GenerateCase {
  const [kind = '', ...numbers] = words;
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
  const prompts = Array.from({ length: batch }, (_, r) =>
    Array.from({ length: prompt }, (_, i) => (7 * i + 31 * r + 5) % (V - 1)),
  );
  const start: GenerateCase['start'] = kind === 'marian' ? { decoder_start_token_id: V - 1, pad_token_id: V - 1 } : {};
  const model = modelFor({ ...configs[kind], vocab_size: V });
  return { model, prompts, start, batch, beams, tokens, threads, repeats };
}

/** Any small numbers: what is written does not matter, and normal ones take long to draw. */
export function smallWeights(model: Model): NamedArrays {
  return Object.fromEntries(
    [...parameterSpecs(model)].map(([name, { shape }], p) => {
      const data = new Float32Array(sizeOf(shape));
      // norms leave what they norm: else biases alone decide what is written, the same token always
      if (/norm\.weight$/.test(name)) return [name, float32(shape, data.fill(1))];
      // a linear congruence, whose high digits follow no pattern that all rows share
      let state = p + 1;
      for (let i = 0; i < data.length; i++) {
        state = (Math.imul(state, 1664525) + 1013904223) | 0;
        data[i] = state * 2 ** -31 * 0.09;
      }
      return [name, float32(shape, data)];
    }),
  );
}

/** Writes again and again; `write` gives the new ids of the first row. One JSON line, as bench/generate.ts reads it. */
export async function timeWriting(
  name: string,
  { batch, tokens, repeats }: Pick<GenerateCase, 'batch' | 'tokens' | 'repeats'>,
  write: (tokens: number) => Promise<readonly number[]>,
): Promise<void> {
  await write(3);
  const [times, cpu]: [number[], number[]] = [[], []];
  let ids: readonly number[] = [];
  for (let i = 0; i < repeats; i++) {
    const [start, before] = [performance.now(), process.cpuUsage()];
    ids = await write(tokens);
    times.push(performance.now() - start);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1000 / tokens);
  }
  const mib = process.resourceUsage().maxRSS / 1024;
  const rates = times.map((ms) => (1000 * batch * tokens) / ms);
  console.log(JSON.stringify({ name, rates, cpu, mib, ids }));
}
