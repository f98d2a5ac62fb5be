/**
 * Where it comes together: tokenizer, model, data and metric for one purpose.
 * @module tasks
 */
export { exportOnnx } from './export.ts';
export {
  type ForwardOptions,
  runForward,
  selectOutputs,
  type TracedForward,
  traceForward,
  type Want,
} from './forward.ts';
export {
  type BeamNode,
  type BeamTree,
  type Candidate,
  type Finish,
  type GenerateRequest,
  type Generation,
  GenerationError,
  type GenerationSettings,
  Generator,
  type GeneratorOptions,
  generationStory,
  idleSettings,
  type LogitsProcessor,
  modelSettings,
  type NamedProcessor,
  processorNames,
  promptIds,
  type RowContext,
  readSettings,
  SettingsError,
  type StepEvent,
  type StepState,
  settingNames,
  streamSteps,
  streamText,
  type TokenView,
  type WrittenTexts,
  writtenTexts,
} from './generation/index.ts';
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
