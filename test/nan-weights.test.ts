// Weights that are no numbers end in a typed error that names the input, never in labels, scores or losses.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { NamedArrays } from '../src/array/index.ts';
import { saveCheckpoint } from '../src/checkpoints/index.node.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { type HubConfig, modelFor, parameterSpecs, toFileNames } from '../src/models/index.ts';
import { initializeParameters } from '../src/nn/index.ts';
import { evaluateRun, openAnswerer, type Pipelines, pipeline } from '../src/tasks/index.node.ts';
import { frames, NonFiniteValueError, tokenizerFiles, trainRecipeTokenizer } from '../src/tasks/index.ts';
import { softmax } from '../src/tasks/labels.ts';
import { picture } from '../src/tokens/index.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-nan-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const words = ['the', 'cat', 'dog', 'is', 'red', 'good'];
const recipe = { kind: 'word', vocabSize: 50, minFrequency: 1, lowercase: true } as const;
const tokenizer = trainRecipeTokenizer(words, recipe, frames.encoder);
const cat = tokenizer.tokenToId('cat') as number;

const encoder = (head: string, more: HubConfig = {}): HubConfig => ({
  ...{ model_type: 'bert', architectures: [`Bert${head}`], vocab_size: tokenizer.vocabSize, type_vocab_size: 1 },
  ...{ hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 8 },
  ...{ max_position_embeddings: 16, ...more },
});
const gpt: HubConfig = {
  ...{ model_type: 'gpt2', architectures: ['GPT2LMHeadModel'], vocab_size: tokenizer.vocabSize },
  ...{ n_embd: 8, n_layer: 1, n_head: 2, n_positions: 8 },
};
const vit: HubConfig = {
  ...{ model_type: 'vit', architectures: ['ViTForImageClassification'], image_size: 4, patch_size: 2, num_channels: 3 },
  ...{ hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 8 },
};
const preprocessor = {
  ...{ image_processor_type: 'ViTImageProcessor', do_resize: false, do_rescale: true, do_normalize: false },
  size: { height: 4, width: 4 },
};

/** A folder whose weights of one name are NaN: all of them, or one row. */
async function poisoned(name: string, config: HubConfig, poison: RegExp, row?: number): Promise<string> {
  const model = modelFor(config);
  const parameters: NamedArrays = initializeParameters(parameterSpecs(model), 0);
  const found = Object.keys(parameters).filter((own) => poison.test(own));
  expect(found, Object.keys(parameters).join()).toHaveLength(1);
  const array = parameters[found[0] as string] as NamedArrays[string];
  const width = array.shape.at(-1) as number;
  (array.data as Float32Array).fill(Number.NaN, ...(row === undefined ? [] : [row * width, (row + 1) * width]));
  const files =
    config === vit
      ? { 'preprocessor_config.json': JSON.stringify(preprocessor) }
      : tokenizerFiles(tokenizer, frames.encoder, 16);
  const path = join(dir, name);
  await saveCheckpoint(path, { config, arrays: toFileNames(model, parameters), files });
  return path;
}

type AnyCall = ((...args: unknown[]) => Promise<unknown>) & { dispose(): Promise<void> };
const EMBEDDING = /^(embeddings\.word|wte)\.weight/;
const texts = ['the dog is red', 'the cat'];
const pixels = Array.from([10, 20], (value) => picture(4, 4, 3, new Uint8Array(48).fill(value)));

interface Case {
  readonly task: keyof Pipelines;
  readonly config: HubConfig;
  /** The weights that are NaN: by name, and which row of them. */
  readonly poison: RegExp;
  readonly row?: number;
  readonly args: readonly unknown[];
  readonly message: RegExp;
}
const withCrf = encoder('ForTokenClassification', { use_crf: true });
const cases: readonly Case[] = [
  {
    ...{ task: 'text-classification', config: encoder('ForSequenceClassification'), poison: EMBEDDING, row: cat },
    ...{
      args: [texts],
      message: /finite logits, got NaN \(text 2, BertForSequenceClassification\); check the weights/,
    },
  },
  {
    ...{ task: 'token-classification', config: withCrf, poison: EMBEDDING, row: cat, args: [texts] },
    message: /finite logits, got NaN \(text 2, /,
  },
  {
    ...{ task: 'token-classification', config: withCrf, poison: /crf\.transitions/, row: 1, args: [texts] },
    message: /scores of the chain, got NaN \(crf\.transitions, place 3\)/,
  },
  {
    ...{ task: 'question-answering', config: encoder('ForQuestionAnswering'), poison: EMBEDDING, row: cat },
    args: [texts.map((context) => ({ question: 'is', context }))],
    message: /start_logits, got NaN \(question 2, /,
  },
  {
    ...{ task: 'fill-mask', config: encoder('ForMaskedLM'), poison: /embeddings\.position/, row: 3 },
    ...{ args: [['the [MASK]']], message: /logits, got NaN \(input 1, / },
  },
  {
    ...{ task: 'feature-extraction', config: encoder('Model'), poison: EMBEDDING, row: cat, args: [texts] },
    message: /last_hidden_state, got NaN \(input 2, BertModel/,
  },
  {
    ...{ task: 'prompt-classification', config: gpt, poison: EMBEDDING, row: cat },
    args: [texts[1], { prompt: '{text} is', words: { a: ' red', b: ' good' } }],
    message: /logits, got NaN \(row 1 of the batch, GPT2LMHeadModel/,
  },
  {
    ...{ task: 'image-classification', config: vit, poison: /classifier.*bias/, args: [pixels] },
    message: /logits, got NaN \(input 1, ViT/,
  },
];

test.each(cases)('$task with NaN in $poison', async ({ task, config, poison, row, args, message }) => {
  const path = await poisoned(`${task} ${poison.source.length}`, config, poison, row);
  const run = (await pipeline(task, path)) as unknown as AnyCall;
  const error = await run(...args).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(NonFiniteValueError);
  expect((error as Error).message).toMatch(message);
  await run.dispose();
});

test('what runs predict and measure: of a text classifier, and of a language model', async () => {
  const context = { runtime: await nodeRuntime(), session: { threads: 1 }, folders: [], note: () => undefined };
  const classifier = await openAnswerer(
    await poisoned('predict', encoder('ForSequenceClassification'), EMBEDDING),
    context,
  );
  await expect(classifier.answer(texts)).rejects.toThrow(/finite logits, got NaN \(text [12], /);
  await classifier.release();
  const file = join(dir, 'text.txt');
  writeFileSync(file, 'the cat is red the dog is good '.repeat(8));
  await expect(evaluateRun(await poisoned('measured', gpt, EMBEDDING), context, { data: file })).rejects.toThrow(
    /finite loss, got NaN \(the whole batch, GPT2LMHeadModel\)/,
  );
});

test('probabilities of scores that are no numbers are refused; minus infinity is a score', () => {
  expect(() => softmax([1, Number.NaN, 2])).toThrow(NonFiniteValueError);
  expect(() => softmax([1, Number.POSITIVE_INFINITY])).toThrow('expected finite scores, got Infinity (2 of them)');
  expect(softmax([0, Number.NEGATIVE_INFINITY])).toEqual([1, 0]);
  expect(softmax([])).toEqual([]);
});
