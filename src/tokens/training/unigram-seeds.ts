// Seeds of a Unigram vocabulary: substrings of the distinct words that end where at least two continuations begin (inner nodes of the
// suffix tree), up to 16 characters, the highest frequency × length first; as tokenizers 0.23 and sentencepiece find them. Suffixes are
// sorted by three-way radix quicksort, no deeper than pieces may be long; the same order gives every place its edges.
import type { Lattice } from './unigram-lattice.ts';

/** Words as symbols: numbers of code points from 1, in their order; 0 ends every word. */
export interface WordRow {
  /** Zeros follow the last word, so that reading past its end is safe. */
  readonly symbols: Int32Array;
  /** Where each word begins, and where one after the last would. */
  readonly starts: Int32Array;
  readonly counts: Float64Array;
  /** Code point of each symbol; entry 0 stands for none. */
  readonly points: readonly number[];
}

/** Candidates in the order of the suffixes. */
export interface Seeds {
  /** Places of suffixes in sorted order. */
  readonly suffixes: Int32Array;
  /** Shared symbols of each suffix with the one before it, no more than `maxLength + 1`. */
  readonly shared: Uint8Array;
  /** A place where the piece stands, by piece; piece 0 is unknown, then single symbols, then longer ones. */
  readonly place: Int32Array;
  readonly length: Uint8Array;
  /** Starting weight by piece. */
  readonly weight: Float64Array;
  /** Piece of each inner node in the order in which nodes are closed, -1 for none. */
  readonly nodes: Int32Array;
  /** Piece of each single symbol. */
  readonly singles: Int32Array;
}

/** Sorts places by the symbols that follow, to `depth`. */
function sortSuffixes(symbols: Int32Array, places: Int32Array, depth: number): void {
  // Ranges waiting: from, to, depth.
  const waiting: number[] = [0, places.length, 0];
  while (waiting.length > 0) {
    const at = waiting.pop() as number;
    const to = waiting.pop() as number;
    const from = waiting.pop() as number;
    if (to - from < 2 || at >= depth) continue;
    if (to - from < 12) {
      insertionSort(symbols, places, [from, to], [at, depth]);
      continue;
    }
    const pivot = median(
      symbols[(places[from] as number) + at] as number,
      symbols[(places[(from + to) >> 1] as number) + at] as number,
      symbols[(places[to - 1] as number) + at] as number,
    );
    let [less, more, i] = [from, to, from];
    while (i < more) {
      const place = places[i] as number;
      const symbol = symbols[place + at] as number;
      if (symbol < pivot) {
        places[i++] = places[less] as number;
        places[less++] = place;
      } else if (symbol > pivot) {
        places[i] = places[--more] as number;
        places[more] = place;
      } else i++;
    }
    waiting.push(from, less, at, more, to, at);
    if (pivot !== 0) waiting.push(less, more, at + 1);
  }
}

function median(a: number, b: number, c: number): number {
  return a < b ? (b < c ? b : Math.max(a, c)) : a < c ? a : Math.max(b, c);
}

function insertionSort(
  symbols: Int32Array,
  places: Int32Array,
  [from, to]: readonly [number, number],
  [start, depth]: readonly [number, number],
): void {
  for (let i = from + 1; i < to; i++) {
    const place = places[i] as number;
    let j = i;
    for (; j > from; j--) {
      const other = places[j - 1] as number;
      let at = start;
      while (at < depth && symbols[place + at] === symbols[other + at] && symbols[place + at] !== 0) at++;
      if (at === depth || (symbols[place + at] as number) >= (symbols[other + at] as number)) break;
      places[j] = other;
    }
    places[j] = place;
  }
}

/** How many symbols neighbours in the order share; a shared end of word counts as one more. */
function sharedLengths(symbols: Int32Array, suffixes: Int32Array, depth: number): Uint8Array {
  const shared = new Uint8Array(suffixes.length);
  for (let i = 1; i < suffixes.length; i++) {
    const [a, b] = [suffixes[i - 1] as number, suffixes[i] as number];
    let at = 0;
    while (at < depth && symbols[a + at] === symbols[b + at]) {
      at++;
      if (symbols[a + at - 1] === 0) break;
    }
    shared[i] = at;
  }
  return shared;
}

