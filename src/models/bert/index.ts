// Everything this folder shares.
export { bertFamily } from './model.ts';
