// All words as one row of symbols in which neighbours are found without links: merged places hold the length of their symbol.

/** Stands between words. */
export const BETWEEN = -0x80000000;
const ID_BITS = 21;
/** The id in a place that begins a symbol; the bits above hold how often the word occurs, if that is less than `MANY`. */
export const ID_MASK: number = 2 ** ID_BITS - 1;
const MANY = 2 ** (31 - ID_BITS) - 1;
const BLOCK_BITS = 5;

/**
 * `symbols` is `BETWEEN, word 0, BETWEEN, word 1, …, BETWEEN`. A symbol of length n covers n places: its id (with the word's count above
 * it, so that one look at memory tells both), then `-n` at the second and the last of them; what lies between is negative and never read.
 */
export class SymbolCorpus {
  readonly symbols: Int32Array;
  /** Place of each word's first symbol. */
  readonly starts: Int32Array;
  /** How often each word occurs. */
  readonly counts: Float64Array;
  /** The word that holds, or follows, the first place of each block. */
  readonly #blocks: Int32Array;

  /** @param symbols ids only; the counts are put in here */
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
    for (let i = 0; i < starts.length; i++) {
      const count = Math.min(MANY, counts[i] as number) << ID_BITS;
      for (let place = starts[i] as number; symbols[place] !== BETWEEN; place++) (symbols[place] as number) |= count;
    }
  }

  /** How often the word around a symbol's first place occurs. */
  countAt(place: number): number {
    const small = (this.symbols[place] as number) >>> ID_BITS;
    return small === MANY ? (this.counts[this.wordAt(place)] as number) : small;
  }

  /** The symbol that begins at a place; something no symbol is when none does. */
  idAt(place: number): number {
    const value = this.symbols[place] as number;
    return value < 0 ? -1 : value & ID_MASK;
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

  /** Whether the symbols at `place` and after it are these. */
  holds(left: number, right: number, place: number): boolean {
    return this.idAt(place) === left && this.idAt(this.after(place)) === right;
  }

  /** Makes one symbol of the two at `left` and `right`; returns its length. */
  join(left: number, right: number, id: number): number {
    const { symbols } = this;
    const length = this.after(right) - left;
    symbols[right] = -1;
    symbols[left] = ((symbols[left] as number) & ~ID_MASK) | id;
    symbols[left + 1] = -length;
    symbols[left + length - 1] = -length;
    return length;
  }

  /** The symbols of a word as it is cut now. */
  wordSymbols(word: number): number[] {
    const ids: number[] = [];
    for (let place = this.starts[word] as number; this.symbols[place] !== BETWEEN; place = this.after(place))
      ids.push(this.idAt(place));
    return ids;
  }
}
