/**
 * Tasks on checkpoint and run folders.
 * @module tasks/node
 */
export { forwardCheckpoint, type OpenModel, openModel } from './forward.node.ts';
export { openGenerator } from './generation/generator.node.ts';
export type { Pipeline, PipelineContext } from './pipeline.node.ts';
export { type PipelineOptions, type Pipelines, pipeline, pipelineTasks } from './pipelines.node.ts';
export type { SenseClassificationPipeline, SenseInput } from './sense-classification/pipeline.node.ts';
export { openStart } from './start.node.ts';
export type { Answerer, EvaluateOptions, Evaluation, Task } from './task.node.ts';
export { evaluateRun, openAnswerer, prepareJob, taskOf, tasks } from './tasks.node.ts';
export type { ClassifyOptions, TextClassificationPipeline } from './text-classification/pipeline.node.ts';
export {
  classify,
  type OpenClassifier,
  openClassifier,
} from './text-classification/task.node.ts';
export type { TextToTextPipeline } from './text-to-text/pipeline.node.ts';
export { openWriter, type TextToTextAnswer, type TextToTextEvaluation, write } from './text-to-text/task.node.ts';
export { resumeRun, type TrainEvents, type TrainOptions, type TrainResult, trainRun } from './train.node.ts';
export { resumeInThread, trainInThread } from './train-in-thread.node.ts';
