// Unigram (Kudo 2018, https://arxiv.org/abs/1804.10959): many seeds, expectation and maximisation, then the pieces go whose loss is felt
// least, until the vocabulary fits. Steps and constants as tokenizers 0.23 (unigram/trainer.rs); the order is fixed, so results repeat.
import { TokenizerError } from '../tokenizer.ts';
import { byCodePoint } from './alphabet.ts';
import { limitedWords } from './limited-words.ts';
import type { Training } from './progress.ts';
import { holdPieces } from './unigram-held.ts';
import { BestPath, Expectation, type Lattice, renumber, type Scores, withUnknown } from './unigram-lattice.ts';
import { findSeeds, seedLattice, type WordRow } from './unigram-seeds.ts';
import type { WordSource } from './word-counts.ts';
import { wordRow } from './word-row.ts';

/** Options of `trainUnigram`. */
export interface UnigramOptions {
  readonly vocabSize: number;
  readonly specialTokens: readonly string[];
  /** The token for what no piece covers; put first if it is not among the special tokens. */
  readonly unkToken: string;
  readonly initialAlphabet: readonly string[];
  /** Keep this many characters; the rarest are left to the unknown piece. */
  readonly limitAlphabet?: number | undefined;
  /** A piece of several characters must occur this often in the corpus. */
  readonly minFrequency?: number | undefined;
  /** Pieces that are there from the start and stay; the corpus gives their scores. */
  readonly seedTokens?: readonly string[] | undefined;
  /** A vocabulary to go on with: its pieces keep their ids and their scores, new ones follow. */
  readonly known?: KnownPieces | undefined;
  /** Longest piece in characters. Default 16. */
  readonly maxTokenLength?: number | undefined;
  /** How much is left after each pruning. Default 0.75. */
  readonly shrinkingFactor?: number | undefined;
  /** Rounds of expectation and maximisation between prunings. Default 2. */
  readonly rounds?: number | undefined;
  /** Most seeds. Default a million. */
  readonly seedSize?: number | undefined;
  /** Called whenever pieces may be dropped, with what was there and why. */
  readonly onPrune?: ((pruning: Pruning) => void) | undefined;
}

/** A vocabulary that is there already. */
export interface KnownPieces {
  readonly vocab: readonly (readonly [string, number])[];
  /** Null for a vocabulary without an unknown piece. */
  readonly unkId: number | null;
  /** Pieces that no word holds, because they are matched before words are cut. */
  readonly apart: ReadonlySet<string>;
}

/** What one step leaves of the pieces, for showing. */
export interface Pruning {
  /** Dropped for being expected less than half a time, for the least loss, or to fit the size. */
  readonly kind: 'expectation' | 'loss' | 'size';
  readonly pieces: readonly {
    readonly token: string;
    /** Natural logarithm of the probability before the step. */
    readonly score: number;
    /** How often it is expected over all ways to cut the corpus. */
    readonly expected?: number | undefined;
    /** What the corpus' log-likelihood per word is thought to lose without it. */
    readonly loss?: number | undefined;
    readonly kept: boolean;
  }[];
}

/** Pieces with natural logarithms of probabilities, by id. */
export interface UnigramResult {
  readonly vocab: readonly (readonly [string, number])[];
  readonly unkId: number | null;
}

interface State {
  /** Where a piece stands, to read its text and its alternatives. */
  place: Int32Array;
  length: Uint8Array;
  scores: Scores;
  /** What may not be dropped: 1 for a piece that is held. */
  held: Uint8Array;
  /** Scores that stay; NaN for those that are learnt. */
  fixed: Float64Array;
}

/** Words per step between two reports of progress. */
const CHUNK = 20_000;
/** Pieces that are expected less often than this are dropped. */
const LEAST_EXPECTED = 0.5;
/** What single characters that were lost get back: the least score, then a little more for each. */
const PENALTY_STEP = 0.0001;

