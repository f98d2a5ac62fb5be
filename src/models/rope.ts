// Rotary positions as `config.json` spells them: `rope_parameters` (Transformers 5) or `rope_theta` with `rope_scaling` (4).
import { type RopeFrequencies, type RopeSettings, ropeFrequencies } from '../nn/index.ts';
import { ConfigError, type ConfigReader, type HubConfig } from './architecture.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/**
 * The frequencies of a configuration; of one `layerType` where kinds of layers differ.
 * @throws ConfigError for a scaling that is not known or lacks a field
 */
export function ropeOf(
  config: HubConfig,
  read: ConfigReader,
  options: { readonly headDim: number; readonly layerType?: string; readonly theta?: number },
): RopeFrequencies {
  const all = [config.rope_parameters, config.rope_scaling].find(isFields) ?? {};
  const own = options.layerType === undefined ? undefined : all[options.layerType];
  const fields = isFields(own) ? own : all;
  const maxLength = read.size('max_position_embeddings');
  const trained = config.original_max_position_embeddings ?? fields.original_max_position_embeddings ?? maxLength;
  const settings: RopeSettings = {
    type: String(fields.rope_type ?? fields.type ?? 'default'),
    theta: Number(fields.rope_theta ?? options.theta ?? config.rope_theta ?? 10000),
    headDim: options.headDim,
    maxLength,
    trainedLength: Number(trained),
    fields,
  };
  try {
    return ropeFrequencies(settings);
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigError(`config.${error.message}`, { cause: error });
    throw error;
  }
}
