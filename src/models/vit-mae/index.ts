// Everything this folder shares.
export { vitMae } from './model.ts';
