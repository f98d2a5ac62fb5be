// Cutting before normalising, against normalising first: the same tokenizer with an added token that has to be looked for in
// normalised text takes the long way.
import { expect, test } from 'vitest';
import type { Tokenizer } from '../tokenizer.ts';
import { tokenizerFromJson } from './text-tokenizer.ts';

const ALPHABET = [
  ...'abcdeABCDE019 .,!?-_$`<>"\'\t\n\r',
  ...['é', 'É', 'ß', 'İ', 'ſ', 'ﬁ', '½', '⑴', '≮', '¨', ';', '\u00a0', '\u00ad'],
  ...['\u0300', '\u0338', '\u0345', '\u302e', '\u{1d165}', '\u200d', '\ufe0f', '\ufeff', '\u0000', '\ufffd', '\u2028'],
  ...['的', '豈', '丽', '𠀀', '한', 'ら', 'ア', '゙', 'ก', 'ำ', 'न', 'ि', '्', 'ع', 'ّ', '😀', '👨', '\ud800', '\udc00'],
];

const NORMALIZERS = [
  null,
  ...[true, false].flatMap((lowercase) =>
    [true, false, null].map((strip_accents) => ({ type: 'BertNormalizer', strip_accents, lowercase })),
  ),
  { type: 'BertNormalizer', clean_text: false, handle_chinese_chars: false, strip_accents: true, lowercase: true },
  { type: 'Sequence', normalizers: [{ type: 'NFD' }, { type: 'Lowercase' }, { type: 'StripAccents' }] },
  { type: 'NFKD' },
];

function tokenizers(normalizer: unknown, type: string): [fast: Tokenizer, slow: Tokenizer] {
  const whole = ALPHABET.filter((one) => !/[\ud800-\udfff]/u.test(one));
  const tokens = ['[UNK]', ...new Set(whole.flatMap((one) => [one, `##${one}`])), 'ab', '##bc', 'e\u0300', '##a\u302e'];
  const file = {
    normalizer,
    pre_tokenizer: { type },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 30,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  };
  const token = (id: number, content: string, normalized: boolean) => ({ id, content, normalized, special: true });
  const [first, never] = [token(0, '[UNK]', false), token(tokens.length, '\u{10fffd}', true)];
  return [
    tokenizerFromJson({ ...file, added_tokens: [first] }),
    tokenizerFromJson({ ...file, added_tokens: [first, never] }),
  ];
}

test.each(NORMALIZERS)('%j', (normalizer) => {
  let state = 7;
  const next = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  for (const type of ['BertPreTokenizer', 'WhitespaceSplit']) {
    const [fast, slow] = tokenizers(normalizer, type);
    for (let i = 0; i < 250; i++) {
      // Few characters in one text, so that pieces come again; some texts are longer than what is remembered.
      const few = Array.from({ length: 1 + next(12) }, () => ALPHABET[next(ALPHABET.length)] as string);
      const text = Array.from({ length: next(i % 20 === 0 ? 200 : 30) }, () =>
        next(9) === 0 ? '[UNK]' : (few[next(few.length)] as string),
      ).join('');
      const [mine, theirs] = [fast.encode(text), slow.encode(text)];
      const record = ({ tokens, offsets, wordIds }: typeof mine): unknown => ({ text, tokens, offsets, wordIds });
      expect(record(mine)).toEqual(record(theirs));
      expect(fast.encodeIds(text)).toEqual(theirs.ids);
    }
  }
});
