// Exports opened by the real Transformers.js: pipelines of every task give what our own forward pass gives. Tokens of the texts are
// compared on the way, for they come from our tokenizer here and from Transformers.js there.
import { join } from 'node:path';
import * as js from '@huggingface/transformers';
import { env, pipeline } from '@huggingface/transformers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { float32, type NdArray, toNumbers } from '../src/array/index.ts';
import { exportFolder, openModel } from '../src/tasks/index.node.ts';
import { transformersJs } from '../src/tasks/index.ts';
import { processSound, soundProcessorFromJson } from '../src/tokens/index.ts';
import { argMax, beginningVocabulary, Exports, idRows, rowOf, softmax, textInputs, word } from './exported.ts';

const exports = new Exports();
beforeAll(() => {
  env.allowRemoteModels = false;
  env.localModelPath = exports.root;
});
afterAll(() => exports.remove());

const bert = {
  size: 61,
  special: { '[UNK]': 1, '[PAD]': 0, '[CLS]': 2, '[SEP]': 3, '[MASK]': 4 },
  before: ['[CLS]'],
  after: ['[SEP]'],
  named: {
    tokenizer_class: 'BertTokenizer',
    pad_token: '[PAD]',
    unk_token: '[UNK]',
    cls_token: '[CLS]',
    sep_token: '[SEP]',
    mask_token: '[MASK]',
    model_max_length: 40,
  },
};
const words = (...ids: number[]): string => ids.map(word).join(' ');
const TEXT = words(9, 30, 14, 22, 9, 41);

test('text-classification', async () => {
  const model = await exports.make('BertForSequenceClassification', { vocabulary: bert });
  const run = await pipeline('text-classification', model.name, { dtype: 'fp32' });
  const { logits } = await model.forward(textInputs(model, TEXT));
  const scores = softmax(toNumbers(logits as NdArray));
  const found = (await run(TEXT, { top_k: 3 })) as { label: string; score: number }[];
  expect(found).toHaveLength(3);
  for (const { label, score } of found) expect(score).toBeCloseTo(scores[Number(label.slice(6))] as number, 5);
  expect(found[0]?.label).toBe(`LABEL_${argMax(scores)}`);
  // two texts of different length: padding is masked
  const [long, short] = (await run([TEXT, words(9, 30)])) as { score: number }[];
  expect(long?.score).toBeCloseTo(Math.max(...scores), 5);
  const alone = (await run(words(9, 30))) as { score: number }[];
  expect(short?.score).toBeCloseTo(alone[0]?.score as number, 5);
  await run.dispose();
});

test('float16 and int8 files say nearly the same', async () => {
  const model = await exports.make('RobertaForSequenceClassification', {
    vocabulary: bert,
    precisions: ['fp32', 'fp16', 'q8'],
  });
  const scores = softmax(toNumbers((await model.forward(textInputs(model, TEXT))).logits as NdArray));
  for (const [dtype, tolerance] of [
    ['fp32', 1e-5],
    ['fp16', 2e-3],
    ['q8', 0.05],
  ] as const) {
    const run = await pipeline('text-classification', model.name, { dtype });
    const found = (await run(TEXT, { top_k: scores.length })) as { label: string; score: number }[];
    const worst = Math.max(
      ...found.map(({ label, score }) => Math.abs(score - (scores[Number(label.slice(6))] as number))),
    );
    expect(worst, dtype).toBeLessThan(tolerance);
    if (dtype !== 'fp32') expect(worst, `${dtype} is not float32`).toBeGreaterThan(0);
    await run.dispose();
  }
});

test('weights in a file of their own, in the one precision there is', async () => {
  const model = await exports.make('DistilBertForSequenceClassification', {
    vocabulary: bert,
    precisions: ['fp16'],
    options: { externalAbove: 0 },
  });
  const run = await pipeline('text-classification', model.name);
  const scores = softmax(toNumbers((await model.forward(textInputs(model, TEXT))).logits as NdArray));
  const found = (await run(TEXT)) as { score: number }[];
  expect(found[0]?.score).toBeCloseTo(Math.max(...scores), 2);
  await run.dispose();
});

