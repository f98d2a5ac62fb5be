// Readers of the catalogue's sets: on small files of their shape always, on the real ones where TESSERAE_DATA has them.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { SplitName } from '../dataset.ts';
import {
  dataFolders,
  findDataset,
  loadAnyDataset,
  loadCorpus,
  loadDialogDataset,
  loadPairDataset,
  loadPlainText,
  loadQuestionDataset,
  loadTextDataset,
  loadTokensDataset,
} from '../index.node.ts';

const root = mkdtempSync(join(tmpdir(), 'tesserae-sets-'));
const folders = [root];
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), path.endsWith('.gz') ? gzipSync(text) : text);
};
const counts = (splits: Readonly<Record<SplitName, readonly unknown[]>>): number[] =>
  [splits.train, splits.validation, splits.test].map((one) => one.length);

test('entities: Universal NER by character and word, Weibo, WNUT, WikiGold', async () => {
  const uner = '# newdoc id = x\n1\t北京\tB-LOC\t-\t-\n2\t是\tO\t-\t-\n\n';
  write('text/ner-zh-uner-gsdsimp/zh_gsdsimp-ud-train.iob2.gz', uner.repeat(2));
  for (const part of ['dev', 'test']) write(`text/ner-zh-uner-gsdsimp/zh_gsdsimp-ud-${part}.iob2`, uner);
  const characters = await loadTokensDataset('ner-zh-uner-gsdsimp', folders);
  expect([counts(characters.splits), characters.labels, characters.joiner]).toEqual([
    [2, 1, 1],
    ['O', 'B-LOC', 'I-LOC'],
    '',
  ]);
  expect(characters.splits.train[1]).toEqual({
    ...{ id: 'zh_gsdsimp-ud-train.iob2:6', tokens: ['北', '京', '是'], labels: ['B-LOC', 'I-LOC', 'O'] },
  });
  const words = await loadTokensDataset('ner-zh-uner-gsdsimp', folders, { options: { unit: 'word' } });
  expect(words.splits.train[0]?.tokens).toEqual(['北京', '是']);
  await expect(loadTokensDataset('ner-zh-uner-gsdsimp', folders, { options: { unit: 'line' } })).rejects.toThrow(
    'expected unit among character, word, got "line"',
  );
  for (const part of ['train', 'dev', 'test'])
    write(`text/ner-zh-weibo/weiboNER_2nd_conll.${part}`, '科0\tB-ORG.NAM\n𠀀1\tI-ORG.NAM\n人0\tB-PER.NOM\n');
  const weibo = await loadTokensDataset('ner-zh-weibo', folders, { options: { mentions: 'named' } });
  expect(weibo.splits.train[0]).toMatchObject({ tokens: ['科', '𠀀', '人'], labels: ['B-ORG', 'I-ORG', 'O'] });
  expect((await loadTokensDataset('ner-zh-weibo', folders)).labels).toEqual([
    'O',
    'B-ORG.NAM',
    'B-PER.NOM',
    'I-ORG.NAM',
  ]);
  for (const file of ['wnut17train.conll', 'emerging.dev.conll', 'emerging.test.annotated'])
    write(`text/ner-en-wnut17/${file}`, '#\tO\nNew\tB-location\nYork\tI-location\n\t\n');
  expect((await loadTokensDataset('ner-en-wnut17', folders)).splits.test[0]?.tokens).toEqual(['#', 'New', 'York']);
  const documents = Array.from({ length: 40 }, (_, i) => `-DOCSTART- O\n\nDoc${i} I-PER\nB I-PER\n. O\n\nsecond O\n`);
  write('text/ner-en-wikigold/wikigold.conll.txt', documents.join('\n'));
  const gold = await loadTokensDataset('ner-en-wikigold', folders);
  expect(gold.splits.train[0]?.labels).toEqual(['B-PER', 'I-PER', 'O']);
  // sentences of a document stay together: two each
  expect(counts(gold.splits).every((count) => count > 0 && count % 2 === 0)).toBe(true);
  expect(counts(gold.splits).reduce((a, b) => a + b)).toBe(80);
});

