/**
 * Runtimes that need Node.
 * @module graph/node
 */
export { type FfiOptions, ffiRuntime } from './runtime/ffi.node.ts';
export { nodeRuntime } from './runtime/node.node.ts';
