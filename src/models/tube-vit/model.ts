// TubeViT (Piergiovanni et al. 2023): a ViT over sparse tubes of a clip, read by attention pooling. A single frame runs through the
// tubes of one frame, which is how pictures and clips train together.
import { matmul, softmax, squeeze, type Tensor, tap, transpose } from '../../graph/index.ts';
import type { Module } from '../../nn/index.ts';
import type { Architecture, Choices, HubConfig, Model } from '../architecture.ts';
import { classify } from '../class-head.ts';
import { textLabels } from '../losses.ts';
import { encode, linearOf } from '../patch-encoder.ts';
import { NO_CHOICES } from '../settle.ts';
import { namedStates } from '../states.ts';
import { type Triple, type TubeVitConfig, tubeGrid, tubeVitConfigFrom, tubeVitWeights } from './config.ts';
import { embedClip } from './embedding.ts';

/** The mean of all tokens `[B, T, D] → [B, D]`, weighted by a softmax over one score each. */
function pool(module: Module, states: Tensor, config: TubeVitConfig): Tensor {
  return module.child('pooling', (m) => {
    const weights = tap('weights', softmax(linearOf(config)(m, states, 1), 1));
    return squeeze(matmul(transpose(weights, [0, 2, 1]), states), [1]);
  });
}

/** Frames, height and width of a run's clips. @throws RangeError for other channels, or clips that no tube fits */
function clipOf(config: TubeVitConfig, choices: Choices): Triple {
  const shape = choices.shapes.pixel_values;
  const usual: Triple = [config.frames, ...config.imageSize];
  if (!shape) return usual;
  const [, frames, channels, height, width] = shape as [number, number, number, number, number];
  const clip: Triple = [frames, height, width];
  const fits = shape.length === 5 && config.tubes.some((tube) => !tubeGrid(tube, clip).includes(0));
  if (channels !== config.channels || !fits) {
    throw new RangeError(
      `pixel_values: expected [batch, ${usual[0]}, ${config.channels}, ${usual[1]}, ${usual[2]}], or a smaller clip that a tube fits, got [${shape.join(', ')}]`,
    );
  }
  return clip;
}

function create(className: string, hub: HubConfig, choices: Choices): Model {
  const config = tubeVitConfigFrom(hub);
  const [frames, height, width] = clipOf(config, choices);
  const isClassifier = className === 'TubeViTForVideoClassification';
  return {
    className,
    modelType: 'tube-vit',
    config: hub,
    inputs: {
      pixel_values: { dtype: 'float32', shape: ['batch', frames, config.channels, height, width] },
      ...(isClassifier ? { labels: textLabels(hub, config.labels.length) } : {}),
    },
    weights: tubeVitWeights,
    settle: (chosen) => create(className, hub, chosen),
    forward: (module, inputs, loss = {}) => {
      const x = module.child('embeddings', (m) => embedClip(m, inputs.pixel_values as Tensor, config));
      const encoded = encode(module, x, config);
      const pooled = pool(module, encoded.states, config);
      const states = namedStates(encoded);
      if (!isClassifier) return { values: { last_hidden_state: encoded.states, pooler_output: pooled }, states };
      const head = { hub, count: config.labels.length, layer: linearOf(config), labels: inputs.labels, loss };
      return { values: classify(module, pooled, head), states };
    },
  };
}

/** TubeViT. */
export const tubeVit: Architecture = {
  modelType: 'tube-vit',
  classes: ['TubeViTModel', 'TubeViTForVideoClassification'],
  create: (className, config) => create(className, config, NO_CHOICES),
};
