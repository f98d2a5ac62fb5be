// Blocks computed again in the backward pass: the same step, dropout included, in less memory.
import { expect, test } from 'vitest';
import { int64, type NamedArrays } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { type HubConfig, modelFor, parameterSpecs } from '../src/models/index.ts';
import { initializeParameters } from '../src/nn/index.ts';
import { objectiveOf } from '../src/tasks/index.ts';
import { sgd, TrainStep } from '../src/train/index.ts';

const T = 16;
const ids = int64(
  [4, T],
  Array.from({ length: 4 * T }, (_, i) => (7 * i) % 50),
);
const small = { vocab_size: 50, initializer_range: 0.2 };
const configs: Readonly<Record<string, { config: HubConfig; inputs: readonly string[] }>> = {
  gpt2: {
    config: {
      ...{ ...small, model_type: 'gpt2', architectures: ['GPT2LMHeadModel'] },
      ...{ n_positions: T, n_embd: 32, n_layer: 4, n_head: 4 },
    },
    inputs: ['input_ids', 'labels'],
  },
  t5: {
    config: {
      ...{ ...small, model_type: 't5', architectures: ['T5ForConditionalGeneration'], d_model: 32, d_kv: 8, d_ff: 64 },
      ...{ num_layers: 3, num_decoder_layers: 3, num_heads: 4, decoder_start_token_id: 0, pad_token_id: 0 },
    },
    inputs: ['input_ids', 'labels'],
  },
};

test.each(Object.entries(configs))(
  '%s: the same weights after two steps, in less memory',
  async (_, { config, inputs }) => {
    const model = modelFor(config);
    const batch: NamedArrays = Object.fromEntries(inputs.map((name) => [name, ids]));
    const run = async (recompute: boolean): Promise<{ weights: NamedArrays; activations: number }> => {
      const step = await TrainStep.create(objectiveOf(model, inputs), initializeParameters(parameterSpecs(model), 1), {
        runtime: await nodeRuntime(),
        session: { threads: 1 },
        optimizer: sgd(),
        groups: { weightDecay: 0.01 },
        learningRate: () => 0.1,
        seed: 3,
        recompute,
        memory: { available: 2 ** 40, used: 0 },
      });
      for (const at of [1, 2]) await step.run([batch], at);
      await step.release();
      return { weights: step.parameters, activations: step.memoryFor(batch)?.activations ?? 0 };
    };
    const [kept, again] = [await run(false), await run(true)];
    for (const [name, { data }] of Object.entries(kept.weights)) {
      const other = again.weights[name]?.data as Float32Array;
      const farthest = (data as Float32Array).reduce(
        (most, w, i) => Math.max(most, Math.abs(w - (other[i] as number))),
        0,
      );
      // gradients are added up in another order
      expect(farthest, name).toBeLessThan(1e-6);
    }
    expect(again.activations).toBeLessThan(0.8 * kept.activations);
  },
);
