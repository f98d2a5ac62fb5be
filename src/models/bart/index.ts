// Everything this folder shares.
export { bartFamily } from './model.ts';
