// The words of replays, for pages and for the terminal. A key that one language lacks does not compile.

const en = {
  title: 'How a tokenizer is trained',
  alphabet: 'Alphabet',
  corpus: 'Corpus',
  start: 'Before the first step',
  step: 'Step {step} of {steps}',
  pairs: 'Pairs',
  pair: 'pair',
  count: 'count',
  score: 'score = freq(ab) / (freq(a) · freq(b))',
  chosen: 'Merged',
  tied: 'of {count} equally good pairs the first',
  rules: 'Rules so far',
  vocabulary: 'Vocabulary',
  words: 'Cutting words',
  tried: 'tried',
  rule: 'rule',
  result: 'result',
  lattice: 'Pieces that fit, with ln p; the best path is marked',
  prunings: 'Step {step} of {steps}',
  expectation: 'Expected counts: what is expected less than half a time goes',
  pruning: 'Pruning: what the corpus misses least goes',
  size: 'Down to the size of the vocabulary',
  expected: 'expected count',
  pieces: 'Pieces',
  loss: 'loss if dropped',
  dropped: 'dropped',
  kept: 'kept',
  previous: 'Back',
  next: 'Next',
  first: 'Start',
  last: 'End',
  times: '× {count}',
  other: '中文',
};

const zh: Record<keyof typeof en, string> = {
  title: '分词器是怎样训练的',
  alphabet: '字母表',
  corpus: '语料',
  start: '第一步之前',
  step: '第 {step} 步，共 {steps} 步',
  pairs: '相邻对',
  pair: '相邻对',
  count: '次数',
  score: '得分 = freq(ab) / (freq(a) · freq(b))',
  chosen: '合并',
  tied: '{count} 个同样好的对中取最先出现的',
  rules: '目前的规则',
  vocabulary: '词表',
  words: '切分单词',
  tried: '尝试',
  rule: '规则',
  result: '结果',
  lattice: '可用的片段及其 ln p；标出最优路径',
  prunings: '第 {step} 步，共 {steps} 步',
  expectation: '期望次数：期望不足半次的片段被删去',
  pruning: '剪枝：删去对语料影响最小的片段',
  size: '裁到词表大小',
  expected: '期望次数',
  pieces: '片段',
  loss: '删去的损失',
  dropped: '删去',
  kept: '保留',
  previous: '上一步',
  next: '下一步',
  first: '开头',
  last: '结尾',
  times: '× {count}',
  other: 'English',
};

/** Languages of pages. */
export type PageLanguage = 'en' | 'zh';

/** The dictionaries of replays by language. */
export const replayDictionaries: Readonly<Record<PageLanguage, Readonly<Record<keyof typeof en, string>>>> = { en, zh };

/** Fills `{name}` in a text. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
