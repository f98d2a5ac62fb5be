// Which architectures there are. Adding one is a line here.
import type { CheckpointSource } from '../checkpoints/index.ts';
import { type Architecture, ConfigError, type HubConfig, type Model } from './architecture.ts';
import { bartFamily } from './bart/index.ts';
import { bertFamily } from './bert/index.ts';
import { gpt2 } from './gpt/index.ts';
import { llamaFamily } from './llama/index.ts';
import { modernBert } from './modernbert/index.ts';
import { t5Family } from './t5/index.ts';

/** Every architecture, by `model_type`. */
export const architectures: Readonly<Record<string, Architecture>> = Object.fromEntries(
  [...bertFamily, modernBert, gpt2, ...llamaFamily, ...t5Family, ...bartFamily].map((architecture) => [
    architecture.modelType,
    architecture,
  ]),
);

/**
 * The model that a `config.json` describes: `architectures[0]`, or `className`, or the bare model of `model_type`.
 * @throws ConfigError for an unknown `model_type` or class, listing the known ones
 */
export function modelFor(config: HubConfig, className?: string): Model {
  const [architecture, named] = classFor(config, className);
  return architecture.create(named, config);
}

/**
 * The model of a checkpoint: as `modelFor`, but a head that is stored beside the table it is tied to, and differs, is its own.
 * @throws ConfigError, CheckpointError
 */
export async function modelIn(source: CheckpointSource, className?: string): Promise<Model> {
  const config = await source.config();
  const [architecture, named] = classFor(config, className);
  return architecture.create(named, config, { ownHead: await hasOwnHead(architecture, source) });
}

async function hasOwnHead({ tied }: Architecture, source: CheckpointSource): Promise<boolean> {
  const names = new Set(source.names());
  const table = tied?.tables.find((name) => names.has(name));
  if (!tied || table === undefined || !names.has(tied.head)) return false;
  const [head, other] = [await source.read(tied.head), await source.read(table)];
  return head.data.length !== other.data.length || head.data.some((value, i) => value !== other.data[i]);
}

function classFor(config: HubConfig, className?: string): [Architecture, string] {
  const architecture = architectures[String(config.model_type)];
  if (!architecture) {
    const known = Object.keys(architectures).join(', ');
    throw new ConfigError(
      `config.model_type: expected one of ${known}, got ${JSON.stringify(config.model_type)} (config.json)`,
    );
  }
  const named = className ?? (config.architectures as string[] | undefined)?.[0] ?? (architecture.classes[0] as string);
  if (!architecture.classes.includes(named)) {
    const known = architecture.classes.join(', ');
    throw new ConfigError(`config.architectures: expected one of ${known}, got '${named}' (config.json)`);
  }
  return [architecture, named];
}