test('pairs: Multi30k, Tatoeba and its one split per sentence, pronunciations', async () => {
  for (const part of ['train', 'val', 'test_2016_flickr'])
    for (const language of ['en', 'de', 'fr'])
      write(`text/mt-multi30k/${part}.${language}.gz`, `${language} one\n${language} two\n`);
  const multi = await loadPairDataset('mt-multi30k', folders, { options: { source: 'fr', target: 'en' } });
  expect([multi.sides, multi.splits.test[1]]).toEqual([
    ['fr', 'en'],
    { id: 'test_2016_flickr:2', source: 'fr two', target: 'en two' },
  ]);
  await expect(loadPairDataset('mt-multi30k', folders, { options: { source: 'de' } })).rejects.toThrow('got de twice');
  write('text/mt-multi30k/val.de.gz', 'only one\n');
  await expect(loadPairDataset('mt-multi30k', folders)).rejects.toThrow('line 2 of val.en.gz has no partner');
  const lines = Array.from({ length: 300 }, (_, i) => `Sentence ${i >> 1}.\t句${i}\tCC-BY 2.0`);
  write('text/mt-en-zh-tatoeba/cmn.txt.gz', lines.join('\n'));
  const { splits } = await loadPairDataset('mt-en-zh-tatoeba', folders);
  const english = (name: SplitName): Set<string> => new Set(splits[name].map(({ source }) => source));
  expect([...english('test')].filter((one) => english('train').has(one))).toEqual([]);
  expect(splits.test.length % 2).toBe(0);
  const back = await loadPairDataset('mt-en-zh-tatoeba', folders, { options: { source: 'zh' } });
  expect(back.splits.train[0]?.source).toMatch(/^句/);
  write('text/mt-en-zh-tatoeba/cmn.txt.gz', 'no tab here\n');
  await expect(loadPairDataset('mt-en-zh-tatoeba', folders)).rejects.toThrow('(cmn.txt, line 1)');
});

test('pronunciations: embedded, all variants of a word together, 90 / 5 / 5', async () => {
  const { splits, sides } = await loadPairDataset('cmu-pronouncing', []);
  const total = counts(splits).reduce((a, b) => a + b);
  expect(sides).toEqual(['letters', 'sounds']);
  expect(total).toBeGreaterThan(130_000);
  expect(Math.abs(splits.test.length / total - 0.05)).toBeLessThan(0.003);
  expect(Math.abs(splits.validation.length / total - 0.05)).toBeLessThan(0.003);
  const all = [...splits.train, ...splits.validation, ...splits.test];
  expect(all.filter(({ source }) => source === 'tomato').map(({ target }) => target)).toEqual([
    'T AH0 M EY1 T OW2',
    'T AH0 M AA1 T OW2',
  ]);
  const train = new Set(splits.train.map(({ source }) => source));
  expect([...splits.validation, ...splits.test].filter(({ source }) => train.has(source))).toEqual([]);
  const plain = await loadPairDataset('cmu-pronouncing', [], { options: { stress: 'dropped' } });
  expect(plain.splits.train.some(({ target }) => /\d/.test(target))).toBe(false);
});

test('questions: XQuAD in one split for all languages, CMRC', async () => {
  const article = (i: number) => ({
    paragraphs: [
      {
        context: `It is ${i}.`,
        qas: [{ id: `q${i}`, question: '?', answers: [{ text: String(i), answer_start: 6 }] }],
      },
    ],
  });
  const json = JSON.stringify({ data: Array.from({ length: 48 }, (_, i) => article(i)) });
  for (const language of ['en', 'zh', 'de']) write(`text/qa-xquad/xquad.${language}.json`, json);
  const both = await loadQuestionDataset('qa-xquad', folders, { options: { languages: ['en', 'zh'] } });
  const ids = (name: SplitName): Set<string> => new Set(both.splits[name].map(({ id }) => id.split('/')[0] as string));
  expect([...ids('test')].filter((id) => ids('train').has(id))).toEqual([]);
  expect(counts(both.splits).reduce((a, b) => a + b)).toBe(96);
  write('text/qa-zh-cmrc2018/cmrc2018_dev.json.gz', json);
  write('text/qa-zh-cmrc2018/cmrc2018_trial.json', json);
  const cmrc = await loadQuestionDataset('qa-zh-cmrc2018', folders);
  expect([cmrc.splits.test.length, cmrc.notes]).toEqual([48, []]);
});

