// Arrays that a model cannot read are refused by name, before the runtime fails over them.
import { expect, test } from 'vitest';
import { fromNumbers, int64, type NdArray } from '../array/index.ts';
import { checkedInputs } from './check-inputs.ts';
import { modelFor } from './registry.ts';

const bert = modelFor({
  architectures: ['BertModel'],
  ...{ model_type: 'bert', vocab_size: 30, hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2 },
  ...{ intermediate_size: 16, max_position_embeddings: 6, type_vocab_size: 2, pad_token_id: 0 },
});
const ids = int64([2, 3], [1, 2, 3, 4, 5, 29]);

test.each<[string, Record<string, NdArray>, string]>([
  ['an id below 0', { input_ids: int64([1, 2], [1, -5]) }, 'expected input_ids from 0 to 29, got -5 at place 1'],
  ['an id too large', { input_ids: int64([1, 2], [30, 1]) }, 'expected input_ids from 0 to 29, got 30 at place 0'],
  ['a kind too large', { input_ids: ids, token_type_ids: int64([2, 3], [0, 0, 1, 1, 2, 0]) }, 'from 0 to 1, got 2'],
  ['fractions', { input_ids: fromNumbers('float32', [1, 1], [1]) }, 'expected input_ids of int64, got float32'],
  ['one axis too few', { input_ids: int64([2], [1, 2]) }, 'expected input_ids [batch, tokens], got [2]'],
  [
    'a mask of another length',
    { input_ids: ids, attention_mask: int64([2, 4], new Array(8).fill(1)) },
    'expected attention_mask [batch, tokens] with tokens = 3, as input_ids has, got [2, 4]',
  ],
  ['no examples', { input_ids: int64([0, 3], []) }, 'expected input_ids of at least one example, got none'],
  ['no tokens', { input_ids: int64([2, 0], []) }, 'expected input_ids of at least one token, got none'],
  [
    'more tokens than positions',
    { input_ids: int64([1, 7], new Array(7).fill(1)) },
    'of at most 6 tokens, as there are positions, got 7',
  ],
])('%s', (_, arrays, message) => {
  expect(() => checkedInputs(bert, arrays)).toThrow(RangeError);
  expect(() => checkedInputs(bert, arrays)).toThrow(message);
});

test('what fits is taken, whole numbers in whatever width', () => {
  const narrow = { input_ids: fromNumbers('int32', [2, 3], [1, 2, 3, 4, 5, 29]) };
  expect(checkedInputs(bert, narrow)).toEqual({ input_ids: ids });
  expect(checkedInputs(bert, { input_ids: ids, attention_mask: int64([2, 3], [1, 1, 1, 1, 1, 0]) })).toHaveProperty(
    'attention_mask',
  );
});
