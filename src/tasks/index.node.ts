/**
 * Tasks on checkpoint and run folders.
 * @module tasks/node
 */
export { saveAdapter } from './adapter.node.ts';
export { type Cell, type CellContext, measuredOnce, trainedCell } from './compare/cells.node.ts';
export { compareModalities } from './compare/one-encoder.node.ts';
export { compareTransfer } from './compare/transfer.node.ts';
export { compareVariants } from './compare/variants.node.ts';
export type { DialogueEvaluation } from './dialogue/task.node.ts';
export type { SequenceInput } from './dna-classification/inputs.node.ts';
export type { DnaClassificationPipeline } from './dna-classification/pipeline.node.ts';
export { readsBases } from './dna-classification/spelling.node.ts';
export { type DrawnOriginal, readOriginal } from './explain/originals.node.ts';
export { type Exported, type ExportOptions, exportFolder } from './export/folder.node.ts';
export {
  type Document,
  documentsOf,
  type Extractor,
  type Fact,
  openExtractor,
  parseSchema,
  readDocuments,
  type Schema,
} from './extraction.node.ts';
export type { FeatureExtractionPipeline, FeatureOptions } from './feature-extraction/pipeline.node.ts';
export type { FilledMask, FillMaskOptions, FillMaskPipeline } from './fill-mask/pipeline.node.ts';
export { forwardCheckpoint, type OpenModel, openModel } from './forward.node.ts';
export { openGenerator } from './generation/generator.node.ts';
export type {
  ImageFeatureExtractionPipeline,
  ImageFeatureOptions,
} from './image-feature-extraction/pipeline.node.ts';
export type { Caption, ImageToTextOptions, ImageToTextPipeline } from './image-to-text/pipeline.node.ts';
export type {
  Chat,
  ChatGeneration,
  TextGeneration,
  TextGenerationOptions,
  TextGenerationPipeline,
} from './language-model/pipeline.node.ts';
export type { PromptClassificationPipeline } from './language-model/prompt-pipeline.node.ts';
export type { GeneratedText, LanguageModelEvaluation } from './language-model/task.node.ts';
export type { MaskedDnaEvaluation } from './masked-dna-modelling/task.node.ts';
export {
  inspectPainting,
  type PaintingInspection,
  paintingReport,
} from './masked-image-modelling/inspect.node.ts';
export type { PaintingEvaluation } from './masked-image-modelling/task.node.ts';
export type { Pipeline, PipelineContext } from './pipeline.node.ts';
export { type PipelineOptions, type Pipelines, pipeline, pipelineTasks } from './pipelines.node.ts';
export type { QuestionAnsweringPipeline } from './question-answering/pipeline.node.ts';
export {
  type AnswerQuestionsOptions,
  answerQuestions,
  type OpenReader,
  openReader,
  type QuestionAnsweringEvaluation,
} from './question-answering/task.node.ts';
export {
  type Answered,
  type AnswerOptions,
  answerInTurn,
  type FindInputs,
  type FindOptions,
  type GivenInput,
} from './sense-classification/inputs.node.ts';
export type { SenseClassificationPipeline, SenseInput } from './sense-classification/pipeline.node.ts';
export type { SentenceSimilarityPipeline, SimilarityInput } from './sentence-similarity/pipeline.node.ts';
export {
  openSentenceEncoder,
  type SentenceEncoder,
  type SentenceEncoderOptions,
} from './sentence-similarity/sentence-encoder.node.ts';
export { openStart } from './start.node.ts';
export type { Answerer, EvaluateOptions, Evaluation, Task } from './task.node.ts';
export { evaluateRun, openAnswerer, prepareJob, taskOf, tasks } from './tasks.node.ts';
export type { ClassifyOptions, TextClassificationPipeline } from './text-classification/pipeline.node.ts';
export {
  classify,
  type OpenClassifier,
  openClassifier,
} from './text-classification/task.node.ts';
export { type OpenTextModel, openTextModel, textClassifier, tokenizerOf } from './text-model.node.ts';
export type { TextToTextOptions, TextToTextPipeline } from './text-to-text/pipeline.node.ts';
export { openWriter, type TextToTextAnswer, type TextToTextEvaluation, write } from './text-to-text/task.node.ts';
export type { TokenClassificationOptions, TokenClassificationPipeline } from './token-classification/pipeline.node.ts';
export {
  findEntities,
  type OpenTagger,
  openTagger,
  type TagOptions,
  type TokenClassificationEvaluation,
  tagTexts,
} from './token-classification/task.node.ts';
export { resumeRun, type TrainEvents, type TrainOptions, type TrainResult, trainRun } from './train.node.ts';
export { resumeInThread, trainInThread } from './train-in-thread.node.ts';
export type {
  CandidateLabels,
  ZeroShotClassification,
  ZeroShotClassificationPipeline,
  ZeroShotOptions,
} from './zero-shot-classification/pipeline.node.ts';
