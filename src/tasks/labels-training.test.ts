// Whole runs on files of one's own: entities with a CRF, and questions; trained, measured, asked, extracted from; and files with mistakes.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadTokensDataset } from '../data/index.node.ts';
import { nodeRuntime } from '../graph/index.node.ts';
import {
  evaluateRun,
  openAnswerer,
  openExtractor,
  parseSchema,
  pipeline,
  type QuestionAnsweringEvaluation,
  readDocuments,
  type TokenClassificationEvaluation,
  trainRun,
} from './index.node.ts';
import {
  type EntityGroup,
  type QuestionAnsweringRecipe,
  type TokenClassificationRecipe,
  trainDefaults,
} from './index.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-labels-'));
const runtime = await nodeRuntime();
const notes: string[] = [];
const context = { runtime, session: { threads: 1 }, folders: [], note: (text: string) => notes.push(text) };
const train = {
  ...trainDefaults,
  ...{ steps: 60, batchSize: 16, learningRate: 1e-2, warmup: 5, evaluateEvery: 30, saveEvery: 60, logEvery: 30 },
};
const common = {
  ...{ about: 'A test.', seed: 1, startFrom: '' },
  tokenizer: { kind: 'char', vocabSize: 200, minFrequency: 1, lowercase: true },
  model: { dim: 24, layers: 1, heads: 2, ffnDim: 24, maxLength: 32, dropout: 0, attentionDropout: 0 },
} as const;

const PLACES = ['北京', '上海', '天津', '重庆'];
const PEOPLE = ['王明', '李红', '张三', '刘四'];

function conll(): string {
  const sentences = Array.from({ length: 120 }, (_, i) => {
    const [who, where, many] = [PEOPLE[i % 4] as string, PLACES[Math.floor(i / 4) % 4] as string, '很'.repeat(i % 5)];
    const tagged = (text: string, type: string): string[] =>
      Array.from(text, (one, k) => `${one}\t${k === 0 && !(i === 7 && type === 'LOC') ? 'B' : 'I'}-${type}`);
    const plain = (text: string): string[] => Array.from(text, (one) => `${one}\tO`);
    return [...tagged(who, 'PER'), ...plain(`${many}在`), ...tagged(where, 'LOC'), ...plain(`${i % 10}天。`)].join(
      '\n',
    );
  });
  return `${sentences.join('\n\n')}\n`;
}

test('entities with a CRF: trained, measured, asked, extracted', async () => {
  const file = join(dir, 'own.conll');
  writeFileSync(file, conll());
  const recipe: TokenClassificationRecipe = {
    ...common,
    task: 'token-classification',
    name: 'own-ner',
    data: { id: file, limit: 0 },
    ...{ scheme: 'IOBES', subwords: 'first', hiddenTokens: 0.05, crf: true },
    train,
  };
  const out = join(dir, 'ner');
  await trainRun(recipe, { ...context, out, versions: {} });
  expect(notes.join('\n')).toContain('1 labels I- go on with nothing');
  const { evaluation, report } = await evaluateRun<TokenClassificationEvaluation>(out, context);
  expect(evaluation.f1).toBeGreaterThan(0.9);
  expect(evaluation.strict.f1).toBeGreaterThan(0.9);
  expect(evaluation.stray).toBe(0);
  expect(Object.keys(evaluation.baselines)).toEqual(['dictionary', 'window_regression']);
  expect(report).toContain('by type');
  const whole = await evaluateRun<TokenClassificationEvaluation>(out, context, { data: file });
  expect([whole.evaluation.split, whole.evaluation.examples]).toEqual(['all', 120]);

  const answerer = await openAnswerer(out, context);
  const text = '王明在北京3天。';
  // longer than the model: read in windows
  const long = `${text.repeat(9)}`;
  const [short, many, none] = (await answerer.answer([text, long, ''])) as EntityGroup[][];
  await answerer.release();
  expect(short?.map(({ entity_group: type, word, start, end }) => [type, word, start, end])).toEqual([
    ['PER', '王明', 0, 2],
    ['LOC', '北京', 3, 5],
  ]);
  expect(many?.filter(({ word, entity_group: type }) => word === '北京' && type === 'LOC')).toHaveLength(9);
  expect(none).toEqual([]);

  const ner = await pipeline('ner', out, { runtime });
  const [grouped] = await ner([text]);
  const tokens = await ner(text, { aggregation_strategy: 'none' });
  await ner.dispose();
  expect(grouped?.map((one) => ('entity_group' in one ? one.word : one.entity))).toEqual(['王明', '北京']);
  expect(tokens.map((one) => ('entity' in one ? one.entity : ''))).toEqual(['B-PER', 'E-PER', 'B-LOC', 'E-LOC']);

  const documents = join(dir, 'documents.jsonl');
  writeFileSync(documents, `{"id":"a","text":"${text}"}\n{"text":" "}\n`);
  const extractor = await openExtractor(out, context);
  const facts = await extractor.extract(await readDocuments(documents));
  await extractor.release();
  expect(facts.map(({ document, type, text: found }) => [document, type, found])).toEqual([
    ['a', 'PER', '王明'],
    ['a', 'LOC', '北京'],
  ]);
  await expect(openExtractor(out, context, { who: '谁？' })).rejects.toThrow('expected a question answerer');
});

