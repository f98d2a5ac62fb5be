// Everything this folder shares.
export { modernBert } from './model.ts';
