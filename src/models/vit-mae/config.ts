// What MAE configurations say, in our words, and how its files call our parameters.
import { affine, ConfigReader, type HubConfig, type WeightNames } from '../architecture.ts';
import { type EncoderConfig, encoderConfigFrom, encoderNames } from '../patch-encoder.ts';
import { type PictureConfig, pictureConfigFrom } from '../picture-embedding.ts';

/** Encoder and decoder of a masked autoencoder. */
export interface MaeConfig extends EncoderConfig, PictureConfig {
  readonly decoder: EncoderConfig;
  /** Share of the patches that the encoder does not see, in [0, 1). */
  readonly maskRatio: number;
  /** Whether each patch's target is normalised by its own mean and deviation. */
  readonly normalizesTarget: boolean;
}

/** From a `config.json` of `model_type` vit_mae. */
export function maeConfigFrom(hub: HubConfig): MaeConfig {
  const read = new ConfigReader(hub, 'model_type vit_mae');
  const encoder = encoderConfigFrom(read);
  return {
    ...encoder,
    ...pictureConfigFrom(read),
    decoder: {
      ...encoder,
      dim: read.size('decoder_hidden_size', 512),
      layers: read.size('decoder_num_hidden_layers', 8),
      heads: read.size('decoder_num_attention_heads', 16),
      ffnDim: read.size('decoder_intermediate_size', 2048),
    },
    maskRatio: read.number('mask_ratio', 0.75),
    normalizesTarget: read.boolean('norm_pix_loss', false),
  };
}

const encoder = encoderNames('vit.encoder.layer', 'vit.layers');
const decoder = encoderNames('decoder.decoder_layers', 'decoder.decoder_layers', 'decoder.encoder.layers');
// Transformers 5 saves the decoder's layers under this name, a slip of its renaming; the hub's files have the one above
const slipped = encoderNames(
  'decoder.decoder_encoder.layer',
  'decoder.decoder_layers',
  'decoder.encoder.layers',
).written;

/** `vit.…` for the encoder, `decoder.…` for what paints. */
export const maeWeights: WeightNames = {
  prefix: 'vit.',
  renames: [
    ['vit.embeddings.cls_token', 'embeddings.cls_token'],
    ['vit.embeddings.position_embeddings', 'embeddings.positions'],
    ...affine('vit.embeddings.patch_embeddings.projection', 'embeddings.patches'),
    ...encoder.written,
    ...affine('vit.layernorm', 'norm'),
    ['decoder.mask_token', 'decoder.mask_token'],
    ['decoder.decoder_pos_embed', 'decoder.positions'],
    ...affine('decoder.decoder_embed', 'decoder.embed'),
    ...decoder.written,
    ...affine('decoder.decoder_norm', 'decoder.norm'),
    ...affine('decoder.decoder_pred', 'decoder.pixels'),
    ...encoder.read,
    ...decoder.read,
    ...slipped,
  ],
  ignored: [],
};

/** The bare encoder, also out of a file that holds the decoder. */
export const maeEncoderWeights: WeightNames = { ...maeWeights, ignored: [/^decoder\./] };
