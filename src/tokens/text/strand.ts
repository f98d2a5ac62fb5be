// Encodings while they are put together: a list of parts (tokens of a text, special tokens, padding) that is only written out when
// somebody looks. Cutting, joining and padding move a few objects, whatever the length.
import type { Encoding } from '../tokenizer.ts';
import { STRIDE } from './model/token-sink.ts';

/** The tokens of one text. */
export interface TokenRun {
  /** Id, start, end, word of every token. */
  readonly data: ArrayLike<number>;
  readonly length: number;
  /** The text that places refer to. */
  readonly original: string;
  /** Readings that differ from the id's entry. */
  readonly texts: ReadonlyMap<number, string> | undefined;
  /** The token of an id. */
  readonly tokenOf: (id: number) => string;
}

/** Takes the white space of a token out of its place. */
interface Trim {
  /** One leading space of the first token was put there and stays. */
  readonly addPrefixSpace: boolean;
  /** The token that came first when this was decided, -1 for none. */
  readonly first: number;
}

/** Tokens `[from, to)` of a text. */
interface RunPart {
  readonly run: TokenRun;
  readonly from: number;
  readonly to: number;
  readonly type: number;
  readonly trims: readonly Trim[];
}

/** Tokens that do not come from a text. */
interface FixedPart {
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  readonly type: number;
  readonly isPadding: boolean;
}

type Part = RunPart | FixedPart;

const sizeOf = (part: Part): number => ('run' in part ? part.to - part.from : part.ids.length);

/** An encoding in parts, with what truncation cut off. */
export class Strand {
  readonly parts: readonly Part[];
  readonly overflow: readonly Strand[];

  constructor(parts: readonly Part[], overflow: readonly Strand[] = []) {
    this.parts = parts;
    this.overflow = overflow;
  }

  static ofRun(run: TokenRun, type: number): Strand {
    return new Strand([{ run, from: 0, to: run.length, type, trims: [] }]);
  }

  static ofSpecial(ids: readonly number[], tokens: readonly string[], type: number): Strand {
    return new Strand([{ ids, tokens, type, isPadding: false }]);
  }

  get length(): number {
    return this.parts.reduce((sum, part) => sum + sizeOf(part), 0);
  }

  /** All parts with another type; `deep`: in the overflow too. */
  withType(type: number, deep = false): Strand {
    return new Strand(
      this.parts.map((part) => ({ ...part, type })),
      deep ? this.overflow.map((one) => one.withType(type)) : this.overflow,
    );
  }

  /** Places trimmed, here and in the overflow. */
  trimmed(addPrefixSpace: boolean): Strand {
    return new Strand(
      this.parts.map((part, i) =>
        'run' in part ? { ...part, trims: [...part.trims, { addPrefixSpace, first: i === 0 ? part.from : -1 }] } : part,
      ),
      this.overflow.map((one) => one.trimmed(addPrefixSpace)),
    );
  }

  /** Tokens `[from, to)`. */
  slice(from: number, to: number): Strand {
    const parts: Part[] = [];
    let at = 0;
    for (const part of this.parts) {
      const [first, last] = [Math.max(0, from - at), Math.min(sizeOf(part), to - at)];
      at += sizeOf(part);
      if (first >= last) continue;
      if ('run' in part) parts.push({ ...part, from: part.from + first, to: part.from + last });
      else parts.push({ ...part, ids: part.ids.slice(first, last), tokens: part.tokens.slice(first, last) });
    }
    return new Strand(parts);
  }

  /** This and another, and every combination of what both have cut off. */
  join(other: Strand): Strand {
    const overflow: Strand[] = [];
    for (const mine of this.overflow) {
      overflow.push(mine.join(other));
      for (const theirs of other.overflow) overflow.push(mine.join(theirs));
    }
    for (const theirs of other.overflow) overflow.push(this.join(theirs));
    return new Strand([...this.parts, ...other.parts], overflow);
  }

  /** With padding up to a length, here and in the overflow. */
  padded(
    length: number,
    pad: { readonly id: number; readonly token: string; readonly type: number },
    left: boolean,
  ): Strand {
    const overflow = this.overflow.map((one) => one.padded(length, pad, left));
    const missing = length - this.length;
    if (missing <= 0) return new Strand(this.parts, overflow);
    const padding: Part = {
      ids: new Array<number>(missing).fill(pad.id),
      tokens: new Array<string>(missing).fill(pad.token),
      type: pad.type,
      isPadding: true,
    };
    return new Strand(left ? [padding, ...this.parts] : [...this.parts, padding], overflow);
  }

  /** Ids alone. */
  ids(): number[] {
    const ids = new Array<number>(this.length);
    let at = 0;
    for (const part of this.parts) {
      if ('run' in part) {
        const { data } = part.run;
        for (let i = part.from * STRIDE; i < part.to * STRIDE; i += STRIDE) ids[at++] = data[i] as number;
      } else for (let i = 0; i < part.ids.length; i++) ids[at++] = part.ids[i] as number;
    }
    return ids;
  }

