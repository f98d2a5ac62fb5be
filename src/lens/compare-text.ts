// The words of comparisons, for pages and for the terminal. A key that one language lacks does not compile.
import type { PageLanguage } from './replay-text.ts';

const en = {
  title: 'One text, many ways to cut it',
  text: 'Text',
  misspelt: 'Misspelt',
  way: 'way',
  tokens: 'tokens',
  characters: 'characters/token',
  bytes: 'bytes/token',
  unknown: 'unknown',
  fertility: 'tokens/word',
  survived: 'survive',
  effect: 'tokens if misspelt',
  hint: 'Colours show where one token ends and the next begins; striped tokens are unknown.',
  other: '中文',
};

const zh: Record<keyof typeof en, string> = {
  title: '同一段文本的多种切法',
  text: '文本',
  misspelt: '拼写错误',
  way: '方法',
  tokens: 'token 数',
  characters: '字符/token',
  bytes: '字节/token',
  unknown: '未知',
  fertility: 'token/词',
  survived: '保留',
  effect: '拼错后的 token 数',
  hint: '颜色标出一个 token 的结束与下一个的开始；带条纹的是未知 token。',
  other: 'English',
};

/** The dictionaries of comparisons by language. */
export const compareDictionaries: Readonly<Record<PageLanguage, Readonly<Record<keyof typeof en, string>>>> = {
  en,
  zh,
};
