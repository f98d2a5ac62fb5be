// Everything this folder shares.
export { ast } from './model.ts';
