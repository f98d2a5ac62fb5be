// All words as one row of symbols in which neighbours are found without links: merged places hold the length of their symbol.

/** Stands between words. */
export const BETWEEN = -0x80000000;
const BLOCK_BITS = 5;
const MANY = 255;

/**
 * `symbols` is `BETWEEN, word 0, BETWEEN, word 1, …, BETWEEN`. A symbol of length n covers n places: its id, then `-n` at the second and
 * the last of them (what lies between is negative and never read).
 */
export class SymbolCorpus {
  readonly symbols: Int32Array;
  /** Place of each word's first symbol. */
  readonly starts: Int32Array;
  /** How often each word occurs. */
  readonly counts: Float64Array;
  /** The word that holds, or follows, the first place of each block. */
  readonly #blocks: Int32Array;
  /** Count of the word at each place where it is small, else `MANY`: one look instead of three. */
  readonly #small: Uint8Array;

  constructor(symbols: Int32Array, starts: Int32Array, counts: Float64Array) {
    this.symbols = symbols;
    this.starts = starts;
    this.counts = counts;
    this.#blocks = new Int32Array((symbols.length >> BLOCK_BITS) + 1);
    let word = 0;
    for (let block = 0; block < this.#blocks.length; block++) {
      const place = block << BLOCK_BITS;
      while (word + 1 < starts.length && (starts[word + 1] as number) <= place) word++;
      this.#blocks[block] = word;
    }
    this.#small = new Uint8Array(symbols.length);
    for (let i = 0; i < starts.length; i++)
      this.#small.fill(Math.min(MANY, counts[i] as number), starts[i], starts[i + 1] ?? symbols.length);
  }

  /** How often the word around a place occurs. */
  countAt(place: number): number {
    const small = this.#small[place] as number;
    return small === MANY ? (this.counts[this.wordAt(place)] as number) : small;
  }

  /** The word around a place. */
  wordAt(place: number): number {
    const { starts } = this;
    let word = this.#blocks[place >> BLOCK_BITS] as number;
    while (word + 1 < starts.length && (starts[word + 1] as number) <= place) word++;
    return word;
  }

  /** Where the symbol after the one at `place` begins, or the end of its word. */
  after(place: number): number {
    const next = this.symbols[place + 1] as number;
    return next >= 0 || next === BETWEEN ? place + 1 : place - next;
  }

  /** Where the symbol before the one at `place` begins, -1 at the beginning of a word. */
  before(place: number): number {
    const last = this.symbols[place - 1] as number;
    return last >= 0 ? place - 1 : last === BETWEEN ? -1 : place + last;
  }

  /** Makes one symbol of the two at `left` and `right`; returns its length. */
  join(left: number, right: number, id: number): number {
    const { symbols } = this;
    const length = this.after(right) - left;
    symbols[right] = -1;
    symbols[left] = id;
    symbols[left + 1] = -length;
    symbols[left + length - 1] = -length;
    return length;
  }

  /** The symbols of a word as it is cut now. */
  wordSymbols(word: number): number[] {
    const ids: number[] = [];
    for (let place = this.starts[word] as number; this.symbols[place] !== BETWEEN; place = this.after(place)) {
      ids.push(this.symbols[place] as number);
    }
    return ids;
  }
}
