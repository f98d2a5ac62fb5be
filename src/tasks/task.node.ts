// What a task is: how it gets ready to train, how a run of it is measured, how it answers. One entry of `tasks.node.ts` each.
import type { SplitName } from '../data/index.ts';
import type { Job, JobContext } from './job.ts';
import type { RecipeBase } from './recipe.ts';
import type { FindInputs } from './sense-classification/inputs.node.ts';

/** What `evaluate` measures; tasks add their scores, with intervals and baselines. Keys are those of `--json`. */
export interface Evaluation {
  /** Catalogue id or file. */
  readonly data: string;
  readonly split: string;
  readonly examples: number;
}

/** What to measure on. */
export interface EvaluateOptions {
  /** A catalogue id or a file; default: the data of the run. */
  readonly data?: string;
  /** Default `test`. */
  readonly split?: SplitName;
}

/** A loaded run that answers inputs. */
export interface Answerer<A = unknown> {
  /** One answer for each input (a text, or the path of a file). @throws DataError with the input's number */
  answer(inputs: readonly string[]): Promise<readonly A[]>;
  /** What lies behind a path, above all a folder's files; absent where inputs are texts. */
  readonly inputsIn?: FindInputs;
  /** An answer for people. */
  line(answer: A, input: string): string;
  /** Frees sessions. */
  release(): Promise<void>;
}

/** One purpose of a model. */
export interface Task<R extends RecipeBase = RecipeBase, E extends Evaluation = Evaluation, A = unknown> {
  /** Data, model and everything else that the training loop needs. */
  prepare(recipe: R, context: JobContext): Promise<Job>;
  /** Measures a run or a model. */
  evaluate(name: string, context: JobContext, options: EvaluateOptions): Promise<E>;
  /** An evaluation for people. */
  report(evaluation: E): string;
  /** Opens a run or a model for questions; absent where there is nothing to ask. */
  open?(name: string, context: JobContext): Promise<Answerer<A>>;
}
