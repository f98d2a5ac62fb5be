// `tesserae tokenize --modality dna`: sequences to k-mers or byte pairs, and the stability experiment.
import { existsSync } from 'node:fs';
import { type Cut, stabilityExperiment } from '../../data/index.ts';
import { sequenceSvg } from '../../lens/index.ts';
import { loadSequences } from '../../tokens/index.node.ts';
import {
  courseVocabulary,
  cutKmers,
  cutText,
  type DnaRecord,
  dnabertVocabulary,
  idsOf,
  isBases,
  readBases,
  type Span,
  type Tokenizer,
  type Units,
} from '../../tokens/index.ts';
import { type Args, type Io, integer, text, UsageError } from '../command.ts';
import { filesOf, type ModalityReader, positive, type Tokenized, tokenizerOf } from './tokenize-flags.ts';

/** A file, or bases written out on the command line. */
async function recordsOf(args: Args): Promise<{ source: string; record: DnaRecord }[]> {
  const all: { source: string; record: DnaRecord }[] = [];
  for (const given of filesOf(args, 'FILE… (FASTA, FASTQ, also .gz) or bases such as ACAATA')) {
    if (!existsSync(given) && isBases(given)) {
      all.push({ source: given, record: { name: given, description: '', sequence: readBases(given, 'command line') } });
    } else for (const record of await loadSequences(given)) all.push({ source: given, record });
  }
  return all;
}

/** The tokenizer of `--tokenizer`, if one is named. @throws UsageError with flags of k-mers beside it */
async function trainedTokenizer(args: Args): Promise<Tokenizer | undefined> {
  if (text(args, 'tokenizer') === undefined) return undefined;
  const other = ['k', 'no-overlap'].find((name) => args.values[name] !== undefined);
  if (other !== undefined && args.values.stability !== true)
    throw new UsageError(`expected --tokenizer or --${other}, got both; a tokenizer knows how it cuts`);
  return tokenizerOf(args);
}

function trainedCut(tokenizer: Tokenizer | undefined): Cut | undefined {
  return (
    tokenizer &&
    ((sequence) =>
      tokenizer.encode(sequence, { addSpecialTokens: false }).offsets.map(([start, end]) => ({ start, end })))
  );
}

async function experiment(args: Args, io: Io, sequences: readonly string[]): Promise<void> {
  const bpe = trainedCut(await trainedTokenizer(args));
  const rows = stabilityExperiment(sequences, {
    k: positive(args, 'k') ?? 6,
    length: positive(args, 'length') ?? 500,
    pieces: positive(args, 'pieces') ?? 200,
    edits: positive(args, 'edits') ?? 4,
    vocabSize: positive(args, 'vocab-size') ?? 1024,
    seed: integer(args, 'seed') ?? 0,
    ...(bpe ? { bpe } : {}),
  });
  if (io.json) {
    io.out(
      JSON.stringify(
        rows.map(({ scheme, edit, tokens, stability: { mean, interval } }) => ({
          scheme,
          edit,
          tokens,
          survival: mean,
          interval,
        })),
      ),
    );
    return;
  }
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  io.out('tokens that survive one edited base, mean and 95 % interval over pieces');
  for (const { scheme, edit, tokens, stability } of rows) {
    const [low, high] = stability.interval;
    const interval = `(${percent(low)} to ${percent(high)})`;
    io.out(
      `${edit.padEnd(7)} ${scheme.padEnd(18)} ${percent(stability.mean).padStart(7)} ${interval}  ${tokens.toFixed(1)} tokens a piece`,
    );
  }
}

const SHOWN = 24;

/** The units of a sequence, and how they were cut. */
interface DnaUnits {
  readonly units: Units<Span, string>;
  readonly facts: Readonly<Record<string, unknown>>;
}

function kmersOf(sequence: string, args: Args): DnaUnits {
  const k = positive(args, 'k') ?? 6;
  const overlap = args.values['no-overlap'] !== true;
  const vocabulary = overlap ? dnabertVocabulary(k) : courseVocabulary(k);
  const specialTokens = args.values['special-tokens'] === true;
  return { units: cutKmers(sequence, { overlap, vocabulary, specialTokens }), facts: { k, overlap } };
}

function tokenized(source: string, record: DnaRecord, { units, facts }: DnaUnits): Tokenized {
  const ids = idsOf(units.values);
  const head = units.names.slice(0, SHOWN).map((name, i) => `${name}\u00a0${ids[i]}`);
  const rest = units.names.length > SHOWN ? ` … ${units.names.length} in all` : '';
  return {
    source: record.name === source ? source : `${source}#${record.name}`,
    units,
    facts: { name: record.name, length: record.sequence.length, ...facts },
    summary: head.join(' ') + rest,
    draw: async () => ({ original: sequenceSvg(record.sequence, units) }),
  };
}

/** Sequences of the command line. */
export const read: ModalityReader = async (args, io) => {
  const records = await recordsOf(args);
  if (args.values.stability === true) {
    await experiment(
      args,
      io,
      records.map(({ record }) => record.sequence),
    );
    return undefined;
  }
  const tokenizer = await trainedTokenizer(args);
  const options = { addSpecialTokens: args.values['special-tokens'] === true };
  return records.map(({ source, record }) =>
    tokenized(
      source,
      record,
      tokenizer
        ? {
            units: { ...cutText(record.sequence, tokenizer, options), modality: 'dna' },
            facts: { tokenizer: text(args, 'tokenizer') },
          }
        : kmersOf(record.sequence, args),
    ),
  );
};
