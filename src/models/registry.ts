// Which architectures there are. Adding one is a line here.
import type { CheckpointSource } from '../checkpoints/index.ts';
import { type Architecture, ConfigError, type HubConfig, type Model } from './architecture.ts';
import { ast } from './ast/index.ts';
import { bartFamily } from './bart/index.ts';
import { bertFamily } from './bert/index.ts';
import { blip } from './blip/index.ts';
import { clip, clipText, clipVision } from './clip/index.ts';
import { asksForCrf, withCrf } from './crf.ts';
import { dinov2 } from './dinov2/index.ts';
import { dnabert2 } from './dnabert/index.ts';
import { gpt2 } from './gpt/index.ts';
import { llamaFamily } from './llama/index.ts';
import { modernBert } from './modernbert/index.ts';
import { t5Family } from './t5/index.ts';
import { tubeVit } from './tube-vit/index.ts';
import { deit, vit } from './vit/index.ts';
import { vitMae } from './vit-mae/index.ts';

// texts
const texts: readonly Architecture[] = [...bertFamily, modernBert, gpt2, ...llamaFamily, ...t5Family, ...bartFamily];
// pictures, sound, clips, DNA
const senses: readonly Architecture[] = [
  vit,
  deit,
  vitMae,
  dinov2,
  ast,
  clip,
  clipText,
  clipVision,
  blip,
  tubeVit,
  dnabert2,
];

/** Every architecture, by `model_type`. */
export const architectures: Readonly<Record<string, Architecture>> = Object.fromEntries(
  [...texts, ...senses].map((architecture) => [architecture.modelType, architecture]),
);

/**
 * The model that a `config.json` describes: `architectures[0]`, or `className`, or the bare model of `model_type`.
 * @throws ConfigError for an unknown `model_type` or class, listing the known ones
 */
export function modelFor(config: HubConfig, className?: string): Model {
  const [architecture, named] = classFor(config, className);
  return topped(architecture.create(named, config));
}

/**
 * The model of a checkpoint: as `modelFor`, but a head that is stored beside the table it is tied to, and differs, is its own.
 * @throws ConfigError, CheckpointError
 */
export async function modelIn(source: CheckpointSource, className?: string): Promise<Model> {
  const config = await source.config();
  const [architecture, named] = classFor(config, className);
  const names = new Set(source.names());
  return topped(architecture.create(named, config, { ownHead: await hasOwnHead(architecture, source, names), names }));
}

/** What any architecture may have on top. */
const topped = (model: Model): Model => (asksForCrf(model.config, model.className) ? withCrf(model) : model);

async function hasOwnHead(
  { tied }: Architecture,
  source: CheckpointSource,
  names: ReadonlySet<string>,
): Promise<boolean> {
  const table = tied?.tables.find((name) => names.has(name));
  if (!tied || table === undefined || !names.has(tied.head)) return false;
  const [head, other] = [await source.read(tied.head), await source.read(table)];
  return head.data.length !== other.data.length || head.data.some((value, i) => value !== other.data[i]);
}

/** The class that a `config.json` names, or the bare one of its `model_type`. @throws ConfigError as `modelFor` */
export function classNameFor(config: HubConfig): string {
  return classFor(config)[1];
}

/** DNABERT-2 and other MosaicBERTs call themselves bert, though a BERT has no ALiBi. */
function typeOf(config: HubConfig): string {
  return config.model_type === 'bert' && config.alibi_starting_size ? dnabert2.modelType : String(config.model_type);
}

function classFor(config: HubConfig, className?: string): [Architecture, string] {
  const architecture = architectures[typeOf(config)];
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