/** Learns a Unigram vocabulary from words in a fixed order. @throws TokenizerError for a size that the characters do not fit into */
export function* trainUnigram(source: WordSource, options: UnigramOptions): Training<UnigramResult> {
  const { shrinkingFactor = 0.75, rounds = 2 } = options;
  yield { phase: 'seeds', done: 0, total: source.size };
  const row = wordRow(limitedWords(source, options));
  checkRoom(row, options);
  const { state, lattice, absent } = start(row, options);
  // What is held but does not occur takes its room all the same.
  const wanted = Math.trunc((options.vocabSize * 11) / 10) - absent;
  const prunings = Math.max(0, Math.trunc(Math.log(wanted / state.place.length) / Math.log(shrinkingFactor))) + 1;
  for (let loop = 0; ; loop++) {
    for (let round = 0; round < rounds; round++) {
      const expected = new Float64Array(state.place.length);
      const expectation = new Expectation();
      for (let from = 0; from < row.counts.length; from += CHUNK) {
        const to = Math.min(row.counts.length, from + CHUNK);
        expectation.add(lattice, state.scores, expected, [from, to]);
        const share = (round + to / row.counts.length) / rounds;
        yield { phase: 'expectation', done: loop + share, total: Math.max(prunings, loop + 1) };
      }
      maximise(state, lattice, expected, (kept) =>
        options.onPrune?.(shown('expectation', state, row, kept, { expected: (piece) => expected[piece] })),
      );
    }
    if (state.place.length <= wanted) break;
    yield { phase: 'pruning', done: loop + 1, total: Math.max(prunings, loop + 1) };
    prune(state, lattice, { wanted, shrinkingFactor, row, onPrune: options.onPrune });
  }
  return finalise(state, row, options);
}

/** @throws TokenizerError where what must be in the vocabulary is more than it may hold */
function checkRoom(row: WordRow, options: UnigramOptions): void {
  const known = new Set(options.known?.vocab.map(([token]) => token));
  const characters = row.points.slice(1).map((code) => String.fromCodePoint(code));
  const must = new Set([...known, ...specialPieces(options), ...characters, ...(options.seedTokens ?? [])]);
  if (must.size <= options.vocabSize) return;
  const besides = known.size > 0 ? `the ${known.size} known pieces and ` : '';
  throw new TokenizerError(
    `train: expected a vocabulary that holds ${besides}all ${characters.length} characters of the corpus, got room for ${options.vocabSize} tokens\n` +
      `Ask for at least ${must.size} with --vocab-size, keep fewer characters with --limit-alphabet, or normalise the corpus.`,
  );
}

/** Special tokens that are not known yet, the unknown piece among them. */
function specialPieces({ known, specialTokens, unkToken }: UnigramOptions): string[] {
  const old = new Set(known?.vocab.map(([token]) => token));
  const all = known || specialTokens.includes(unkToken) ? specialTokens : [unkToken, ...specialTokens];
  return all.filter((token) => !old.has(token));
}

/** The seeds, what is held among them, and how many held pieces the corpus does not have. */
function start(row: WordRow, options: UnigramOptions): { state: State; lattice: Lattice; absent: number } {
  const { known, seedTokens = [], maxTokenLength = 16, seedSize = 1_000_000 } = options;
  const seeds = findSeeds(row, {
    maxLength: Math.min(250, maxTokenLength),
    most: seedSize,
    least: options.minFrequency,
  });
  const inWords = (known?.vocab ?? []).filter(([token], id) => id !== known?.unkId && !known?.apart.has(token));
  const old = new Set(known?.vocab.map(([token]) => token));
  const tokens = [...inWords.map(([token]) => token), ...seedTokens.filter((token) => !old.has(token))];
  const size = seeds.place.length;
  const found = holdPieces(row, seedLattice(row, seeds), size, tokens);
  const all = size + found.place.length;
  const held = new Uint8Array(all);
  const fixed = new Float64Array(all).fill(Number.NaN);
  found.pieces.forEach((piece, i) => {
    if (piece < 0) return;
    held[piece] = 1;
    fixed[piece] = inWords[i]?.[1] ?? Number.NaN;
  });
  const present = found.pieces.reduce((sum, piece) => sum + (piece < 0 ? 0 : 1), 0);
  const log = startingScores(longer(seeds.weight, found.weight), fixed);
  const state: State = {
    place: longer(seeds.place, found.place),
    length: longer(seeds.length, found.length),
    scores: withUnknown(log),
    held,
    fixed,
  };
  return { state, lattice: found.lattice, absent: old.size + tokens.length - inWords.length - present };
}

