// What a GPT-2 configuration says, in our words. Spellings follow its `config.json`.
import { ConfigReader, type HubConfig } from '../architecture.ts';
import { optionalId } from '../losses.ts';

/** What a GPT-2 `config.json` says. */
export interface GptConfig {
  readonly vocabSize: number;
  readonly dim: number;
  readonly layers: number;
  readonly heads: number;
  readonly ffnDim: number;
  readonly activation: string;
  readonly maxLength: number;
  readonly normEpsilon: number;
  readonly dropout: number;
  readonly attentionDropout: number;
  readonly embeddingDropout: number;
  readonly classifierDropout: number;
  readonly initDeviation: number;
  readonly padId: number | undefined;
  /** Whether scores are divided by the root of a head's width, and by the layer's number from 1. */
  readonly scaleByWidth: boolean;
  readonly scaleByLayer: boolean;
  /** The head is the embedding table. */
  readonly isTied: boolean;
  readonly labels: readonly string[];
}

/** From a `config.json` of `model_type` gpt2. */
export function gptConfigFrom(hub: HubConfig): GptConfig {
  const read = new ConfigReader(hub, 'model_type gpt2');
  const dim = read.size('n_embd');
  return {
    vocabSize: read.size('vocab_size'),
    dim,
    layers: read.size('n_layer'),
    heads: read.size('n_head'),
    ffnDim: read.size('n_inner', 4 * dim),
    activation: read.string('activation_function', 'gelu_new'),
    maxLength: read.size('n_positions'),
    normEpsilon: read.number('layer_norm_epsilon', 1e-5),
    dropout: read.number('resid_pdrop', 0.1),
    attentionDropout: read.number('attn_pdrop', 0.1),
    embeddingDropout: read.number('embd_pdrop', 0.1),
    classifierDropout: read.number('classifier_dropout', read.number('hidden_dropout', 0.1)),
    initDeviation: read.number('initializer_range', 0.02),
    padId: optionalId(read, hub, 'pad_token_id'),
    scaleByWidth: read.boolean('scale_attn_weights', true),
    scaleByLayer: read.boolean('scale_attn_by_inverse_layer_idx', false),
    isTied: read.boolean('tie_word_embeddings', true),
    labels: read.labels(),
  };
}
