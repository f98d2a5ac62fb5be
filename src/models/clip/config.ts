// What CLIP configurations say of their two towers, in our words.
import { ConfigReader, type HubConfig } from '../architecture.ts';
import { type PictureConfig, pictureConfigFrom } from '../picture-embedding.ts';

/** One tower. */
export interface ClipTowerConfig {
  readonly dim: number;
  readonly layers: number;
  readonly heads: number;
  readonly ffnDim: number;
  readonly activation: string;
  readonly normEpsilon: number;
  readonly attentionDropout: number;
  /** Width that the tower alone projects to. */
  readonly projectionDim: number;
}

/** The text tower. */
export interface ClipTextConfig extends ClipTowerConfig {
  readonly vocabSize: number;
  readonly maxLength: number;
  readonly eosId: number;
}

/** The picture tower. */
export interface ClipVisionConfig extends ClipTowerConfig, PictureConfig {}

function towerConfigFrom(read: ConfigReader, dim: number, heads: number): ClipTowerConfig {
  const width = read.size('hidden_size', dim);
  return {
    dim: width,
    layers: read.size('num_hidden_layers', 12),
    heads: read.size('num_attention_heads', heads),
    ffnDim: read.size('intermediate_size', 4 * width),
    activation: read.string('hidden_act', 'quick_gelu'),
    normEpsilon: read.number('layer_norm_eps', 1e-5),
    attentionDropout: read.number('attention_dropout', 0),
    projectionDim: read.size('projection_dim', 512),
  };
}

/** One tower's part of a configuration: the whole when it is of that tower alone. Old files have a second part that wins. */
function partOf(hub: HubConfig, name: 'text_config' | 'vision_config'): HubConfig {
  if (!hub[name] && !hub[`${name}_dict`]) return hub;
  return { ...(hub[name] as HubConfig | undefined), ...(hub[`${name}_dict`] as HubConfig | null | undefined) };
}

/** The text tower of a `config.json` of `model_type` clip or clip_text_model. */
export function clipTextConfigFrom(hub: HubConfig): ClipTextConfig {
  const read = new ConfigReader(partOf(hub, 'text_config'), 'text_config of CLIP');
  return {
    ...towerConfigFrom(read, 512, 8),
    vocabSize: read.size('vocab_size', 49408),
    maxLength: read.size('max_position_embeddings', 77),
    eosId: read.number('eos_token_id', 49407),
  };
}

/** The picture tower of a `config.json` of `model_type` clip or clip_vision_model. */
export function clipVisionConfigFrom(hub: HubConfig): ClipVisionConfig {
  const read = new ConfigReader(partOf(hub, 'vision_config'), 'vision_config of CLIP');
  return { ...towerConfigFrom(read, 768, 12), ...pictureConfigFrom(read, 32) };
}
