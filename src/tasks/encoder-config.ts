// The `config.json` of a new encoder.
import { DataError } from '../data/index.ts';
import type { HubConfig } from '../models/index.ts';
import type { Tokenizer } from '../tokens/index.ts';
import { initializerRange } from './first-values.ts';
import { labelTables } from './labels.ts';
import type { EncoderFamily, ModelRecipe } from './recipe.ts';

interface Family {
  /** How its class names begin: `BertForMaskedLM`. */
  readonly prefix: string;
  readonly fieldsOf: (model: ModelRecipe, padId: number) => HubConfig;
}

const bertFields: Family['fieldsOf'] = (model) => ({
  hidden_act: 'gelu',
  type_vocab_size: 1,
  layer_norm_eps: 1e-12,
  hidden_dropout_prob: model.dropout,
  attention_probs_dropout_prob: model.attentionDropout,
});

const families: Readonly<Record<EncoderFamily, Family>> = {
  bert: { prefix: 'Bert', fieldsOf: bertFields },
  'roberta-prelayernorm': {
    prefix: 'RobertaPreLayerNorm',
    fieldsOf: (model, padId) => ({
      ...bertFields(model, padId),
      // positions are counted from behind the padding id on
      max_position_embeddings: model.maxLength + padId + 1,
    }),
  },
  // every third layer sees everything, the others eight tokens to each side
  modernbert: {
    prefix: 'ModernBert',
    fieldsOf: (model) => ({
      hidden_activation: 'gelu',
      norm_eps: 1e-5,
      global_attn_every_n_layers: 3,
      local_attention: 16,
      embedding_dropout: model.dropout,
      mlp_dropout: model.dropout,
      classifier_dropout: model.dropout,
      ...(model.pooling ? { classifier_pooling: model.pooling } : {}),
      attention_dropout: model.attentionDropout,
    }),
  },
};

/**
 * A `config.json` for a new encoder of the recipe's size and family, of the class with the given ending: `ForMaskedLM`.
 * @throws DataError for mean pooling in a family that has none
 */
export function encoderConfig(
  model: ModelRecipe,
  tokenizer: Tokenizer,
  head: string,
  labels: readonly string[],
): HubConfig {
  const family = model.family ?? 'bert';
  const { prefix, fieldsOf } = families[family];
  if (model.pooling === 'mean' && family !== 'modernbert')
    throw new DataError(
      `model.pooling: expected cls with family ${family}, got mean, which its config.json has no field for: such a run would not open elsewhere; set model.family=modernbert for the mean`,
    );
  const padId = tokenizer.tokenToId('[PAD]') ?? 0;
  const [clsId, sepId] = [tokenizer.tokenToId('[CLS]') ?? null, tokenizer.tokenToId('[SEP]') ?? null];
  return {
    architectures: [`${prefix}${head}`],
    model_type: family,
    vocab_size: tokenizer.vocabSize,
    hidden_size: model.dim,
    num_hidden_layers: model.layers,
    num_attention_heads: model.heads,
    intermediate_size: model.ffnDim,
    max_position_embeddings: model.maxLength,
    ...fieldsOf(model, padId),
    initializer_range: initializerRange(model),
    pad_token_id: padId,
    cls_token_id: clsId,
    sep_token_id: sepId,
    // the defaults of some families lie outside the vocabulary
    bos_token_id: clsId,
    eos_token_id: sepId,
    ...labelTables(labels),
  };
}

/** The configuration of a checkpoint under a new head: its labels, and what the head reads where the recipe is of the same family and says so. */
export function underNewHead(start: HubConfig, fresh: HubConfig): HubConfig {
  const { model_type, id2label, label2id, classifier_pooling } = fresh;
  const reads = classifier_pooling !== undefined && start.model_type === model_type ? { classifier_pooling } : {};
  return { ...start, id2label, label2id, ...reads };
}

/** The same with the recipe's dropout, where the checkpoint has a field for it. */
export function underNewHeadAndDropout(start: HubConfig, fresh: HubConfig): HubConfig {
  const dropout = Object.entries(fresh).filter(([name]) => /dropout/.test(name) && name in start);
  return { ...underNewHead(start, fresh), ...Object.fromEntries(dropout) };
}
