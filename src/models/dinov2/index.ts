// Everything this folder shares.
export { dinov2 } from './model.ts';
