// CLIP (Radford et al. 2021): two towers, and the classes that use both or one of them.
import { type CrossEntropyOptions, type Dim, mean, slice, type Tensor } from '../../graph/index.ts';
import { constantInit, linearWith, type Module, normalInit } from '../../nn/index.ts';
import {
  type Architecture,
  type Choices,
  ConfigReader,
  type HubConfig,
  type InputSpec,
  type Inputs,
  type Model,
  type Outputs,
  type WeightNames,
} from '../architecture.ts';
import { classify } from '../class-head.ts';
import { contrast, contrastValues } from '../contrast.ts';
import { textLabels } from '../losses.ts';
import { layoutOf, type Picture, pictureOf, pixelSpec } from '../picture-embedding.ts';
import { NO_CHOICES } from '../settle.ts';
import { namedStates } from '../states.ts';
import { type ClipTextConfig, type ClipVisionConfig, clipTextConfigFrom, clipVisionConfigFrom } from './config.ts';
import { type ClipTower, textTower, visionTower } from './towers.ts';
import {
  clipClassWeights,
  clipTextProjectionWeights,
  clipTextWeights,
  clipVisionProjectionWeights,
  clipVisionWeights,
  clipWeights,
} from './weights.ts';

interface Context {
  readonly hub: HubConfig;
  readonly text: () => ClipTextConfig;
  readonly vision: () => ClipVisionConfig;
  readonly picture: () => Picture;
  readonly inputs: Inputs;
  readonly switches: Readonly<Record<string, boolean>>;
  readonly loss: CrossEntropyOptions;
}

interface Class {
  readonly weights: WeightNames;
  readonly reads: 'text' | 'pictures' | 'both';
  readonly labels?: boolean;
  readonly switches?: Readonly<Record<string, boolean>>;
  readonly forward: (module: Module, context: Context) => Outputs;
}

const textOf = (module: Module, { inputs, text }: Context): ClipTower =>
  module.child('text_model', (m) => textTower(m, inputs, text()));
const visionOf = (module: Module, { inputs, vision, picture }: Context): ClipTower =>
  module.child('vision_model', (m) => visionTower(m, inputs.pixel_values as Tensor, vision(), picture()));

function projection(module: Module, name: string, x: Tensor, width: number): Tensor {
  const layer = linearWith({ initialize: normalInit((x.shape.at(-1) as number) ** -0.5), bias: false });
  return module.child(name, (m) => layer(m, x, width));
}

const bare = (tower: ClipTower): Outputs => ({
  values: { last_hidden_state: tower.states, pooler_output: tower.pooled },
  states: namedStates(tower),
});

function projected(module: Module, tower: ClipTower, name: 'text' | 'visual', width: number): Outputs {
  const embeds = projection(module, `${name}_projection`, tower.pooled, width);
  const values = { [name === 'text' ? 'text_embeds' : 'image_embeds']: embeds, last_hidden_state: tower.states };
  return { values, states: namedStates(tower) };
}

function both(module: Module, context: Context): Outputs {
  const read = new ConfigReader(context.hub, 'model_type clip');
  const width = read.size('projection_dim', 512);
  const [text, vision] = [textOf(module, context), visionOf(module, context)];
  const scale = module.parameter('logit_scale', [], constantInit(read.number('logit_scale_init_value', 2.6592)));
  const found = contrast(
    projection(module, 'text_projection', text.pooled, width),
    projection(module, 'visual_projection', vision.pooled, width),
    scale,
  );
  return {
    values: contrastValues(found, context.switches.return_loss === true, context.loss),
    states: { ...namedStates(text, 'text_model.'), ...namedStates(vision, 'vision_model.') },
  };
}

