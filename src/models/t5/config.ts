// What T5, T5 v1.1 and mT5 configurations say, in our words. Spellings follow their `config.json` files.
import { ConfigError, ConfigReader, type HubConfig, type Stored } from '../architecture.ts';
import { optionalId } from '../losses.ts';

/** One model's numbers. */
export interface T5Config {
  readonly vocabSize: number;
  readonly dim: number;
  readonly headDim: number;
  readonly heads: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  readonly ffnDim: number;
  readonly activation: string;
  readonly isGated: boolean;
  readonly buckets: number;
  readonly maxDistance: number;
  readonly normEpsilon: number;
  readonly dropout: number;
  readonly initFactor: number;
  readonly startId: number | undefined;
  readonly padId: number | undefined;
  /** The head is the embedding table. */
  readonly isTied: boolean;
  /** States are multiplied by `dim^−0.5` before the head. */
  readonly scalesOutput: boolean;
}

/** From a `config.json` of `model_type` t5 or mt5. @throws ConfigError */
export function t5ConfigFrom(hub: HubConfig, stored?: Stored): T5Config {
  const read = new ConfigReader(hub, `model_type ${hub.model_type}`);
  const layers = read.size('num_layers');
  const named = read.string('feed_forward_proj', hub.model_type === 'mt5' ? 'gated-gelu' : 'relu');
  const [first, second, ...rest] = named.split('-');
  if (rest.length > 0 || (second !== undefined && first !== 'gated')) {
    throw new ConfigError(
      `config.feed_forward_proj: expected 'relu', 'gelu', … or 'gated-gelu', …, got '${named}' (model_type ${hub.model_type})`,
    );
  }
  const ownHead = stored?.ownHead ?? false;
  const padId = optionalId(read, hub, 'pad_token_id') ?? 0;
  return {
    vocabSize: read.size('vocab_size'),
    dim: read.size('d_model'),
    headDim: read.size('d_kv'),
    heads: read.size('num_heads'),
    encoderLayers: layers,
    decoderLayers: read.size('num_decoder_layers', layers),
    ffnDim: read.size('d_ff'),
    activation: named === 'gated-gelu' ? 'gelu_new' : (second ?? (first as string)),
    isGated: second !== undefined,
    buckets: read.size('relative_attention_num_buckets', 32),
    maxDistance: read.size('relative_attention_max_distance', 128),
    normEpsilon: read.number('layer_norm_epsilon', 1e-6),
    dropout: read.number('dropout_rate', 0.1),
    initFactor: read.number('initializer_factor', 1),
    startId: optionalId(read, hub, 'decoder_start_token_id') ?? padId,
    padId,
    isTied: isTied(hub, ownHead),
    scalesOutput: scalesOutput(hub, ownHead, read),
  };
}

/**
 * Transformers 4 says `tie_word_embeddings: false` of a head of its own. Transformers 5 always says true, and a stored head that
 * differs from the table is used all the same.
 */
function isTied(hub: HubConfig, ownHead: boolean): boolean {
  return !ownHead && hub.tie_word_embeddings !== false;
}

/** T5 v1.0 scales its states, v1.1 and mT5 do not: said outright by Transformers 5, else by the head's being tied. */
function scalesOutput(hub: HubConfig, ownHead: boolean, read: ConfigReader): boolean {
  if (hub.model_type === 'mt5') return false;
  return read.boolean('scale_decoder_outputs', isTied(hub, ownHead));
}
