// What every pipeline is: a function over inputs that owns a model.
import type { JobContext } from './job.ts';
import type { FindInputs } from './sense-classification/inputs.node.ts';
import type { SessionTarget } from './session.ts';

/** Where a pipeline runs, how it has its weights and how its model is fetched. */
export type PipelineContext = Pick<JobContext, 'runtime' | 'session' | 'hub'> & Pick<SessionTarget, 'weights'>;

/** A task that is ready to be called; what it takes and gives is the task's. */
export interface Pipeline {
  /** What lies behind a path, above all a folder's files; absent where inputs are texts. */
  readonly inputsIn?: FindInputs;
  /** Frees the model. */
  dispose(): Promise<void>;
}
