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

// torch.nn.functional.cross_entropy raises IndexError for these, and skips −100
test.each([
  ['BertForSequenceClassification', [2], ['batch', 3], 'from 0 to 2'],
  ['BertForTokenClassification', [2, 3], ['batch', 'tokens', 3], 'from 0 to 2'],
  ['BertForMaskedLM', [2, 3], ['batch', 'tokens', 30], 'from 0 to 29'],
  ['BertForMultipleChoice', [2], ['batch', 'choices'], 'from 0 to 3'],
] as const)('labels of %s are columns of the logits', (name, shape, logits, range) => {
  const model = modelFor({
    architectures: [name],
    ...{ model_type: 'bert', vocab_size: 30, hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2 },
    ...{
      intermediate_size: 16,
      max_position_embeddings: 6,
      num_labels: 3,
      problem_type: 'single_label_classification',
    },
  });
  const texts = name.endsWith('Choice') ? int64([2, 4, 3], new Array(24).fill(1)) : ids;
  const check = (label: number): unknown => {
    const labels = new Array(shape.reduce<number>((a, b) => a * b, 1)).fill(0).with(1, label);
    return checkedInputs(model, { labels: int64([...shape], labels), input_ids: texts }, logits);
  };
  for (const label of [-1, Number(range.split(' ').at(-1)) + 1]) {
    expect(() => check(label)).toThrow(RangeError);
    expect(() => check(label)).toThrow(
      `forward: expected labels ${range}, or -100 where none counts, got ${label} at place 1 (${name})`,
    );
  }
  for (const label of [-100, Number(range.split(' ').at(-1))]) expect(check(label)).toHaveProperty('labels');
});
