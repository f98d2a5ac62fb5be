// What Llama, Mistral, Qwen2 and Qwen3 configurations say, in our words. Spellings follow their `config.json` files.
import { ConfigError, ConfigReader, type HubConfig } from '../architecture.ts';
import { optionalId } from '../losses.ts';

/** Where the members of the family differ by more than numbers. */
export interface Member {
  readonly modelType: string;
  readonly classPrefix: string;
  /** Biases of queries, keys and values, of the output, of the feed-forward layers. */
  readonly bias: (read: ConfigReader) => { readonly qkv: boolean; readonly output: boolean; readonly ffn: boolean };
  /** Queries and keys are normalised head by head. */
  readonly normalizesHeads: boolean;
  /** How many tokens back layer `i` of `layers` sees, itself included; undefined for all. */
  readonly window: (read: ConfigReader, config: HubConfig, layers: number) => (layer: number) => number | undefined;
  /** `head_dim` where the configuration does not say: dim / heads unless a number. */
  readonly headDim?: number;
}

/** One model's numbers. */
export interface LlamaConfig {
  readonly vocabSize: number;
  readonly dim: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly headDim: number;
  readonly ffnDim: number;
  readonly activation: string;
  readonly normEpsilon: number;
  readonly attentionDropout: number;
  readonly classifierDropout: number;
  readonly initDeviation: number;
  readonly isTied: boolean;
  readonly padId: number | undefined;
  readonly bias: ReturnType<Member['bias']>;
  readonly window: (layer: number) => number | undefined;
  readonly labels: readonly string[];
}

/** From a `config.json` of a member of the family. @throws ConfigError */
export function llamaConfigFrom(hub: HubConfig, member: Member): LlamaConfig {
  const read = new ConfigReader(hub, `model_type ${member.modelType}`);
  const [dim, heads, layers] = [
    read.size('hidden_size'),
    read.size('num_attention_heads'),
    read.size('num_hidden_layers'),
  ];
  const keyHeads = read.size('num_key_value_heads', heads);
  if (heads % keyHeads !== 0) {
    throw new ConfigError(
      `config.num_key_value_heads: expected a divisor of ${heads} heads, got ${keyHeads} (model_type ${member.modelType})`,
    );
  }
  return {
    vocabSize: read.size('vocab_size'),
    dim,
    layers,
    heads,
    keyHeads,
    headDim: read.size('head_dim', member.headDim ?? Math.floor(dim / heads)),
    ffnDim: read.size('intermediate_size'),
    activation: read.string('hidden_act', 'silu'),
    normEpsilon: read.number('rms_norm_eps', 1e-6),
    attentionDropout: read.number('attention_dropout', 0),
    classifierDropout: read.number('classifier_dropout', read.number('hidden_dropout', 0.1)),
    initDeviation: read.number('initializer_range', 0.02),
    isTied: read.boolean('tie_word_embeddings', false),
    padId: optionalId(read, hub, 'pad_token_id'),
    bias: member.bias(read),
    window: member.window(read, hub, layers),
    labels: read.labels(),
  };
}

const everywhere: Member['window'] = () => () => undefined;

/** Qwen: the layers that `layer_types` (or `max_window_layers`) names, if `use_sliding_window` says so. */
const someLayers: Member['window'] = (read, config, layers) => {
  const types = config.layer_types as readonly string[] | undefined;
  const isOn = read.boolean('use_sliding_window', false) && config.sliding_window !== null;
  const first = read.number('max_window_layers', layers);
  const slides = (layer: number): boolean => (types ? types[layer] === 'sliding_attention' : layer >= first);
  return (layer) => (isOn && slides(layer) ? read.size('sliding_window', 4096) : undefined);
};

const llamaBias: Member['bias'] = (read) => {
  const attention = read.boolean('attention_bias', false);
  return { qkv: attention, output: attention, ffn: read.boolean('mlp_bias', false) };
};

/** The family. SmolLM, TinyLlama and many others say `llama`. */
export const members: readonly Member[] = [
  {
    modelType: 'llama',
    classPrefix: 'Llama',
    bias: llamaBias,
    normalizesHeads: false,
    window: everywhere,
  },
  {
    modelType: 'mistral',
    classPrefix: 'Mistral',
    bias: () => ({ qkv: false, output: false, ffn: false }),
    normalizesHeads: false,
    window: (read, config) => {
      const window = config.sliding_window === null ? undefined : read.size('sliding_window', 4096);
      return () => window;
    },
  },
  {
    modelType: 'qwen2',
    classPrefix: 'Qwen2',
    bias: () => ({ qkv: true, output: false, ffn: false }),
    normalizesHeads: false,
    window: someLayers,
  },
  {
    modelType: 'qwen3',
    classPrefix: 'Qwen3',
    bias: llamaBias,
    normalizesHeads: true,
    window: someLayers,
    headDim: 128,
  },
];
