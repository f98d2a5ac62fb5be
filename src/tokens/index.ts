/**
 * Any modality to tokens and back. No weights.
 * @module tokens
 */
export { cutPatches, type PatchLayout, padPixels } from './image/patches.ts';
export { centerCrop, greyOf, type Picture, picture, rgbOf } from './image/picture.ts';
export {
  fitPicture,
  type ImageProcessor,
  imageProcessorFromJson,
  pictureFromArray,
  plainProcessor,
  processPicture,
  type TargetSize,
  targetSize,
} from './image/processor.ts';
export { type ResizeFilter, resizePicture } from './image/resize.ts';
export { sinusoidPositions } from './sinusoid.ts';
export { tokenizerFromJson } from './text/text-tokenizer.ts';
export { type TrainTokenizerOptions, trainCharTokenizer, trainWordPieceTokenizer } from './text/train.ts';
export { wordPieceFromVocab } from './text/word-piece-vocab.ts';
export { type EncodeOptions, type Encoding, type Tokenizer, TokenizerError, type TokenizerJson } from './tokenizer.ts';
export { type Box, type Place, type Units, UnitsError, type UnitValues } from './units.ts';
