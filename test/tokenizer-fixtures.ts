// The tokenizers and texts of fixtures/text-tokenizers.json.gz, which scripts/golden-text-tokenizers.py makes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Tokenizer, tokenizerFromJson } from '../src/tokens/index.ts';

interface Fixture {
  readonly texts: string[];
  readonly charsmap: string;
  readonly tokenizers: Readonly<Record<string, { readonly file: unknown }>>;
}

let known: Fixture | undefined;
const fixture = (): Fixture => {
  known ??= JSON.parse(
    gunzipSync(readFileSync(join(import.meta.dirname, 'fixtures', 'text-tokenizers.json.gz'))).toString('utf8'),
  ) as Fixture;
  return known;
};
const loaded = new Map<string, Tokenizer>();

/** Texts that are hard to cut. */
export const fixtureTexts = (): string[] => fixture().texts;

/** Names of all tokenizers. */
export const fixtureNames = (): string[] => Object.keys(fixture().tokenizers);

/** The `tokenizer.json` of a name. */
export function fixtureJson(name: string): Record<string, unknown> {
  const { charsmap, tokenizers } = fixture();
  return JSON.parse(JSON.stringify(tokenizers[name]?.file).replaceAll('@charsmap', charsmap));
}

/** A tokenizer by name. */
export function fixtureTokenizer(name: string): Tokenizer {
  let tokenizer = loaded.get(name);
  if (!tokenizer) loaded.set(name, (tokenizer = tokenizerFromJson(fixtureJson(name))));
  return tokenizer;
}
