/**
 * Tasks on checkpoint and run folders.
 * @module tasks/node
 */
export { classify, type Evaluation, evaluateRun, type OpenClassifier, openClassifier } from './answer.node.ts';
export { forwardCheckpoint, type OpenModel, openModel } from './forward.node.ts';
export { openGenerator } from './generation/generator.node.ts';
export { type Classifier, type ClassifyOptions, pipeline } from './pipeline.node.ts';
export {
  prepareJob,
  resumeRun,
  type TrainEvents,
  type TrainOptions,
  type TrainResult,
  trainRun,
} from './train.node.ts';
export { resumeInThread, trainInThread } from './train-in-thread.node.ts';
