// Which architectures there are. Adding one is a line here.
import { type Architecture, ConfigError, type HubConfig, type Model } from './architecture.ts';
import { ast } from './ast/index.ts';
import { bert, distilBert, roberta } from './bert/index.ts';
import { blip } from './blip/index.ts';
import { clip, clipText, clipVision } from './clip/index.ts';
import { dinov2 } from './dinov2/index.ts';
import { dnabert2 } from './dnabert/index.ts';
import { gpt2 } from './gpt/index.ts';
import { tubeVit } from './tube-vit/index.ts';
import { deit, vit } from './vit/index.ts';
import { vitMae } from './vit-mae/index.ts';

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
  [bert, roberta, distilBert, gpt2, ...senses].map((architecture) => [architecture.modelType, architecture]),
);

/** DNABERT-2 and other MosaicBERTs call themselves bert, though a BERT has no ALiBi. */
function typeOf(config: HubConfig): string {
  return config.model_type === 'bert' && config.alibi_starting_size ? dnabert2.modelType : String(config.model_type);
}

/**
 * The model that a `config.json` describes: `architectures[0]`, or `className`, or the bare model of `model_type`.
 * @throws ConfigError for an unknown `model_type` or class, listing the known ones
 */
export function modelFor(config: HubConfig, className?: string): Model {
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
  return architecture.create(named, config);
}
