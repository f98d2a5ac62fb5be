// The words of the next-token view, for the page and for the terminal. A key that one language lacks does not compile.
import type { PageLanguage } from './replay-text.ts';

const en = {
  title: 'What comes next, and why',
  hint: 'Each token is tinted by how much it surprised the model. Choose one, or move with the arrow keys, to see what else it could have been.',
  row: 'Text',
  beam: 'Beam',
  step: 'Step',
  chosen: 'written',
  surprisal: 'surprisal',
  entropy: 'entropy',
  bits: 'bits',
  raw: 'model',
  candidate: 'candidate',
  none: 'No processor changed the scores.',
  tree: 'What beam search explored',
  treeHint:
    'From left to right one token a step. Strong lines lead to returned texts, thin ones were open for a while, dotted ones were looked at and dropped; ringed ends are finished texts.',
  sum: 'log-probability',
  score: 'score',
  other: '中文',
};

const zh: Record<keyof typeof en, string> = {
  title: '下一个 token 是什么，为什么',
  hint: '颜色深浅表示每个 token 让模型感到多意外。点击或用方向键选择一个，查看它本来还可能是什么。',
  row: '文本',
  beam: '束',
  step: '步',
  chosen: '写出',
  surprisal: '惊异度',
  entropy: '熵',
  bits: '比特',
  raw: '模型',
  candidate: '候选',
  none: '没有处理器改变分数。',
  tree: '束搜索实际探索的树',
  treeHint: '从左到右每步一个 token。粗线通向返回的文本，细线曾被保留，虚线被考察后丢弃；带圈的端点是写完的文本。',
  sum: '对数概率',
  score: '得分',
  other: 'English',
};

/** The dictionaries of the next-token view by language. */
export const generationDictionaries: Readonly<Record<PageLanguage, Readonly<Record<keyof typeof en, string>>>> = {
  en,
  zh,
};
