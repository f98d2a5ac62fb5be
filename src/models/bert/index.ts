export { bert, distilBert, roberta } from './model.ts';
