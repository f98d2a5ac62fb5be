/**
 * Where it comes together: tokenizer, model, data and metric for one purpose.
 * @module tasks
 */
export { type ExportGraph, exportGraphs } from './export/graphs.ts';
export { exportOnnx, type OnnxFile, type OnnxOptions, type Precision, precisions } from './export/onnx.ts';
export { type ExportKind, type ExportTask, type KnownClass, knownClass } from './export/transformers-js.ts';
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
