// The graphs of an export: which files a kind of model becomes, what each reads and gives. Names are those that Optimum's exports
// have and Transformers.js feeds (src/models/modeling_utils.js, src/models/session_config.js).
import { input, type Otherwise, type Tensor } from '../../graph/index.ts';
import { type HubConfig, type InputSpec, type Model, modelFor } from '../../models/index.ts';
import { traceForward } from '../forward.ts';
import { type ExportKind, knownClass } from './transformers-js.ts';

/** One graph of an export, not yet optimised. */
export interface ExportGraph {
  /** Stem of the file below `onnx/`. */
  readonly file: string;
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly otherwise?: Otherwise;
}

/** Optional inputs that an export always reads; token types only where there is more than one. */
const READ = new Set(['attention_mask', 'encoder_attention_mask']);

function readNames(model: Model, more: readonly string[] = []): string[] {
  const hasTypes = Number(model.config.type_vocab_size ?? 0) > 1;
  return Object.entries(model.inputs)
    .filter(([name, { optional }]) =>
      name === 'token_type_ids' ? hasTypes : !optional || READ.has(name) || more.includes(name),
    )
    .map(([name]) => name);
}

function whole(model: Model, file = 'model'): ExportGraph {
  return { file, outputs: traceForward(model, readNames(model)).values };
}

/** With the cache in and out; positions come from outside, so that rows padded on the left count from their first token. */
function withCache(model: Model): ExportGraph {
  const given = [...readNames(model, ['position_ids']), ...Object.keys(model.precomputed ?? {})];
  const traced = traceForward(model, given);
  return { file: 'model', outputs: { ...traced.values, ...traced.cache } };
}

const ENCODER_CACHE = /^(?:past_key_values|present)\.\d+\.encoder\./;

function givenTensor(model: Model, name: string): Tensor {
  const spec = model.precomputed?.[name] as InputSpec;
  return input(name, spec.dtype, spec.shape);
}

/**
 * First step and later steps in one graph: while `use_cache_branch` is off, keys and values of the encoder are made of its states;
 * while it is on, they are those of the cache.
 */
function mergedDecoder(decoder: Model): ExportGraph {
  const cached = Object.keys(decoder.precomputed ?? {});
  const later = traceForward(decoder, [
    ...readNames(decoder).filter((name) => name !== 'encoder_hidden_states'),
    ...cached,
  ]);
  const first = traceForward(decoder, readNames(decoder));
  const crossed = Object.entries(first.cache ?? {}).filter(([name]) => ENCODER_CACHE.test(name));
  const values = Object.fromEntries(
    crossed.map(([name, made]) => [name.replace('present.', 'past_key_values.'), made]),
  );
  const kept = Object.fromEntries(
    crossed.map(([name]) => [name, givenTensor(decoder, name.replace('present.', 'past_key_values.'))]),
  );
  return {
    file: 'decoder_model_merged',
    outputs: { ...later.values, ...later.cache, ...kept },
    otherwise: { condition: 'use_cache_branch', values, sizeNames: { tokens: 'encoder_past_sequence_length' } },
  };
}

function halves(model: Model): ExportGraph[] {
  const { encoder, decoder } = model.parts as NonNullable<Model['parts']>;
  return [whole(encoder, 'encoder_model'), mergedDecoder(decoder)];
}

/** One tower of two. The width of the common space is the whole model's; the towers' configurations may say another. */
function tower({ config }: Model, className: string, file: string): ExportGraph {
  const width = { projection_dim: config.projection_dim ?? 512 };
  const own = (name: string): HubConfig => ({ [name]: { ...(config[name] as HubConfig), ...width } });
  return whole(modelFor({ ...config, ...own('text_config'), ...own('vision_config') }, className), file);
}

/** The graphs of each kind. */
const graphsOfKind: { readonly [K in ExportKind]: (model: Model) => readonly ExportGraph[] } = {
  whole: (model) => [whole(model)],
  decoder: (model) => [withCache(model)],
  'encoder-decoder': halves,
  'two-towers': (model) => [
    whole(model),
    tower(model, 'CLIPTextModelWithProjection', 'text_model'),
    tower(model, 'CLIPVisionModelWithProjection', 'vision_model'),
  ],
  'text-tower': (model) => [whole(model, 'text_model')],
  'picture-tower': (model) => [whole(model, 'vision_model')],
};

/** The graphs that a model becomes; the whole of it in one where Transformers.js does not know its class. */
export function exportGraphs(model: Model): readonly ExportGraph[] {
  return graphsOfKind[knownClass(model)?.kind ?? 'whole'](model);
}

/** What symbolic sizes are called in the files. Transformers.js makes an empty cache by these names, `batch_size` among them. */
export const sizeNames: Readonly<Record<string, string>> = {
  batch: 'batch_size',
  tokens: 'sequence_length',
  past: 'past_sequence_length',
  decoder_tokens: 'decoder_sequence_length',
  texts: 'text_batch_size',
  images: 'image_batch_size',
};
