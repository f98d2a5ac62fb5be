// Opens what a run starts from: the weights and the tokenizer of another checkpoint, under a new head.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCheckpoint, resolveModel } from '../checkpoints/index.node.ts';
import type { HubOptions } from '../checkpoints/index.ts';
import { loadParameters, modelFor } from '../models/index.ts';
import { loadTokenizer } from '../tokens/index.node.ts';
import type { Start } from './start.ts';

const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'vocab.txt'];

/**
 * A checkpoint as the start of a run with another head: `openStart('./mlm', 'ForSequenceClassification')`. The class is the
 * checkpoint's own family with that head: `BertForMaskedLM` becomes `BertForSequenceClassification`.
 * @throws CheckpointError, HubError
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
    const { parameters, initialized } = await loadParameters(modelFor(config), source, { initialize: { seed: 0 } });
    const kept = Object.entries(parameters).filter(([name]) => !initialized.includes(name));
    const files = await Promise.all(
      TOKENIZER_FILES.map(
        async (name) => [name, await readFile(join(dir, name), 'utf8').catch(() => undefined)] as const,
      ),
    );
    return {
      name,
      config,
      tokenizer: await loadTokenizer(dir),
      parameters: Object.fromEntries(kept),
      files: Object.fromEntries(files.filter((file): file is [string, string] => file[1] !== undefined)),
    };
  } finally {
    await source.close();
  }
}
