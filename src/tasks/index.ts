/**
 * Where it comes together: tokenizer, model, data and metric for one purpose.
 * @module tasks
 */
export { type Answered, Explainer, type Question } from './explain/explainer.ts';
export {
  type Asked,
  type JudgeOptions,
  judgeMaps,
  modulesFromHead,
  randomiseWeights,
  type SanityOptions,
  type Stage,
} from './explain/judge.ts';
export { exportOnnx } from './export.ts';
export {
  type ForwardOptions,
  runForward,
  selectOutputs,
  type TracedForward,
  traceForward,
  type Want,
} from './forward.ts';
export { type Inspection, inspectText } from './inspect.ts';
export type { Job, JobContext } from './job.ts';
export { prepareLanguageModel, prepareMaskedLanguageModel } from './language-model.ts';
export {
  type DataRecipe,
  type LanguageModelRecipe,
  type MaskedLanguageModelRecipe,
  type ModelRecipe,
  override,
  type Recipe,
  type TextClassificationRecipe,
  type TokenizerRecipe,
  type TrainRecipe,
  trainDefaults,
} from './recipe.ts';
export { ModelRunner, type RunnerOptions } from './runner.ts';
export { runOutputs, type SessionTarget } from './session.ts';
export {
  best,
  type Classification,
  encodeTexts,
  labelsOf,
  objectiveOf,
  prepareTextClassification,
  score,
  TextClassifier,
} from './text-classification.ts';
