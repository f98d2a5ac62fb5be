/**
 * Any modality to tokens and back. No weights.
 * @module tokens
 */
export { tokenizerFromJson } from './text/text-tokenizer.ts';
export { wordPieceFromVocab } from './text/word-piece-vocab.ts';
export { type EncodeOptions, type Encoding, type Tokenizer, TokenizerError, type TokenizerJson } from './tokenizer.ts';
export type { TokenizerAlgorithm, TrainingOptions } from './training/algorithms.ts';
export { type TrainTokenizerOptions, trainCharTokenizer, trainWordPieceTokenizer } from './training/basic.ts';
export type { Training, TrainingProgress } from './training/progress.ts';
export { trainTokenizer, trainTokenizerJson } from './training/train.ts';
