// What BLIP configurations say of their two towers, in our words.
import { ConfigReader, type HubConfig, type Writing } from '../architecture.ts';
import { type EncoderConfig, encoderConfigFrom } from '../patch-encoder.ts';
import { type PictureConfig, pictureConfigFrom } from '../picture-embedding.ts';

/** The text tower, which also decodes. */
export interface BlipTextConfig extends EncoderConfig {
  readonly vocabSize: number;
  readonly maxLength: number;
  readonly padId: number;
  readonly startId: number;
  /** Width of what cross-attention reads; 0 where there is none. */
  readonly memoryDim: number;
  readonly smoothing: number;
}

/** Both towers, and what joins them. */
export interface BlipConfig {
  readonly text: BlipTextConfig;
  readonly vision: EncoderConfig & PictureConfig;
  readonly projectionDim: number;
  readonly matchingDim: number;
  readonly logScale: number;
  readonly initDeviation: number;
}

/** From a `config.json` of `model_type` blip. */
export function blipConfigFrom(hub: HubConfig): BlipConfig {
  const read = new ConfigReader(hub, 'model_type blip');
  const part = (name: string): ConfigReader =>
    new ConfigReader((hub[name] as HubConfig | undefined) ?? {}, `${name} of BLIP`);
  const [text, vision] = [part('text_config'), part('vision_config')];
  const pictures = {
    ...encoderConfigFrom(vision),
    ...pictureConfigFrom(vision),
    imageSize: vision.pair('image_size', 384),
    channels: 3,
    normEpsilon: vision.number('layer_norm_eps', 1e-5),
    attentionDropout: vision.number('attention_dropout', 0),
    dropout: 0,
    qkvBias: true,
    // configurations say 1e-10, which no training could start from
    initDeviation: Math.max(vision.number('initializer_range', 0.02), 1e-3),
  };
  return {
    text: {
      ...encoderConfigFrom(text),
      heads: text.size('num_attention_heads', 8),
      qkvBias: true,
      vocabSize: text.size('vocab_size', 30524),
      maxLength: text.size('max_position_embeddings', 512),
      padId: text.number('pad_token_id', 0),
      startId: text.number('bos_token_id', 30522),
      memoryDim: text.boolean('is_decoder', true) ? pictures.dim : 0,
      smoothing: text.number('label_smoothing', 0),
    },
    vision: pictures,
    projectionDim: read.size('projection_dim', 512),
    matchingDim: read.size('image_text_hidden_size', 256),
    logScale: read.number('logit_scale_init_value', 2.6592),
    initDeviation: read.number('initializer_range', 0.02),
  };
}

/** Captions begin with `[DEC]` and end with `[SEP]`, whatever `generation_config.json` says. */
export function writingOf(hub: HubConfig): Writing {
  const read = new ConfigReader((hub.text_config as HubConfig | undefined) ?? {}, 'text_config of BLIP');
  return {
    bos_token_id: read.number('bos_token_id', 30522),
    eos_token_id: read.number('sep_token_id', 102),
    pad_token_id: read.number('pad_token_id', 0),
  };
}
