// Everything this folder shares.
export { tubeVit } from './model.ts';
