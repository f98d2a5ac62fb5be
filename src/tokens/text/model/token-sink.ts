// Where models put tokens: four numbers each in one growing array, so that a token costs no object.

/** Numbers per token: id, start, end (units of the text), word. */
export const STRIDE = 4;

/** A growing list of tokens. */
export class TokenSink {
  /** `STRIDE` numbers a token. */
  data: Int32Array = new Int32Array(1024);
  /** How many tokens there are. */
  length = 0;
  /** Tokens that read differently from their id's entry, by place. */
  texts: Map<number, string> | undefined;

  push(id: number, start: number, end: number): void {
    const at = this.length * STRIDE;
    if (at + STRIDE > this.data.length) this.reserve(1);
    const { data } = this;
    data[at] = id;
    data[at + 1] = start;
    data[at + 2] = end;
    this.length++;
  }

  /** Makes room for that many more. */
  reserve(count: number): void {
    const needed = (this.length + count) * STRIDE;
    if (needed <= this.data.length) return;
    const data = new Int32Array(Math.max(this.data.length * 2, needed));
    data.set(this.data);
    this.data = data;
  }

  /** Gives the tokens from a place on the number of their word. */
  number(first: number, word: number): void {
    const { data, length } = this;
    for (let at = first * STRIDE + 3; at < length * STRIDE; at += STRIDE) data[at] = word;
  }

  /** Gives the token at a place its own reading. */
  read(place: number, text: string): void {
    this.texts ??= new Map();
    this.texts.set(place, text);
  }

  clear(): void {
    this.length = 0;
    this.texts = undefined;
  }
}
