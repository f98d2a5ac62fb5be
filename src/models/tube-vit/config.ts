// TubeViT's configuration, which is ours: no library has this model. `model_type` tube-vit; fields as ViT's, and
//   num_frames   frames of a clip; `image_size` height and width of them (a number or a pair)
//   kernel_size  frames, height and width of the one kernel that all tubes share
//   tubes        a list of { size, stride, offset }, three numbers each: frames, rows, columns; offset may be left out
import { windowGrid } from '../../nn/index.ts';
import { affine, ConfigError, ConfigReader, type HubConfig, type WeightNames } from '../architecture.ts';
import { type EncoderConfig, encoderConfigFrom, encoderNames } from '../patch-encoder.ts';

/** Frames, height, width. */
export type Triple = readonly [number, number, number];

/** One kind of token: boxes of `size` cut every `stride`, the first at `offset`. */
export interface Tube {
  readonly size: Triple;
  readonly stride: Triple;
  readonly offset: Triple;
}

/** What a configuration says. */
export interface TubeVitConfig extends EncoderConfig {
  readonly channels: number;
  readonly frames: number;
  readonly imageSize: readonly [number, number];
  readonly kernel: Triple;
  readonly tubes: readonly Tube[];
  readonly labels: readonly string[];
}

/** The four tubes of the paper, for 32 frames of 224 × 224: 539 tokens. */
export const PAPER_TUBES: readonly Tube[] = [
  { size: [8, 8, 8], stride: [16, 32, 32], offset: [0, 0, 0] },
  { size: [16, 4, 4], stride: [6, 32, 32], offset: [4, 8, 8] },
  { size: [4, 12, 12], stride: [16, 32, 32], offset: [0, 16, 16] },
  { size: [1, 16, 16], stride: [32, 16, 16], offset: [0, 0, 0] },
];

/** Tokens of a tube along frames, rows, columns: `⌊(length − offset − size) / stride⌋ + 1`; 0 where it does not fit. */
export function tubeGrid(tube: Tube, clip: Triple): Triple {
  return windowGrid(clip, tube) as unknown as Triple;
}

function tripleOf(value: unknown, least: number, where: string): Triple {
  const isTriple = Array.isArray(value) && value.length === 3;
  if (!isTriple || value.some((one) => !Number.isSafeInteger(one) || one < least)) {
    throw new ConfigError(`config.${where}: expected three whole numbers >= ${least}, got ${JSON.stringify(value)}`);
  }
  return value as unknown as Triple;
}

function tubesOf(value: unknown): readonly Tube[] {
  if (value === undefined) return PAPER_TUBES;
  if (!Array.isArray(value) || value.length === 0) {
    throw new ConfigError(`config.tubes: expected a list of { size, stride, offset }, got ${JSON.stringify(value)}`);
  }
  return value.map((tube: Partial<Record<keyof Tube, unknown>>, i) => ({
    size: tripleOf(tube.size, 1, `tubes[${i}].size`),
    stride: tripleOf(tube.stride, 1, `tubes[${i}].stride`),
    offset: tripleOf(tube.offset ?? [0, 0, 0], 0, `tubes[${i}].offset`),
  }));
}

/**
 * From a `config.json` of `model_type` tube-vit.
 * @throws ConfigError for a tube that gives no token, or a width that six does not divide (three axes, sine and cosine each)
 */
export function tubeVitConfigFrom(hub: HubConfig): TubeVitConfig {
  const read = new ConfigReader(hub, 'model_type tube-vit');
  const config: TubeVitConfig = {
    ...encoderConfigFrom(read),
    normEpsilon: read.number('layer_norm_eps', 1e-6),
    channels: read.size('num_channels', 3),
    frames: read.size('num_frames', 32),
    imageSize: read.pair('image_size', 224),
    kernel: tripleOf(hub.kernel_size ?? [8, 8, 8], 1, 'kernel_size'),
    tubes: tubesOf(hub.tubes),
    labels: read.labels(),
  };
  if (config.dim % 6 !== 0) {
    const lower = 12 * Math.max(1, Math.floor(config.dim / 12));
    throw new ConfigError(
      `config.hidden_size: expected a multiple of 6, got ${config.dim} (model_type tube-vit)\n` +
        `Take ${lower} or ${lower + 12}; a model of pictures that it starts from must be as wide (--set model.dim=${lower + 12} when that is trained).`,
    );
  }
  const clip: Triple = [config.frames, ...config.imageSize];
  config.tubes.forEach((tube, i) => {
    if (tubeGrid(tube, clip).includes(0)) {
      throw new ConfigError(
        `config.tubes[${i}]: expected a tube that fits clips of ${clip.join('×')}, got size ${tube.size.join('×')} at offset ${tube.offset.join(', ')}; ` +
          'small clips need tubes of their own',
      );
    }
  });
  return config;
}

const layers = encoderNames('tubevit.encoder.layer', 'tubevit.layers');

/** Layers as ViT's files call them. */
export const tubeVitWeights: WeightNames = {
  prefix: 'tubevit.',
  renames: [
    ['tubevit.embeddings.cls_token', 'embeddings.cls_token'],
    ['tubevit.embeddings.tube_kernel', 'embeddings.kernel'],
    ['tubevit.embeddings.tube_bias', 'embeddings.bias'],
    ...layers.written,
    ...affine('tubevit.layernorm', 'norm'),
    ...affine('tubevit.attention_pooling', 'pooling'),
    ...affine('classifier', 'classifier'),
    ...layers.read,
  ],
  ignored: [/position_embeddings$/],
};
