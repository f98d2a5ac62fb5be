// What a task prepares from its recipe: everything the training loop needs, and what makes the run a checkpoint afterwards.
import type { NamedArrays } from '../array/index.ts';
import type { HubOptions } from '../checkpoints/index.ts';
import type { DataAccess } from '../data/index.ts';
import type { Runtime, SessionOptions } from '../graph/index.ts';
import type { Model } from '../models/index.ts';
import type { Metrics, Objective } from '../train/index.ts';

/** Where a job runs and where data lies. */
export interface JobContext {
  readonly runtime: Runtime;
  readonly session: SessionOptions;
  /** Folders of data sets. */
  readonly folders: readonly string[];
  /** How models that are named and not folders are fetched; what is missing comes from the environment. */
  readonly hub?: HubOptions;
  /** How data sets that are not on this machine are fetched. */
  readonly data?: DataAccess;
  /** For people: what is being prepared. */
  readonly note: (text: string) => void;
}

/** A prepared training job. */
export interface Job {
  readonly model: Model;
  /** What lies beside the weights, by file name: `tokenizer.json`, `preprocessor_config.json`, … */
  readonly files: Readonly<Record<string, string>>;
  readonly initial: NamedArrays;
  readonly objective: Objective;
  readonly batchesAt: (step: number) => readonly NamedArrays[];
  readonly unitsOf: (batch: NamedArrays) => number;
  /** Validation metrics of the weights. */
  readonly evaluate: (parameters: NamedArrays) => Promise<Metrics>;
  readonly best: { readonly metric: string; readonly mode: 'max' | 'min' };
  readonly checksums: Readonly<Record<string, string>>;
  /** Frees sessions. */
  readonly release: () => Promise<void>;
}
