/**
 * Modules of this package on threads of their own.
 * @module threads/node
 */
export { startWorker } from './start-worker.node.ts';