test('dialogues: KdConv, ChatterBot; corpora: the three of them', async () => {
  const dialog = JSON.stringify([{ name: 'x', messages: [{ message: '你好' }, { message: '好', attrs: [] }] }]);
  for (const topic of ['music', 'travel'])
    for (const part of ['dev', 'test']) write(`text/dialog-zh-kdconv/${topic}_${part}.json`, dialog);
  const kd = await loadDialogDataset('dialog-zh-kdconv', folders, { options: { topics: ['music'] } });
  expect(kd.splits.test).toEqual([{ id: 'music_test.json:1', topic: 'music', turns: ['你好', '好'] }]);
  const { catalogue } = await import('../catalogue/catalogue.ts');
  for (const { path } of catalogue['dialog-chatterbot']?.files ?? [])
    write(`text/dialog-chatterbot/${path}`, 'categories:\n- a\nconversations:\n- - Hello\n  - 42\n- just text\n');
  const bot = await loadDialogDataset('dialog-chatterbot', folders, { options: { languages: ['en'] } });
  expect(counts(bot.splits).reduce((a, b) => a + b)).toBe(21);
  expect([...bot.splits.train, ...bot.splits.validation, ...bot.splits.test][0]?.turns).toEqual(['Hello', '42']);
  expect(bot.notes?.[0]).toContain('21 conversations are no lists');
  write('text/lm-en-tinyshakespeare/input.txt.gz', '0123456789');
  const { splits } = await loadCorpus('lm-en-tinyshakespeare', folders);
  expect(splits).toEqual({ train: '012345678', validation: '9', test: '' });
  expect((await loadPlainText('lm-en-tinyshakespeare', folders)).text).toBe('0123456789');
  write('text/lm-en-wikitext2/valid.txt.gz', 'valid');
  write('text/lm-en-wikitext2/test.txt.gz', 'test');
  expect((await loadCorpus('lm-en-wikitext2', folders)).splits).toEqual({
    train: 'test',
    validation: 'valid',
    test: '',
  });
  const tang = Array.from({ length: 8 }, (_, i) => `poet.tang.${i === 0 ? 0 : `${i}000`}.json`);
  for (const [i, file] of [...tang, 'ci.song.0.json', 'songci300.json'].entries())
    write(`text/lm-zh-poetry/${file}`, JSON.stringify([{ title: 't', paragraphs: [`首${i}，`, '二。'] }]));
  write('text/lm-zh-poetry/shijing.json', JSON.stringify([{ title: 't', content: ['关关', '雎鸠'] }]));
  write(
    'text/lm-zh-poetry/tangshisanbaishou.json',
    JSON.stringify({ content: [{ type: 'x', content: [{ paragraphs: ['白头'] }] }] }),
  );
  const poems = await loadPlainText('lm-zh-poetry', folders);
  expect(poems.text).toContain('关关\n雎鸠\n');
  expect(poems.text.split('\n').filter((line) => line === '二。')).toHaveLength(10);
});

test('opinions: reviews, sentences by file, tweets by line', async () => {
  write(
    'text/sent-zh-waimai10k/waimai_10k.csv',
    `label,review\n${Array.from({ length: 50 }, (_, i) => `${i % 2},第${i}条`).join('\n')}\n`,
  );
  const reviews = await loadTextDataset('sent-zh-waimai10k', folders);
  expect([reviews.labels, counts(reviews.splits).reduce((a, b) => a + b)]).toEqual([['negative', 'positive'], 50]);
  write('text/sent-zh-waimai10k/waimai_10k.csv', 'label,review\n3,x\n');
  await expect(loadTextDataset('sent-zh-waimai10k', folders)).rejects.toThrow("got '3' (waimai_10k.csv, line 2)");
  write('text/sent-en-mr/rt-polarity.neg', 'bad\n');
  write('text/sent-en-mr/rt-polarity.pos', 'good\n');
  expect(counts((await loadTextDataset('sent-en-mr', folders)).splits).reduce((a, b) => a + b)).toBe(2);
  for (const part of ['val', 'test']) {
    write(`text/sent-en-tweeteval/${part}_text.txt`, 'so so\nfine\n');
    write(`text/sent-en-tweeteval/${part}_labels.txt`, '1\n2\n');
  }
  const tweets = await loadTextDataset('sent-en-tweeteval', folders);
  expect(tweets.splits.test.map(({ label }) => label)).toEqual(['neutral', 'positive']);
  write('text/sent-en-tweeteval/val_labels.txt', '1\n');
  await expect(loadTextDataset('sent-en-tweeteval', folders)).rejects.toThrow(
    'expected as many labels as texts, got 1 and 2',
  );
});

test('loaders list what they know', async () => {
  await expect(loadTokensDataset('mt-multi30k', folders)).rejects.toThrow(
    'expected a set of labelled tokens among ner-zh-uner-gsdsimp',
  );
  await expect(loadPairDataset('constructor', folders)).rejects.toThrow("got 'constructor'");
  expect(await loadAnyDataset('photos', folders)).toBeUndefined();
});

// What SOURCE.md of the shared folder says of the real files: train, validation, test
const real: [string, number[]][] = [
  ['ner-zh-uner-gsdsimp', [3997, 500, 500]],
  ['ner-zh-weibo', [1350, 270, 270]],
  ['ner-en-wnut17', [3394, 1009, 1287]],
  ['mt-multi30k', [29000, 1014, 1000]],
];
const own = dataFolders(process.env);
test.skipIf(own.length === 0).each(real)('%s has the records it should (needs TESSERAE_DATA)', async (id, expected) => {
  if ((await findDataset(id, own)) === undefined) return;
  const any = await loadAnyDataset(id, own);
  expect(counts(any?.dataset.splits as Record<SplitName, readonly unknown[]>)).toEqual(expected);
});
