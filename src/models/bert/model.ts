// BERT and its relatives: one encoder, a table of classes, each with its head.
import type { Dims } from '../../graph/index.ts';
import {
  type Architecture,
  type HubConfig,
  hasPooler,
  type InputSpec,
  type Model,
  type Stored,
  type WeightNames,
} from '../architecture.ts';
import { flattenChoices, textShapes } from '../choices.ts';
import { maskedLabels, textLabels, tokenLabels } from '../losses.ts';
import { namedStates } from '../states.ts';
import {
  albertConfigFrom,
  type BertConfig,
  bertConfigFrom,
  distilBertConfigFrom,
  electraConfigFrom,
  preNormConfigFrom,
} from './config.ts';
import { encode, type PositionCount } from './encoder.ts';
import {
  answers,
  bare,
  bareWithPooler,
  choice,
  type Head,
  hiddenSummary,
  pooled,
  summarized,
  text,
  tokens,
} from './heads.ts';
import {
  albertWeights,
  bertWeights,
  distilBertWeights,
  electraTextWeights,
  electraWeights,
  preNormTextWeights,
  preNormWeights,
  robertaTextWeights,
  robertaWeights,
  tiedNames,
  withOwnHead,
} from './weights.ts';
import { maskedLanguageModel, replacedWords } from './word-heads.ts';

interface Class {
  readonly head: Head;
  readonly labels: (hub: HubConfig, config: BertConfig) => Readonly<Record<string, InputSpec>>;
  /** Several texts for each example: inputs `[B, C, T]`. */
  readonly hasChoices?: boolean;
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
const none: Class['labels'] = () => ({});
const perText: Class['labels'] = (hub, config) => ({ labels: textLabels(hub, config.labels.length) });
const perToken: Class['labels'] = () => ({ labels: tokenLabels });
const perChoice = { labels: () => ({ labels: ids(['batch']) }), hasChoices: true };
const span: Class['labels'] = () => ({ start_positions: ids(['batch']), end_positions: ids(['batch']) });

/** Classes that all families have, below the family's prefix. */
function common(prefix: string, heads: { bare: Head; text: Head; choice: Head; words?: Head }): Record<string, Class> {
  return {
    [`${prefix}Model`]: { head: heads.bare, labels: none },
    [`${prefix}ForSequenceClassification`]: { head: heads.text, labels: perText },
    [`${prefix}ForTokenClassification`]: { head: tokens, labels: perToken },
    [`${prefix}ForQuestionAnswering`]: { head: answers, labels: span },
    [`${prefix}ForMaskedLM`]: { head: heads.words ?? maskedLanguageModel(), labels: () => maskedLabels },
    [`${prefix}ForMultipleChoice`]: { head: heads.choice, ...perChoice },
  };
}

const onPooler = { bare: bareWithPooler, text: text(pooled), choice: choice(pooled) };
/** Where blocks norm, and how files call what they have. */
interface RobertaKind extends Pick<Family, 'configFrom' | 'weights'> {
  readonly textWeights: WeightNames;
}
const postNormKind: RobertaKind = {
  configFrom: bertConfigFrom,
  weights: robertaWeights,
  textWeights: robertaTextWeights,
};
const preNormKind: RobertaKind = {
  configFrom: preNormConfigFrom,
  weights: preNormWeights,
  textWeights: preNormTextWeights,
};

/** RoBERTa, and what was trained as it in other languages under other names. */
function robertaFamily(
  modelType: string,
  prefix: string,
  { configFrom, weights, textWeights }: RobertaKind = postNormKind,
): Family {
  const classes = common(prefix, { ...onPooler, text: text(hiddenSummary('tanh')) });
  const forTexts = `${prefix}ForSequenceClassification`;
  return {
    ...{ modelType, configFrom, weights },
    positions: 'after-padding-id',
    classes: { ...classes, [forTexts]: { ...(classes[forTexts] as Class), weights: textWeights } },
  };
}

const electra = common('Electra', {
  bare,
  text: text(hiddenSummary('gelu')),
  choice: choice(summarized),
  words: maskedLanguageModel('gelu'),
});
const relu = hiddenSummary('relu');

const families: readonly Family[] = [
  {
    modelType: 'bert',
    configFrom: bertConfigFrom,
    positions: 'from-zero',
    weights: bertWeights,
    classes: common('Bert', onPooler),
  },
  robertaFamily('roberta', 'Roberta'),
  robertaFamily('xlm-roberta', 'XLMRoberta'),
  robertaFamily('camembert', 'Camembert'),
  robertaFamily('roberta-prelayernorm', 'RobertaPreLayerNorm', preNormKind),
  {
    modelType: 'distilbert',
    configFrom: distilBertConfigFrom,
    positions: 'from-zero',
    weights: distilBertWeights,
    classes: common('DistilBert', { bare, text: text(relu), choice: choice(relu) }),
  },
  {
    modelType: 'electra',
    configFrom: electraConfigFrom,
    positions: 'from-zero',
    weights: electraWeights,
    classes: {
      ...electra,
      ElectraForSequenceClassification: {
        ...(electra.ElectraForSequenceClassification as Class),
        weights: electraTextWeights,
      },
      ElectraForPreTraining: { head: replacedWords, labels: perToken },
    },
  },
  {
    modelType: 'albert',
    configFrom: albertConfigFrom,
    positions: 'from-zero',
    weights: albertWeights,
    classes: common('Albert', onPooler),
  },
];

function create(family: Family, className: string, hub: HubConfig, stored?: Stored): Model {
  const read = family.configFrom(hub);
  const config = { ...read, isTied: read.isTied && !stored?.ownHead };
  const { head, labels, hasChoices = false, weights = family.weights } = family.classes[className] as Class;
  const shape = hasChoices ? textShapes.choices : textShapes.one;
  return {
    className,
    modelType: family.modelType,
    config: hub,
    inputs: {
      input_ids: { dtype: 'int64', shape },
      attention_mask: ids(shape),
      ...(config.tokenTypes > 0 ? { token_type_ids: ids(shape) } : {}),
      ...labels(hub, config),
    },
    weights: config.isTied ? weights : withOwnHead(weights),
    maxLength: family.positions === 'from-zero' ? config.maxLength : config.maxLength - config.padId - 1,
    forward: (module, inputs, loss = {}) => {
      const encoded = encode(module, hasChoices ? flattenChoices(inputs) : inputs, config, family.positions);
      const context = { config, hub, inputs, loss, hasPooler: hasPooler(stored) };
      return { values: head(module, encoded.x, context), states: namedStates(encoded) };
    },
  };
}

/** BERT (Devlin et al. 2019), RoBERTa (Liu et al. 2019; with norms first Ott et al. 2019), DistilBERT (Sanh et al. 2019), ELECTRA (Clark et al. 2020), ALBERT (Lan et al. 2020). */
export const bertFamily: readonly Architecture[] = families.map((family) => ({
  modelType: family.modelType,
  classes: Object.keys(family.classes),
  create: (className, config, stored) => create(family, className, config, stored),
  tied: tiedNames(family.weights),
}));
