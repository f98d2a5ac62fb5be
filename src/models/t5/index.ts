// Everything this folder shares.
export { t5Family } from './model.ts';
