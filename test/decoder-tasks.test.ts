// Decoders from recipe to answers: trained for some steps on made-up data, measured, asked through pipelines, talked to.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseFlags } from '../src/cli/command.ts';
import { command as chat } from '../src/cli/commands/chat.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import {
  type DialogueEvaluation,
  evaluateRun,
  type LanguageModelEvaluation,
  openAnswerer,
  openGenerator,
  pipeline,
  type TrainOptions,
  trainRun,
} from '../src/tasks/index.node.ts';
import { override, promptIds, type Recipe, writtenTexts } from '../src/tasks/index.ts';
import { recipeWith } from './recipe-with.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-decoder-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const small = {
  ...{ 'model.dim': 16, 'model.layers': 1, 'model.heads': 2, 'model.ffnDim': 32, 'model.maxLength': 32 },
  ...{ 'train.steps': 20, 'train.batchSize': 8, 'train.warmup': 2, 'train.logEvery': 20, 'train.learningRate': 0.01 },
  ...{ 'train.evaluateEvery': 20, 'train.saveEvery': 20 },
};
const smallRecipe = (name: string, more: Readonly<Record<string, unknown>>): Recipe =>
  recipeWith(name, { ...small, ...more });
const options = async (name: string): Promise<TrainOptions> => ({
  ...{ runtime: await nodeRuntime(), session: { threads: 1 }, folders: [dir], note: () => undefined },
  ...{ out: join(dir, name), versions: {} },
});
const placed = ({ runtime, session }: TrainOptions): Pick<TrainOptions, 'runtime' | 'session'> => ({
  runtime,
  session,
});

test('a language model: scores with stride, poems, texts and conversations through the pipeline', async () => {
  const file = join(dir, 'poems.txt');
  writeFileSync(file, '山高水長，月白風清。\n\n春花秋月，夏雨冬雪。\n\n'.repeat(40));
  const context = await options('poems');
  await trainRun(smallRecipe('gpt-poetry-zh', { 'data.id': file, 'verse.poems': 4 }), context);
  const { evaluation, report } = await evaluateRun<LanguageModelEvaluation>(context.out, context);
  expect(evaluation.strided.tokens).toBeGreaterThan(60);
  expect(evaluation.strided.loss).toBeLessThan(2.9);
  expect(evaluation.verse).toMatchObject({ poems: 4, training_share: 1 });
  expect(report).toContain('bits per byte');
  // the entropy of the 24 characters: 4 line ends, 3 characters twice, 14 once; what always comes again costs n-grams next to nothing
  const { unigram, kneser_ney_5 } = evaluation.baselines ?? {};
  const entropy = Math.log(6) / 6 + Math.log(12) / 4 + (Math.log(24) * 14) / 24;
  expect(Math.abs((unigram?.loss as number) - entropy)).toBeLessThan(0.03);
  expect(kneser_ney_5?.loss).toBeLessThan(0.2);
  // of the same text: bits of a rival are to its nats as the model's are to its own
  const bits = evaluation.strided.bits_per_byte / evaluation.strided.loss;
  expect((unigram?.bits_per_byte as number) / (unigram?.loss as number)).toBeCloseTo(bits, 10);
  expect(report).toMatch(/\n {2}kneser ney 5 +0\.\d{4} nats per token, 0\.\d{4} bits per byte/);
  const generator = await openGenerator(context.out, context);
  const settings = { do_sample: false, max_new_tokens: 5 };
  const prompts = promptIds(generator, ['山高', '月']);
  const { texts, continuations } = writtenTexts(generator, await generator.generate({ prompts, settings }));
  await generator.release();
  const write = await pipeline('text-generation', context.out, placed(context));
  const [one, two] = texts.map((generated_text) => [{ generated_text }]);
  expect(await write('山高', settings)).toEqual(one);
  expect(await write(['山高', '月'], settings)).toEqual([one, two]);
  expect(await write('月', { ...settings, return_full_text: false })).toEqual([{ generated_text: continuations[1] }]);
  expect(await write('月', { ...settings, do_sample: true, num_return_sequences: 3 })).toHaveLength(3);
  await expect(write({ text: '月' } as never)).rejects.toThrow('expected a text, a conversation');
  await expect(write([{ role: 'user', content: '月' }])).rejects.toThrow('a tokenizer with a chat template');
  await write.dispose();
  const answerer = await openAnswerer(context.out, context);
  expect(await answerer.answer(['春花'])).toEqual([{ generated_text: expect.stringMatching(/^春花/) }]);
  await answerer.release();
});

