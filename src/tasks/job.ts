// What a task prepares from its recipe: everything the training loop needs, and what makes the run a checkpoint afterwards.
import type { NamedArrays } from '../array/index.ts';
import type { HubOptions } from '../checkpoints/index.ts';
import type { DataAccess } from '../data/index.ts';
import type { Runtime, SessionOptions } from '../graph/index.ts';
import type { Model } from '../models/index.ts';
import type { EvaluationProgress, FitPlan, Metrics, Objective } from '../train/index.ts';
import type { AdaptedModel } from './lora.ts';

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
  /** Threads that decode and augment ahead of the device; without any, batches are made between steps. */
  readonly ahead?: number;
  /** Of what writes by chance, where a call names none. */
  readonly seed?: number;
  /** For people: what is being prepared. */
  readonly note: (text: string) => void;
}

/** A prepared training job. */
export interface Job {
  readonly model: Model;
  /** What lies beside the weights, by file name: `tokenizer.json`, `preprocessor_config.json`, … */
  readonly files: Readonly<Record<string, string>>;
  readonly initial: NamedArrays;
  /** Adapters beside frozen weights; the checkpoint then holds the merged weights, and the folder `adapter` the adapter alone. */
  readonly adapted?: AdaptedModel | undefined;
  /** Weights of `model` from those under training, where these are others. */
  readonly published?: (weights: NamedArrays) => NamedArrays;
  readonly objective: Objective;
  /** Batch after batch, counted from 1; a pure function. */
  readonly batchesAt: FitPlan['batchesAt'];
  /** Ids of the records in those batches, for messages. */
  readonly recordsAt?: FitPlan['recordsAt'];
  readonly unitsOf: (batch: NamedArrays) => number;
  /** What is counted so, where it is not tokens. */
  readonly unit?: 'examples';
  /** Validation metrics of the weights; tells how far it is. */
  readonly evaluate: (parameters: NamedArrays, tell?: EvaluationProgress) => Promise<Metrics>;
  readonly best: { readonly metric: string; readonly mode: 'max' | 'min' };
  readonly checksums: Readonly<Record<string, string>>;
  /** Frees sessions. */
  readonly release: () => Promise<void>;
}
