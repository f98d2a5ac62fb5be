/**
 * Tasks on checkpoint and run folders.
 * @module tasks/node
 */
export { forwardCheckpoint, type OpenModel, openModel } from './forward.node.ts';
export { prepareJob, resumeRun, type TrainEvents, type TrainOptions, type TrainResult, trainRun } from './train.node.ts';
