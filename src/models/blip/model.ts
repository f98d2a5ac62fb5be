// BLIP (Li et al. 2022): texts and pictures compared, a caption written from a picture, a text judged against a picture, a question
// about a picture answered.
import {
  add,
  type CrossEntropyOptions,
  crossEntropy,
  type Dim,
  full,
  matmul,
  type Tensor,
  tanh,
  transpose,
} from '../../graph/index.ts';
import {
  causalBias,
  constantInit,
  layerNormWith,
  linearWith,
  type Module,
  normalInit,
  paddingBias,
  type TowerResult,
} from '../../nn/index.ts';
import type { Architecture, Choices, HubConfig, InputSpec, Inputs, Model, Outputs } from '../architecture.ts';
import { stateOf } from '../class-head.ts';
import { contrast, contrastValues, unitRows } from '../contrast.ts';
import { decoderPart, halfOf } from '../encoder-decoder.ts';
import { shiftLabels } from '../losses.ts';
import type { Encoded } from '../patch-encoder.ts';
import { layoutOf, type Picture, pictureOf, pixelSpec } from '../picture-embedding.ts';
import { NO_CHOICES } from '../settle.ts';
import { namedStates } from '../states.ts';
import { type BlipConfig, blipConfigFrom, writingOf } from './config.ts';
import { textTower, visionTower, vocabularyOf } from './towers.ts';
import { blipWeights } from './weights.ts';

interface Context {
  readonly config: BlipConfig;
  readonly picture: Picture;
  readonly inputs: Inputs;
  readonly switches: Readonly<Record<string, boolean>>;
  readonly loss: CrossEntropyOptions;
}

type Parts = NonNullable<Model['parts']>;
type Half = Pick<Model, 'className' | 'modelType' | 'config' | 'weights' | 'maxLength' | 'inputs'>;

interface Class {
  readonly switches?: Readonly<Record<string, boolean>>;
  readonly inputs: (switches: Readonly<Record<string, boolean>>) => {
    texts: Dim;
    images: Dim;
    more?: Readonly<Record<string, InputSpec>>;
  };
  readonly forward: (module: Module, context: Context) => Outputs;
  /** Halves of a class that writes. */
  readonly parts?: typeof captionParts;
}

const maskBias = (mask: Tensor | undefined): Tensor | undefined => mask && paddingBias(mask);

const visionOf = (module: Module, { inputs, config, picture }: Omit<Context, 'loss'>): Encoded =>
  module.child('vision_model', (m) => visionTower(m, inputs.pixel_values as Tensor, config.vision, picture));

function mapped(
  module: Module,
  name: string,
  x: Tensor,
  { width, bias, config }: { width: number; bias: boolean; config: BlipConfig },
): Tensor {
  return module.child(name, (m) => linearWith({ initialize: normalInit(config.initDeviation), bias })(m, x, width));
}

/** Texts and pictures in one space. The pooled picture is normalised twice, as published. */
function compared(module: Module, context: Context): Outputs {
  const { config, inputs, switches, loss } = context;
  const vision = visionOf(module, context);
  const text = module.child('text_model', (m) =>
    textTower(
      m,
      { ids: inputs.input_ids as Tensor, bias: maskBias(inputs.attention_mask), positions: inputs.position_ids },
      config.text,
    ),
  );
  const pooledText = module.child('text_model', (m) =>
    tanh(mapped(m, 'pooler', stateOf(text.x), { width: config.text.dim, bias: true, config })),
  );
  const pooledPicture = module.child('vision_model', (m) =>
    m.child('norm', (n) => layerNormWith(config.vision.normEpsilon)(n, stateOf(vision.states))),
  );
  const to = { width: config.projectionDim, bias: false, config };
  const found = contrast(
    mapped(module, 'text_projection', pooledText, to),
    mapped(module, 'visual_projection', pooledPicture, to),
    module.parameter('logit_scale', [], constantInit(config.logScale)),
  );
  return {
    values: contrastValues(found, switches.return_loss === true, loss),
    states: { ...namedStates(text, 'text_model.'), ...namedStates(vision, 'vision_model.') },
  };
}

