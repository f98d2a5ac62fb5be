// The words of the units page. A key that one language lacks does not compile.
import type { Place } from '../tokens/index.ts';

const en = {
  title: 'From {modality} to tokens',
  original: '1 · The original',
  originalHint: 'Every outline is one unit. Point at one, click it, or move with the arrow keys.',
  units: '2 · Units and their places',
  unitsHint: '{count} units. Each knows where it lies in the original.',
  values: '3 · Ids or vectors',
  valuesIds: 'Each unit is an id below {size}: a row of an embedding table. The first rows, {dim} numbers each:',
  valuesVectors:
    'Each unit is a vector of {length} numbers, together a matrix [{count}, {length}]. A linear layer makes {dim} numbers of each; the first rows:',
  valuesBags:
    'Each unit is a bag of ids below {size} with weights: a weighted sum of rows of an embedding table, {dim} numbers each:',
  positions: '4 · Positions',
  positionsHint: 'Axes: {axes}. Sines and cosines of each coordinate, {dim} numbers in all.',
  sum: '5 · The sum that enters the Transformer',
  sumHint:
    'Unit vector (seeded table or linear layer, seed {seed}) + position = input. A trained model has learned numbers in the first row.',
  unit: 'Unit {n}',
  place: 'place',
  value: 'value',
  position: 'position',
  rowUnit: 'unit',
  rowPosition: '+ position',
  rowSum: '= input',
  source: 'source',
  more: '… and {rest} more in the file; details are kept for the first {kept} units.',
  text: 'a text',
  image: 'a picture',
  video: 'a video',
  audio: 'a sound',
  dna: 'DNA',
  concepts: 'concepts',
  other: '中文',
};

/** Keys of the page's words. */
export type UnitsTextKey = keyof typeof en;

const zh: Record<UnitsTextKey, string> = {
  title: '从{modality}到 token',
  original: '1 · 原始数据',
  originalHint: '每个方框是一个单元。指向、点击，或用方向键移动。',
  units: '2 · 单元与位置',
  unitsHint: '共 {count} 个单元，每个都知道自己在原始数据中的位置。',
  values: '3 · 编号或向量',
  valuesIds: '每个单元是小于 {size} 的编号：嵌入表中的一行。前几行（各 {dim} 个数）：',
  valuesVectors:
    '每个单元是 {length} 个数的向量，合起来是矩阵 [{count}, {length}]；线性层把每个变成 {dim} 个数，前几行：',
  valuesBags: '每个单元是一袋带权重的编号（小于 {size}）：嵌入表若干行的加权和，各 {dim} 个数：',
  positions: '4 · 位置编码',
  positionsHint: '坐标轴：{axes}。每个坐标的正弦与余弦，共 {dim} 个数。',
  sum: '5 · 输入 Transformer 的和',
  sumHint: '单元向量（固定种子 {seed} 的嵌入表或线性层）+ 位置 = 输入。训练过的模型中，第一行是学到的数。',
  unit: '单元 {n}',
  place: '位置',
  value: '值',
  position: '坐标',
  rowUnit: '单元',
  rowPosition: '+ 位置',
  rowSum: '= 输入',
  source: '来源',
  more: '…… 另有 {rest} 个在文件中；这里保留前 {kept} 个单元的细节。',
  text: '文本',
  image: '图片',
  video: '视频',
  audio: '声音',
  dna: 'DNA',
  concepts: '概念',
  other: 'English',
};

/** The page's dictionaries by language. */
export const unitsDictionaries: Readonly<Record<'en' | 'zh', Readonly<Record<UnitsTextKey, string>>>> = { en, zh };

const short = (value: number): string => String(Number(value.toFixed(3)));

type Words = { readonly [K in Place['kind']]: (place: Extract<Place, { kind: K }>) => string };

const english: Words = {
  span: ({ start, end }) => (end > start ? `letters ${start}–${end - 1}` : 'no letters (special token)'),
  box: ({ top, left, height, width }) => `rows ${top}–${top + height - 1}, columns ${left}–${left + width - 1}`,
  tube: ({ start, frames, top, left, height, width, from, to }) =>
    `frames ${start}–${start + frames - 1} (${short(from)}–${short(to)} s), rows ${top}–${top + height - 1}, columns ${left}–${left + width - 1}`,
  band: ({ from, to, low, high }) => `${short(from)}–${short(to)} s, ${Math.round(low)}–${Math.round(high)} Hz`,
  item: ({ index, name }) => `item ${index}: ${name}`,
};

const chinese: Words = {
  span: ({ start, end }) => (end > start ? `第 ${start}–${end - 1} 个字母` : '无（特殊 token）'),
  box: ({ top, left, height, width }) => `第 ${top}–${top + height - 1} 行，第 ${left}–${left + width - 1} 列`,
  tube: ({ start, frames, top, left, height, width, from, to }) =>
    `第 ${start}–${start + frames - 1} 帧（${short(from)}–${short(to)} 秒），第 ${top}–${top + height - 1} 行，第 ${left}–${left + width - 1} 列`,
  band: ({ from, to, low, high }) => `${short(from)}–${short(to)} 秒，${Math.round(low)}–${Math.round(high)} Hz`,
  item: ({ index, name }) => `第 ${index} 项：${name}`,
};

/** A place in words. */
export function placeText(place: Place, language: 'en' | 'zh'): string {
  const words = language === 'zh' ? chinese : english;
  return (words[place.kind] as (place: Place) => string)(place);
}
