// Trains the small tokenizers of test/fixtures/tokenizers on texts written here; golden-tokenizers.py then adds the reference's results.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { frames, trainRecipeTokenizer } from '../src/tasks/index.ts';

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
const settings = { vocabSize: 300, minFrequency: 1 };
const make = (kind: 'char' | 'wordpiece', lowercase: boolean) =>
  trainRecipeTokenizer(corpus, { ...settings, kind, lowercase }, frames.encoder);
const made = {
  'char-cased': make('char', false),
  'char-lower': make('char', true),
  'wordpiece-lower': make('wordpiece', true),
  'wordpiece-cased': make('wordpiece', false),
};
for (const [name, tokenizer] of Object.entries(made))
  writeFileSync(join(out, `${name}.json`), `${JSON.stringify(tokenizer.toJSON())}\n`);