test('every class that we say Transformers.js knows is one of its own', () => {
  const names = Object.values(transformersJs).flatMap((classes) => Object.keys(classes));
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name) => !(name in js))).toEqual([]);
});

test('token-classification', async () => {
  const model = await exports.make('BertForTokenClassification', { vocabulary: bert });
  const run = await pipeline('token-classification', model.name, { dtype: 'fp32' });
  const { logits } = await model.forward(textInputs(model, TEXT));
  const found = (await run(TEXT, { ignore_labels: [] })) as { entity: string; score: number; word: string }[];
  expect(found.map((one) => one.word).join(' ')).toBe(TEXT);
  found.forEach(({ entity, score }, i) => {
    const scores = softmax(rowOf(logits as NdArray, i + 1));
    expect(entity).toBe(`LABEL_${argMax(scores)}`);
    expect(score).toBeCloseTo(Math.max(...scores), 5);
  });
  await run.dispose();
});

test("the model of the package finds the chapter's place without its CRF", async () => {
  const opened = await openModel('tesserae/ner-zh', { offline: true });
  await exportFolder(opened, join(exports.root, 'ner-zh'), { format: 'onnx', precisions: ['fp32', 'fp16'] });
  for (const dtype of ['fp32', 'fp16'] as const) {
    const run = await pipeline('token-classification', 'ner-zh', { dtype });
    const found = (await run('北京是我国的首都')) as { entity: string; word: string }[];
    expect(found.map(({ word, entity }) => [word, entity])).toEqual([
      ['北', 'B-LOC'],
      ['京', 'I-LOC'],
    ]);
    await run.dispose();
  }
});

test('question-answering', async () => {
  const model = await exports.make('BertForQuestionAnswering', { vocabulary: bert });
  const run = await pipeline('question-answering', model.name, { dtype: 'fp32' });
  const [question, context] = [words(8, 20, 33), words(40, 50, 11, 12, 25, 19)];
  const { start_logits, end_logits } = await model.forward(textInputs(model, question, context));
  // the best span inside the context: [CLS] q q q [SEP] c c c c c c [SEP], as the pipeline weighs it ([CLS] counts in the softmax)
  const [first, last] = [5, 10];
  const open = (logits: NdArray): number[] =>
    softmax(toNumbers(logits).map((x, i) => (i === 0 || (i >= first && i <= last) ? x : -1e9)));
  const [starts, ends] = [open(start_logits as NdArray), open(end_logits as NdArray)];
  const spans = starts.flatMap((p, i) =>
    ends.flatMap((q, j) => (i >= first && j >= i && j <= last ? [{ i, j, score: p * q }] : [])),
  );
  const best = spans.reduce((a, b) => (b.score > a.score ? b : a));
  const found = (await run(question, context)) as { answer: string; score: number };
  expect(found.score).toBeCloseTo(best.score, 5);
  expect(found.answer).toBe(
    context
      .split(' ')
      .slice(best.i - first, best.j - first + 1)
      .join(' '),
  );
  await run.dispose();
});

test('fill-mask', async () => {
  const model = await exports.make('BertForMaskedLM', { vocabulary: bert });
  const run = await pipeline('fill-mask', model.name, { dtype: 'fp32' });
  const masked = `${words(9, 30)} [MASK] ${words(14)}`;
  const { logits } = await model.forward(textInputs(model, masked));
  const scores = softmax(rowOf(logits as NdArray, 3));
  const found = (await run(masked, { top_k: 4 })) as { token: number; score: number }[];
  expect(found.map(({ token }) => token)).toEqual(
    [...scores.keys()].sort((a, b) => (scores[b] as number) - (scores[a] as number)).slice(0, 4),
  );
  for (const { token, score } of found) expect(score).toBeCloseTo(scores[token] as number, 5);
  await run.dispose();
});

