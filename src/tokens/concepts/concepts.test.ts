// Concepts: 苹果 = 红色 + 水果 + 球体, vocabularies, bags, neighbours, emoji.
import { expect, test } from 'vitest';
import { idsOf } from '../units.ts';
import { cutConcepts, cutFeatures, featureVocabulary, hashedVocabulary } from './bags.ts';
import { concept, nearestConcepts, parseFeatures } from './concept.ts';
import { emojiConcepts } from './emoji.node.ts';

const table = [
  concept('苹果', ['红色', '水果', '球体']),
  concept('香蕉', { 黄色: 1, 水果: 1 }),
  concept('番茄', ['红色', '球体', '蔬菜']),
  concept('篮球', { 橙色: 1, 球体: 3 }),
];

test('苹果 = 红色 + 水果 + 球体', () => {
  const vocabulary = featureVocabulary(table);
  // 球体 in three items, then 水果 and 红色 in two (by code point), then the rest
  expect([2, 3, 4].map(vocabulary.featureOf)).toEqual(['球体', '水果', '红色']);
  const units = cutFeatures(table[0] as (typeof table)[0], vocabulary);
  expect(units.names).toEqual(['红色', '水果', '球体']);
  expect(idsOf(units.values)).toEqual([4, 3, 2]);
  expect(units.restore()).toEqual(['红色', '水果', '球体']);
});

test('items as bags: sums, means, unknown features, and back', () => {
  const vocabulary = featureVocabulary(table);
  const units = cutConcepts(table, { vocabulary, combine: 'sum' });
  expect(units.restore()).toEqual(table);
  const mean = cutConcepts(table, { vocabulary, combine: 'mean' }).values;
  if (mean.kind !== 'bags') throw new Error('expected bags');
  expect(mean.offsets).toEqual([0, 3, 5, 8, 10]);
  expect(Array.from(mean.weights.data.slice(8))).toEqual([0.25, 0.75]);
  const few = featureVocabulary(table, { limit: 4, minCount: 2 });
  expect(few.size).toBe(4);
  const small = cutConcepts(table, { vocabulary: few, combine: 'sum' }).values;
  // two unknown features of 番茄 meet in [UNK]
  expect(
    small.kind === 'bags' && [
      Array.from(small.ids.data.slice(5, 7), Number),
      Array.from(small.weights.data.slice(5, 7)),
    ],
  ).toEqual([
    [1, 2],
    [2, 1],
  ]);
});

test('hashing needs no list, and cannot be undone', () => {
  const vocabulary = hashedVocabulary(64);
  expect(vocabulary.size).toBe(66);
  expect(vocabulary.idOf('红色')).toBe(hashedVocabulary(64).idOf('红色'));
  const ids = table.flatMap(({ features }) => [...features.keys()].map(vocabulary.idOf));
  expect(ids.every((id) => id >= 2 && id < 66)).toBe(true);
  expect(() => cutConcepts(table, { vocabulary, combine: 'sum' }).restore()).toThrow(/got hashed ones/);
  expect(() => hashedVocabulary(0)).toThrow(/above 0/);
});

test('neighbours by shared features', () => {
  const found = nearestConcepts(table[0] as (typeof table)[0], table);
  expect(found.map(({ name }) => name)).toEqual(['番茄', '香蕉', '篮球']);
  expect(found[0]).toEqual({ name: '番茄', score: 2 / 4, shared: ['红色', '球体'] });
  expect(found[2]?.score).toBe(1 / (3 + 3));
});

test('rows of tables', () => {
  expect(parseFeatures('红色；水果:2、 球体 |红色', 'x')).toEqual({ 红色: 2, 水果: 2, 球体: 1 });
  expect(() => parseFeatures('红色:viel', 'x')).toThrow(/feature:weight, got '红色:viel' \(x\)/);
  expect(() => concept('', ['a'])).toThrow(/a name/);
  expect(() => concept('a', [])).toThrow(/at least one feature/);
  expect(() => concept('a', { b: -1 })).toThrow(/above 0, got -1 for 'b'/);
});

test('emoji in two languages', async () => {
  for (const [language, feature] of [
    ['en', 'fruit'],
    ['zh', '水果'],
  ] as const) {
    const concepts = await emojiConcepts(language);
    expect(concepts.length).toBeGreaterThan(1700);
    const apple = concepts.find(({ name }) => name.startsWith('🍎'));
    if (!apple) throw new Error('no apple');
    expect([...apple.features.keys()]).toContain(feature);
    expect(nearestConcepts(apple, concepts, 3).some(({ shared }) => shared.includes(feature))).toBe(true);
  }
  await expect(emojiConcepts('xx')).rejects.toThrow(/language of emojibase-data/);
  await expect(emojiConcepts('../..')).rejects.toThrow(/a language such as/);
});
