// Concepts as bags of features: 苹果 = 红色 + 水果 + 球体. Run: npx tsx examples/14-tokens-of-concepts.ts
import { collateUnits, embedUnits, parseConcepts } from '../src/data/index.ts';
import { emojiConcepts } from '../src/tokens/index.node.ts';
import {
  cutConcepts,
  cutFeatures,
  featureVocabulary,
  hashedVocabulary,
  idsOf,
  nearestConcepts,
} from '../src/tokens/index.ts';

const table = parseConcepts(
  'name,features\n苹果,红色;水果;球体\n番茄,红色;球体;蔬菜\n香蕉,黄色;水果\n篮球,橙色;球体:2\n',
  'example',
);
const vocabulary = featureVocabulary(table);
const [apple] = table;
if (!apple) throw new Error('no apple');

const features = cutFeatures(apple, vocabulary);
console.log(apple.name, '=', features.names.join(' + '), idsOf(features.values));
console.log('near it:', nearestConcepts(apple, table));

// Each item one unit: its vector is the sum of its features' vectors.
const units = cutConcepts(table, { vocabulary, combine: 'sum' });
const { units: vectors } = embedUnits(units, { dim: 4, seed: 0 });
console.log('vectors', vectors.shape, 'of', units.names.join(', '));
console.log(
  'as a batch',
  Object.entries(collateUnits([units])).map(([name, { shape }]) => `${name} [${shape}]`),
);
console.log('without a vocabulary:', [...apple.features.keys()].map(hashedVocabulary(1000).idOf));

for (const language of ['en', 'zh']) {
  const emoji = await emojiConcepts(language);
  const melon = emoji.find(({ name }) => name.startsWith('🍉'));
  if (melon)
    console.log(
      melon.name,
      '→',
      nearestConcepts(melon, emoji, 3).map(({ name, shared }) => `${name} (${shared.join(', ')})`),
    );
}
