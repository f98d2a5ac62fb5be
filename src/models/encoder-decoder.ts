// Encoder-decoders as models: which inputs there are, how they run whole, in halves and step by step. Architectures give the towers.
import { add, type CrossEntropyOptions, crossEntropy, type Dim, slice, type Tensor } from '../graph/index.ts';
import { type AttentionCache, causalBias, type Module, paddingBias, type TowerResult } from '../nn/index.ts';
import {
  ConfigError,
  type ForwardRequest,
  type HubConfig,
  type InputSpec,
  type Inputs,
  type Model,
  type WeightNames,
} from './architecture.ts';
import { CACHE_PREFIX, cacheSpecs, cachesIn, maskSpec, namedCaches, pastOf } from './cache.ts';
import { shiftRight } from './losses.ts';
import { namedStates } from './states.ts';

/** What a decoder tower is given. */
export interface DecoderInput {
  /** `[B, T]`, after `past` cached tokens. */
  readonly ids: Tensor;
  readonly tokens: Dim;
  readonly past: Dim;
  readonly caches: readonly AttentionCache[] | undefined;
  /** Causal, and padding where it is masked: `[1 or B, 1, T, past + T]`. */
  readonly bias: Tensor;
  /** What layer `i` looks at: the encoder's states `[B, S, D]`, or their keys and values. */
  readonly memoryOf: (layer: number) => Tensor | AttentionCache;
  readonly memoryBias: Tensor | undefined;
}

/** A decoder that looks at what an encoder gave, of one class and configuration. */
export interface DecoderHalf {
  readonly className: string;
  readonly modelType: string;
  readonly config: HubConfig;
  readonly weights: WeightNames;
  readonly maxLength?: number;
  /** Width of the encoder's states. */
  readonly dim: number;
  readonly decoderLayers: number;
  readonly heads: number;
  readonly headDim: number;
  /** Towers get the root of the tree, for they may share tables. */
  readonly decode: (root: Module, input: DecoderInput) => TowerResult;
  /** Scores `[B, T, V]`; absent for the bare model. */
  readonly vocabulary?: (root: Module, states: Tensor) => Tensor;
}

/** One encoder-decoder over texts. */
export interface EncoderDecoder extends DecoderHalf {
  readonly startId: number | undefined;
  readonly padId: number | undefined;
  /** Without decoder ids and labels, the encoder's ids are shifted and decoded (BART's denoising). */
  readonly decodesInput?: boolean;
  readonly encode: (root: Module, ids: Tensor, bias: Tensor | undefined) => TowerResult;
}

const ENCODER_CACHE = `${CACHE_PREFIX}0.encoder.key`;
const int64 = (...shape: Dim[]): InputSpec => ({ dtype: 'int64', shape });
const maskBias = (mask: Tensor | undefined): Tensor | undefined => mask && paddingBias(mask);

function cacheInputs(spec: DecoderHalf): Record<string, InputSpec> {
  const shape = { layers: spec.decoderLayers, heads: spec.heads, headDim: spec.headDim };
  return {
    ...cacheSpecs({ ...shape, kind: 'decoder.' }),
    ...cacheSpecs({ ...shape, kind: 'encoder.', tokens: 'tokens' }),
  };
}

/** The decoder's ids: given, or made of the labels. @throws ConfigError when the configuration has no start token */
function decoderIds(spec: EncoderDecoder, inputs: Inputs): Tensor {
  if (inputs.decoder_input_ids) return inputs.decoder_input_ids;
  const { startId, padId } = spec;
  if (startId === undefined || padId === undefined) {
    const got = startId === undefined ? 'no decoder_start_token_id' : 'no pad_token_id';
    throw new ConfigError(`config.json: expected what labels are shifted with, got ${got} (${spec.className})`);
  }
  return shiftRight((inputs.labels ?? inputs.input_ids) as Tensor, { start: startId, pad: padId });
}

interface Decoding {
  readonly ids: Tensor;
  readonly mask: Tensor | undefined;
  readonly memory: Tensor | undefined;
  readonly memoryMask: Tensor | undefined;
}

function decodeAfter(spec: DecoderHalf, root: Module, inputs: Inputs, given: Decoding): TowerResult {
  const caches = cachesIn(inputs, spec.decoderLayers, 'decoder.');
  const crossCaches = cachesIn(inputs, spec.decoderLayers, 'encoder.');
  const past = pastOf(caches);
  const tokens = given.ids.shape[1] as Dim;
  const causal = causalBias(tokens, past);
  const padding = maskBias(given.mask);
  return spec.decode(root, {
    ids: given.ids,
    tokens,
    past,
    caches,
    bias: padding ? add(causal, padding) : causal,
    memoryOf: (layer) => (crossCaches ? (crossCaches[layer] as AttentionCache) : (given.memory as Tensor)),
    memoryBias: maskBias(given.memoryMask),
  });
}

interface Ending {
  readonly decoded: TowerResult;
  readonly inputs: Inputs;
  readonly loss: CrossEntropyOptions;
  readonly request: ForwardRequest;
}

