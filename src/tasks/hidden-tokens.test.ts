// What is hidden while a model learns: the share that was asked for, the same for the same step, never a special token.
import { expect, test } from 'vitest';
import { type Tokenizer, tokenizerFromJson } from '../tokens/index.ts';
import { hiderOf } from './hidden-tokens.ts';

function tokenizerWith(specials: Readonly<Record<string, string>>, named = specials): Tokenizer {
  const tokens = [...Object.values(specials), ...Array.from({ length: 20 }, (_, i) => `w${i}`)];
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  return tokenizerFromJson(
    { model: { type: 'WordLevel', vocab, unk_token: specials.unk_token }, pre_tokenizer: { type: 'Whitespace' } },
    { specialTokens: named },
  );
}
const roberta = { cls_token: '<s>', pad_token: '<pad>', sep_token: '</s>', unk_token: '<unk>', mask_token: '<mask>' };
const bert = { cls_token: '[CLS]', pad_token: '[PAD]', sep_token: '[SEP]', unk_token: '[UNK]', mask_token: '[MASK]' };

test.each([
  ['as its configuration names it', tokenizerWith(roberta)],
  ['as BERT writes it', tokenizerWith(bert)],
  ['as BERT writes it, without a configuration', tokenizerWith(bert, {})],
])('the mask %s; special tokens stay', (_, tokenizer) => {
  // cls, 400 × (unknown and words), sep, pad
  const row = [0, ...Array.from({ length: 400 }, (__, i) => (i % 5 === 0 ? 3 : 5 + (i % 20))), 2, 1];
  const hide = hiderOf(tokenizer, { share: 0.25, seed: 1 });
  const [hidden = []] = hide([row], 1);
  expect([hidden[0], hidden.at(-2), hidden.at(-1)]).toEqual([0, 2, 1]);
  const changed = hidden.filter((id, i) => id !== row[i]);
  expect(new Set(changed)).toEqual(new Set([4]));
  // 400 draws: 100, standard deviation 8.7
  expect(Math.abs(changed.length - 100)).toBeLessThan(35);
  expect(hide([row], 1)).toEqual([hidden]);
  expect(hide([row], 2)).not.toEqual([hidden]);
});

test('nothing to hide with, a share that is none', () => {
  const { mask_token: _none, ...rest } = bert;
  expect(() => hiderOf(tokenizerWith(rest), { share: 0.1, seed: 1 })).toThrow(
    'expected a tokenizer with [MASK] or <mask>',
  );
  expect(() => hiderOf(tokenizerWith(bert), { share: 1, seed: 1 })).toThrow('expected a share in [0, 1), got 1');
  expect(hiderOf(tokenizerWith(rest), { share: 0, seed: 1 })([[5, 6]], 1)).toEqual([[5, 6]]);
});