interface Written {
  readonly ids: Tensor;
  readonly mask: Tensor | undefined;
  readonly memory: Tensor;
  readonly memoryMask?: Tensor | undefined;
}

/** Words one after the other, each seeing those before it and the memory; and the scores of what follows each. */
function written(root: Module, { ids, mask, memory, memoryMask }: Written, config: BlipConfig): [TowerResult, Tensor] {
  const [padding, future] = [maskBias(mask), causalBias(ids.shape[1] as Dim)];
  const bias = padding ? add(future, padding) : future;
  const text = { ids, bias, memoryOf: () => memory, memoryBias: maskBias(memoryMask) };
  const decoded = root.child('text_decoder', (m) => textTower(m, text, config.text));
  return [decoded, wordsOf(root, decoded.x, config)];
}

const wordsOf = (root: Module, states: Tensor, { text }: BlipConfig): Tensor =>
  root.child('text_decoder', (m) => vocabularyOf(m, states, text));

/** A caption, token by token, from the picture's states. */
function captioned(module: Module, context: Context): Outputs {
  const { config, inputs, loss } = context;
  const vision = visionOf(module, context);
  const text = { ids: inputs.input_ids as Tensor, mask: inputs.attention_mask, memory: vision.states };
  const [decoded, logits] = written(module, text, config);
  const smoothed = { smoothing: config.text.smoothing, ...loss };
  return {
    values: {
      ...(inputs.labels ? { loss: crossEntropy(logits, shiftLabels(inputs.labels), smoothed) } : {}),
      logits,
      image_embeds: vision.states,
      last_hidden_state: vision.states,
    },
    states: { ...namedStates(decoded, 'text_model.'), ...namedStates(vision, 'vision_model.') },
  };
}

/**
 * How well texts fit pictures: with `use_itm_head` each text against its picture, logits of no and yes `[B, 2]`; else the cosine of
 * every picture with every text `[images, texts]`.
 */
function matched(module: Module, context: Context): Outputs {
  const { config, inputs, switches } = context;
  const vision = visionOf(module, context);
  const looks = switches.use_itm_head === true;
  const input = { ids: inputs.input_ids as Tensor, bias: maskBias(inputs.attention_mask) };
  const text = module.child('text_encoder', (m) =>
    textTower(m, looks ? { ...input, memoryOf: () => vision.states } : input, config.text),
  );
  const to = { width: config.matchingDim, bias: true, config };
  const pictures = unitRows(mapped(module, 'vision_proj', stateOf(vision.states), to));
  const texts = unitRows(mapped(module, 'text_proj', stateOf(text.x), to));
  const verdict = mapped(module, 'itm_head', stateOf(text.x), { width: 2, bias: true, config });
  return {
    values: {
      itm_score: looks ? verdict : matmul(pictures, transpose(texts)),
      last_hidden_state: vision.states,
      question_embeds: text.x,
    },
    states: { ...namedStates(text, 'text_model.'), ...namedStates(vision, 'vision_model.') },
  };
}

/** The answer to a question about a picture; without `decoder_input_ids` the labels are read, else the start token alone. */
function answered(module: Module, context: Context): Outputs {
  const { config, inputs, loss } = context;
  const vision = visionOf(module, context);
  const ids = inputs.input_ids as Tensor;
  const question = module.child('text_encoder', (m) =>
    textTower(m, { ids, bias: maskBias(inputs.attention_mask), memoryOf: () => vision.states }, config.text),
  );
  const start = full([ids.shape[0] as Dim, 1], config.text.startId, 'int64');
  const text = {
    ids: inputs.decoder_input_ids ?? inputs.labels ?? start,
    mask: inputs.decoder_attention_mask,
    memory: question.x,
    memoryMask: inputs.attention_mask,
  };
  const [answer, logits] = written(module, text, config);
  const smoothed = { smoothing: config.text.smoothing, ...loss };
  return {
    values: {
      ...(inputs.labels ? { loss: crossEntropy(logits, shiftLabels(inputs.labels), smoothed) } : {}),
      logits,
      image_embeds: vision.states,
      last_hidden_state: vision.states,
    },
    states: {
      ...namedStates(question, 'text_model.'),
      ...namedStates(answer, 'text_decoder.'),
      ...namedStates(vision, 'vision_model.'),
    },
  };
}

