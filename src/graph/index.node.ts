/**
 * Runtimes that need Node.
 * @module graph/node
 */
export { nodeRuntime } from './runtime/node.node.ts';
