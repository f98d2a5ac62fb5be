// ModernBERT: one encoder, a table of classes, each with its head.
import type { Dims } from '../../graph/index.ts';
import type { Architecture, HubConfig, InputSpec, Model, Stored } from '../architecture.ts';
import { flattenChoices, textShapes } from '../choices.ts';
import { maskedLabels, textLabels, tokenLabels } from '../losses.ts';
import { namedStates } from '../states.ts';
import { type ModernBertConfig, modernBertConfigFrom } from './config.ts';
import { encode } from './encoder.ts';
import { answers, bare, choice, type Head, text, tokens, words } from './heads.ts';
import { modernBertWeights } from './weights.ts';

const ids = (shape: Dims): InputSpec => ({ dtype: 'int64', shape, optional: true });

interface Class {
  readonly head: Head;
  readonly labels?: (hub: HubConfig, config: ModernBertConfig) => Readonly<Record<string, InputSpec>>;
  readonly hasChoices?: boolean;
}

const classes: Readonly<Record<string, Class>> = {
  ModernBertModel: { head: bare },
  ModernBertForMaskedLM: { head: words, labels: () => maskedLabels },
  ModernBertForSequenceClassification: {
    head: text,
    labels: (hub, config) => ({ labels: textLabels(hub, config.labels.length) }),
  },
  ModernBertForTokenClassification: { head: tokens, labels: () => ({ labels: tokenLabels }) },
  ModernBertForQuestionAnswering: {
    head: answers,
    labels: () => ({ start_positions: ids(['batch']), end_positions: ids(['batch']) }),
  },
  ModernBertForMultipleChoice: { head: choice, labels: () => ({ labels: ids(['batch']) }), hasChoices: true },
};

function create(className: string, hub: HubConfig, stored?: Stored): Model {
  const read = modernBertConfigFrom(hub);
  const config = { ...read, isTied: read.isTied && !stored?.ownHead };
  const { head, labels, hasChoices = false } = classes[className] as Class;
  const shape = hasChoices ? textShapes.choices : textShapes.one;
  return {
    className,
    modelType: 'modernbert',
    config: hub,
    inputs: { input_ids: { dtype: 'int64', shape }, attention_mask: ids(shape), ...labels?.(hub, config) },
    weights: modernBertWeights(config.isTied),
    forward: (module, inputs, loss = {}) => {
      const flat = hasChoices ? flattenChoices(inputs) : inputs;
      const encoded = encode(module, flat, config);
      return { values: head(module, encoded.x, { config, hub, inputs, flat, loss }), states: namedStates(encoded) };
    },
  };
}

const tied = { head: 'decoder.weight', tables: ['model.embeddings.tok_embeddings.weight'] };

/** ModernBERT (Warner et al. 2024). */
export const modernBert: Architecture = { modelType: 'modernbert', classes: Object.keys(classes), create, tied };
