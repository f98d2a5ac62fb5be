// What datasets are: named splits of records.

/** A text with its label. */
export interface TextExample {
  /** Stable within the dataset; errors name it. */
  readonly id: string;
  readonly text: string;
  readonly label: string;
}

/** Which part of a dataset. */
export type SplitName = 'train' | 'validation' | 'test';

/** Labelled texts in three splits. */
export interface TextDataset {
  readonly name: string;
  /** All labels, in the order of their ids. */
  readonly labels: readonly string[];
  readonly splits: Readonly<Record<SplitName, readonly TextExample[]>>;
  /** Checksums of the files read. */
  readonly checksums: Readonly<Record<string, string>>;
}

/** Data cannot be read or used. */
export class DataError extends Error {
  override readonly name = 'DataError';
}
