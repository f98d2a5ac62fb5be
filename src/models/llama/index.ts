// Everything this folder shares.
export { llamaFamily } from './model.ts';
