// Pairs of sequences: translations, and words with their sounds.
import { createHash } from 'node:crypto';
import { DataError, type PairDataset, type PairExample } from '../dataset.ts';
import { parseLines, parseParallel } from '../formats/parallel.ts';
import { splitBy, splitOf } from '../split.ts';
import { choice, openSet, type ReadContext } from './read-context.node.ts';

/** Multi30k captions. Options `source` and `target`: `en`, `de`, `fr`; English to German by default. */
export async function multi30k(context: ReadContext): Promise<PairDataset> {
  const id = 'mt-multi30k';
  const source = choice(id, context, 'source', ['en', 'de', 'fr']);
  const target = choice(id, context, 'target', ['de', 'en', 'fr']);
  if (source === target) throw new DataError(`${id}: expected two languages, got ${source} twice`);
  const set = await openSet(id, context);
  const read = async (part: string): Promise<PairExample[]> => {
    const names = [`${part}.${source}.gz`, `${part}.${target}.gz`] as const;
    const pairs = parseParallel(await set.text(names[0]), await set.text(names[1]), names);
    return pairs.map(({ line, ...pair }) => ({ id: `${part}:${line}`, ...pair }));
  };
  const splits = { train: await read('train'), validation: await read('val'), test: await read('test_2016_flickr') };
  return { name: id, sides: [source, target], splits, checksums: set.checksums };
}

/** Tatoeba pairs. Option `source`: `en` (default) or `zh`. All translations of an English sentence lie in one split, 90 / 5 / 5. */
export async function tatoeba(context: ReadContext): Promise<PairDataset> {
  const [id, file] = ['mt-en-zh-tatoeba', 'cmn.txt'];
  const from = choice(id, context, 'source', ['en', 'zh']);
  const set = await openSet(id, context);
  const english = new Map<PairExample, string>();
  for (const { line, text } of parseLines(await set.text(file))) {
    const [en = '', zh = ''] = text.split('\t').map((cell) => cell.trim());
    if (en === '' || zh === '')
      throw new DataError(
        `${id}: expected English, a tab and Chinese, got '${text.slice(0, 60)}' (${file}, line ${line})`,
      );
    english.set({ id: `line ${line}`, source: from === 'en' ? en : zh, target: from === 'en' ? zh : en }, en);
  }
  const splits = splitBy([...english.keys()], (pair) =>
    splitOf(english.get(pair) as string, { validation: 0.05, test: 0.05 }),
  );
  return { name: id, sides: from === 'en' ? ['en', 'zh'] : ['zh', 'en'], splits, checksums: set.checksums };
}

/**
 * CMU Pronouncing Dictionary, embedded: a word's letters → its ARPAbet sounds (`tomato` → `T AH0 M EY1 T OW2`), parted by spaces.
 * Option `stress`: `kept` (default) or `dropped`. All pronunciations of a word lie in one split, 90 / 5 / 5.
 */
export async function pronunciations(context: ReadContext): Promise<PairDataset> {
  const id = 'cmu-pronouncing';
  const stress = choice(id, context, 'stress', ['kept', 'dropped']);
  const { dictionary } = await import('cmu-pronouncing-dictionary');
  const hash = createHash('sha256');
  const pairs = Object.entries(dictionary).map(([key, sounds]): PairExample => {
    hash.update(`${key} ${sounds}\n`);
    const target = stress === 'kept' ? sounds : sounds.replace(/\d/g, '');
    return { id: key, source: key.replace(/\(\d+\)$/, ''), target };
  });
  const splits = splitBy(pairs, ({ source }) => splitOf(source, { validation: 0.05, test: 0.05 }));
  const checksums = { 'cmu-pronouncing-dictionary': hash.digest('hex') };
  return { name: id, sides: ['letters', 'sounds'], splits, checksums };
}
