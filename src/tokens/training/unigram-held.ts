// Pieces that stay whatever the corpus says: those of a tokenizer that is trained further, and seed tokens. A trie finds them in the words;
// one that is a seed already keeps its number, others get the next ones and edges of their own.
import type { Lattice } from './unigram-lattice.ts';
import type { WordRow } from './unigram-seeds.ts';

/** A lattice in which held pieces have edges. */
export interface HeldLattice {
  readonly lattice: Lattice;
  /** Number of each held piece, -1 where the corpus does not hold it. */
  readonly pieces: Int32Array;
  /** Of the pieces that are no seeds: a place where each stands, its symbols, and frequency × length as seeds have it. */
  readonly place: readonly number[];
  readonly length: readonly number[];
  readonly weight: readonly number[];
}

interface Node {
  readonly next: Map<number, Node>;
  token: number;
}

/** Longest pieces that an edge can have. */
const LONGEST = 250;

/** Tokens by their symbols; one with a character that the corpus lacks is left out. */
function trieOf(row: WordRow, tokens: readonly string[]): Node {
  const symbolOf = new Map(row.points.map((point, symbol) => [point, symbol]));
  const root: Node = { next: new Map(), token: -1 };
  tokens.forEach((token, index) => {
    const symbols = Array.from(token, (character) => symbolOf.get(character.codePointAt(0) as number) ?? 0);
    if (symbols.length === 0 || symbols.length > LONGEST || symbols.includes(0)) return;
    let node = root;
    for (const symbol of symbols) {
      let next = node.next.get(symbol);
      if (!next) node.next.set(symbol, (next = { next: new Map(), token: -1 }));
      node = next;
    }
    node.token = index;
  });
  return root;
}

/** Visits every place where a token stands, at each place the shortest first. */
function eachMatch(
  { symbols }: WordRow,
  root: Node,
  visit: (place: number, token: number, length: number) => void,
): void {
  for (let place = 0; place < symbols.length; place++) {
    let node = root.next.get(symbols[place] as number);
    for (let length = 1; node; length++) {
      if (node.token >= 0) visit(place, node.token, length);
      node = node.next.get(symbols[place + length] as number);
    }
  }
}

/** Adds the edges of held tokens to a lattice of `seeds` pieces. */
export function holdPieces(row: WordRow, lattice: Lattice, seeds: number, tokens: readonly string[]): HeldLattice {
  const root = trieOf(row, tokens);
  const pieces = new Int32Array(tokens.length).fill(-1);
  const [places, lengths, weights]: [number[], number[], number[]] = [[], [], []];
  /** Place, piece and length of each edge. */
  const extra: number[] = [];
  eachMatch(row, root, (place, token, length) => {
    const end = lattice.first[place + 1] as number;
    for (let edge = lattice.first[place] as number; edge < end; edge++)
      if (lattice.length[edge] === length) {
        pieces[token] = lattice.piece[edge] as number;
        return;
      }
    if (pieces[token] === -1) {
      pieces[token] = seeds + places.push(place) - 1;
      lengths.push(length);
      weights.push(0);
    }
    const piece = pieces[token] as number;
    (weights[piece - seeds] as number) += length;
    extra.push(place, piece, length);
  });
  return { lattice: withEdges(lattice, extra), pieces, place: places, length: lengths, weight: weights };
}

/** The lattice with more edges (place, piece, length), which are ordered by place and length. */
function withEdges(lattice: Lattice, extra: readonly number[]): Lattice {
  if (extra.length === 0) return lattice;
  const first = new Int32Array(lattice.first.length);
  const piece = new Int32Array(lattice.piece.length + extra.length / 3);
  const length = new Uint8Array(piece.length);
  let [top, next, reach] = [0, 0, lattice.reach];
  const put = (id: number, size: number): void => {
    piece[top] = id;
    length[top++] = size;
  };
  for (let place = 0; place + 1 < first.length; place++) {
    first[place] = top;
    const end = lattice.first[place + 1] as number;
    for (let edge = lattice.first[place] as number; ; edge++) {
      const size = edge < end ? (lattice.length[edge] as number) : Number.POSITIVE_INFINITY;
      for (; extra[next] === place && (extra[next + 2] as number) < size; next += 3) {
        const long = extra[next + 2] as number;
        put(extra[next + 1] as number, long);
        reach = Math.max(reach, long);
      }
      if (edge >= end) break;
      put(lattice.piece[edge] as number, size);
    }
  }
  first[first.length - 1] = top;
  return { ...lattice, reach, first, piece, length };
}
