// The contract of a place that checkpoints are read from.
import type { DType, NdArray, Shape } from '../array/index.ts';

/** An opened checkpoint: names at once, arrays one by one. */
export interface CheckpointSource {
  /** For messages: the folder. */
  readonly where: string;
  names(): string[];
  /** @throws CheckpointError for a name that is not there */
  info(name: string): { readonly dtype: DType; readonly shape: Shape };
  read(name: string): Promise<NdArray>;
  /** The parsed `config.json`. */
  config(): Promise<Record<string, unknown>>;
  /** Another file of the folder, undefined where there is none. */
  file(name: string): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}
