// The embedded data set: names and keywords of emoji in many languages, from the npm package emojibase-data.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { TextDataset, TextExample } from '../dataset.ts';
import { splitBy, splitOf } from '../split.ts';

const require = createRequire(import.meta.url);

/** Languages that the package has keywords for. */
export const emojiLanguages: readonly string[] = [
  'en',
  'zh',
  'zh-hant',
  'ja',
  'ko',
  'de',
  'fr',
  'es',
  'it',
  'pt',
  'nl',
  'pl',
  'ru',
  'uk',
  'sv',
  'da',
  'nb',
  'fi',
  'et',
  'lt',
  'hu',
  'hi',
  'bn',
  'th',
  'vi',
  'ms',
];

interface Emoji {
  readonly label: string;
  readonly hexcode: string;
  readonly tags?: readonly string[];
  readonly group?: number;
}

const COMPONENT = 'component';

/** Options of `loadEmojiGroups`. */
export interface EmojiOptions {
  readonly languages: readonly string[];
}

/**
 * Name and keywords of an emoji → its group, one of nine. A concept lies in one split in all languages; a tenth of the concepts is
 * for validation and a fifth for the test.
 */
export async function loadEmojiGroups(options: EmojiOptions): Promise<TextDataset> {
  const checksums: Record<string, string> = {};
  const read = async <T>(file: string): Promise<T> => {
    const bytes = await readFile(require.resolve(`emojibase-data/${file}`));
    checksums[`emojibase-data/${file}`] = createHash('sha256').update(bytes).digest('hex');
    return JSON.parse(bytes.toString('utf8')) as T;
  };
  const { groups } = await read<{ groups: Record<string, string> }>('meta/groups.json');
  const examples: TextExample[] = [];
  for (const language of options.languages) {
    for (const { hexcode, label, tags = [], group } of await read<Emoji[]>(`${language}/data.json`)) {
      const name = group === undefined ? undefined : groups[group];
      if (name === undefined || name === COMPONENT) continue;
      const words = [label, ...tags.filter((tag) => tag !== label)].join(', ');
      examples.push({ id: `${hexcode}/${language}`, text: words, label: name });
    }
  }
  const conceptOf = (example: TextExample): string => (example.id.split('/')[0] as string).split('-')[0] as string;
  const labels = Object.values(groups).filter((name) => name !== COMPONENT);
  const splits = splitBy(examples, (example) => splitOf(conceptOf(example), { validation: 0.1, test: 0.2 }));
  return { name: 'emoji-groups', labels, splits, checksums };
}