/** The halves of a captioner: the picture is read once, then words come one by one. */
function captionParts(whole: Half, config: BlipConfig, see: (root: Module, inputs: Inputs) => Encoded): Parts {
  const { text, vision } = config;
  const encoder: Model = {
    ...halfOf(whole, 'encoder'),
    inputs: { pixel_values: whole.inputs.pixel_values as InputSpec },
    forward: (root, inputs) => {
      const seen = see(root, inputs);
      return { values: { last_hidden_state: seen.states }, states: namedStates(seen) };
    },
  };
  const decoder = decoderPart({
    ...whole,
    ...{ dim: vision.dim, decoderLayers: text.layers, heads: text.heads, headDim: text.dim / text.heads },
    decode: (root, input) => root.child('text_decoder', (m) => textTower(m, input, text)),
    vocabulary: (root, states) => wordsOf(root, states, config),
  });
  return { encoder, decoder };
}

const optional = (...shape: Dim[]): InputSpec => ({ dtype: 'int64', shape, optional: true });

const classes: Readonly<Record<string, Class>> = {
  BlipModel: {
    switches: { return_loss: false },
    inputs: () => ({ texts: 'texts', images: 'images', more: { position_ids: optional('texts', 'tokens') } }),
    forward: compared,
  },
  BlipForConditionalGeneration: {
    inputs: () => ({ texts: 'batch', images: 'batch', more: { labels: optional('batch', 'tokens') } }),
    forward: captioned,
    parts: captionParts,
  },
  BlipForImageTextRetrieval: {
    switches: { use_itm_head: true },
    inputs: ({ use_itm_head }) =>
      use_itm_head ? { texts: 'batch', images: 'batch' } : { texts: 'texts', images: 'images' },
    forward: matched,
  },
  BlipForQuestionAnswering: {
    inputs: () => ({
      texts: 'batch',
      images: 'batch',
      more: {
        decoder_input_ids: optional('batch', 'answer_tokens'),
        decoder_attention_mask: optional('batch', 'answer_tokens'),
        labels: optional('batch', 'answer_tokens'),
      },
    }),
    forward: answered,
  },
};

function create(className: string, hub: HubConfig, choices: Choices): Model {
  const config = blipConfigFrom(hub);
  const { switches: own, inputs: inputsOf, forward, parts } = classes[className] as Class;
  const switches = { interpolate_pos_encoding: false, ...own, ...choices.switches };
  const picture = pictureOf(config.vision, choices, switches.interpolate_pos_encoding);
  const { texts, images, more } = inputsOf(switches);
  const pixels = pixelSpec(picture);
  const whole = {
    className,
    modelType: 'blip',
    config: hub,
    inputs: {
      input_ids: { dtype: 'int64', shape: [texts, 'tokens'] },
      attention_mask: optional(texts, 'tokens'),
      pixel_values: { ...pixels, shape: [images, ...pixels.shape.slice(1)] },
      ...more,
    },
    weights: blipWeights,
    maxLength: config.text.maxLength,
  } as const satisfies Half;
  const contextOf = (inputs: Inputs): Omit<Context, 'loss'> => ({ config, picture, inputs, switches });
  const see = (root: Module, inputs: Inputs): Encoded => visionOf(root, contextOf(inputs));
  return {
    ...whole,
    ...(parts ? { parts: parts(whole, config, see), writing: writingOf(hub) } : {}),
    layout: layoutOf(picture, 1),
    switches,
    settle: (chosen) => create(className, hub, chosen),
    forward: (module, inputs, loss = {}) => forward(module, { ...contextOf(inputs), loss }),
  };
}

/** BLIP. */
export const blip: Architecture = {
  modelType: 'blip',
  classes: Object.keys(classes),
  create: (className, config) => create(className, config, NO_CHOICES),
};