test('a decoder learns to classify what an order of words decides, by its last token', async () => {
  const file = join(dir, 'order.csv');
  const rows = Array.from({ length: 60 }, (_, i) => (i % 2 ? `w${i} good now,up` : `w${i} bad now,down`));
  writeFileSync(file, `text,label\n${rows.join('\n')}\n`);
  const context = await options('order');
  const more = {
    'data.id': file,
    'tokenizer.vocabSize': 60,
    'train.steps': 60,
    'train.evaluateEvery': 60,
    'model.dropout': 0,
  };
  await trainRun(smallRecipe('sentiment-en-decoder', more), context);
  const config = JSON.parse(readFileSync(join(context.out, 'config.json'), 'utf8'));
  expect([config.architectures, config.pad_token_id]).toEqual([['GPT2ForSequenceClassification'], 0]);
  const classify = await pipeline('text-classification', context.out, placed(context));
  const found = await classify(['w1 good now', 'w2 bad now']);
  expect(found).toMatchObject([{ label: 'up' }, { label: 'down' }]);
  await classify.dispose();
  await expect(
    trainRun(override(smallRecipe('sentiment-en-decoder', more), 'architecture', 'sideways'), await options('never')),
  ).rejects.toThrow('expected one of encoder, decoder');
});

async function talk(name: string, ...args: string[]): Promise<{ out: string[]; notes: string }> {
  const parsed = parseFlags([name, ...args, '--threads', '1'], chat.flags);
  const out: string[] = [];
  let notes = '';
  const note = (text: string): void => {
    notes += text;
  };
  const io = { out: (line: string) => out.push(line), note, isTerminal: false, quiet: false };
  await chat.run(parsed, { ...io, json: parsed.values.json === true } as never);
  return { out, notes };
}

test('a talker: answers are learned, measured, and given in the terminal', async () => {
  const folder = join(dir, 'dialog-zh-kdconv');
  mkdirSync(folder, { recursive: true });
  const dialogs = Array.from({ length: 40 }, (_, i) => ({
    messages: (i % 2 ? ['你好', '再見', '好', '見'] : ['好嗎', '很好', '嗎', '很']).map((message) => ({ message })),
  }));
  for (const topic of ['music', 'travel'])
    for (const part of ['dev', 'test']) writeFileSync(join(folder, `${topic}_${part}.json`), JSON.stringify(dialogs));
  const context = await options('talker');
  const more = { answers: 4, 'train.steps': 80, 'train.evaluateEvery': 80, 'model.dropout': 0 };
  await trainRun(smallRecipe('chat-zh', more), context);
  const { evaluation, report } = await evaluateRun<DialogueEvaluation>(context.out, context);
  expect(evaluation.perplexity).toBeLessThan(evaluation.baselines.unigram);
  expect(evaluation.distinct.true.distinct_1).toBeGreaterThan(0);
  expect(report).toContain('distinct-2');
  const config = JSON.parse(readFileSync(join(context.out, 'tokenizer_config.json'), 'utf8'));
  expect(config.chat_template).toContain('add_generation_prompt');
  const greedy = ['--settings', '{"do_sample":false}', '--max-new-tokens', '6'];
  const { out } = await talk(context.out, '--message', '你好', '--message', '好', '--json', ...greedy);
  expect(out.map((line) => JSON.parse(line))).toEqual([
    { message: '你好', answer: '再見' },
    { message: '好', answer: '見' },
  ]);
  const long = Array.from({ length: 4 }, () => ['--message', '好嗎']).flat();
  expect((await talk(context.out, ...long, ...greedy)).notes).toContain('no longer fit');
  const converse = await pipeline('text-generation', context.out, placed(context));
  const said = [{ role: 'user', content: '你好' }];
  const answered = [{ generated_text: [...said, { role: 'assistant', content: '再見' }] }];
  expect(await converse(said, { do_sample: false })).toEqual(answered);
  expect(await converse([said], { do_sample: false })).toEqual([answered]);
  await converse.dispose();
});
