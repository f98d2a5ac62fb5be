/**
 * Any modality to tokens and back. No weights.
 * @module tokens
 */
export { tokenizerFromJson } from './text/text-tokenizer.ts';
export { type TrainTokenizerOptions, trainCharTokenizer, trainWordPieceTokenizer } from './text/train.ts';
export { wordPieceFromVocab } from './text/word-piece-vocab.ts';
export { type EncodeOptions, type Encoding, type Tokenizer, TokenizerError, type TokenizerJson } from './tokenizer.ts';
