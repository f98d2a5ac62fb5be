/**
 * Runtimes that need Node, and threads.
 * @module graph/node
 */
export { type FfiOptions, ffiRuntime } from './runtime/ffi.node.ts';
export { type RuntimeOptions, runtimes } from './runtime/named.node.ts';
export { nodeRuntime } from './runtime/node.node.ts';
export { workerRuntime } from './runtime/worker.node.ts';
export type { InnerRuntime } from './runtime/worker-thread.node.ts';