test('feature-extraction', async () => {
  const model = await exports.make('BertModel', { vocabulary: bert });
  const run = await pipeline('feature-extraction', model.name, { dtype: 'fp32' });
  const { last_hidden_state } = await model.forward(textInputs(model, TEXT));
  const states = await run(TEXT);
  expect(states.dims).toEqual(last_hidden_state?.shape);
  const ours = toNumbers(last_hidden_state as NdArray);
  (states.data as Float32Array).forEach((value, i) => {
    expect(value).toBeCloseTo(ours[i] as number, 5);
  });
  await run.dispose();
});

const decoders = {
  GPT2LMHeadModel: {
    size: 61,
    special: { '<eos>': 0 },
    named: { tokenizer_class: 'GPT2Tokenizer', eos_token: '<eos>', pad_token: '<eos>', model_max_length: 40 },
  },
  LlamaForCausalLM: beginningVocabulary,
} as const;

test.each(Object.entries(decoders))(
  'text-generation by %s: a greedy loop over whole texts says the same',
  async (name, vocabulary) => {
    const model = await exports.make(name, { vocabulary });
    const end = model.opened.model.config.eos_token_id as number;
    const greedy = async (text: string): Promise<number[]> => {
      const ids = model.tokenizer?.encodeIds(text) as number[];
      for (let step = 0; step < 8 && (step === 0 || ids.at(-1) !== end); step++) {
        const { logits } = await model.forward({ input_ids: idRows([ids]) });
        ids.push(argMax(rowOf(logits as NdArray, -1)));
      }
      return ids;
    };
    const run = await pipeline('text-generation', model.name, { dtype: 'fp32' });
    const prompts = [words(9, 30, 14, 22), words(17, 5)];
    const expected = await Promise.all(prompts.map(greedy));
    const texts = expected.map((ids) => model.tokenizer?.decode(ids, { skipSpecialTokens: true }));
    for (const [i, prompt] of prompts.entries()) {
      const [found] = (await run(prompt, { max_new_tokens: 8 })) as { generated_text: string }[];
      expect(found?.generated_text).toBe(texts[i]);
    }
    // both at once: the shorter prompt is padded on the left, and positions count from its first token
    const both = (await run(prompts, { max_new_tokens: 8 })) as { generated_text: string }[][];
    expect(both.map(([one]) => one?.generated_text)).toEqual(texts);
    await run.dispose();
  },
);

const translators = {
  MarianMTModel: {
    task: 'translation' as const,
    vocabulary: {
      size: 43,
      special: { '<unk>': 1, '</s>': 0, '<pad>': 42 },
      after: ['</s>'],
      named: {
        tokenizer_class: 'MarianTokenizer',
        eos_token: '</s>',
        pad_token: '<pad>',
        unk_token: '<unk>',
        model_max_length: 16,
      },
    },
  },
  T5ForConditionalGeneration: {
    task: 'text2text-generation' as const,
    vocabulary: {
      size: 43,
      special: { '<unk>': 2, '<pad>': 0, '</s>': 1 },
      after: ['</s>'],
      named: {
        tokenizer_class: 'T5Tokenizer',
        eos_token: '</s>',
        pad_token: '<pad>',
        unk_token: '<unk>',
        model_max_length: 30,
      },
    },
  },
  BartForConditionalGeneration: {
    task: 'text2text-generation' as const,
    vocabulary: {
      size: 43,
      special: { '<unk>': 3, '<s>': 0, '<pad>': 1, '</s>': 2 },
      before: ['<s>'],
      after: ['</s>'],
      named: {
        tokenizer_class: 'BartTokenizer',
        eos_token: '</s>',
        pad_token: '<pad>',
        unk_token: '<unk>',
        model_max_length: 16,
      },
    },
  },
};

