/**
 * Tasks on checkpoint and run folders.
 * @module tasks/node
 */
export { type Exported, type ExportOptions, exportFolder } from './export/folder.node.ts';
export { forwardCheckpoint, type OpenModel, openModel } from './forward.node.ts';
export { type Classifier, type ClassifyOptions, pipeline } from './pipelines.node.ts';
export { openStart } from './start.node.ts';
export type { Answerer, EvaluateOptions, Evaluation, Task } from './task.node.ts';
export { evaluateRun, openAnswerer, prepareJob, taskOf, tasks } from './tasks.node.ts';
export {
  classify,
  type OpenClassifier,
  openClassifier,
  type TextClassificationEvaluation,
} from './text-classification/task.node.ts';
export { resumeRun, type TrainEvents, type TrainOptions, type TrainResult, trainRun } from './train.node.ts';
export { resumeInThread, trainInThread } from './train-in-thread.node.ts';