/** An array with more at its end. */
function longer<T extends Int32Array | Uint8Array | Float64Array>(array: T, more: readonly number[]): T {
  if (more.length === 0) return array;
  const all = new (array.constructor as new (size: number) => T)(array.length + more.length);
  all.set(array as never);
  all.set(more as never, array.length);
  return all;
}

function startingScores(weight: Float64Array, fixed: Float64Array): Float64Array {
  let sum = 0;
  for (let piece = 1; piece < weight.length; piece++) sum += weight[piece] as number;
  return weight.map((value, piece) =>
    Number.isNaN(fixed[piece]) ? Math.log(value) - Math.log(sum) : (fixed[piece] as number),
  );
}

/** The logarithmic derivative of the gamma function. */
export function digamma(value: number): number {
  let [x, result] = [value, 0];
  for (; x < 7; x++) result -= 1 / x;
  x -= 1 / 2;
  const xx2 = 1 / (x * x);
  const xx4 = xx2 * xx2;
  return result + Math.log(x) + (1 / 24) * xx2 - (7 / 960) * xx4 + (31 / 8064) * xx4 * xx2 - (127 / 30720) * xx4 * xx4;
}

/** Keeps pieces by number, in the order given; `log` are their scores. */
function keep(state: State, lattice: Lattice, kept: readonly number[] | Int32Array, log: Float64Array): void {
  const to = new Int32Array(state.place.length).fill(-1);
  const place = new Int32Array(kept.length);
  const length = new Uint8Array(kept.length);
  const held = new Uint8Array(kept.length);
  const fixed = new Float64Array(kept.length);
  for (let id = 0; id < kept.length; id++) {
    const piece = kept[id] as number;
    to[piece] = id;
    place[id] = state.place[piece] as number;
    length[id] = state.length[piece] as number;
    held[id] = state.held[piece] as number;
    fixed[id] = state.fixed[piece] as number;
  }
  renumber(lattice, to);
  state.place = place;
  state.length = length;
  state.held = held;
  state.fixed = fixed;
  state.scores = withUnknown(log.map((score, id) => (Number.isNaN(fixed[id]) ? score : (fixed[id] as number))));
}

/** Maximisation with a sparse prior: digamma instead of logarithm (Liang & Klein 2007). */
function maximise(state: State, lattice: Lattice, expected: Float64Array, onKept: (kept: Int32Array) => void): void {
  const stays = (piece: number): boolean => (expected[piece] as number) >= LEAST_EXPECTED || state.held[piece] === 1;
  let size = 1;
  for (let piece = 1; piece < expected.length; piece++) if (stays(piece)) size++;
  const kept = new Int32Array(size);
  let [id, sum] = [1, 0];
  for (let piece = 1; piece < expected.length; piece++) {
    if (!stays(piece)) continue;
    kept[id++] = piece;
    sum += expected[piece] as number;
  }
  onKept(kept);
  const whole = digamma(sum);
  const log = new Float64Array(size);
  for (let i = 1; i < size; i++)
    log[i] = digamma(Math.max(LEAST_EXPECTED, expected[kept[i] as number] as number)) - whole;
  keep(state, lattice, kept, log);
}

interface PruneOptions {
  readonly wanted: number;
  readonly shrinkingFactor: number;
  readonly row: WordRow;
  readonly onPrune: ((pruning: Pruning) => void) | undefined;
}