test('questions: trained, measured, asked, a schema extracted', async () => {
  const file = join(dir, 'own.json');
  const paragraphs = Array.from({ length: 60 }, (_, i) => {
    const [who, where] = [PEOPLE[i % 4] as string, PLACES[Math.floor(i / 4) % 4] as string];
    const text = `${'😀'.repeat(i % 3)}${who}在${where}${i}天。`;
    const ask = (question: string, answer: string) => ({
      id: `${i}${question}`,
      question,
      answers: [
        {
          text: answer,
          answer_start:
            (Array.from(text).join('|').split(Array.from(answer).join('|'))[0]?.split('|').length as number) - 1,
        },
      ],
    });
    return { context: text, qas: [ask('谁？', who), ask('哪里？', where)] };
  });
  writeFileSync(file, JSON.stringify({ data: [{ paragraphs }] }));
  const recipe: QuestionAnsweringRecipe = {
    ...common,
    task: 'question-answering',
    name: 'own-qa',
    data: { id: file, limit: 0 },
    ...{ stride: 4, emptyWindows: 1, maxAnswerTokens: 4 },
    train: { ...train, steps: 120 },
  };
  const out = join(dir, 'qa');
  await trainRun(recipe, { ...context, out, versions: {} });
  const { evaluation } = await evaluateRun<QuestionAnsweringEvaluation>(out, context);
  expect(evaluation.unit).toBe('character');
  expect(evaluation.f1).toBeGreaterThan(0.8);
  const answerer = await openAnswerer(out, context);
  const [tabbed, json] = (await answerer.answer([
    '哪里？\t😀王明在北京3天。',
    JSON.stringify({ question: '谁？', context: '😀王明在北京3天。' }),
  ])) as { answer: string; start: number }[];
  await answerer.release();
  expect([tabbed, json]).toMatchObject([
    { answer: '北京', start: 5 },
    { answer: '王明', start: 2 },
  ]);
  const extractor = await openExtractor(out, context, parseSchema('{"person": "谁？", "place": "哪里？"}', 'schema'));
  const facts = await extractor.extract([
    { id: 'd', text: '王明在北京3天。' },
    { id: 'empty', text: '' },
  ]);
  await extractor.release();
  expect(facts.map(({ document, type, text, start }) => [document, type, text, start])).toEqual([
    ['d', 'person', '王明', 0],
    ['d', 'place', '北京', 3],
  ]);
  await expect(openExtractor(out, context)).rejects.toThrow('expected a schema');
  expect(() => parseSchema('{"person": 3}', 'schema.json')).toThrow('names with questions');
});

test.each([
  ['a label that is none', '北\tB-LOC\n京\tX-LOC\n', "got 'X-LOC' (FILE, line 2)"],
  ['a line with one column', '北\tB-LOC\n京\n', 'got 1 (FILE, line 2)'],
  ['nothing', '\n\n', 'expected sentences, got none'],
])('a CoNLL file with %s is refused with its line', async (_name, text, message) => {
  const file = join(dir, 'wrong.conll');
  writeFileSync(file, text);
  await expect(loadTokensDataset(file, [])).rejects.toThrow(message.replace('FILE', file));
});

test('what a run with a CRF stores beside the encoder', () => {
  const config = JSON.parse(readFileSync(join(dir, 'ner', 'config.json'), 'utf8')) as Record<string, unknown>;
  expect(config).toMatchObject({
    architectures: ['BertForTokenClassification'],
    use_crf: true,
    task_specific_params: { 'token-classification': { aggregation_strategy: 'simple' } },
  });
});

test('label smoothing together with a CRF is refused', async () => {
  const recipe: TokenClassificationRecipe = {
    ...common,
    ...{ task: 'token-classification', name: 'both', scheme: 'IOB2', subwords: 'first', hiddenTokens: 0, crf: true },
    data: { id: join(dir, 'own.conll'), limit: 0 },
    train: { ...train, labelSmoothing: 0.1 },
  };
  await expect(trainRun(recipe, { ...context, out: join(dir, 'no'), versions: {} })).rejects.toThrow(
    'labelSmoothing 0',
  );
});