test.each(Object.entries(translators))(
  '%s: encoder and merged decoder, step by step, is the whole',
  async (name, { task, vocabulary }) => {
    const model = await exports.make(name, { vocabulary });
    const { config } = model.opened.model;
    const [start, end, forced] = ['decoder_start_token_id', 'eos_token_id', 'forced_eos_token_id'].map(
      (key) => config[key],
    );
    const NEW = 7;
    const greedy = async (text: string): Promise<number[]> => {
      const ids = [start as number];
      while (ids.length <= NEW && (ids.length === 1 || ids.at(-1) !== end)) {
        const inputs = { ...textInputs(model, text), decoder_input_ids: idRows([ids]) };
        const { logits } = await model.forward(inputs);
        const isLast = ids.length === NEW && typeof forced === 'number';
        ids.push(isLast ? (forced as number) : argMax(rowOf(logits as NdArray, -1)));
      }
      return ids;
    };
    const run = await pipeline(task, model.name, { dtype: 'fp32' });
    const sources = [words(9, 30, 14, 22, 11), words(17, 5)];
    const expected = await Promise.all(sources.map(greedy));
    expect(Math.max(...expected.map((ids) => ids.length)), 'more than the first step').toBeGreaterThan(3);
    const inputs = await run.tokenizer(sources, { padding: true });
    const both = (await run.model.generate({ ...inputs, max_new_tokens: NEW })) as js.Tensor;
    // rows that have ended go on until all have
    const rows = (both.tolist() as bigint[][]).map((row) => row.map(Number));
    rows.forEach((row, i) => {
      expect(row.slice(0, expected[i]?.length)).toEqual(expected[i]);
    });
    const [found] = (await run(sources[0] as string, { max_new_tokens: NEW })) as Record<string, string>[];
    expect(Object.values(found ?? {})).toEqual([
      model.tokenizer?.decode(expected[0] as number[], { skipSpecialTokens: true }),
    ]);
    await run.dispose();
  },
);

/** A picture with a gradient, of the size that the tiny models read, so that nothing is resized. */
function picture(side: number, shift = 0): js.RawImage {
  const data = Uint8ClampedArray.from({ length: side * side * 3 }, (_, i) => (i * 7 + shift) % 256);
  return new js.RawImage(data, side, side, 3);
}

const pixels = (raw: js.RawImage, config: unknown): NdArray => {
  const [mean, deviation] = [0.5, 0.5];
  const side = raw.width;
  expect(config).toBeDefined();
  const values = Array.from({ length: 3 * side * side }, (_, i) => {
    const [channel, at] = [Math.floor(i / (side * side)), i % (side * side)];
    return ((raw.data[at * 3 + channel] as number) / 255 - mean) / deviation;
  });
  return float32([1, 3, side, side], values);
};

const pictures = (type: string, side: number): Record<string, unknown> => ({
  image_processor_type: type,
  do_resize: true,
  size: { height: side, width: side },
  resample: 2,
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
});

test.each([
  ['ViTForImageClassification', 'ViTImageProcessor', 12],
  ['DeiTForImageClassification', 'DeiTImageProcessor', 0],
  ['Dinov2ForImageClassification', 'BitImageProcessor', 0],
])('image-classification by %s', async (name, type, given) => {
  const side = given || (await sizeOfPictures(name));
  const config = pictures(type, side);
  const model = await exports.make(name, { files: { 'preprocessor_config.json': config } });
  const run = await pipeline('image-classification', model.name, { dtype: 'fp32' });
  const raw = picture(side);
  const { logits } = await model.forward({ pixel_values: pixels(raw, config) });
  const scores = softmax(toNumbers(logits as NdArray));
  const found = (await run(raw, { top_k: scores.length })) as { label: string; score: number }[];
  expect(found).toHaveLength(scores.length);
  for (const { label, score } of found) expect(score).toBeCloseTo(scores[Number(label.slice(6))] as number, 5);
  await run.dispose();
});

