// Concepts from the keywords of emoji (npm package emojibase-data, from Unicode CLDR): 🍎 = apple, fruit, red, …
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { UnitsError } from '../units.ts';
import { type Concept, concept } from './concept.ts';

const require = createRequire(import.meta.url);

interface Emoji {
  readonly label: string;
  readonly emoji: string;
  readonly tags?: readonly string[];
  readonly group?: number;
}

/**
 * Every emoji with keywords in a language, named by its picture and label (`🍎 red apple`); features are its keywords.
 * @throws UnitsError for a language that the package does not have
 */
export async function emojiConcepts(language: string): Promise<Concept[]> {
  if (!/^[a-z]{2}(-[a-z]+)?$/.test(language)) {
    throw new UnitsError(`emojiConcepts: expected a language such as en or zh, got '${language}'`);
  }
  const path = ((): string => {
    try {
      return require.resolve(`emojibase-data/${language}/data.json`);
    } catch (cause) {
      throw new UnitsError(
        `emojiConcepts: expected a language of emojibase-data (en, zh, de, ja, …), got '${language}'`,
        { cause },
      );
    }
  })();
  const all = JSON.parse(await readFile(path, 'utf8')) as Emoji[];
  return all.flatMap(({ emoji, label, tags = [], group }) =>
    tags.length === 0 || group === undefined ? [] : [concept(`${emoji} ${label}`, [...new Set(tags)])],
  );
}
