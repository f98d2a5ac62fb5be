// The words that reports of comparisons share. One that a language lacks does not compile.
import type { Bilingual } from '../../lens/index.ts';

const en = {
  accuracy: 'accuracy',
  architecture: 'architecture',
  bySeed: 'by seed',
  chance: 'chance',
  data: 'data',
  examples: 'test examples',
  fold: 'fold',
  gain: 'gain in points',
  encoder: 'encoder',
  interrupted: 'interrupted',
  labels: 'labels',
  majority: 'majority',
  measured: 'measured',
  modality: 'modality',
  model: 'model',
  parameters: 'parameters',
  points: 'points of accuracy',
  problem: 'problem',
  rate: 'rate',
  rival: 'rival',
  seconds: 'CPU seconds',
  split: 'split',
  start: 'start',
  target: 'target',
  test: 'test',
  tokens: 'tokens an example',
  trained: 'trained',
  variant: 'variant',
};

const zh: Record<keyof typeof en, string> = {
  accuracy: '准确率',
  architecture: '架构',
  bySeed: '各随机种子',
  chance: '随机猜测',
  data: '数据',
  examples: '测试样本数',
  fold: '折',
  gain: '增益（百分点）',
  encoder: '编码器',
  interrupted: '曾中断',
  labels: '类别数',
  majority: '多数类',
  measured: '实测',
  modality: '模态',
  model: '模型',
  parameters: '参数',
  points: '准确率的百分点',
  problem: '任务',
  rate: '学习率',
  rival: '基线',
  seconds: 'CPU 秒',
  split: '划分',
  start: '起点',
  target: '目标',
  test: '测试集',
  tokens: '每例 token 数',
  trained: '训练部分',
  variant: '变体',
};

/** A head of a column, or a single word. */
export const word = (key: keyof typeof en): Bilingual => ({ en: en[key], zh: zh[key] });

/** What a set calls its tests, in words. */
const tests: Readonly<Record<string, Bilingual>> = {
  test: { en: 'test', zh: '测试' },
  style: { en: 'style never seen', zh: '未见过的风格' },
  both: { en: 'concepts and style never seen', zh: '未见过的概念与风格' },
};

/** The name of a test for people. */
export const testName = (test: string): Bilingual | string => tests[test] ?? test.replace(/[_-]/g, ' ');

/** Names of cheap rivals, without the numbers of examples that they learnt from. */
const rivals: Readonly<Record<string, Bilingual>> = {
  majority_class: { en: 'majority class', zh: '多数类' },
  logistic_regression: { en: 'logistic regression', zh: '逻辑回归' },
  logistic_regression_on_4_mers: { en: 'logistic regression on 4-mers', zh: '4-mer 上的逻辑回归' },
  naive_bayes_by_position: { en: 'naive Bayes by position', zh: '逐位置朴素贝叶斯' },
  nearest: { en: 'nearest neighbour', zh: '最近邻' },
};

/** The name of a rival for people. */
export function rivalName(name: string): Bilingual | string {
  const [, plain = name, count] = /^(.*)_(?:on|of)_(\d+)$/.exec(name) ?? [];
  const said = rivals[plain] ?? plain.replace(/_/g, ' ');
  if (count === undefined) return said;
  const { en, zh } = typeof said === 'string' ? { en: said, zh: said } : said;
  return { en: `${en} (${count} examples)`, zh: `${zh}（${count} 个样本）` };
}
