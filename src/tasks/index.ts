/**
 * Where it comes together: tokenizer, model, data and metric for one purpose.
 * @module tasks
 */
export { type ClassificationEvaluation, type ClassScores, scoreClasses } from './classification-score.ts';
export { type CandidateName, candidates, matchedModel } from './compare/candidates.ts';
export { type JudgedClaim, judgeClaims } from './compare/claims.ts';
export {
  type ArchitectureComparison,
  type CandidateMasks,
  type CompareContext,
  compareArchitectures,
} from './compare/compare.ts';
export { type AttentionMask, attentionMasks } from './compare/masks.ts';
export {
  type ClassifyingRecipe,
  countParts,
  encoderShapes,
  type OneEncoderComparison,
  type OneEncoderRecipe,
  type OneEncoderRow,
  oneEncoderReport,
  withEncoder,
} from './compare/one-encoder.ts';
export { type PositionCurve, type PositionName, type PositionSize, positionModel } from './compare/positions.ts';
export { type ComparedCell, type Spread, spreadOf } from './compare/quality.ts';
export type { CompareRecipe } from './compare/recipe.ts';
export { comparisonReport } from './compare/report.ts';
export {
  gainOver,
  type TransferCell,
  type TransferComparison,
  type TransferRecipe,
  type TransferWay,
  transferReport,
} from './compare/transfer.ts';
export { scoredRows } from './compare/trial.ts';
export {
  type Changes,
  type Fold,
  type FoldScore,
  type RightAnswers,
  type RivalRow,
  type VariantRow,
  type VariantsComparison,
  type VariantsRecipe,
  variantRecipe,
  variantsReport,
} from './compare/variants.ts';
export { answeredIds, cutConversations, type DialogueRow, messagesOf } from './dialogue/prepare.ts';
export type { DialogueRecipe } from './dialogue/recipe.ts';
export type { DnaClassificationRecipe } from './dna-classification/recipe.ts';
export { type Explained, type ExplainOptions, explainOriginal, labelIndex, type Original } from './explain/explain.ts';
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
export { ExportError, type ExportTarget, exportTarget } from './export/formats.ts';
export { type ExportGraph, exportGraphs } from './export/graphs.ts';
export {
  exportOnnx,
  type OnnxFacts,
  type OnnxFile,
  type OnnxOptions,
  type Precision,
  type PrecisionForm,
  precisions,
} from './export/onnx.ts';
export {
  type ExportKind,
  type ExportTask,
  type KnownClass,
  knownClass,
  transformersJs,
} from './export/transformers-js.ts';
export type { Pooling } from './feature-extraction/pooling.ts';
export { Features, type Nested } from './features.ts';
export { NonFiniteValueError } from './finite-values.ts';
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
  type ChatPiece,
  chatIds,
  chatPieces,
  type Finish,
  type FittingChat,
  fittingChat,
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
export { canInspectText, type Inspection, inspectText } from './inspect-text.ts';
export type { Job, JobContext } from './job.ts';
export { best, type Classification, labelsOf } from './labels.ts';
export { type ScoreOptions, scoreText, stridedWindows, type TextScore } from './language-model/perplexity.ts';
export { prepareLanguageModel } from './language-model/prepare.ts';
export { PromptClassifier, type PromptLabels } from './language-model/prompt-labels.ts';
export type { LanguageModelRecipe, VerseRecipe } from './language-model/recipe.ts';
export {
  evaluateVerse,
  hasEqualLines,
  LineIndex,
  type NearLine,
  type VerseEvaluation,
  type WrittenPoem,
} from './language-model/verse.ts';
export { type LoraRecipe, noLora } from './lora.ts';
export type { MaskedDnaModellingRecipe } from './masked-dna-modelling/recipe.ts';
export type { MaskedImageModellingRecipe } from './masked-image-modelling/recipe.ts';
export { prepareMaskedLanguageModel } from './masked-language-model/prepare.ts';
export type { MaskedLanguageModelRecipe } from './masked-language-model/recipe.ts';
export { objectiveOf } from './objective.ts';
export type { AnswerOptions, AnswerSpan } from './question-answering/answers.ts';
export type { QuestionInput } from './question-answering/features.ts';
export { prepareQuestionAnswering } from './question-answering/prepare.ts';
export type { QuestionAnsweringRecipe } from './question-answering/recipe.ts';
export {
  type DataRecipe,
  type EncoderFamily,
  type ModelRecipe,
  override,
  type RecipeBase,
  type TextRecipe,
  type TokenizerRecipe,
  type TrainRecipe,
  trainDefaults,
} from './recipe.ts';
export { percent } from './reporting.ts';
export { ModelRunner, type RunnerOptions } from './runner.ts';
export type {
  AudioClassificationRecipe,
  ImageClassificationRecipe,
  VideoClassificationRecipe,
} from './sense-classification/recipe.ts';
export { runOutputs, type SessionTarget, type WeightsUse } from './session.ts';
export type { Recipe } from './tasks.ts';
export { TextClassifier } from './text-classification/classifier.ts';
export { prepareTextClassification } from './text-classification/prepare.ts';
export type { TextClassificationRecipe } from './text-classification/recipe.ts';
export { type AlignOptions, alignText } from './text-to-text/alignment.ts';
export { prepareTextToText } from './text-to-text/prepare.ts';
export type { TextToTextRecipe } from './text-to-text/recipe.ts';
export {
  type AggregationStrategy,
  aggregationStrategies,
  type EntityGroup,
  type TaggedToken,
} from './token-classification/entities.ts';
export { prepareTokenClassification } from './token-classification/prepare.ts';
export type { TokenClassificationRecipe } from './token-classification/recipe.ts';
export { frames, type TokenFrame, tokenizerFiles, trainRecipeTokenizer } from './tokenizer.ts';
export { checkRecipe, completeTraining } from './train-plan.ts';
export type { GoesOn } from './trained-model.ts';