/** Scores and loss, or the bare states. */
function valuesOf(spec: DecoderHalf, root: Module, ending: Ending): Record<string, Tensor> {
  const { decoded, inputs, loss, request } = ending;
  if (!spec.vocabulary) return { last_hidden_state: decoded.x };
  const kept = request.logits === 'last' ? slice(decoded.x, 1, -1, decoded.x.shape[1] as Dim) : decoded.x;
  const logits = spec.vocabulary(root, kept);
  return inputs.labels ? { loss: crossEntropy(logits, inputs.labels, loss), logits } : { logits };
}

/** The decoder's caches, and the encoder's where they were computed. */
function cacheOf(decoded: TowerResult, inputs: Inputs): Record<string, Tensor> {
  const own = namedCaches(decoded.caches, 'decoder.');
  return inputs[ENCODER_CACHE] ? own : { ...own, ...namedCaches(decoded.crossCaches, 'encoder.') };
}

type Half = Pick<Model, 'className' | 'modelType' | 'config' | 'weights' | 'maxLength'>;

/** What a half has of its whole. */
export function halfOf(spec: Half, side: 'encoder' | 'decoder'): Half {
  const { modelType, config, weights, maxLength } = spec;
  const className = `${spec.className} (${side})`;
  return { className, modelType, config, weights, ...(maxLength === undefined ? {} : { maxLength }) };
}

function encoderPart(spec: EncoderDecoder): Model {
  return {
    ...halfOf(spec, 'encoder'),
    inputs: {
      input_ids: int64('batch', 'tokens'),
      attention_mask: { ...int64('batch', 'tokens'), optional: true },
    },
    forward: (root, inputs) => {
      const encoded = spec.encode(root, inputs.input_ids as Tensor, maskBias(inputs.attention_mask));
      return { values: { last_hidden_state: encoded.x }, states: namedStates(encoded) };
    },
  };
}

/** Names as in the decoder's ONNX export: `input_ids` are the decoder's, `encoder_attention_mask` masks the encoder's states. */
export function decoderPart(spec: DecoderHalf): Model {
  return {
    ...halfOf(spec, 'decoder'),
    inputs: {
      input_ids: int64('batch', 'decoder_tokens'),
      encoder_attention_mask: { ...int64('batch', 'tokens'), optional: true },
      encoder_hidden_states: { dtype: 'float32', shape: ['batch', 'tokens', spec.dim], unless: [ENCODER_CACHE] },
      decoder_attention_mask: maskSpec('decoder_tokens'),
    },
    precomputed: cacheInputs(spec),
    forward: (root, inputs, loss = {}, request = {}) => {
      const decoded = decodeAfter(spec, root, inputs, {
        ids: inputs.input_ids as Tensor,
        mask: inputs.decoder_attention_mask,
        memory: inputs.encoder_hidden_states,
        memoryMask: inputs.encoder_attention_mask,
      });
      return {
        values: valuesOf(spec, root, { decoded, inputs, loss, request }),
        states: namedStates(decoded, 'decoder_'),
        cache: cacheOf(decoded, inputs),
      };
    },
  };
}

function wholeInputs({ vocabulary, decodesInput }: EncoderDecoder): Record<string, InputSpec> {
  const instead = [...(vocabulary ? ['labels'] : []), ...(decodesInput ? ['input_ids'] : [])];
  return {
    input_ids: { ...int64('batch', 'tokens'), unless: ['encoder_hidden_states', ENCODER_CACHE] },
    attention_mask: { ...int64('batch', 'tokens'), optional: true },
    decoder_input_ids: { ...int64('batch', 'decoder_tokens'), unless: instead },
    decoder_attention_mask: maskSpec('decoder_tokens'),
    ...(vocabulary ? { labels: { ...int64('batch', 'decoder_tokens'), optional: true } } : {}),
  };
}

/** The whole model, with its two halves as `parts`. */
export function encoderDecoderModel(spec: EncoderDecoder): Model {
  return {
    ...encoderPart(spec),
    className: spec.className,
    inputs: wholeInputs(spec),
    precomputed: {
      encoder_hidden_states: { dtype: 'float32', shape: ['batch', 'tokens', spec.dim], optional: true },
      ...cacheInputs(spec),
    },
    parts: { encoder: encoderPart(spec), decoder: decoderPart(spec) },
    forward: (root, inputs, loss = {}, request = {}) => {
      const isEncoded = inputs.encoder_hidden_states !== undefined || inputs[ENCODER_CACHE] !== undefined;
      const encoded = isEncoded
        ? undefined
        : spec.encode(root, inputs.input_ids as Tensor, maskBias(inputs.attention_mask));
      const decoded = decodeAfter(spec, root, inputs, {
        ids: decoderIds(spec, inputs),
        mask: inputs.decoder_attention_mask,
        memory: inputs.encoder_hidden_states ?? encoded?.x,
        memoryMask: inputs.attention_mask,
      });
      const values = valuesOf(spec, root, { decoded, inputs, loss, request });
      const states = namedStates(decoded, 'decoder_');
      return {
        values: encoded ? { ...values, encoder_last_hidden_state: encoded.x } : values,
        states: encoded ? { ...namedStates(encoded, 'encoder_'), ...states } : states,
        cache: cacheOf(decoded, inputs),
      };
    },
  };
}

/** The encoder of an encoder-decoder as a model of its own. */
export function encoderModel(spec: EncoderDecoder): Model {
  return { ...encoderPart(spec), className: spec.className };
}
