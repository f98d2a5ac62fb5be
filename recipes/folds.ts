// Recipes on all folds of their sets (`tesserae compare esc10-folds`): accuracy of each, their mean, and the cheap rivals beside it.
import type { Fold, VariantsRecipe } from '../src/tasks/index.ts';
import { astDigits } from './ast-digits.ts';
import { astEsc10 } from './ast-esc10.ts';
import { dnaSplice } from './dna-splice.ts';

const numbered = (first: number, last: number): Fold[] =>
  Array.from({ length: last - first + 1 }, (_, i) => ({ fold: first + i }));

export const esc10Folds: VariantsRecipe = {
  name: 'esc10-folds',
  about: {
    en: 'Ten kinds of sounds: each of the five folds is tested once, with all others to learn from.',
    zh: '十类声音：五折中的每一折各作一次测试集，其余用于训练。',
  },
  base: astEsc10,
  variants: { 'ast-esc10': {} },
  splits: { 'five folds': numbered(1, 5) },
  seeds: [1],
};

export const spliceFolds: VariantsRecipe = {
  name: 'splice-folds',
  about: {
    en: 'Splice junctions: each of ten folds over distinct sequences is tested once.',
    zh: '剪接位点：在互不重复的序列上分十折，每一折各作一次测试集。',
  },
  base: dnaSplice,
  variants: { 'dna-splice': {} },
  splits: { 'ten folds': numbered(0, 9) },
  seeds: [1],
};

const speakers = ['george', 'jackson', 'lucas', 'nicolas', 'theo', 'yweweler'];

export const digitsSpeakers: VariantsRecipe = {
  name: 'digits-speakers',
  about: {
    en: 'Spoken digits: the official split, where every speaker is known, and one speaker left out at a time.',
    zh: '语音数字：官方划分（说话人都已知），以及每次留出一位说话人。',
  },
  base: astDigits,
  variants: { 'ast-digits': {} },
  splits: {
    'official split': [{ speaker: 'none' }],
    'one speaker left out': speakers.map((speaker) => ({ speaker })),
  },
  seeds: [1],
};
