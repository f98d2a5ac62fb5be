// `tesserae tokenize --modality concepts`: items as bags of features, from a table or from the keywords of emoji.
import { existsSync } from 'node:fs';
import { readText } from '../../data/index.node.ts';
import { parseConcepts } from '../../data/index.ts';
import { conceptsSvg } from '../../lens/index.ts';
import { emojiConcepts } from '../../tokens/index.node.ts';
import { type Concept, cutConcepts, featureVocabulary, hashedVocabulary, nearestConcepts } from '../../tokens/index.ts';
import { type Args, text, UsageError } from '../command.ts';
import { choice, type ModalityReader, positive, type Tokenized } from './tokenize-flags.ts';

interface Table {
  readonly source: string;
  /** Everything that is known: vocabulary and neighbours come from it. */
  readonly all: readonly Concept[];
  /** What is asked for. */
  readonly asked: readonly Concept[];
}

async function tableOf(args: Args): Promise<Table> {
  const files = args.positionals.filter((one) => existsSync(one));
  const names = args.positionals.filter((one) => !existsSync(one));
  const language = text(args, 'language') ?? 'en';
  const all: Concept[] = [];
  for (const file of files) all.push(...parseConcepts((await readText(file)).text, file));
  if (files.length === 0) all.push(...(await emojiConcepts(language)));
  const source = files.length === 0 ? `emoji (${language})` : files.join(', ');
  if (names.length === 0) return { source, all, asked: all };
  const asked = names.map((name) => {
    const found =
      all.find((one) => one.name === name || one.name.split(' ').includes(name)) ??
      all.find((one) => one.name.includes(name)) ??
      all.find((one) => one.features.has(name));
    if (found) return found;
    throw new UsageError(`expected a file, or the name of an item (${source}), got '${name}'`);
  });
  return { source, all, asked };
}

const SHOWN = 40;

/** Items of the command line. */
export const read: ModalityReader = async (args) => {
  const { source, all, asked } = await tableOf(args);
  const buckets = positive(args, 'hash');
  const limit = positive(args, 'vocab-size');
  const vocabulary =
    buckets === undefined ? featureVocabulary(all, limit === undefined ? {} : { limit }) : hashedVocabulary(buckets);
  const units = cutConcepts(asked, { vocabulary, combine: choice(args, 'combine', ['sum', 'mean']) ?? 'sum' });
  const nearest = positive(args, 'nearest');
  const neighbours = nearest === undefined ? undefined : asked.map((one) => nearestConcepts(one, all, nearest));
  const lines = asked.slice(0, SHOWN).map(({ name, features }, i) => {
    const sum = [...features].map(([feature, weight]) => {
      const id = `${feature}\u00a0${vocabulary.idOf(feature)}`;
      return weight === 1 ? id : `${weight} · ${id}`;
    });
    const near = neighbours?.[i]?.map((one) => `${one.name} (${one.score.toFixed(2)}: ${one.shared.join(', ')})`);
    return `  ${name} = ${sum.join(' + ')}${near ? `\n    near: ${near.join('; ')}` : ''}`;
  });
  const rest = asked.length > SHOWN ? `\n  … ${asked.length} in all` : '';
  const one: Tokenized = {
    source,
    units,
    facts: {
      features: asked.map(({ features }) => Object.fromEntries(features)),
      ...(neighbours ? { nearest: neighbours } : {}),
    },
    summary: `${asked.length} items, ${vocabulary.size} features\n${lines.join('\n')}${rest}`,
    draw: async () => ({ original: conceptsSvg(asked.slice(0, 200)) }),
  };
  return [one];
};
