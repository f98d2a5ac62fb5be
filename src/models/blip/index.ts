// Everything this folder shares.
export { blip } from './model.ts';
