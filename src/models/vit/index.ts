// Everything this folder shares.
export { deit, vit } from './model.ts';
