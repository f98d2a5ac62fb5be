// The words of the augmentation page. A key that one language lacks does not compile.
import type { PageLanguage } from './replay-text.ts';

const en = {
  title: 'What augmentation does to {source}',
  each: '1 · Each kind by itself',
  eachHint:
    'One row an example, one column a kind, each with the options in its head. Seed {seed}; the same seed gives the same page.',
  list: '2 · The whole list, drawn anew',
  listHint: 'What training sees: every column is another step of the list',
  original: 'original',
  step: 'step {n}',
  share: '{share} % own label',
  changed: '{count} of {all} letters differ from the original',
  other: '中文',
};

/** Keys of the page's words. */
export type AugmentTextKey = keyof typeof en;

const zh: Record<AugmentTextKey, string> = {
  title: '数据增强对 {source} 做了什么',
  each: '1 · 每种增强单独作用',
  eachHint: '每行一个样本，每列一种增强，选项写在表头。随机种子 {seed}；同一种子得到同一页面。',
  list: '2 · 整个列表，每步重新抽取',
  listHint: '训练时看到的样子：每一列是下面这个列表的另一步',
  original: '原始',
  step: '第 {n} 步',
  share: '自身标签占 {share} %',
  changed: '{all} 个字母中有 {count} 个与原始不同',
  other: 'English',
};

/** The page's dictionaries by language. */
export const augmentDictionaries: Readonly<Record<PageLanguage, Readonly<Record<AugmentTextKey, string>>>> = { en, zh };
