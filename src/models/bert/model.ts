// BERT, RoBERTa and DistilBERT: one encoder, a table of classes, each with its head.
import type { Dims } from '../../graph/index.ts';
import type { Architecture, HubConfig, InputSpec, Model, WeightNames } from '../architecture.ts';
import { type BertConfig, bertConfigFrom, distilBertConfigFrom } from './config.ts';
import { encode, type PositionCount } from './encoder.ts';
import {
  answers,
  bare,
  bareWithPooler,
  type Head,
  maskedLanguageModel,
  sequenceOnHidden,
  sequenceOnPooler,
  tokens,
} from './heads.ts';
import { bertWeights, distilBertWeights, robertaTokenWeights, robertaWeights } from './weights.ts';

interface Class {
  readonly head: Head;
  readonly labels: Readonly<Record<string, InputSpec>>;
  readonly weights?: WeightNames;
}

interface Family {
  readonly modelType: string;
  readonly configFrom: (hub: HubConfig) => BertConfig;
  readonly positions: PositionCount;
  readonly weights: WeightNames;
  readonly classes: Readonly<Record<string, Class>>;
}

const ids = (shape: Dims): InputSpec => ({ dtype: 'int64', shape, optional: true });
const none = {};
const perText = { labels: ids(['batch']) };
const perToken = { labels: ids(['batch', 'tokens']) };
const span = { start_positions: ids(['batch']), end_positions: ids(['batch']) };

const bertFamily: Family = {
  modelType: 'bert',
  configFrom: bertConfigFrom,
  positions: 'from-zero',
  weights: bertWeights,
  classes: {
    BertModel: { head: bareWithPooler, labels: none },
    BertForSequenceClassification: { head: sequenceOnPooler, labels: perText },
    BertForTokenClassification: { head: tokens, labels: perToken },
    BertForQuestionAnswering: { head: answers, labels: span },
    BertForMaskedLM: { head: maskedLanguageModel, labels: perToken },
  },
};

const robertaFamily: Family = {
  modelType: 'roberta',
  configFrom: bertConfigFrom,
  positions: 'after-padding-id',
  weights: robertaWeights,
  classes: {
    RobertaModel: { head: bareWithPooler, labels: none },
    RobertaForSequenceClassification: { head: sequenceOnHidden('tanh'), labels: perText },
    RobertaForTokenClassification: { head: tokens, labels: perToken, weights: robertaTokenWeights },
    RobertaForQuestionAnswering: { head: answers, labels: span },
    RobertaForMaskedLM: { head: maskedLanguageModel, labels: perToken },
  },
};

const distilBertFamily: Family = {
  modelType: 'distilbert',
  configFrom: distilBertConfigFrom,
  positions: 'from-zero',
  weights: distilBertWeights,
  classes: {
    DistilBertModel: { head: bare, labels: none },
    DistilBertForSequenceClassification: { head: sequenceOnHidden('relu'), labels: perText },
    DistilBertForTokenClassification: { head: tokens, labels: perToken },
    DistilBertForQuestionAnswering: { head: answers, labels: span },
    DistilBertForMaskedLM: { head: maskedLanguageModel, labels: perToken },
  },
};

function create(family: Family, className: string, hub: HubConfig): Model {
  const config = family.configFrom(hub);
  const { head, labels, weights = family.weights } = family.classes[className] as Class;
  const textInputs = {
    input_ids: { dtype: 'int64', shape: ['batch', 'tokens'] },
    attention_mask: ids(['batch', 'tokens']),
    ...(config.tokenTypes > 0 ? { token_type_ids: ids(['batch', 'tokens']) } : {}),
  } as const;
  return {
    className,
    modelType: family.modelType,
    config: hub,
    inputs: { ...textInputs, ...labels },
    weights,
    maxLength: family.positions === 'from-zero' ? config.maxLength : config.maxLength - config.padId - 1,
    forward: (module, inputs, loss = {}) => {
      const { x, hiddenStates, attentions } = encode(module, inputs, config, family.positions);
      const states = Object.fromEntries([
        ...hiddenStates.map((state, i) => [`hidden_states.${i}`, state] as const),
        ...attentions.map((pattern, i) => [`attentions.${i}`, pattern] as const),
      ]);
      return { values: head(module, x, { config, inputs, loss }), states };
    },
  };
}

function architecture(family: Family): Architecture {
  return {
    modelType: family.modelType,
    classes: Object.keys(family.classes),
    create: (className, config) => create(family, className, config),
  };
}

/** BERT (Devlin et al. 2019). */
export const bert: Architecture = architecture(bertFamily);
/** RoBERTa (Liu et al. 2019). */
export const roberta: Architecture = architecture(robertaFamily);
/** DistilBERT (Sanh et al. 2019). */
export const distilBert: Architecture = architecture(distilBertFamily);
