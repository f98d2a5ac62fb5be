/**
 * Modules of this package on threads and in processes of their own.
 * @module threads/node
 */
export { askProcess } from './ask-process.node.ts';
export { leaveAtOnce } from './leave.node.ts';
export { startWorker } from './start-worker.node.ts';
