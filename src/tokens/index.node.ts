/**
 * Tokenizers and pictures from disk.
 * @module tokens/node
 */
export { type Animation, type LoadPictureOptions, loadAnimation, loadPicture, pngOf } from './image/load.node.ts';
export { loadTokenizer } from './text/load.node.ts';