/** Visits inner nodes as they are closed: depth, first and last suffix in the order. */
function eachNode(shared: Uint8Array, visit: (depth: number, from: number, to: number) => void): void {
  const depths: number[] = [];
  const begins: number[] = [];
  for (let i = 1; i <= shared.length; i++) {
    const depth = i < shared.length ? (shared[i] as number) : 0;
    let begin = i - 1;
    while (depths.length > 0 && (depths.at(-1) as number) > depth) {
      begin = begins.pop() as number;
      visit(depths.pop() as number, begin, i);
    }
    if (depth > 0 && depth !== depths.at(-1)) {
      depths.push(depth);
      begins.push(begin);
    }
  }
}

interface Candidates {
  /** Inner nodes in all. */
  readonly nodes: number;
  /** By candidate: its node, first suffix, depth and frequency × depth. */
  readonly node: Int32Array;
  readonly from: Int32Array;
  readonly depth: Uint8Array;
  readonly score: Float64Array;
  /** Candidates, the best first. */
  readonly order: Int32Array;
}

/** Inner nodes that may become pieces; of equal scores the text that sorts later first, as the reference has it. */
function candidates(
  symbols: Int32Array,
  tree: {
    readonly suffixes: Int32Array;
    readonly shared: Uint8Array;
    readonly maxLength: number;
    readonly isFrequent: (from: number, to: number) => boolean;
  },
): Candidates {
  const { suffixes, shared, maxLength, isFrequent } = tree;
  let [nodes, size] = [0, 0];
  const isPiece = (depth: number, from: number, to: number): boolean =>
    depth >= 2 && depth <= maxLength && symbols[(suffixes[from] as number) + depth - 1] !== 0 && isFrequent(from, to);
  eachNode(shared, (depth, from, to) => {
    if (isPiece(depth, from, to)) size++;
  });
  const node = new Int32Array(size);
  const first = new Int32Array(size);
  const depths = new Uint8Array(size);
  const score = new Float64Array(size);
  let at = 0;
  eachNode(shared, (depth, from, to) => {
    if (isPiece(depth, from, to)) {
      node[at] = nodes;
      first[at] = from;
      depths[at] = depth;
      score[at++] = (to - from) * depth;
    }
    nodes++;
  });
  // Texts sort as their first suffixes, a shorter one before a longer one that begins with it.
  const order = Int32Array.from(score.keys()).sort(
    (a, b) =>
      (score[b] as number) - (score[a] as number) ||
      (first[b] as number) - (first[a] as number) ||
      (depths[b] as number) - (depths[a] as number),
  );
  return { nodes, node, from: first, depth: depths, score, order };
}

/** What may become a seed. */
export interface SeedOptions {
  /** Longest piece in characters. */
  readonly maxLength: number;
  /** How many seeds there may be. */
  readonly most: number;
  /** How often a piece of several characters must occur in the corpus. */
  readonly least?: number | undefined;
}

/** Whether the substring that suffixes `from` to `to` share occurs often enough, repeated words counted. */
function frequent(row: WordRow, suffixes: Int32Array, least: number): (from: number, to: number) => boolean {
  if (least <= 1) return () => true;
  const countAt = new Float64Array(row.symbols.length);
  for (let word = 0; word + 1 < row.starts.length; word++)
    countAt.fill(row.counts[word] as number, row.starts[word] as number, row.starts[word + 1] as number);
  const before = new Float64Array(suffixes.length + 1);
  for (let i = 0; i < suffixes.length; i++)
    before[i + 1] = (before[i] as number) + (countAt[suffixes[i] as number] as number);
  return (from, to) => (before[to] as number) - (before[from] as number) >= least;
}

