/**
 * Tokenizers from disk.
 * @module tokens/node
 */
export { loadTokenizer } from './text/load.node.ts';
