// Training from files in bounded memory: blocks of lines are counted, words spill to disk, and the algorithm learns from the merged counts.
import { TokenizerError, type TokenizerJson } from '../tokenizer.ts';
import { surroundingsOf, type TrainingOptions } from './algorithms.ts';
import { type CorpusOptions, corpusBlocks } from './corpus.node.ts';
import { corpusFiles } from './inputs.node.ts';
import { wordRule } from './line-words.ts';
import { finishAsync, type TrainingProgress } from './progress.ts';
import { SpillingCounts } from './spill.node.ts';
import { sourceFor, trainFromWords } from './train.ts';
import { WordCounts, type WordSource } from './word-counts.ts';

/** Options of `trainTokenizerFromFiles`. */
export interface FileTrainingOptions extends TrainingOptions, Pick<CorpusOptions, 'textField' | 'encoding'> {
  /** Bytes that the process may take. Default 1 GB. */
  readonly memory?: number | undefined;
  readonly watch?: ((progress: TrainingProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What Node takes before anything is trained, with room for blocks of text. */
const OVERHEAD = 96 * 2 ** 20;
/** Share of the rest that the table of words may hold; when it grows it stands twice in memory, and sorting needs a list. */
const TABLE_SHARE = 0.3;
/** Bytes that training takes per symbol of distinct words: symbols, places of pairs, pairs. Measured, with room. */
const PER_SYMBOL: Readonly<Record<string, number>> = { unigram: 60, 'byte-bpe': 24, wordpiece: 24 };
const PER_SYMBOL_ELSE = 20;
/** Bytes that every distinct word takes besides. */
const PER_WORD = 16;

/**
 * Trains a tokenizer on files, patterns and `-`; lines with their line ends are the units.
 * @returns a `tokenizer.json` @throws TokenizerError for a corpus that cannot be read or does not fit, the signal's reason when aborted
 */
export async function trainTokenizerFromFiles(
  names: readonly string[],
  options: FileTrainingOptions,
): Promise<TokenizerJson> {
  const memory = options.memory ?? 10 ** 9;
  const counts = new SpillingCounts(Math.max(2 ** 19, (memory - OVERHEAD) * TABLE_SHARE));
  const drive = { watch: options.watch ?? (() => undefined), signal: options.signal };
  try {
    await countWords(names, options, counts);
    const counted = await finishAsync(counts.finish(), drive);
    mustFit(counted, options, memory);
    const source: WordSource = counted instanceof WordCounts ? sourceFor(options, counted) : counted;
    if (source.size === 0)
      throw new TokenizerError(`train: expected words in the corpus, got none (${names.join(', ')})`);
    return await finishAsync(trainFromWords(source, options), drive);
  } catch (error) {
    // A stream that was ended says so in its own words.
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    counts.clean();
  }
}

async function countWords(
  names: readonly string[],
  options: FileTrainingOptions,
  counts: SpillingCounts,
): Promise<void> {
  const files = await corpusFiles(names);
  const { normalizer, preTokenizer } = surroundingsOf(options);
  const { words } = wordRule(normalizer, preTokenizer);
  const total = files.reduce<number | undefined>(
    (sum, file) => (sum === undefined || file.bytes === undefined ? undefined : sum + file.bytes),
    0,
  );
  let done = 0;
  const reading: CorpusOptions = {
    textField: options.textField,
    encoding: options.encoding,
    signal: options.signal,
    sequences: options.algorithm === 'kmer' || options.algorithm === 'dna-bpe',
    onBytes: (count) => {
      done += count;
    },
  };
  for (const file of files) {
    for await (const block of corpusBlocks(file, reading)) {
      options.signal?.throwIfAborted();
      for (let from = 0; from < block.length; ) {
        const end = block.indexOf('\n', from);
        const to = end < 0 ? block.length : end + 1;
        words(block, from, to, counts);
        from = to;
      }
      await counts.settle();
      options.watch?.({ phase: 'read', done, total });
    }
  }
}

/** @throws TokenizerError if learning from these words would take more than was allowed */
function mustFit(source: WordSource, { algorithm }: TrainingOptions, memory: number): void {
  let symbols = 0;
  const isBytes = algorithm === 'byte-bpe';
  source.each((units, from, to) => {
    symbols += isBytes ? utf8Bytes(units, from, to) : to - from;
  });
  const held = source instanceof WordCounts ? source.bytes : 0;
  const need = OVERHEAD + held + symbols * (PER_SYMBOL[algorithm] ?? PER_SYMBOL_ELSE) + source.size * PER_WORD;
  if (need <= memory) return;
  throw new TokenizerError(
    `train: expected the corpus to fit into ${megabytes(memory)}, got ${source.size} distinct words that need about ${megabytes(need)}\n` +
      `Allow more with --memory ${Math.ceil(need / 2 ** 20 / 100) * 100}MiB, or train on less text.`,
  );
}

/** UTF-8 bytes of UTF-16 units. */
function utf8Bytes(units: Uint16Array, from: number, to: number): number {
  let bytes = 0;
  for (let i = from; i < to; i++) {
    const unit = units[i] as number;
    // Halves of surrogate pairs take two bytes each.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return bytes;
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