/** The seeds of a row of words. */
export function findSeeds(row: WordRow, { maxLength, most, least = 0 }: SeedOptions): Seeds {
  const { symbols } = row;
  let letters = 0;
  for (let place = 0; place < symbols.length; place++) if (symbols[place] !== 0) letters++;
  const suffixes = new Int32Array(letters);
  let top = 0;
  for (let place = 0; place < symbols.length; place++) if (symbols[place] !== 0) suffixes[top++] = place;
  sortSuffixes(symbols, suffixes, maxLength + 1);
  const shared = sharedLengths(symbols, suffixes, maxLength + 1);
  const isFrequent = frequent(row, suffixes, least);
  const found = candidates(symbols, { suffixes, shared, maxLength, isFrequent });
  const order = found.order;
  const singles = singleSymbols(row);
  const chosen = order.subarray(0, Math.max(0, most - singles.order.length));
  const size = 1 + singles.order.length + chosen.length;
  const seeds: Seeds = {
    suffixes,
    shared,
    place: new Int32Array(size),
    length: new Uint8Array(size),
    weight: new Float64Array(size),
    nodes: new Int32Array(found.nodes).fill(-1),
    singles: new Int32Array(row.points.length).fill(-1),
  };
  singles.order.forEach((symbol, i) => {
    seeds.place[i + 1] = singles.places[symbol] as number;
    seeds.length[i + 1] = 1;
    seeds.weight[i + 1] = singles.weights[symbol] as number;
    seeds.singles[symbol] = i + 1;
  });
  chosen.forEach((candidate, i) => {
    const piece = 1 + singles.order.length + i;
    const [depth, from] = [found.depth[candidate] as number, found.from[candidate] as number];
    seeds.place[piece] = suffixes[from] as number;
    seeds.length[piece] = depth;
    seeds.weight[piece] = found.score[candidate] as number;
    seeds.nodes[found.node[candidate] as number] = piece;
  });
  return seeds;
}

/** Symbols by how often they occur in the corpus, of equal ones the higher code point first (the reference's order). */
function singleSymbols(row: WordRow): { order: number[]; weights: Float64Array; places: Int32Array } {
  const weights = new Float64Array(row.points.length);
  const places = new Int32Array(row.points.length);
  for (let word = 0; word + 1 < row.starts.length; word++) {
    const end = row.starts[word + 1] as number;
    for (let place = row.starts[word] as number; place < end - 1; place++) {
      const symbol = row.symbols[place] as number;
      (weights[symbol] as number) += row.counts[word] as number;
      places[symbol] = place;
    }
  }
  const order = Array.from(weights.keys()).filter((symbol) => symbol > 0 && (weights[symbol] as number) > 0);
  order.sort((a, b) => (weights[b] as number) - (weights[a] as number) || b - a);
  return { order, weights, places };
}

/** Every place's pieces: those of the inner nodes above its suffix, and its single symbol. */
export function seedLattice(row: WordRow, seeds: Seeds): Lattice {
  const { symbols } = row;
  const first = new Int32Array(symbols.length + 1);
  const each = (visit: (place: number, piece: number) => void): void => {
    let node = 0;
    // Nodes are visited in the order in which they were numbered; children come before parents.
    eachNode(seeds.shared, (_depth, from, to) => {
      const piece = seeds.nodes[node++] as number;
      if (piece >= 0) for (let i = from; i < to; i++) visit(seeds.suffixes[i] as number, piece);
    });
  };
  for (let place = 0; place < symbols.length; place++) if (symbols[place] !== 0) first[place + 1] = 1;
  each((place) => {
    (first[place + 1] as number)++;
  });
  for (let place = 0; place < symbols.length; place++) (first[place + 1] as number) += first[place] as number;
  const piece = new Int32Array(first[symbols.length] as number);
  const length = new Uint8Array(piece.length);
  const next = first.slice(1);
  // Longest pieces come first from `each`, so places are filled from their ends.
  const put = (place: number, id: number, size: number): void => {
    const edge = (next[place] as number) - 1;
    next[place] = edge;
    piece[edge] = id;
    length[edge] = size;
  };
  each((place, id) => put(place, id, seeds.length[id] as number));
  for (let place = 0; place < symbols.length; place++)
    if (symbols[place] !== 0) put(place, Math.max(0, seeds.singles[symbols[place] as number] as number), 1);
  const reach = seeds.length.reduce((longest, size) => Math.max(longest, size), 1);
  return { starts: row.starts, counts: row.counts, reach, first, piece, length };
}
