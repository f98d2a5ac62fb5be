/**
 * Run folders.
 * @module train/node
 */
export { memoryBudget } from './memory-budget.node.ts';
export { RUN_VERSION, RunFolder, type RunInfo, readRunInfo, type SavedState } from './run-folder.node.ts';
export { lockRun, RunLockedError } from './run-lock.node.ts';
