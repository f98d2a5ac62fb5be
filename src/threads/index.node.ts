/**
 * Modules of this package on threads of their own.
 * @module threads/node
 */
export { leaveAtOnce } from './leave.node.ts';
export { startWorker } from './start-worker.node.ts';
