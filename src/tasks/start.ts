// What a run may start from instead of nothing: a pre-trained model with its tokenizer.
import type { NamedArrays } from '../array/index.ts';
import type { HubConfig } from '../models/index.ts';
import type { Tokenizer } from '../tokens/index.ts';

/** A checkpoint to go on from. */
export interface Start {
  /** Its folder or hub name, as it was asked for. */
  readonly name: string;
  /** Where it lies on this machine. */
  readonly dir: string;
  readonly tokenizer: Tokenizer;
  /** Its configuration; `architectures` names the class of the new task. */
  readonly config: HubConfig;
  /** Parameters by our names; those that only the new head has are missing and are initialised. */
  readonly parameters: NamedArrays;
  /** The tokenizer's files, by name. */
  readonly files: Readonly<Record<string, string>>;
}
