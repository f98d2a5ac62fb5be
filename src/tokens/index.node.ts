/**
 * Tokenizers from disk.
 * @module tokens/node
 */
export { loadTokenizer } from './text/load.node.ts';
export { type FileTrainingOptions, trainTokenizerFromFiles } from './training/train.node.ts';
