/**
 * Tesserae in Node: checkpoints, tokenizers and runs from disk.
 * @module tesserae/node
 */
export { nodeRuntime } from './graph/index.node.ts';
export { type Pipeline, type Pipelines, pipeline } from './tasks/index.node.ts';