async function sizeOfPictures(name: string): Promise<number> {
  const { default: config } = await import(`./fixtures/models/${name}/config.json`, { with: { type: 'json' } });
  return config.image_size as number;
}

test('audio-classification', async () => {
  const config = {
    feature_extractor_type: 'ASTFeatureExtractor',
    sampling_rate: 16000,
    num_mel_bins: 13,
    max_length: 11,
    do_normalize: true,
    mean: -4.2677393,
    std: 4.5689974,
    feature_size: 1,
    padding_value: 0,
  };
  const model = await exports.make('ASTForAudioClassification', { files: { 'preprocessor_config.json': config } });
  const run = await pipeline('audio-classification', model.name, { dtype: 'fp32' });
  const samples = Float32Array.from({ length: 3000 }, (_, i) => Math.sin(i * 0.3) * 0.4 + Math.sin(i * i * 1e-4) * 0.2);
  const { features } = processSound({ rate: 16000, channels: [samples] }, soundProcessorFromJson(config));
  const { logits } = await model.forward({ input_values: float32([1, 11, 13], features.data) });
  const scores = softmax(toNumbers(logits as NdArray));
  const found = (await run(samples, { top_k: 3 })) as { label: string; score: number }[];
  for (const { label, score } of found) expect(score).toBeCloseTo(scores[Number(label.slice(6))] as number, 4);
  await run.dispose();
});

test('zero-shot-image-classification', async () => {
  const config = { ...pictures('CLIPImageProcessor', 12), size: { shortest_edge: 12 } };
  const vocabulary = {
    size: 31,
    special: { '<|startoftext|>': 28, '<|endoftext|>': 29 },
    before: ['<|startoftext|>'],
    after: ['<|endoftext|>'],
    named: {
      tokenizer_class: 'CLIPTokenizer',
      bos_token: '<|startoftext|>',
      eos_token: '<|endoftext|>',
      pad_token: '<|endoftext|>',
      model_max_length: 9,
    },
  };
  const model = await exports.make('CLIPModel', { vocabulary, files: { 'preprocessor_config.json': config } });
  const run = await pipeline('zero-shot-image-classification', model.name, { dtype: 'fp32' });
  const labels = [words(3, 7, 11), words(20, 5, 9), words(1, 2, 26)];
  const raw = picture(12, 40);
  const rows = labels.map((label) => model.tokenizer?.encodeIds(label) as number[]);
  const image = pixels(raw, config);
  const inputs = { input_ids: idRows(rows), attention_mask: idRows(rows.map((row) => row.map(() => 1))) };
  const { logits_per_image } = await model.forward({ ...inputs, pixel_values: image });
  const scores = softmax(toNumbers(logits_per_image as NdArray));
  const found = (await run(raw, labels, { hypothesis_template: '{}' })) as { label: string; score: number }[];
  for (const { label, score } of found) expect(score).toBeCloseTo(scores[labels.indexOf(label)] as number, 5);
  await run.dispose();
  // each tower alone
  const { text_embeds, image_embeds } = await model.forward({ ...inputs, pixel_values: image });
  const vision = await js.CLIPVisionModelWithProjection.from_pretrained(model.name, { dtype: 'fp32' });
  const seen = await vision({ pixel_values: new js.Tensor('float32', image.data as Float32Array, [...image.shape]) });
  const text = await js.CLIPTextModelWithProjection.from_pretrained(model.name, { dtype: 'fp32' });
  const read = await text(run.tokenizer(labels));
  for (const [theirs, ours] of [
    [seen.image_embeds, image_embeds],
    [read.text_embeds, text_embeds],
  ] as const) {
    const norm = (values: readonly number[]): number[] => values.map((v) => v / Math.hypot(...values));
    const width = (ours as NdArray).shape[1] as number;
    const expected = norm(rowOf(ours as NdArray, 0));
    for (const [i, value] of norm([...theirs.data].slice(0, width)).entries())
      expect(value).toBeCloseTo(expected[i] as number, 5);
  }
});
