// The JSON files beside an ONNX export: what Transformers.js reads, filled in where a checkpoint leaves it to defaults.
import type { HubConfig, Model } from '../../models/index.ts';
import type { OnnxFacts, Precision } from './onnx.ts';
import { knownClass } from './transformers-js.ts';

/** Classes that label things. */
const LABELS = /For(?:Sequence|Token|Image|Audio|Video)Classification/;

function labelTables(model: Model): HubConfig {
  const { id2label, num_labels: count = 2 } = model.config;
  if (!LABELS.test(model.className)) return {};
  const names = (id2label ??
    Object.fromEntries([...Array(Number(count)).keys()].map((i) => [i, `LABEL_${i}`]))) as Record<string, string>;
  return {
    id2label: names,
    label2id: Object.fromEntries(Object.entries(names).map(([id, name]) => [name, Number(id)])),
  };
}

/** What `transformers.js_config` has to say: which precision there is, and which weights lie in files of their own. */
function loadingHints(files: readonly OnnxFacts[]): HubConfig {
  const all = [...new Set(files.map(({ precision }) => precision))];
  const dtype: Precision | undefined = all.includes('fp32') ? undefined : all[0];
  const external = files.filter(({ externalBytes }) => externalBytes > 0).map(({ name }) => [name, true] as const);
  return {
    ...(dtype ? { dtype } : {}),
    ...(external.length > 0 ? { use_external_data_format: Object.fromEntries(external) } : {}),
  };
}

/** The fields of `config.json` that an export needs, the model's own among them. */
export function exportConfig(model: Model, files: readonly OnnxFacts[]): HubConfig {
  const hints = loadingHints(files);
  return {
    architectures: [model.className],
    model_type: model.modelType,
    ...(knownClass(model)?.kind === 'encoder-decoder' ? { is_encoder_decoder: true } : {}),
    ...labelTables(model),
    ...(Object.keys(hints).length > 0 ? { 'transformers.js_config': hints } : {}),
  };
}

/** Fields of a configuration that say how to generate. */
const GENERATION = [
  'bos_token_id',
  'eos_token_id',
  'pad_token_id',
  'decoder_start_token_id',
  'forced_bos_token_id',
  'forced_eos_token_id',
  'bad_words_ids',
] as const;

/** `generation_config.json` for a model that generates and came without one. */
export function generationConfig(model: Model): HubConfig | undefined {
  const task = knownClass(model)?.task ?? '';
  if (!/generation|translation/.test(task)) return undefined;
  const found = GENERATION.filter((name) => model.config[name] !== undefined && model.config[name] !== null);
  return Object.fromEntries(found.map((name) => [name, model.config[name]]));
}

const SPECIAL = /^(bos|eos|unk|sep|pad|cls|mask)_token$/;

/** `special_tokens_map.json` from a `tokenizer_config.json`. */
export function specialTokens(tokenizerConfig: HubConfig): HubConfig {
  return Object.fromEntries(Object.entries(tokenizerConfig).filter(([name, value]) => SPECIAL.test(name) && value));
}
