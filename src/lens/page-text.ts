// The words of the page. A key that one language lacks does not compile.

const en = {
  title: 'What the Transformer looks at',
  tokens: 'The text as tokens',
  tokensHint: 'Point at a token, or move with the arrow keys: the tint shows where it looks, in the chosen head.',
  answer: 'The answer',
  leans: 'What the answer leans on',
  leansHint: 'Gradient × input of the winning label: right pushes towards it, left away from it.',
  heads: 'Every layer and head',
  headsHint: 'Rows are layers, columns are heads. Choose one with a click, or with the arrow keys.',
  head: 'Layer {layer}, head {head}',
  mapHint: 'From the token of a row to that of a column. Point at a cell, or move with the arrow keys.',
  reading: '{from} → {to}: {value}',
  capture: 'All numbers come from one run of the model, capture',
  other: '中文',
};

const zh: Record<keyof typeof en, string> = {
  title: 'Transformer 在看什么',
  tokens: '切成 token 的文本',
  tokensHint: '指向一个 token，或用方向键移动：颜色表示在所选注意力头中它看向哪里。',
  answer: '回答',
  leans: '回答依据什么',
  leansHint: '获胜标签的“梯度 × 输入”：向右支持，向左反对。',
  heads: '每一层、每一个头',
  headsHint: '行是层，列是头。点击选择，或用方向键。',
  head: '第 {layer} 层，第 {head} 头',
  mapHint: '从一行的 token 看向一列的 token。指向一格，或用方向键移动。',
  reading: '{from} → {to}：{value}',
  capture: '所有数字来自模型的同一次运行，编号',
  other: 'English',
};

/** The page's dictionaries by language. */
export const dictionaries: Readonly<Record<'en' | 'zh', Readonly<Record<keyof typeof en, string>>>> = { en, zh };
