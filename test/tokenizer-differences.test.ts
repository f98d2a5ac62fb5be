// Where the reference panics or ends a batch, docs/decisions/0017: what we do instead. And what we copy of it, with its own values.
import { expect, test } from 'vitest';
import { TokenizerError, tokenizerFromJson } from '../src/tokens/index.ts';

const model = { type: 'BPE', vocab: { a: 0, b: 1, c: 2, x: 3, ' ': 4, '': 5, ab: 6 }, merges: ['a b'] };
const letters = { ...model, merges: [] };

test('Strip takes what is there; a token may be shorter', () => {
  const decoder = { type: 'Strip', content: ' ', start: 1, stop: 1 };
  const tokenizer = tokenizerFromJson({ model: letters, decoder });
  expect(tokenizer.decode([5, 4, 0, 4])).toBe('a'); // the reference: index out of bounds, twice
});

test('a stride too large, a text too short', () => {
  const tokenizer = tokenizerFromJson({ model: letters });
  const cut = (options: object): unknown => tokenizer.encode('abcabc', options);
  expect(() => cut({ maxLength: 2, stride: 2 })).toThrow(TokenizerError);
  expect(() => cut({ maxLength: 2, stride: 2 })).toThrow('stride below the room');
  expect(() => cut({ maxLength: 2, pair: 'a', truncation: 'only_second' })).toThrow('a text of more than 5 tokens');
  expect(tokenizer.encode('abcabc', { maxLength: 2, stride: 1 }).overflowing.map(({ ids }) => ids)).toEqual([
    [1, 2],
    [2, 0],
    [0, 1],
    [1, 2],
  ]);
});

test('a template that would see more than two texts', () => {
  const around = { SpecialToken: { id: 'b', type_id: 0 } };
  const first = { Sequence: { id: 'A', type_id: 0 } };
  const template = {
    ...{ type: 'TemplateProcessing', single: [around, first, around], pair: [first] },
    special_tokens: { b: { id: 'b', ids: [1], tokens: ['b'] } },
  };
  const twice = { type: 'Sequence', processors: [template, template] };
  expect(() => tokenizerFromJson({ model: letters, post_processor: twice }).encode('a')).toThrow(
    'expected one or two texts, got 3',
  );
});

test('what is copied: gaps are merged across, given ids are ignored, tokens that normalise to nothing are not found', () => {
  expect(tokenizerFromJson({ model }).encode('a中b').tokens).toEqual(['ab']);
  const added = { id: 99, content: 'zz', normalized: false };
  expect(tokenizerFromJson({ model, added_tokens: [added] }).encode('zz').ids).toEqual([7]);
  const gone = tokenizerFromJson({
    model: letters,
    normalizer: { type: 'Replace', pattern: { String: 'x' }, content: '' },
    added_tokens: ['x', 'b'].map((content, id) => ({ id: id === 0 ? 3 : 1, content, normalized: true })),
  });
  const { tokens, offsets } = gone.encode('abxc');
  expect([tokens, offsets]).toEqual([['a', 'b', 'c'], [[0, 1], [1, 2], [3, 4]]]); // biome-ignore format: short
});
