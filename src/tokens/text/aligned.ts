// A text on its way through normalizers: every UTF-16 unit remembers where in the original it came from. The bookkeeping follows
// the reference's NormalizedString (tokenizers/src/tokenizer/normalizer.rs), counted in UTF-16 units instead of UTF-8 bytes.

const NO_TEXT_LIMIT = 8192;

/** A text of code points, put together piece by piece without long argument lists. */
export function textOf(codes: readonly number[]): string {
  if (codes.length < NO_TEXT_LIMIT) return String.fromCodePoint(...codes);
  let text = '';
  for (let i = 0; i < codes.length; i += NO_TEXT_LIMIT)
    text += String.fromCodePoint(...codes.slice(i, i + NO_TEXT_LIMIT));
  return text;
}

/** A normalised text with the original place of every unit. */
export class AlignedText {
  readonly text: string;
  /** Where the unit's original begins; undefined while nobody has changed the text. */
  readonly starts: Int32Array | undefined;
  readonly ends: Int32Array | undefined;
  /** Where this text (a part of a longer one, perhaps) begins in the original. */
  readonly origin: number;

  constructor(text: string, origin: number = 0, starts?: Int32Array, ends?: Int32Array) {
    this.text = text;
    this.origin = origin;
    this.starts = starts;
    this.ends = ends;
  }

  /** Where in the original the unit begins. */
  startOf(unit: number): number {
    if (this.starts) return this.starts[unit] ?? this.originalEnd;
    const code = this.text.charCodeAt(unit);
    return this.origin + unit - (code >= 0xdc00 && code <= 0xdfff ? 1 : 0);
  }

  /** Where in the original the unit ends. */
  endOf(unit: number): number {
    if (this.ends) return this.ends[unit] ?? this.originalEnd;
    const code = this.text.charCodeAt(unit);
    return this.origin + unit + (code >= 0xd800 && code <= 0xdbff ? 2 : 1);
  }

  get originalEnd(): number {
    if (!this.ends) return this.origin + this.text.length;
    return this.ends[this.ends.length - 1] ?? this.origin;
  }

  /** A part that forgets the rest. */
  slice(from: number, to: number): AlignedText {
    if (from === 0 && to === this.text.length) {
      const start = this.text === '' ? this.origin : this.startOf(0);
      return start === this.origin ? this : new AlignedText(this.text, start, this.starts, this.ends);
    }
    return new AlignedText(
      this.text.slice(from, to),
      from < to ? this.startOf(from) : this.origin,
      this.starts?.subarray(from, to),
      this.ends?.subarray(from, to),
    );
  }
}

/** A text that nobody has changed. */
export function aligned(text: string): AlignedText {
  return new AlignedText(text);
}

/** Collects a changed text with its places. */
export class AlignedBuilder {
  #text = '';
  #starts: Int32Array;
  #ends: Int32Array;
  #length = 0;

  /** `expected`: about how many units there will be. */
  constructor(expected: number) {
    this.#starts = new Int32Array(expected + 8);
    this.#ends = new Int32Array(expected + 8);
  }

  /** Text that all comes from one place. */
  add(text: string, start: number, end: number): void {
    this.#reserve(text.length);
    this.#text += text;
    for (let i = 0; i < text.length; i++) {
      this.#starts[this.#length] = start;
      this.#ends[this.#length++] = end;
    }
  }

  /** Text taken over with its places. */
  copy(source: AlignedText, from: number, to: number): void {
    if (from >= to) return;
    this.#reserve(to - from);
    this.#text += source.text.slice(from, to);
    for (let i = from; i < to; i++) {
      this.#starts[this.#length] = source.startOf(i);
      this.#ends[this.#length++] = source.endOf(i);
    }
  }

