// A CRF on top of any token classifier: `use_crf` in its configuration. The encoder and the classifier keep their names, so the reference
// library still opens them; the chain's scores lie beside them under `crf.`, as pytorch-crf calls them.
import { add, multiply } from '../graph/index.ts';
import { chainLoss, chainScores } from '../nn/index.ts';
import { ConfigError, type HubConfig, type Model } from './architecture.ts';

const NAMES = ['start_transitions', 'end_transitions', 'transitions'];

/** Whether a configuration asks for a CRF. @throws ConfigError for a class that labels no tokens */
export function asksForCrf(config: HubConfig, className: string): boolean {
  if (config.use_crf !== true) return false;
  if (!className.endsWith('ForTokenClassification'))
    throw new ConfigError(`config.use_crf: expected a class for token classification, got ${className}`);
  return true;
}

/** How much the loss of single tokens counts beside the chain's: `crf_token_weight`, 0 when absent. @throws ConfigError */
function tokenWeight({ crf_token_weight: weight = 0 }: HubConfig): number {
  if (typeof weight === 'number' && weight >= 0 && Number.isFinite(weight)) return weight;
  throw new ConfigError(`config.crf_token_weight: expected a number of at least 0, got ${JSON.stringify(weight)}`);
}

/**
 * The token classifier with a CRF: `logits` stay the scores of single tokens, `loss` is the chain's, plus `crf_token_weight` times theirs. With
 * the chain's alone they mean nothing by themselves, and whoever reads the model without its chain finds other labels.
 */
export function withCrf(model: Model): Model {
  const { renames } = model.weights;
  const weight = tokenWeight(model.config);
  return {
    ...model,
    weights: {
      ...model.weights,
      renames: [...renames, ...NAMES.map((name): [string, string] => [`crf.${name}`, `crf.${name}`])],
    },
    forward: (module, { labels, ...inputs }, loss = {}, request) => {
      const read = labels && weight > 0 ? { ...inputs, labels } : inputs;
      const { values, ...others } = model.forward(module, read, loss, request);
      const logits = values.logits as NonNullable<typeof values.logits>;
      return module.child('crf', (m) => {
        const chain = chainScores(m, logits.shape[2] as number);
        if (!labels) return { ...others, values };
        const own = chainLoss(
          logits,
          labels,
          chain,
          model.maxLength ?? Number(model.config.max_position_embeddings ?? 512),
          loss.ignore,
        );
        const all = values.loss ? add(own, multiply(values.loss, weight)) : own;
        return { ...others, values: { ...values, loss: all } };
      });
    },
  };
}
