// All pieces that may stand at every place of every word, as flat arrays. Found once from the suffix order; pruning only removes.
// Probabilities are multiplied, not their logarithms added: no exp or log per edge; what gets too small is scaled by powers of two.

const SMALL = 2 ** -256;
const LARGE = 2 ** 256;
const LOG_LARGE = 256 * Math.LN2;

/** Words in one row, a place between them, with the pieces that may stand at each place. */
export interface Lattice {
  /** Where each word begins, and where one after the last would. */
  readonly starts: Int32Array;
  readonly counts: Float64Array;
  /** The longest piece. */
  readonly reach: number;
  /** Edges of place p are `first[p]` to `first[p + 1]`, the shortest first. */
  readonly first: Int32Array;
  /** Piece of each edge; 0 is the unknown piece. */
  readonly piece: Int32Array;
  /** How many symbols each edge covers. */
  readonly length: Uint8Array;
}

/** Scores of pieces: natural logarithms and the probabilities themselves. */
export interface Scores {
  readonly log: Float64Array;
  readonly probability: Float64Array;
}

/** How far the unknown piece lies below the least likely one. */
const UNKNOWN_PENALTY = 10;

/** Scores with the unknown piece, number 0, ten below the least. */
export function withUnknown(log: Float64Array): Scores {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < log.length; i++) least = Math.min(least, log[i] as number);
  log[0] = least - UNKNOWN_PENALTY;
  return { log, probability: log.map(Math.exp) };
}

/** Expected counts of pieces over all ways to cut each word (forward, backward). Returns log-likelihood. */
export class Expectation {
  #forward = new Float64Array(64);
  #backward = new Float64Array(64);
  #shift = new Int32Array(64);
  /** Probabilities of a word's edges, so that they are looked up once. */
  #edges = new Float64Array(256);

  /** Adds the expected counts of words `from` to `to` to `expected`. */
  add(lattice: Lattice, scores: Scores, expected: Float64Array, range: readonly [number, number]): number {
    let likelihood = 0;
    for (let word = range[0]; word < range[1]; word++) {
      const begin = lattice.starts[word] as number;
      const size = (lattice.starts[word + 1] as number) - begin - 1;
      const count = lattice.counts[word] as number;
      if (size + lattice.reach + 2 > this.#forward.length) {
        const room = size * 2 + lattice.reach + 2;
        this.#forward = new Float64Array(room);
        this.#backward = new Float64Array(room);
        this.#shift = new Int32Array(room);
      }
      likelihood += count * this.#word(lattice, scores.probability, expected, { begin, size, count });
    }
    return likelihood;
  }

  #word(
    lattice: Lattice,
    probability: Float64Array,
    expected: Float64Array,
    word: { readonly begin: number; readonly size: number; readonly count: number },
  ): number {
    const { first, piece, length, reach } = lattice;
    const { begin, size } = word;
    const [forward, backward, shift] = [this.#forward, this.#backward, this.#shift];
    const base = first[begin] as number;
    const count = (first[begin + size] as number) - base;
    if (count > this.#edges.length) this.#edges = new Float64Array(count * 2);
    const edges = this.#edges;
    forward.fill(0, 0, size + reach + 1);
    forward[0] = 1;
    let scale = 0;
    for (let at = 0; at < size; at++) {
      if ((forward[at] as number) < SMALL) {
        for (let i = at; i <= at + reach; i++) (forward[i] as number) *= LARGE;
        scale++;
      }
      shift[at] = scale;
      const here = forward[at] as number;
      const end = first[begin + at + 1] as number;
      for (let edge = first[begin + at] as number; edge < end; edge++) {
        const value = probability[piece[edge] as number] as number;
        edges[edge - base] = value;
        (forward[at + (length[edge] as number)] as number) += here * value;
      }
    }
    const total = forward[size] as number;
    const totalScale = scale;
    backward[size] = 1;
    scale = 0;
    for (let at = size - 1; at >= 0; at--) {
      const end = first[begin + at + 1] as number;
      const shifts = totalScale - (shift[at] as number) - scale;
      const weight = ((word.count * (forward[at] as number)) / total) * (shifts === 0 ? 1 : 2 ** (256 * shifts));
      let here = 0;
      for (let edge = first[begin + at] as number; edge < end; edge++) {
        const onward = (edges[edge - base] as number) * (backward[at + (length[edge] as number)] as number);
        here += onward;
        (expected[piece[edge] as number] as number) += weight * onward;
      }
      backward[at] = here;
      if (here < SMALL) {
        for (let i = at; i <= Math.min(size, at + reach); i++) (backward[i] as number) *= LARGE;
        scale++;
      }
    }
    return Math.log(total) - totalScale * LOG_LARGE;
  }
}

/** The most likely way to cut places `begin` to `end`, as pieces in order. `without` is an edge length not to take at `begin`. */
export class BestPath {
  #score = new Float64Array(64);
  #edge = new Int32Array(64);
  /** Pieces of the last path, from its end. */
  readonly path: number[] = [];
  /** Its score. */
  score = 0;

  /** Finds the path; of equally likely ones that with the longer last piece, as the reference does. */
  find(
    lattice: Lattice,
    scores: Scores,
    begin: number,
    range: { readonly end: number; readonly without?: number },
  ): void {
    const { first, piece, length } = lattice;
    const size = range.end - begin;
    if (size >= this.#score.length) {
      this.#score = new Float64Array(size * 2);
      this.#edge = new Int32Array(size * 2);
    }
    const [score, taken] = [this.#score, this.#edge];
    score.fill(Number.NEGATIVE_INFINITY, 0, size + 1);
    score[0] = 0;
    for (let at = 0; at < size; at++) {
      const here = score[at] as number;
      const end = first[begin + at + 1] as number;
      for (let edge = first[begin + at] as number; edge < end; edge++) {
        const to = at + (length[edge] as number);
        if (to > size) break;
        if (at === 0 && to === range.without) continue;
        const candidate = here + (scores.log[piece[edge] as number] as number);
        if (candidate > (score[to] as number)) {
          score[to] = candidate;
          taken[to] = edge;
        }
      }
    }
    this.path.length = 0;
    this.score = score[size] as number;
    for (let at = size; at > 0; ) {
      const edge = taken[at] as number;
      this.path.push(piece[edge] as number);
      at -= length[edge] as number;
    }
  }
}

/** The lattice with pieces renumbered by `to` (-1 for removed). A place that loses its single symbol gets the unknown piece. In place. */
export function renumber(lattice: Lattice, to: Int32Array): void {
  const { first, piece, length } = lattice;
  let top = 0;
  let edge = first[0] as number;
  for (let place = 0; place + 1 < first.length; place++) {
    const end = first[place + 1] as number;
    first[place] = top;
    for (; edge < end; edge++) {
      const id = to[piece[edge] as number] as number;
      if (id < 0 && length[edge] !== 1) continue;
      piece[top] = Math.max(0, id);
      length[top++] = length[edge] as number;
    }
  }
  first[first.length - 1] = top;
}