/** Drops the pieces whose loss the corpus feels least. */
function prune(state: State, lattice: Lattice, options: PruneOptions): void {
  const size = state.place.length;
  const frequency = new Float64Array(size);
  const path = new BestPath();
  let all = 0;
  for (let word = 0; word < lattice.counts.length; word++) {
    const count = lattice.counts[word] as number;
    all += count;
    path.find(lattice, state.scores, lattice.starts[word] as number, { end: (lattice.starts[word + 1] as number) - 1 });
    for (const piece of path.path) (frequency[piece] as number) += count;
  }
  let sum = 0;
  for (const value of frequency) sum += value;
  const logSum = Math.log(sum);
  const kept = [0];
  const candidates: { piece: number; loss: number }[] = [];
  for (let piece = 1; piece < size; piece++) {
    const count = frequency[piece] as number;
    const length = state.length[piece] as number;
    const isHeld = length === 1 || state.held[piece] === 1;
    if (isHeld) kept.push(piece);
    if (count === 0 || isHeld) continue;
    // How the piece would be cut if it were gone.
    const place = state.place[piece] as number;
    path.find(lattice, state.scores, place, { end: place + length, without: length });
    if (path.score > (state.scores.log[piece] as number)) {
      kept.push(piece);
      continue;
    }
    const logSumAlternative = Math.log(sum + count * (path.path.length - 1));
    let logAlternative = 0;
    for (const other of path.path) logAlternative += Math.log((frequency[other] as number) + count) - logSumAlternative;
    candidates.push({ piece, loss: (count / all) * (Math.log(count) - logSum - logAlternative) });
  }
  const target = Math.max(options.wanted, Math.trunc(size * options.shrinkingFactor));
  candidates.sort((a, b) => b.loss - a.loss || a.piece - b.piece);
  for (const { piece } of candidates.slice(0, Math.max(0, target - kept.length))) kept.push(piece);
  if (options.onPrune) {
    const losses = new Map(candidates.map(({ piece, loss }) => [piece, loss]));
    options.onPrune(shown('loss', state, options.row, kept, { loss: (piece) => losses.get(piece) }));
  }
  keep(
    state,
    lattice,
    kept,
    Float64Array.from(kept, (piece) => state.scores.log[piece] as number),
  );
}

function shown(
  kind: Pruning['kind'],
  state: State,
  row: WordRow,
  kept: Iterable<number>,
  why: {
    readonly expected?: (piece: number) => number | undefined;
    readonly loss?: (piece: number) => number | undefined;
  } = {},
): Pruning {
  const stays = new Set(kept);
  const pieces = Array.from(state.place.keys()).slice(1);
  return {
    kind,
    pieces: pieces.map((piece) => ({
      token: tokenOf(state, row, piece),
      score: state.scores.log[piece] as number,
      expected: why.expected?.(piece),
      loss: why.loss?.(piece),
      kept: stays.has(piece),
    })),
  };
}

function tokenOf(state: State, row: WordRow, piece: number): string {
  const [place, length] = [state.place[piece] as number, state.length[piece] as number];
  let token = '';
  for (let i = 0; i < length; i++)
    token += String.fromCodePoint(row.points[row.symbols[place + i] as number] as number);
  return token;
}

/** Known pieces first, then special tokens, then what was learnt: single characters come back, and the list is cut to size in the order of the last pruning. */
function finalise(state: State, row: WordRow, options: UnigramOptions): UnigramResult {
  const learnt = new Map<string, number>();
  let least = Number.POSITIVE_INFINITY;
  for (let piece = 1; piece < state.place.length; piece++) {
    const score = state.scores.log[piece] as number;
    learnt.set(tokenOf(state, row, piece), score);
    least = Math.min(least, score);
  }
  const special = specialPieces(options);
  const known = options.known?.vocab ?? [];
  const old = new Set(known.map(([token]) => token));
  const room = options.vocabSize - special.length - known.length;
  const characters = new Set([
    ...row.points.slice(1).map((code) => String.fromCodePoint(code)),
    ...options.initialAlphabet,
  ]);
  const pieces = new Map<string, number>();
  let penalty = 0;
  for (const token of [...[...characters].sort(byCodePoint), ...(options.seedTokens ?? [])]) {
    if (old.has(token) || pieces.has(token)) continue;
    const score = learnt.get(token);
    pieces.set(token, score ?? (Number.isFinite(least) ? least : 0) + penalty);
    if (score === undefined) penalty += PENALTY_STEP;
  }
  for (const [token, score] of learnt) {
    if (pieces.size >= room) break;
    if (!pieces.has(token) && !old.has(token)) pieces.set(token, score);
  }
  if (options.onPrune) {
    const kept = Array.from(state.place.keys()).filter((piece) => piece > 0 && pieces.has(tokenOf(state, row, piece)));
    options.onPrune(shown('size', state, row, kept));
  }
  for (const token of special) pieces.delete(token);
  const ordered = [...pieces].sort(([a, scoreA], [b, scoreB]) => scoreB - scoreA || byCodePoint(a, b));
  const vocab: (readonly [string, number])[] = [
    ...known,
    ...special.map((token): [string, number] => [token, 0]),
    ...ordered,
  ];
  return { vocab, unkId: options.known ? options.known.unkId : special.indexOf(options.unkToken) };
}
