// The encoder of a checkpoint, whatever head stands on it: what Transformers' AutoModel opens.
import { openCheckpoint, resolveModel } from '../checkpoints/index.node.ts';
import { CheckpointError, type HubOptions } from '../checkpoints/index.ts';
import { DataError } from '../data/index.ts';
import { inKnownNames, loadParameters, type Model, modelFor, modelIn } from '../models/index.ts';
import type { OpenModel } from './forward.node.ts';
import { traceForward } from './forward.ts';

/** Results that are features, the first that a model has. */
const FEATURES = ['text_embeds', 'image_embeds', 'last_hidden_state'] as const;

/** An encoder with its parameters. */
export interface OpenEncoder extends OpenModel {
  /** The name of its features: `last_hidden_state`. */
  readonly output: string;
  /** Whether it has a trained pooler, and with it `pooler_output`. */
  readonly hasPooler: boolean;
}

/** The results of a model by name. */
function resultsOf(model: Model): readonly string[] {
  const required = Object.keys(model.inputs).filter((name) => !model.inputs[name]?.optional);
  return Object.keys(traceForward(model, required).values);
}

/**
 * Opens the encoder of a folder or of a hub name, which reads texts or pictures: its own class where that gives features, else the
 * family's bare model, the head left out. A pooler that the file lacks is left out as well.
 * @throws HubError, CheckpointError, ConfigError; DataError for a model without features or of another kind
 */
export async function openEncoder(
  name: string,
  input: 'input_ids' | 'pixel_values',
  hub: HubOptions = {},
): Promise<OpenEncoder> {
  const dir = await resolveModel(name, hub);
  const source = await inKnownNames(await openCheckpoint(dir));
  try {
    const own = await modelIn(source);
    const featuresIn = (results: readonly string[]): string | undefined =>
      FEATURES.find((feature) => results.includes(feature));
    const model = featuresIn(resultsOf(own)) ? own : modelFor({ ...own.config, architectures: undefined });
    const results = resultsOf(model);
    const output = featuresIn(results);
    if (!output) throw new DataError(`expected a model with features, got ${own.className} (${dir})`);
    if (!(input in model.inputs))
      throw new DataError(`expected a model that reads ${input}, got ${model.className} (${dir})`);
    const { initialized, ...loaded } = await loadParameters(model, source, { initialize: { seed: 0 } });
    const lacking = initialized.filter((parameter) => !/(^|\.)pooler\./.test(parameter));
    if (lacking.length > 0)
      throw new CheckpointError(
        `expected all of ${model.className}, got none of ${lacking.slice(0, 8).join(', ')} (${dir})`,
      );
    const hasPooler = results.includes('pooler_output') && initialized.length === 0;
    return { dir, model, ...loaded, output, hasPooler };
  } finally {
    await source.close();
  }
}
