// The loss of a token classifier with a CRF: the chain's, and as much of the single tokens' as its configuration says.
import { expect, test } from 'vitest';
import { int64, type NdArray } from '../array/index.ts';
import { nodeRuntime } from '../graph/index.node.ts';
import { initializeParameters } from '../nn/index.ts';
import { runForward } from '../tasks/index.ts';
import { type HubConfig, modelFor, parameterSpecs } from './index.ts';

const config: HubConfig = {
  model_type: 'bert',
  architectures: ['BertForTokenClassification'],
  ...{ vocab_size: 9, hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 6 },
  ...{ max_position_embeddings: 8, type_vocab_size: 1, id2label: { 0: 'O', 1: 'B-X', 2: 'I-X' } },
};
const inputs = {
  input_ids: int64([2, 4], [3, 4, 5, 6, 7, 8, 3, 0]),
  attention_mask: int64([2, 4], [1, 1, 1, 1, 1, 1, 1, 0]),
  labels: int64([2, 4], [0, 1, 2, 0, -100, 1, 0, -100]),
};
const runtime = await nodeRuntime();

async function lossOf(more: HubConfig): Promise<number> {
  const model = modelFor({ ...config, ...more });
  const parameters = initializeParameters(parameterSpecs(model), 3);
  const { loss } = await runForward(model, parameters, inputs, { runtime, want: ['loss'] });
  return (loss as NdArray<'float32'>).data[0] as number;
}

test('the loss of single tokens joins the chain’s by its weight', async () => {
  const [single, chain] = [await lossOf({}), await lossOf({ use_crf: true })];
  expect(Math.abs(single - chain)).toBeGreaterThan(1e-3);
  expect(await lossOf({ use_crf: true, crf_token_weight: 0.5 })).toBeCloseTo(chain + 0.5 * single, 5);
});

test.each([-1, 'much', null])('a weight that is none, %s, is refused', (weight) => {
  expect(() => modelFor({ ...config, use_crf: true, crf_token_weight: weight })).toThrow(
    'config.crf_token_weight: expected a number of at least 0',
  );
});
