// What ViT and DeiT configurations say, in our words.
import { ConfigReader, type HubConfig } from '../architecture.ts';
import { type EncoderConfig, encoderConfigFrom } from '../patch-encoder.ts';
import { type PictureConfig, pictureConfigFrom } from '../picture-embedding.ts';

/** ViT and DeiT. */
export interface VitConfig extends EncoderConfig, PictureConfig {
  /** Pixels a side that the painted picture has for every patch. */
  readonly encoderStride: number;
  readonly poolerDim: number;
  readonly poolerActivation: string;
  readonly labels: readonly string[];
}

/** From a `config.json` of `model_type` vit or deit. */
export function vitConfigFrom(hub: HubConfig): VitConfig {
  const read = new ConfigReader(hub, `model_type ${hub.model_type}`);
  const encoder = encoderConfigFrom(read);
  return {
    ...encoder,
    ...pictureConfigFrom(read),
    encoderStride: read.size('encoder_stride', 16),
    poolerDim: read.size('pooler_output_size', encoder.dim),
    poolerActivation: read.string('pooler_act', 'tanh'),
    labels: read.labels(),
  };
}