  /** Start and end of every token, one after the other; 0 for tokens that are not of a text. */
  flatOffsets(): Int32Array {
    const places = new Int32Array(2 * this.length);
    let at = 0;
    for (const part of this.parts) {
      if ('run' in part) writePlaces(part, places, at);
      at += 2 * sizeOf(part);
    }
    return places;
  }

  encoding(): Encoding {
    return new StrandEncoding(this);
  }
}

/** One value for every token. */
function column<T>(
  parts: readonly Part[],
  ofRun: (part: RunPart, i: number) => T,
  ofFixed: (part: FixedPart, i: number) => T,
): T[] {
  const values = new Array<T>(parts.reduce((sum, part) => sum + sizeOf(part), 0));
  let at = 0;
  for (const part of parts) {
    if ('run' in part) for (let i = part.from; i < part.to; i++) values[at++] = ofRun(part, i);
    else for (let i = 0; i < part.ids.length; i++) values[at++] = ofFixed(part, i);
  }
  return values;
}

const SPACES = /^[\u0120\p{White_Space}]*/u;
const SPACES_BEHIND = /[\u0120\p{White_Space}]*$/u;

function textAt({ run }: RunPart, i: number): string {
  return run.texts?.get(i) ?? run.tokenOf(run.data[i * STRIDE] as number);
}

/** A place so many code points on. */
function moved(text: string, place: number, count: number): number {
  let at = place;
  for (let i = 0; i < count; i++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  for (let i = 0; i > count; i--) at -= (text.codePointAt(at - 2) ?? 0) > 0xffff ? 2 : 1;
  return at;
}

/** The places of a part's tokens, from `first` on. */
function writePlaces(part: RunPart, places: Int32Array, first: number): void {
  const { data } = part.run;
  let at = first;
  for (let i = part.from; i < part.to; i++) {
    if (part.trims.length > 0) {
      places.set(trimmedPlaceOf(part, i), at);
      at += 2;
    } else {
      places[at++] = data[i * STRIDE + 1] as number;
      places[at++] = data[i * STRIDE + 2] as number;
    }
  }
}

function trimmedPlaceOf(part: RunPart, i: number): [number, number] {
  let start = part.run.data[i * STRIDE + 1] as number;
  let end = part.run.data[i * STRIDE + 2] as number;
  for (const { addPrefixSpace, first } of part.trims) {
    const text = textAt(part, i);
    let leading = SPACES.exec(text)?.[0].length ?? 0;
    const trailing = SPACES_BEHIND.exec(text)?.[0].length ?? 0;
    if (leading > 0) {
      const isFirst = i === first || start === 0;
      if (isFirst && addPrefixSpace && leading === 1) leading = 0;
      start = Math.min(moved(part.run.original, start, leading), end);
    }
    if (trailing > 0 && end >= trailing) end = Math.max(moved(part.run.original, end, -trailing), start);
  }
  return [start, end];
}

/** Two and two. */
function pairs(flat: Int32Array): [number, number][] {
  const all = new Array<[number, number]>(flat.length / 2);
  for (let i = 0; i < all.length; i++) all[i] = [flat[2 * i] as number, flat[2 * i + 1] as number];
  return all;
}

/** Written out list by list, each on first use. */
class StrandEncoding implements Encoding {
  readonly #strand: Strand;
  #ids?: number[];
  #tokens?: string[];
  #offsets?: [number, number][];
  #flatOffsets?: Int32Array;
  #typeIds?: number[];
  #specialTokensMask?: number[];
  #attentionMask?: number[];
  #wordIds?: (number | null)[];
  #overflowing?: Encoding[];

  constructor(strand: Strand) {
    this.#strand = strand;
  }

  get ids(): number[] {
    return (this.#ids ??= this.#strand.ids());
  }

  get tokens(): string[] {
    return (this.#tokens ??= column<string>(this.#strand.parts, textAt, (part, i) => part.tokens[i] as string));
  }

  get offsets(): [number, number][] {
    return (this.#offsets ??= pairs(this.flatOffsets));
  }

  get flatOffsets(): Int32Array {
    return (this.#flatOffsets ??= this.#strand.flatOffsets());
  }

  get typeIds(): number[] {
    return (this.#typeIds ??= column(
      this.#strand.parts,
      (part) => part.type,
      (part) => part.type,
    ));
  }

  get specialTokensMask(): number[] {
    return (this.#specialTokensMask ??= column<number>(
      this.#strand.parts,
      () => 0,
      () => 1,
    ));
  }

  get attentionMask(): number[] {
    return (this.#attentionMask ??= column<number>(
      this.#strand.parts,
      () => 1,
      (part) => (part.isPadding ? 0 : 1),
    ));
  }

  get wordIds(): (number | null)[] {
    return (this.#wordIds ??= column<number | null>(
      this.#strand.parts,
      (part, i) => part.run.data[i * STRIDE + 3] as number,
      () => null,
    ));
  }

  get overflowing(): Encoding[] {
    return (this.#overflowing ??= this.#strand.overflow.map((one) => one.encoding()));
  }
}
