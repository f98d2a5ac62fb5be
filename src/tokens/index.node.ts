/**
 * Tokenizers, pictures, sounds, videos and sequences from disk.
 * @module tokens/node
 */
export { type LoadSoundOptions, loadSound } from './audio/load.node.ts';
export { emojiConcepts } from './concepts/emoji.node.ts';
export { loadSequences, sequenceEndings, sequenceFile } from './dna/load.node.ts';
export {
  type Animation,
  drawSvg,
  type LoadPictureOptions,
  loadAnimation,
  loadPicture,
  pngOf,
  svgToPng,
} from './image/load.node.ts';
export { type EncodeFileOptions, encodeFile } from './text/encode-file.node.ts';
export { idsInThreads, type TokenizerThreads, tokenizerThreads } from './text/encode-threads.node.ts';
export { loadTokenizer } from './text/load.node.ts';
export { corpusWords } from './training/corpus-words.node.ts';
export { type FileTrainingOptions, trainTokenizerFromFiles } from './training/train.node.ts';
export { type LoadClipOptions, loadClip } from './video/load.node.ts';
