// What datasets are: named splits of records, one type of record per kind of task.
import type { Clip, Picture, Sound } from '../tokens/index.ts';

/** A text with its label. */
export interface TextExample {
  /** Stable within the dataset; errors name it. */
  readonly id: string;
  readonly text: string;
  readonly label: string;
}

/** Tokens with a label each: entities, chunks, parts of speech. */
export interface TokensExample {
  readonly id: string;
  readonly tokens: readonly string[];
  /** As many as tokens; for spans `O`, `B-TYPE`, `I-TYPE` (IOB2). */
  readonly labels: readonly string[];
}

/** A sequence and what it becomes: a translation, a pronunciation. */
export interface PairExample {
  readonly id: string;
  readonly source: string;
  readonly target: string;
}

/** A right answer inside a context. */
export interface Answer {
  readonly text: string;
  /** Where it begins in the context, in UTF-16 units: `context.slice(start, start + text.length)` is the text. */
  readonly start: number;
}

/** A question on a context. */
export interface QuestionExample {
  readonly id: string;
  readonly question: string;
  readonly context: string;
  /** All right answers; none when the context does not tell. */
  readonly answers: readonly Answer[];
}

/** A conversation; speakers alternate. */
export interface DialogExample {
  readonly id: string;
  readonly topic: string;
  readonly turns: readonly string[];
}

/** Something for the senses with its label. The original is read when it is asked for: a set may be larger than memory. */
export interface SenseExample<T> {
  /** Stable within the dataset; errors name it. */
  readonly id: string;
  readonly label: string;
  /** What else is known of it: `speaker`, `fold`, `style`, … */
  readonly tags?: Readonly<Record<string, string>>;
  /** The original. Its arrays may be shared: copy before writing. @throws DataError with the file when it is broken */
  readonly load: () => Promise<T>;
}

/** Which part of a dataset. */
export type SplitName = 'train' | 'validation' | 'test';

/** Records in three splits. */
export interface Dataset<E extends { readonly id: string }> {
  readonly name: string;
  readonly splits: Readonly<Record<SplitName, readonly E[]>>;
  /** Checksums of the files read. */
  readonly checksums: Readonly<Record<string, string>>;
  /** For people: what was left out and why. */
  readonly notes?: readonly string[];
}

/** Labelled texts in three splits. */
export interface TextDataset extends Dataset<TextExample> {
  /** All labels, in the order of their ids. */
  readonly labels: readonly string[];
}

/** Labelled tokens in three splits. */
export interface TokensDataset extends Dataset<TokensExample> {
  /** All labels, `O` first, then by name, in the order of their ids. */
  readonly labels: readonly string[];
  /** What stands between tokens in a text: a space, or nothing for characters. */
  readonly joiner: '' | ' ';
}

/** Pairs in three splits. */
export interface PairDataset extends Dataset<PairExample> {
  /** What the two sides are: `en`, `de`, `letters`, … */
  readonly sides: readonly [source: string, target: string];
}

/** Questions in three splits. */
export type QuestionDataset = Dataset<QuestionExample>;

/** Conversations in three splits. */
export type DialogDataset = Dataset<DialogExample>;

/** Labelled pictures, sounds, clips or sequences in three splits. */
export interface SenseDataset<T> extends Dataset<SenseExample<T>> {
  /** All labels, in the order of their ids. */
  readonly labels: readonly string[];
  /** Tests on what is unlike the training: a style never seen, … */
  readonly moreTests?: Readonly<Record<string, readonly SenseExample<T>[]>>;
}

/** Labelled pictures. */
export type PictureDataset = SenseDataset<Picture>;

/** Labelled sounds, at the rate and with the channels of their files. */
export type SoundDataset = SenseDataset<Sound>;

/** Labelled clips. */
export type ClipDataset = SenseDataset<Clip>;

/** Labelled sequences of bases, upper case, IUPAC letters. */
export type SequenceDataset = SenseDataset<string>;

/** Running text in three splits. */
export interface Corpus {
  readonly name: string;
  readonly splits: Readonly<Record<SplitName, string>>;
  readonly checksums: Readonly<Record<string, string>>;
}

/** Any dataset with its kind. */
export type AnyDataset =
  | { readonly kind: 'labelled-text'; readonly dataset: TextDataset }
  | { readonly kind: 'labelled-tokens'; readonly dataset: TokensDataset }
  | { readonly kind: 'pairs'; readonly dataset: PairDataset }
  | { readonly kind: 'questions'; readonly dataset: QuestionDataset }
  | { readonly kind: 'dialogs'; readonly dataset: DialogDataset }
  | { readonly kind: 'labelled-pictures'; readonly dataset: PictureDataset }
  | { readonly kind: 'labelled-sounds'; readonly dataset: SoundDataset }
  | { readonly kind: 'labelled-clips'; readonly dataset: ClipDataset }
  | { readonly kind: 'labelled-sequences'; readonly dataset: SequenceDataset };

/** Data cannot be read or used. */
export class DataError extends Error {
  override readonly name = 'DataError';
}
