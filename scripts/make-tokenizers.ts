// Trains the small tokenizers of test/fixtures/tokenizers on texts written here; golden-tokenizers.py then adds the reference's results.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { trainCharTokenizer, trainWordPieceTokenizer } from '../src/tokens/index.ts';

const corpus = [
  'hug hug hug pug pun bun hugs hugs',
  'unhappiness is not happiness',
  'Apple is red, apples are red.',
  '我喜欢这道菜',
  '北京是我国的首都',
  'Ünïcödé naïve café',
  'emoji 😀 and 👍🏽',
  'Москва и Россия',
  'שלום עולם',
  'مرحبا بالعالم',
  'こんにちは世界',
  '한국어 토큰',
  'ภาษาไทย',
  'हिन्दी भाषा',
  'Ελληνικά',
];
const out = join(import.meta.dirname, '..', 'test', 'fixtures', 'tokenizers');
mkdirSync(out, { recursive: true });
const options = { vocabSize: 300, minFrequency: 1 };
const made = {
  'char-cased': trainCharTokenizer(corpus, { ...options, lowercase: false }),
  'char-lower': trainCharTokenizer(corpus, { ...options, lowercase: true }),
  'wordpiece-lower': trainWordPieceTokenizer(corpus, { ...options, lowercase: true }),
  'wordpiece-cased': trainWordPieceTokenizer(corpus, { ...options, lowercase: false }),
};
for (const [name, tokenizer] of Object.entries(made))
  writeFileSync(join(out, `${name}.json`), `${JSON.stringify(tokenizer.toJSON())}\n`);
