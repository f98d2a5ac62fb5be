// Everything this folder shares.
export { dnabert2 } from './model.ts';
