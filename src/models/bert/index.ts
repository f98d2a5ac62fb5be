// Everything this folder shares.
export { bert, distilBert, roberta } from './model.ts';
