// Words of languages without spaces, and graphemes, as tokenizers: they train, encode, decode, save and load.
import { expect, test } from 'vitest';
import { convertTokenizer } from '../text/formats/convert.ts';
import { eachSegment } from '../text/segmenters.ts';
import { tokenizerFromJson } from '../text/text-tokenizer.ts';
import type { Tokenizer } from '../tokenizer.ts';
import type { TrainingOptions } from './algorithms.ts';
import { builtinCutter } from './comparison.ts';
import { trainTokenizerJson } from './train.ts';

/** What a file says after it was written and read again. */
function saved(lines: readonly string[], options: TrainingOptions): Tokenizer {
  return tokenizerFromJson(JSON.parse(JSON.stringify(trainTokenizerJson(lines, options))));
}

test.each([
  ['zh', '我喜欢这道菜', ['我', '喜欢', '这', '道', '菜']],
  ['ja', '猫が好きです', ['猫', 'が', '好き', 'です']],
  ['th', 'ฉันรักภาษาไทย', ['ฉัน', 'รัก', 'ภาษา', 'ไทย']],
])('%s: words by the language’s rules, back without loss', (segmenter, text, words) => {
  const lines = [`${text} ${text}\n`, `${text}, ok?\n`];
  const tokenizer = saved(lines, { algorithm: 'word', segmenter, specialTokens: ['[UNK]', '[PAD]'] });
  const { tokens, ids, offsets } = tokenizer.encode(text);
  expect(tokens).toEqual(words);
  expect(offsets.map(([start, end]) => text.slice(start, end))).toEqual(words);
  // The most frequent word that sorts first comes after the special tokens.
  expect(ids.every((id) => id >= 2)).toBe(true);
  for (const line of lines) expect(tokenizer.decode(tokenizer.encode(line).ids)).toBe(line);
  expect(tokenizer.encode(`${text}Ж`).ids.at(-1)).toBe(0);
});

test('long texts are segmented in windows: the same words, in time that grows with the length', () => {
  const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });
  const found = (text: string): string[] => {
    const words: string[] = [];
    let at = 0;
    eachSegment(segmenter, text, ({ index, segment }) => {
      expect(index).toBe(at);
      at += segment.length;
      words.push(segment);
    });
    return words;
  };
  const sentences = [
    '我们明天去北京看朋友',
    '他喜欢这道菜',
    '苹果是红色的水果',
    'Apple is red, 3.14 of it',
    '上海的天气很好',
  ];
  const mixed = Array.from({ length: 90 }, (_, i) => sentences[(i * 7) % 5]).join('，');
  expect(found(mixed)).toEqual(Array.from(segmenter.segment(mixed), ({ segment }) => segment));
  // A word that is longer than a window stays whole.
  expect(found(`a ${'b'.repeat(1000)} c`)).toEqual(['a', ' ', 'b'.repeat(1000), ' ', 'c']);
  const start = performance.now();
  const long = '我喜欢这道菜'.repeat(2000);
  expect(found(long).join('')).toBe(long);
  expect(performance.now() - start).toBeLessThan(5000);
});

test('graphemes: what is seen as one character is one token', () => {
  // e + acute + dot below, a family, a flag, Hangul from jamo, a Devanagari conjunct, CR LF
  const characters = ['e\u0301\u0323', '👨‍👩‍👧', '🇫🇷', '\u1112\u1161\u11ab', 'क्षि', '\r\n', 'a'];
  const text = characters.join('');
  const tokenizer = saved([text], { algorithm: 'grapheme' });
  const { tokens, offsets } = tokenizer.encode(text);
  expect(tokens).toEqual(characters);
  expect(offsets.map(([start, end]) => text.slice(start, end))).toEqual(characters);
  expect(tokenizer.decode(tokenizer.encode(text).ids)).toBe(text);
  const points = saved([text], { algorithm: 'char' });
  expect(points.encode(text).tokens).toEqual(Array.from(text));
  expect(points.decode(points.encode(text).ids)).toBe(text);
  // A part of a known grapheme is another one.
  expect(tokenizer.encode('e\u0301').tokens).toEqual(['[UNK]']);
});

test('graphemes and characters are compared by the names that training has for them; known ones are known', () => {
  const lines = ['cafe\u0301 👨‍👩‍👧\n'];
  expect(
    builtinCutter('char', lines)
      ?.cut('e\u0301👨‍👧x')
      .map(({ token, start, end }) => [token, start, end]),
  ).toEqual([
    ['e', 0, 1],
    ['\u0301', 1, 2],
    ['👨', 2, 4],
    ['\u200d', 4, 5],
    ['👧', 5, 7],
    ['[UNK]', 7, 8],
  ]);
  const cutter = builtinCutter('grapheme', lines);
  expect(cutter?.cut('e\u0301👨‍👩‍👧e').map(({ token, start, end, unknown }) => [token, start, end, unknown])).toEqual([
    ['e\u0301', 0, 2, false],
    ['👨‍👩‍👧', 2, 10, false],
    ['[UNK]', 10, 11, true],
  ]);
});

test('such files are refused where they would not load', () => {
  for (const [options, name] of [
    [{ algorithm: 'word', segmenter: 'zh' }, 'TesseraeWords'],
    [{ algorithm: 'grapheme' }, 'TesseraeGraphemes'],
  ] as const)
    expect(() => convertTokenizer(trainTokenizerJson(['我喜欢'], options), 'tokenizer.json')).toThrow(
      `convert to tokenizer.json: expected a tokenizer that the format can hold, got the pre-tokenizer ${name}, which only Tesserae knows`,
    );
  const train =
    (options: Partial<TrainingOptions>): (() => unknown) =>
    () =>
      trainTokenizerJson(['我喜欢'], { algorithm: 'word', ...options });
  expect(train({ segmenter: 'not a language' })).toThrow(
    'pre_tokenizer TesseraeWords.locale: expected a language such as zh, ja or th, got "not a language"',
  );
  expect(train({ segmenter: 'zh', preTokenizer: null })).toThrow('expected a segmenter or a preTokenizer, got both');
  expect(train({ algorithm: 'char', segmenter: 'zh' })).toThrow('got segmenter');
});
