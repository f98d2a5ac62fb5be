// Opens what a run starts from: the weights and the tokenizer of another checkpoint, under a new head or with its own.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCheckpoint, resolveModel } from '../checkpoints/index.node.ts';
import type { HubOptions } from '../checkpoints/index.ts';
import { DataError } from '../data/index.ts';
import { loadParameters, modelFor } from '../models/index.ts';
import { loadTokenizer } from '../tokens/index.node.ts';
import type { Tokenizer } from '../tokens/index.ts';
import { openModel } from './forward.node.ts';
import type { Start } from './start.ts';
import { checkVocabulary, tokenizerOf } from './text-model.node.ts';

const TOKENIZER_FILES = [
  ...['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'vocab.txt', 'vocab.json', 'merges.txt'],
  'chat_template.jinja',
];

/** Files of a folder by name, those that are there; a tokenizer of another format as `tokenizer.json` too. */
async function filesIn(dir: string, names: readonly string[], tokenizer: Tokenizer): Promise<Record<string, string>> {
  const read = async (name: string) => [name, await readFile(join(dir, name), 'utf8').catch(() => undefined)] as const;
  const found = (await Promise.all(names.map(read))).filter((file): file is [string, string] => file[1] !== undefined);
  return { 'tokenizer.json': `${JSON.stringify(tokenizer.toJSON())}\n`, ...Object.fromEntries(found) };
}

/**
 * A checkpoint as the start of a run with another head: `openStart('./mlm', 'ForSequenceClassification')`. The class is the
 * checkpoint's own family with that head: `BertForMaskedLM` becomes `BertForSequenceClassification`.
 * @throws CheckpointError, HubError; DataError for a vocabulary that does not fit
 */
export async function openStart(name: string, head: string, hub?: HubOptions): Promise<Start> {
  const dir = await resolveModel(name, hub);
  const source = await openCheckpoint(dir);
  try {
    const old = await source.config();
    const family = String((old.architectures as string[] | undefined)?.[0] ?? '').replace(
      /(For[A-Z]\w*|LMHeadModel|Model)$/,
      '',
    );
    const config = { ...old, architectures: [`${family}${head}`] };
    const model = modelFor(config);
    const { parameters, initialized } = await loadParameters(model, source, { initialize: { seed: 0 } });
    const kept = Object.entries(parameters).filter(([name]) => !initialized.includes(name));
    const tokenizer = await loadTokenizer(dir);
    checkVocabulary(tokenizer, model, dir);
    return {
      ...{ name, dir, config, tokenizer, parameters: Object.fromEntries(kept) },
      files: await filesIn(dir, TOKENIZER_FILES, tokenizer),
    };
  } finally {
    await source.close();
  }
}

/** Models that a run may go on from as they are. */
export interface StartKind {
  /** Their classes. */
  readonly classes: RegExp;
  /** What they are, in words. */
  readonly purpose: string;
}

/** Decoders. */
export const nextTokenModel: StartKind = {
  classes: /(LMHeadModel|ForCausalLM)$/,
  purpose: 'a model that predicts next tokens (…LMHeadModel, …ForCausalLM)',
};

/** Encoders that guess hidden tokens. */
export const maskedModel: StartKind = {
  classes: /ForMaskedLM$/,
  purpose: 'a model that guesses hidden tokens (…ForMaskedLM)',
};

/** Encoder-decoders that read texts. */
export const textToTextModel: StartKind = {
  classes: /^(?!Blip).*(ForConditionalGeneration|MTModel)$/,
  purpose: 'an encoder-decoder (…ForConditionalGeneration, MarianMTModel)',
};

/**
 * A whole checkpoint to go on from: nothing of it is new. Its `generation_config.json` is among the files.
 * @throws CheckpointError, HubError, TokenizerError; DataError for a model of another kind, or a vocabulary that does not fit
 */
export async function openWhole(name: string, { classes, purpose }: StartKind, hub?: HubOptions): Promise<Start> {
  const open = await openModel(name, hub);
  const { dir, model, parameters } = open;
  if (!classes.test(model.className))
    throw new DataError(`startFrom: expected ${purpose}, got ${model.className} (${name})`);
  const tokenizer = await tokenizerOf(open);
  const files = await filesIn(dir, [...TOKENIZER_FILES, 'generation_config.json'], tokenizer);
  return { name, dir, config: model.config, tokenizer, parameters, files };
}