/** A class from the mean of the patches' states. */
function pictureClass(module: Module, context: Context): Outputs {
  const tower = visionOf(module, context);
  const patches = slice(tower.states, 1, 1, tower.states.shape[1] as Dim);
  const { hub, inputs, loss } = context;
  const values = classify(module, mean(patches, { axes: [1] }), {
    hub,
    count: new ConfigReader(hub, 'model_type clip').labels().length,
    layer: linearWith({ initialize: normalInit(context.vision().dim ** -0.5) }),
    labels: inputs.labels,
    loss,
  });
  return { values, states: namedStates(tower) };
}

const classes = {
  CLIPModel: { weights: clipWeights, reads: 'both', switches: { return_loss: false }, forward: both },
  CLIPTextModel: { weights: clipTextWeights, reads: 'text', forward: (m, c) => bare(textOf(m, c)) },
  CLIPTextModelWithProjection: {
    weights: clipTextProjectionWeights,
    reads: 'text',
    forward: (m, c) => projected(m, textOf(m, c), 'text', c.text().projectionDim),
  },
  CLIPVisionModel: { weights: clipVisionWeights, reads: 'pictures', forward: (m, c) => bare(visionOf(m, c)) },
  CLIPVisionModelWithProjection: {
    weights: clipVisionProjectionWeights,
    reads: 'pictures',
    forward: (m, c) => projected(m, visionOf(m, c), 'visual', c.vision().projectionDim),
  },
  CLIPForImageClassification: { weights: clipClassWeights, reads: 'pictures', labels: true, forward: pictureClass },
} as const satisfies Readonly<Record<string, Class>>;

function textInputs(batch: Dim): Record<string, InputSpec> {
  const shape = [batch, 'tokens'];
  const optional = { dtype: 'int64', shape, optional: true } as const;
  return { input_ids: { dtype: 'int64', shape }, attention_mask: optional, position_ids: optional };
}

function create(className: string, hub: HubConfig, choices: Choices): Model {
  const { weights, reads, labels, switches: own, forward }: Class = classes[className as keyof typeof classes];
  const seesPictures = reads !== 'text';
  const switches = { ...own, ...(seesPictures ? { interpolate_pos_encoding: false } : {}), ...choices.switches };
  const vision = (): ClipVisionConfig => clipVisionConfigFrom(hub);
  const picture = (): Picture => pictureOf(vision(), choices, switches.interpolate_pos_encoding === true);
  const images = seesPictures ? pixelSpec(picture()) : undefined;
  const text = (): ClipTextConfig => clipTextConfigFrom(hub);
  // any number of texts beside any number of pictures
  const pixels = images && { ...images, shape: [reads === 'both' ? 'images' : 'batch', ...images.shape.slice(1)] };
  return {
    className,
    modelType: String(hub.model_type),
    config: hub,
    inputs: {
      ...(reads === 'pictures' ? {} : textInputs(reads === 'both' ? 'texts' : 'batch')),
      ...(pixels ? { pixel_values: pixels } : {}),
      ...(labels ? { labels: textLabels(hub, new ConfigReader(hub, 'model_type clip').labels().length) } : {}),
    },
    weights,
    ...(reads === 'pictures' ? {} : { maxLength: text().maxLength }),
    ...(seesPictures ? { layout: layoutOf(picture(), 1) } : {}),
    switches,
    settle: (chosen) => create(className, hub, chosen),
    forward: (module, inputs, loss = {}) => forward(module, { hub, text, vision, picture, inputs, switches, loss }),
  };
}

function architecture(modelType: string, names: readonly string[]): Architecture {
  return { modelType, classes: names, create: (className, config) => create(className, config, NO_CHOICES) };
}

/** CLIP with both towers, and the classes that take one of them. */
export const clip: Architecture = architecture('clip', Object.keys(classes));
/** The text tower alone. */
export const clipText: Architecture = architecture('clip_text_model', ['CLIPTextModel', 'CLIPTextModelWithProjection']);
/** The picture tower alone. */
export const clipVision: Architecture = architecture('clip_vision_model', [
  'CLIPVisionModel',
  'CLIPVisionModelWithProjection',
]);
