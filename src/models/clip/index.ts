// Everything this folder shares.
export { clip, clipText, clipVision } from './model.ts';
