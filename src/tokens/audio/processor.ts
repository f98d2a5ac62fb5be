// From samples to the array that an audio model reads, as `preprocessor_config.json` of AST or Whisper says.
import { type NdArray, ndArray } from '../../array/index.ts';
import { UnitsError } from '../units.ts';
import { kaldiFilterBank, type Spectrogram, whisperLogMel } from './filter-bank.ts';
import { monoOf, type Sound } from './sound.ts';

/** AST: filter banks of fixed length, normalised by the set's mean and twice its deviation. */
export interface AstProcessor {
  readonly kind: 'ast';
  readonly rate: number;
  readonly mels: number;
  /** Frames: shorter sounds are padded, longer ones cut. */
  readonly length: number;
  readonly normalize?: { readonly mean: number; readonly deviation: number };
}

/** Whisper: log-mel of `seconds` of sound. */
export interface WhisperProcessor {
  readonly kind: 'whisper';
  readonly rate: number;
  readonly mels: number;
  readonly seconds: number;
}

/** What happens to a sound. */
export type SoundProcessor = AstProcessor | WhisperProcessor;

/** AST as trained on AudioSet. */
export const audioSetProcessor: AstProcessor = {
  kind: 'ast',
  rate: 16000,
  mels: 128,
  length: 1024,
  normalize: { mean: -4.2677393, deviation: 4.5689974 },
};

/** Whisper before large-v3. */
export const whisperProcessor: WhisperProcessor = { kind: 'whisper', rate: 16000, mels: 80, seconds: 30 };

/**
 * The processor that a `preprocessor_config.json` (version 4 or 5) describes.
 * @throws UnitsError for another family, or settings that these features do not have
 */
export function soundProcessorFromJson(config: unknown, where = 'preprocessor_config.json'): SoundProcessor {
  const outer = (typeof config === 'object' && config !== null ? config : {}) as Record<string, unknown>;
  const json = (outer.feature_extractor ?? outer) as Record<string, unknown>;
  const name = String(json.feature_extractor_type ?? '');
  const number = (key: string, otherwise: number): number => {
    const value = json[key] ?? otherwise;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new UnitsError(`soundProcessorFromJson: expected a number ${key}, got ${JSON.stringify(value)} (${where})`);
  };
  const fixed = (key: string, only: number): void => {
    if (number(key, only) === only) return;
    throw new UnitsError(`soundProcessorFromJson: expected ${key} ${only}, got ${json[key]} (${where})`);
  };
  if (name === 'ASTFeatureExtractor') {
    const { normalize } = audioSetProcessor;
    const on = json.do_normalize !== false;
    return {
      kind: 'ast',
      rate: number('sampling_rate', 16000),
      mels: number('num_mel_bins', 128),
      length: number('max_length', 1024),
      ...(on
        ? {
            normalize: {
              mean: number('mean', normalize?.mean ?? 0),
              deviation: number('std', normalize?.deviation ?? 1),
            },
          }
        : {}),
    };
  }
  if (name === 'WhisperFeatureExtractor') {
    fixed('n_fft', 400);
    fixed('hop_length', 160);
    fixed('dither', 0);
    const { rate, mels, seconds } = whisperProcessor;
    return {
      kind: 'whisper',
      rate: number('sampling_rate', rate),
      mels: number('feature_size', mels),
      seconds: number('chunk_length', seconds),
    };
  }
  const known = 'ASTFeatureExtractor or WhisperFeatureExtractor';
  throw new UnitsError(`soundProcessorFromJson: expected feature_extractor_type ${known}, got "${name}" (${where})`);
}

/** The processor as a `preprocessor_config.json` that Transformers reads; a set's own mean and deviation are kept in it. */
export function soundProcessorToJson(processor: SoundProcessor): Record<string, unknown> {
  if (processor.kind === 'whisper') {
    return {
      feature_extractor_type: 'WhisperFeatureExtractor',
      sampling_rate: processor.rate,
      feature_size: processor.mels,
      chunk_length: processor.seconds,
      n_fft: 400,
      hop_length: 160,
      padding_side: 'right',
      padding_value: 0,
      return_attention_mask: false,
    };
  }
  const { rate, mels, length, normalize } = processor;
  return {
    feature_extractor_type: 'ASTFeatureExtractor',
    sampling_rate: rate,
    num_mel_bins: mels,
    max_length: length,
    do_normalize: normalize !== undefined,
    ...(normalize ? { mean: normalize.mean, std: normalize.deviation } : {}),
    feature_size: 1,
    padding_side: 'right',
    padding_value: 0,
    return_attention_mask: false,
  };
}

function checkRate(source: Sound, rate: number): void {
  if (source.rate === rate) return;
  throw new UnitsError(
    `processSound: expected ${rate} samples a second, got ${source.rate}\nChange it with resampleSound(sound, ${rate}).`,
  );
}

/**
 * Features of a sound, cut or padded to the processor's length: `[T, mels]`. Padding is log energy 0 before normalising, as in the
 * reference: +0.467 with AudioSet's numbers, where digital silence is −1.278.
 * @throws UnitsError for the wrong rate, too few samples, NaN
 */
export function processSound(source: Sound, processor: SoundProcessor): Spectrogram {
  checkRate(source, processor.rate);
  const samples = monoOf(source);
  if (processor.kind === 'whisper') {
    const fitted = new Float32Array(processor.seconds * processor.rate);
    fitted.set(samples.subarray(0, fitted.length));
    return whisperLogMel(fitted, processor.mels, processor.rate);
  }
  const { length, mels, normalize } = processor;
  const bank = kaldiFilterBank(samples, mels, processor.rate);
  const fitted = new Float32Array(length * mels);
  fitted.set(bank.features.data.subarray(0, length * mels));
  if (normalize) {
    const [mean, twice] = [normalize.mean, 2 * normalize.deviation];
    for (let i = 0; i < fitted.length; i++) fitted[i] = ((fitted[i] as number) - mean) / twice;
  }
  return { features: ndArray('float32', [length, mels], fitted), meaning: bank.meaning };
}

/** `input_features` as Whisper wants them: `[mels, T]`. */
export function melsFirst(features: NdArray<'float32'>): NdArray<'float32'> {
  const [frames = 0, mels = 0] = features.shape;
  const out = new Float32Array(frames * mels);
  for (let t = 0; t < frames; t++) {
    for (let m = 0; m < mels; m++) out[m * frames + t] = features.data[t * mels + m] as number;
  }
  return ndArray('float32', [mels, frames], out);
}
