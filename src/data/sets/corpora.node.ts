// Running text.
import { type Corpus, DataError, type SplitName } from '../dataset.ts';
import { splitOf } from '../split.ts';
import { openSet, type ReadContext } from './read-context.node.ts';

/** Tiny Shakespeare: the first 90 % for training, the rest for validation, as nanoGPT cuts it. */
export async function shakespeare(context: ReadContext): Promise<Corpus> {
  const id = 'lm-en-tinyshakespeare';
  const set = await openSet(id, context);
  const text = await set.text('input.txt');
  const at = Math.floor(text.length * 0.9);
  return {
    name: id,
    splits: { train: text.slice(0, at), validation: text.slice(at), test: '' },
    checksums: set.checksums,
  };
}

/** WikiText-2. Its training part is not in the catalogue: training uses its test part. */
export async function wikiText2(context: ReadContext): Promise<Corpus> {
  const id = 'lm-en-wikitext2';
  const set = await openSet(id, context);
  const [train, validation] = [await set.text('test.txt'), await set.text('valid.txt')];
  return { name: id, splits: { train, validation, test: '' }, checksums: set.checksums };
}

interface Poem {
  readonly paragraphs?: readonly string[];
  /** Lines, or poems of an anthology. */
  readonly content?: readonly (string | Poem)[];
}

function linesOf(value: unknown): string[][] {
  if (Array.isArray(value)) return value.flatMap(linesOf);
  if (typeof value !== 'object' || value === null) return [];
  const { paragraphs, content } = value as Poem;
  if (paragraphs) return [[...paragraphs]];
  if (content?.every((line) => typeof line === 'string')) return [content as string[]];
  return linesOf(content);
}

/** Chinese poems, a line a line, a blank line between two, without titles. Equal poems lie in one split, 90 / 5 / 5. */
export async function poetry(context: ReadContext): Promise<Corpus> {
  const id = 'lm-zh-poetry';
  const set = await openSet(id, context);
  const tang = Array.from({ length: 8 }, (_, i) => `poet.tang.${i === 0 ? 0 : `${i}000`}.json`);
  const parts: Record<SplitName, string[]> = { train: [], validation: [], test: [] };
  const seen = new Set<string>();
  for (const file of [...tang, 'tangshisanbaishou.json', 'ci.song.0.json', 'songci300.json', 'shijing.json']) {
    const poems = linesOf(JSON.parse(await set.text(file)));
    if (poems.length === 0) throw new DataError(`${id}: expected poems, got none (${file})`);
    for (const lines of poems) {
      const poem = lines.join('\n').trim();
      if (poem === '' || seen.has(poem)) continue;
      seen.add(poem);
      parts[splitOf(poem, { validation: 0.05, test: 0.05 })].push(poem);
    }
  }
  const text = (poems: readonly string[]): string => poems.map((poem) => `${poem}\n`).join('\n');
  const splits = { train: text(parts.train), validation: text(parts.validation), test: text(parts.test) };
  return { name: id, splits, checksums: set.checksums };
}
