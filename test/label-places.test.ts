// Words scored at masked places alone: the loss and every gradient are those of scoring all places.
import { expect, test } from 'vitest';
import { int64, Random, toNumbers } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { modelFor, parameterSpecs } from '../src/models/index.ts';
import { initializeParameters } from '../src/nn/index.ts';
import { runForward } from '../src/tasks/index.ts';

const sizes = { hidden_size: 12, num_hidden_layers: 2, num_attention_heads: 3, intermediate_size: 20, vocab_size: 31 };
const models = [
  { ...sizes, model_type: 'bert', architectures: ['BertForMaskedLM'], max_position_embeddings: 16 },
  { ...sizes, model_type: 'modernbert', architectures: ['ModernBertForMaskedLM'], max_position_embeddings: 16 },
];

test.each(models)('$architectures', async (config) => {
  const model = modelFor(config);
  const parameters = initializeParameters(parameterSpecs(model), 3);
  const random = new Random({ seed: 5, step: 0, site: 'label places' });
  const [rows, tokens] = [3, 7];
  const ids = Array.from({ length: rows * tokens }, () => Math.floor(random.uniform() * sizes.vocab_size));
  const labels = ids.map((id, place) => (place % 4 === 1 ? id : -100));
  const places = [...labels.keys()].filter((place) => labels[place] !== -100);
  const all = {
    input_ids: int64(
      [rows, tokens],
      ids.map((id, i) => (labels[i] === -100 ? id : 1)),
    ),
    labels: int64([rows, tokens], labels),
  };
  const options = { want: ['logits', 'loss', 'gradients'], runtime: await nodeRuntime() };
  const expected = await runForward(model, parameters, all, options);
  const few = await runForward(model, parameters, { ...all, label_places: int64([places.length], places) }, options);
  expect(few.logits?.shape).toEqual([places.length, sizes.vocab_size]);
  expect(Object.keys(few)).toEqual(Object.keys(expected));
  expect(Object.keys(few).length).toBeGreaterThan(15);
  for (const [name, array] of Object.entries(few)) {
    if (name === 'logits') continue;
    const [got, wanted] = [toNumbers(array), toNumbers(expected[name] as typeof array)];
    const scale = Math.max(...wanted.map(Math.abs), 1e-3);
    for (const [i, value] of got.entries())
      expect(Math.abs(value - (wanted[i] as number)) / scale, name).toBeLessThan(2e-6);
  }
});
