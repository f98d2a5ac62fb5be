// A CRF on top of any token classifier: `use_crf` in its configuration. The encoder and the classifier keep their names, so the reference
// library still opens them; the chain's scores lie beside them under `crf.`, as pytorch-crf calls them.
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

/** The token classifier with a CRF: `logits` stay the scores of single tokens, `loss` is the chain's. */
export function withCrf(model: Model): Model {
  const { renames } = model.weights;
  return {
    ...model,
    weights: {
      ...model.weights,
      renames: [...renames, ...NAMES.map((name): [string, string] => [`crf.${name}`, `crf.${name}`])],
    },
    forward: (module, { labels, ...inputs }, loss = {}, request) => {
      const { values, ...others } = model.forward(module, inputs, loss, request);
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
        return { ...others, values: { loss: own, ...values } };
      });
    },
  };
}
