// The page of reports: both languages in it, a button between them, foreign names as text.
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { type Report, reportPage, reportText } from './report-page.ts';
import { joined } from './said.ts';

const report: Report = {
  title: { en: 'Who wins', zh: '谁赢了' },
  about: '<b>"x"</b>',
  tables: [
    {
      title: { en: 'Scores', zh: '得分' },
      head: [{ en: 'model', zh: '模型' }, 'F1'],
      rows: [['own', joined('0.5 ', { en: 'points', zh: '分' })]],
    },
  ],
  patterns: [{ title: { en: 'first head', zh: '第一头' }, pattern: [[1, 0]] }],
  plot: {
    title: 'plot',
    x: { en: 'length', zh: '长度' },
    y: { en: 'loss', zh: '损失' },
    lines: [
      {
        name: { en: 'none', zh: '无' },
        points: [
          [1, 2],
          [2, 1],
        ],
      },
    ],
    mark: { x: 1, label: { en: 'trained', zh: '训练' } },
  },
  intervals: {
    title: { en: 'Gain', zh: '增益' },
    x: { en: 'points', zh: '百分点' },
    rows: [
      { group: { en: 'set', zh: '数据' }, name: 'a', value: 1, interval: [0, 2] },
      { group: { en: 'set', zh: '数据' }, name: { en: 'b', zh: '乙' }, value: 2, interval: [1, 3] },
    ],
  },
};

const visible = (html: string): string => html.replace(/<script>.*<\/script>|<style>.*<\/style>|<[^>]*>/gs, ' ');

test('every word stands there in its language, and only there', () => {
  const [english, chinese] = [visible(reportPage(report)), visible(reportPage(report, 'zh'))];
  for (const word of [
    'Who wins',
    'Scores',
    'model',
    '0.5 points',
    'first head',
    'length → · ↑ loss',
    'set',
    'trained',
  ]) {
    expect(english).toContain(word);
    expect(chinese).not.toContain(word);
  }
  for (const word of ['谁赢了', '得分', '模型', '0.5 分', '第一头', '长度 → · ↑ 损失', '数据', '乙', '训练'])
    expect(chinese).toContain(word);
  // the only Chinese of the English page is the button's
  expect(english.match(/[\u4e00-\u9fff]+/g)).toEqual(['中文']);
  expect(english.match(/\bset\b/g)).toHaveLength(1);
});

test('the button turns every text into the other language and back', () => {
  const html = reportPage(report);
  const nodes = [...html.matchAll(/ data-en="([^"]*)" data-zh="([^"]*)">([^<]*)</g)].map(([, en, zh, textContent]) => ({
    ...{ dataset: { en, zh }, textContent },
  }));
  expect(nodes.length).toBeGreaterThan(12);
  for (const { dataset, textContent } of nodes) expect(textContent).toBe(dataset.en);
  const button: { onclick: () => void } = { onclick: () => undefined };
  const root = { lang: 'en' };
  const script = /<script>(.*)<\/script>/s.exec(html)?.[1] as string;
  const document = { documentElement: root, getElementById: () => button, querySelectorAll: () => nodes };
  runInNewContext(script, { document });
  button.onclick();
  expect(root.lang).toBe('zh');
  for (const { dataset, textContent } of nodes) expect(textContent).toBe(dataset.zh);
  button.onclick();
  for (const { dataset, textContent } of nodes) expect(textContent).toBe(dataset.en);
});

test('foreign text is text, nothing comes from outside', () => {
  const html = reportPage(report);
  expect(html).not.toContain('<b>');
  expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
});

test('columns of a terminal are aligned, Chinese letters two wide', () => {
  expect(reportText(report)).toBe('Scores\n  model  F1\n  own    0.5 points');
  expect(reportText(report, 'zh')).toBe('得分\n  模型  F1\n  own   0.5 分');
});
