// Models that cannot be used, each with one clear typed error: what is known is listed, sizes that disagree are named.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { saveCheckpoint } from '../src/checkpoints/index.node.ts';
import { CheckpointError } from '../src/checkpoints/index.ts';
import { DataError } from '../src/data/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { ConfigError, type HubConfig, modelFor, parameterSpecs, toFileNames } from '../src/models/index.ts';
import { initializeParameters } from '../src/nn/index.ts';
import { openClassifier } from '../src/tasks/index.node.ts';
import { frames, tokenizerFiles, trainRecipeTokenizer } from '../src/tasks/index.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-bad-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const tokenizer = trainRecipeTokenizer(
  ['good', 'bad'],
  { kind: 'char', vocabSize: 50, minFrequency: 1, lowercase: true },
  frames.encoder,
);
const config: HubConfig = {
  ...{ model_type: 'bert', architectures: ['BertForSequenceClassification'], vocab_size: tokenizer.vocabSize },
  ...{
    max_position_embeddings: 16,
    hidden_size: 8,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    intermediate_size: 8,
  },
  ...{ id2label: { 0: 'down', 1: 'up' }, label2id: { down: 0, up: 1 } },
};

/** A folder with a model of one configuration, described by another. */
async function folder(name: string, real: HubConfig, told: HubConfig = real): Promise<string> {
  const model = modelFor(real);
  const path = join(dir, name);
  await saveCheckpoint(path, {
    config: told,
    arrays: toFileNames(model, initializeParameters(parameterSpecs(model), 0)),
    files: tokenizerFiles(tokenizer, frames.encoder, 16),
  });
  return path;
}
const opened = async (path: string): Promise<unknown> =>
  openClassifier(path, { runtime: await nodeRuntime(), session: {} }).catch((error: unknown) => error);

test('an unknown architecture or class lists the known ones', () => {
  const unknown = (): unknown => modelFor({ model_type: 'perceiver' });
  expect(unknown).toThrow(ConfigError);
  expect(unknown).toThrow(/config\.model_type: expected one of .*bert.*gpt2.*, got "perceiver" \(config\.json\)/);
  expect(() => modelFor({})).toThrow('got undefined');
  expect(() => modelFor({ ...config, architectures: ['BertForPoetry'] })).toThrow(
    /config\.architectures: expected one of .*BertForMaskedLM.*, got 'BertForPoetry'/,
  );
});

test('a vocabulary larger than the embedding', async () => {
  const error = await opened(await folder('vocabulary', { ...config, vocab_size: tokenizer.vocabSize - 2 }));
  expect(error).toBeInstanceOf(DataError);
  expect((error as Error).message).toContain(
    `at most ${tokenizer.vocabSize - 2} ids, as the embedding has rows, got ${tokenizer.vocabSize}`,
  );
});

test('a configuration of other sizes than the weights names both shapes', async () => {
  const error = await opened(await folder('sizes', config, { ...config, vocab_size: tokenizer.vocabSize + 1 }));
  expect(error).toBeInstanceOf(CheckpointError);
  expect((error as Error).message).toContain(
    `word_embeddings.weight': expected shape [${tokenizer.vocabSize + 1},8], got [${tokenizer.vocabSize},8]`,
  );
});

test('labels of another number than the classifier has rows', async () => {
  const three = { 0: 'down', 1: 'up', 2: 'left' };
  const error = await opened(await folder('labels', config, { ...config, id2label: three }));
  expect(error).toBeInstanceOf(CheckpointError);
  expect((error as Error).message).toContain("'classifier.weight': expected shape [3,8], got [2,8]");
});

test('a model of another purpose', async () => {
  const masked = { ...config, architectures: ['BertForMaskedLM'] };
  expect(await opened(await folder('purpose', masked))).toMatchObject({
    message: expect.stringContaining('expected a model for text classification, got BertForMaskedLM'),
  });
});
