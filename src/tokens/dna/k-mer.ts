// DNA as k-mers: every window of k bases (DNABERT, Ji et al. 2021) or one after the other with a remainder (the course's figure).
// A k-mer is a number in base 4 with the digits A T C G, so ids need no table.
import { type NdArray, ndArray } from '../../array/index.ts';
import { idsOf, positionsFrom, type Units, UnitsError, type UnitValues } from '../units.ts';

const DIGITS = 'ATCG';

/** How k-mers become ids. */
export interface KmerVocabulary {
  readonly k: number;
  /** In the order of their ids, from 0. */
  readonly special: readonly string[];
  /** Whether pieces shorter than k have ids too: after all k-mers, by length, then in order. */
  readonly remainders: boolean;
  readonly size: number;
  readonly unknownId: number;
  readonly idOf: (piece: string) => number;
  /** @throws UnitsError for an id that does not exist */
  readonly pieceOf: (id: number) => string;
}

function numberOf(piece: string): number {
  let value = 0;
  for (const letter of piece) {
    const digit = DIGITS.indexOf(letter);
    if (digit < 0) return -1;
    value = value * 4 + digit;
  }
  return value;
}

function lettersOf(value: number, length: number): string {
  let piece = '';
  let rest = value;
  for (let i = 0; i < length; i++) {
    piece = (DIGITS[rest % 4] as string) + piece;
    rest = Math.floor(rest / 4);
  }
  return piece;
}

function vocabulary(k: number, special: readonly string[], remainders: boolean): KmerVocabulary {
  if (!(Number.isSafeInteger(k) && k >= 1 && k <= 12)) {
    throw new UnitsError(`kmerVocabulary: expected k from 1 to 12, got ${k}`);
  }
  const unknownId = special.indexOf('[UNK]');
  // where pieces of each length begin
  const starts = new Map<number, number>([[k, special.length]]);
  let size = special.length + 4 ** k;
  for (let length = 1; remainders && length < k; length++) {
    starts.set(length, size);
    size += 4 ** length;
  }
  return {
    k,
    special,
    remainders,
    size,
    unknownId,
    idOf: (piece) => {
      const named = special.indexOf(piece);
      if (named >= 0) return named;
      const [start, value] = [starts.get(piece.length), numberOf(piece)];
      return start === undefined || value < 0 ? unknownId : start + value;
    },
    pieceOf: (id) => {
      const named = special[id];
      if (named !== undefined) return named;
      for (const [length, start] of starts) {
        if (id >= start && id < start + 4 ** length) return lettersOf(id - start, length);
      }
      throw new UnitsError(`pieceOf: expected an id from 0 to ${size - 1}, got ${id}`);
    },
  };
}

/**
 * DNABERT's vocabulary: `[PAD] [UNK] [CLS] [SEP] [MASK]`, then all k-mers over A, T, C, G in order (`AAAAAA, AAAAAT, AAAAAC, …`):
 * 69, 261, 1029, 4101 entries for k = 3 to 6.
 */
export function dnabertVocabulary(k: number): KmerVocabulary {
  return vocabulary(k, ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'], false);
}

/** The course's vocabulary: four special tokens, id = 4 + base-4 number, remainders after: `ACAATA` is 520, a last `G` is 4103 for k = 6. */
export function courseVocabulary(k: number): KmerVocabulary {
  return vocabulary(k, ['[PAD]', '[UNK]', '[CLS]', '[SEP]'], true);
}

/** All tokens in the order of their ids, one a line when joined: a `vocab.txt`. */
export function vocabularyTokens(kmers: KmerVocabulary): string[] {
  return Array.from({ length: kmers.size }, (_, id) => kmers.pieceOf(id));
}

/** Options of `cutKmers`. */
export interface KmerOptions {
  /** Every window of k bases (stride 1), or one after the other. */
  readonly overlap: boolean;
  readonly vocabulary: KmerVocabulary;
  /** `[CLS]` in front and `[SEP]` behind, with empty places. */
  readonly specialTokens?: boolean;
}

/** Where a piece of a sequence lies. */
export interface Span {
  readonly kind: 'span';
  readonly start: number;
  readonly end: number;
}

function spans(length: number, k: number, overlap: boolean): Span[] {
  const step = overlap ? 1 : k;
  const last = overlap ? length - k + 1 : length;
  const out: Span[] = [];
  for (let start = 0; start < last; start += step) out.push({ kind: 'span', start, end: Math.min(length, start + k) });
  return out;
}

/** DNABERT's `kmer2seq`: the first letter of each k-mer and the whole last one; without overlap, the pieces joined. */
function joined(ids: readonly number[], options: KmerOptions): string {
  const { overlap, vocabulary: kmers } = options;
  const outside = new Set(['[CLS]', '[SEP]', '[PAD]'].map((name) => kmers.special.indexOf(name)));
  const pieces = ids
    .filter((id) => !outside.has(id))
    .map((id) => (id < kmers.special.length ? 'N'.repeat(kmers.k) : kmers.pieceOf(id)));
  if (!overlap) return pieces.join('');
  return pieces.map((piece, i) => (i === pieces.length - 1 ? piece : piece[0])).join('');
}

/**
 * A sequence (upper case, as `readBases` gives it) as k-mers with ids. k-mers with other letters than A, C, G, T are `[UNK]`.
 * Overlapping: `n − k + 1` units. One after the other: `⌈n / k⌉`, the last possibly shorter; `ACAATAATAATAACGG` →
 * `ACAATA ATAATA ATAACG G` = 520, 264, 271, 4103 with the course's vocabulary.
 * @throws UnitsError for an empty sequence, or one too short for a single window
 */
export function cutKmers(sequence: string, options: KmerOptions): Units<Span, string> {
  const { overlap, vocabulary: kmers, specialTokens = false } = options;
  const least = overlap ? kmers.k : 1;
  if (sequence.length < least) {
    throw new UnitsError(`cutKmers: expected a sequence of at least ${least} bases, got ${sequence.length}`);
  }
  const inner = spans(sequence.length, kmers.k, overlap);
  const pieces = inner.map(({ start, end }) => sequence.slice(start, end));
  const end: Span = { kind: 'span', start: sequence.length, end: sequence.length };
  const places = specialTokens ? [{ kind: 'span', start: 0, end: 0 } as const, ...inner, end] : inner;
  const names = specialTokens ? ['[CLS]', ...pieces, '[SEP]'] : pieces;
  const ids = ndArray(
    'int64',
    [names.length],
    BigInt64Array.from(names, (name) => BigInt(kmers.idOf(name))),
  );
  const values: UnitValues = { kind: 'ids', ids, size: kmers.size };
  return {
    modality: 'dna',
    values,
    places,
    positions: positionsFrom(
      names.map((_, i) => [i]),
      1,
    ),
    axes: ['index'],
    names,
    restore: (given) => (given === undefined ? sequence : joined(idsOf(given), options)),
  };
}

/**
 * DNABERT's long inputs: ids without special tokens in pieces of at most `length − 2`, each with `[CLS]` and `[SEP]`, int64 `[pieces]`.
 */
export function longPieces(ids: readonly number[], kmers: KmerVocabulary, length = 512): NdArray<'int64'>[] {
  const [cls, sep] = [kmers.idOf('[CLS]'), kmers.idOf('[SEP]')];
  const pieces: NdArray<'int64'>[] = [];
  for (let start = 0; start < ids.length; start += length - 2) {
    const row = [cls, ...ids.slice(start, start + length - 2), sep];
    pieces.push(ndArray('int64', [row.length], BigInt64Array.from(row, BigInt)));
  }
  return pieces;
}
