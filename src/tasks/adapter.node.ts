// Adapter folders as PEFT has them: `adapter_config.json` and `adapter_model.safetensors`, naming the model they belong to.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { NamedArrays } from '../array/index.ts';
import { writeFileAtomic } from '../checkpoints/index.node.ts';
import { CheckpointError, decodeSafetensors, encodeSafetensors, jsonText } from '../checkpoints/index.ts';
import { fromPeft, type Model, mergeLora, type PeftAdapter, withLora } from '../models/index.ts';

const CONFIG = 'adapter_config.json';
const ARRAYS = 'adapter_model.safetensors';

/** Whether a folder holds an adapter and no model. */
export function isAdapterFolder(dir: string): boolean {
  return existsSync(join(dir, CONFIG)) && !existsSync(join(dir, 'config.json'));
}

/** Writes an adapter; PEFT opens the folder. */
export async function saveAdapter(dir: string, { config, arrays }: PeftAdapter): Promise<void> {
  await writeFileAtomic(join(dir, ARRAYS), encodeSafetensors(arrays));
  await writeFileAtomic(join(dir, CONFIG), jsonText(config));
}

/** The model that an adapter belongs to: a folder beside it or anywhere, or a hub name. @throws CheckpointError when the file is none */
export async function baseOfAdapter(dir: string): Promise<string> {
  const path = join(dir, CONFIG);
  const { base_model_name_or_path: base } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  if (typeof base !== 'string')
    throw new CheckpointError(`adapter: expected base_model_name_or_path, got ${JSON.stringify(base)} (${path})`);
  const beside = resolve(dir, base);
  return existsSync(beside) ? beside : base;
}

/** The base model's parameters with the adapter of a folder folded in. @throws CheckpointError */
export async function mergeAdapter(dir: string, model: Model, parameters: NamedArrays): Promise<NamedArrays> {
  const path = join(dir, ARRAYS);
  const config = JSON.parse(await readFile(join(dir, CONFIG), 'utf8')) as Record<string, unknown>;
  const { arrays } = decodeSafetensors(new Uint8Array(await readFile(path)), path);
  const source = {
    names: () => Object.keys(arrays),
    read: async (name: string) => arrays[name] as NamedArrays[string],
  };
  const adapter = await fromPeft(model, config, source);
  return mergeLora(withLora(model, adapter.lora), { ...parameters, ...adapter.parameters }, adapter.lora);
}