  build(origin: number): AlignedText {
    const length = this.#length;
    return new AlignedText(this.#text, origin, this.#starts.subarray(0, length), this.#ends.subarray(0, length));
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#starts.length) return;
    const [starts, ends] = [new Int32Array(needed * 2), new Int32Array(needed * 2)];
    starts.set(this.#starts);
    ends.set(this.#ends);
    this.#starts = starts;
    this.#ends = ends;
  }
}

const width = (code: number): number => (code > 0xffff ? 2 : 1);

/**
 * The reference's `transform`: each code point of `codes` replaces the next one of the text (change 0), is inserted (1), or replaces
 * one and removes n more (-n). `skip` code points at the start are dropped first.
 */
export function transform(
  source: AlignedText,
  codes: readonly number[],
  changes: readonly number[],
  skip = 0,
): AlignedText {
  const { text, origin } = source;
  // Inserted text at the very start has no original; the reference leaves it out of what it replaces.
  let first = 0;
  if (source.starts) {
    while (first < text.length && source.startOf(first) === source.endOf(first)) first++;
  }
  if (first === text.length) return source;
  const places = new Int32Array(2 * (first + 2 * codes.length));
  let [filled, at] = [0, first];
  for (; filled < first; filled++) {
    places[2 * filled] = source.startOf(filled);
    places[2 * filled + 1] = source.endOf(filled);
  }
  const advance = (): void => {
    if (at < text.length) at += width(text.codePointAt(at) as number);
  };
  for (let i = 0; i < skip; i++) advance();
  for (let i = 0; i < codes.length; i++) {
    const change = changes[i] as number;
    const from = change > 0 ? at - 1 : at;
    const start = from < 0 ? origin : source.startOf(from);
    const end = from < 0 ? origin : source.endOf(from);
    for (let unit = width(codes[i] as number); unit > 0; unit--, filled++) {
      places[2 * filled] = start;
      places[2 * filled + 1] = end;
    }
    if (change <= 0) for (let n = change; n <= 0; n++) advance();
  }
  const [starts, ends] = [new Int32Array(filled), new Int32Array(filled)];
  for (let i = 0; i < filled; i++) {
    starts[i] = places[2 * i] as number;
    ends[i] = places[2 * i + 1] as number;
  }
  return new AlignedText(text.slice(0, first) + textOf(codes), origin, starts, ends);
}

/** Every code point that `replace` names replaced by a text that keeps its place (`''` removes it); the same object if none is. */
export function mapCodePoints(source: AlignedText, replace: (code: number) => string | undefined): AlignedText {
  const { text } = source;
  let kept = 0;
  let builder: AlignedBuilder | undefined;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i) as number;
    const size = width(code);
    const result = replace(code);
    if (result !== undefined) {
      builder ??= new AlignedBuilder(text.length);
      builder.copy(source, kept, i);
      builder.add(result, source.startOf(i), source.endOf(i + size - 1));
      kept = i + size;
    }
    i += size - 1;
  }
  if (!builder) return source;
  builder.copy(source, kept, text.length);
  return builder.build(source.origin);
}

/** Puts a text in front, at the place of the first code point (of an empty text: nothing). */
export function prepend(source: AlignedText, text: string): AlignedText {
  if (source.text === '' || text === '') return source;
  const builder = new AlignedBuilder(source.text.length + text.length);
  builder.add(text, source.startOf(0), source.endOf(width(source.text.codePointAt(0) as number) - 1));
  builder.copy(source, 0, source.text.length);
  return builder.build(source.origin);
}

/** Matches `[from, to, from, to, …]` replaced by a text that takes the place of the unit before each match's end. */
export function replaceMatches(source: AlignedText, matches: readonly number[], content: string): AlignedText {
  if (matches.length === 0) return source;
  const builder = new AlignedBuilder(source.text.length);
  let kept = 0;
  for (let i = 0; i < matches.length; i += 2) {
    const [from, to] = [matches[i] as number, matches[i + 1] as number];
    builder.copy(source, kept, from);
    if (to === 0) builder.add(content, source.origin, source.origin);
    else builder.add(content, source.startOf(to - 1), source.endOf(to - 1));
    kept = to;
  }
  builder.copy(source, kept, source.text.length);
  return builder.build(source.origin);
}
