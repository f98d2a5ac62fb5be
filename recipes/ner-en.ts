// English named entities, words cut into WordPieces: persons, places, organisations and others in Wikipedia.
import type { TokenClassificationRecipe } from '../src/tasks/index.ts';
import { nerZh } from './ner-zh.ts';

export const nerEn: TokenClassificationRecipe = {
  ...nerZh,
  name: 'ner-en',
  about: 'Persons, places, organisations and others in English sentences of Wikipedia (WikiGold).',
  data: { id: 'ner-en-wikigold', limit: 0 },
  tokenizer: { kind: 'wordpiece', vocabSize: 4000, minFrequency: 2, lowercase: false },
  train: { ...nerZh.train, steps: 1000 },
};
