// Texts to rows of ids, telling what was cut and what was not known.
import type { EncodeOptions, Encoding, Tokenizer } from '../tokens/index.ts';
import type { JobContext } from './job.ts';

/** What reading a set of texts met. */
export interface TextsMet {
  readonly texts: number;
  /** Texts that were cut to the model's length, or are read in windows of it. */
  readonly truncated: number;
  /** Tokens that stand for what the vocabulary lacks, their characters (code points), and all tokens of the texts. */
  readonly unknown: number;
  readonly unknownCharacters: number;
  readonly total: number;
}

/** Texts as ids. */
export interface EncodedTexts extends TextsMet {
  readonly rows: number[][];
}

/** Nothing that a `tokenizer.json` says of lengths: sentence encoders carry "cut and fill to 128" in theirs. */
export const ownLength: Pick<EncodeOptions, 'padding' | 'truncation'> = { padding: false, truncation: false };

/** Counts what reading texts with one tokenizer meets. */
export class TextCounter {
  readonly #unknownId: number | undefined;
  readonly #met = { texts: 0, truncated: 0, unknown: 0, unknownCharacters: 0, total: 0 };

  constructor(tokenizer: Tokenizer) {
    const names = [tokenizer.config?.specialTokens.unk_token ?? '[UNK]', '[UNK]', '<unk>'];
    this.#unknownId = names.map((name) => tokenizer.tokenToId(name)).find((id) => id !== undefined);
  }

  /** One text with its tokens; of a text and its pair the text's alone. */
  add(
    text: string,
    { ids, offsets, specialTokensMask }: Pick<Encoding, 'ids' | 'offsets'> & Partial<Encoding>,
    isCut = false,
  ): void {
    const met = this.#met;
    met.texts++;
    if (isCut) met.truncated++;
    let tokens = 0;
    for (const [place, id] of ids.entries()) {
      if (specialTokensMask?.[place] === 1) {
        if (tokens > 0) break;
        continue;
      }
      tokens++;
      if (id !== this.#unknownId) continue;
      met.unknown++;
      const [start, end] = offsets[place] as [number, number];
      met.unknownCharacters += [...text.slice(start, end)].length;
    }
    met.total += tokens;
  }

  /** All so far. */
  get met(): TextsMet {
    return { ...this.#met };
  }
}

/** A stranger's text in at most `maxLength` tokens, without padding; `counter` takes note of it. */
export function encodeText(tokenizer: Tokenizer, text: string, maxLength: number, counter: TextCounter): Encoding {
  const whole = tokenizer.encode(text, { special: 'text', ...ownLength });
  const isCut = whole.ids.length > maxLength;
  const kept = isCut ? tokenizer.encode(text, { special: 'text', padding: false, maxLength }) : whole;
  counter.add(text, kept, isCut);
  return kept;
}

/** Ids of texts, at most `maxLength` each, without padding. */
export function encodeTexts(tokenizer: Tokenizer, texts: readonly string[], maxLength: number): EncodedTexts {
  const counter = new TextCounter(tokenizer);
  const rows = texts.map((text) => encodeText(tokenizer, text, maxLength, counter).ids);
  return { rows, ...counter.met };
}

/** What a place of work has for people: its own notes, else those of its model's source; nothing where nobody listens. */
export function noteIn({
  note,
  hub,
}: {
  readonly note?: JobContext['note'];
  readonly hub?: JobContext['hub'] | undefined;
}): (text: string) => void {
  return note ?? hub?.note ?? (() => undefined);
}

/** Tells people of texts that are too long, what is done about them, and of unknown tokens, where there were any. */
export function tellOfCuts(
  { texts, truncated, unknown, unknownCharacters, total }: TextsMet,
  maxLength: number,
  tokenizer: Tokenizer,
  note: (text: string) => void,
  done: 'are cut' | 'are read in windows' = 'are cut',
): void {
  if (truncated > 0) note(`${truncated} of ${texts} texts are longer than ${maxLength} tokens and ${done}`);
  if (unknown > 0)
    note(
      `${unknownCharacters} characters (${unknown} of ${total} tokens) are unknown to the vocabulary of ${tokenizer.vocabSize}`,
    );
}
