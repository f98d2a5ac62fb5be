// Sounds: patches of a log-mel spectrogram for an AST.
import type { NdArray } from '../../array/index.ts';
import { type SenseExample, stackArrays } from '../../data/index.ts';
import {
  type AstProcessor,
  kaldiFrames,
  processSound,
  resampleSound,
  type Sound,
  type SoundProcessor,
  soundProcessorFromJson,
  soundProcessorToJson,
} from '../../tokens/index.ts';
import { type Modality, preprocessorOfStart, type StartedPreprocessor } from './modality.ts';
import { readExample } from './read-example.ts';
import type { AudioClassificationRecipe } from './recipe.ts';

/** Silence after a sound of less than a frame; what has no samples at all stays so. */
export function filledUp(sound: Sound): Sound {
  const [length = 0, least] = [sound.channels[0]?.length, kaldiFrames(sound.rate).frame];
  if (length === 0 || length >= least) return sound;
  const channels = sound.channels.map((samples) => {
    const longer = new Float32Array(least);
    longer.set(samples);
    return longer;
  });
  return { rate: sound.rate, channels };
}

async function featuresOf(sound: Sound, processor: SoundProcessor): Promise<NdArray<'float32'>> {
  const fitting = sound.rate === processor.rate ? sound : await resampleSound(sound, processor.rate);
  return processSound(filledUp(fitting), processor).features;
}

/** The start's mean and deviation for features of the same kind; undefined, and told, where it has none. */
function scaleOf(
  { rate, mels }: AstProcessor,
  start: StartedPreprocessor,
): Pick<AstProcessor, 'normalize'> | undefined {
  const own = preprocessorOfStart(soundProcessorFromJson, start);
  if (!own) return undefined;
  if (own.kind === 'ast' && own.rate === rate && own.mels === mels)
    return own.normalize ? { normalize: own.normalize } : {};
  const [before, after] = [own, { rate, mels }].map((one) => `${one.mels} mels at ${one.rate} Hz`);
  start.note(`preprocessor measured: mean and deviation are not the start's, which are for ${before}, not ${after}`);
  return undefined;
}

/** The processor with mean and deviation of the sample's features, padding included, as AST's recipes compute them. */
async function measured(processor: AstProcessor, sample: readonly SenseExample<Sound>[]): Promise<AstProcessor> {
  let [count, sum, squares] = [0, 0, 0];
  for (const example of sample) {
    for (const value of (await readExample(example, (sound) => featuresOf(sound, processor))).data) {
      sum += value;
      squares += value * value;
    }
    count += processor.length * processor.mels;
  }
  const mean = sum / count;
  const deviation = Math.sqrt(squares / count - mean * mean);
  return count === 0 || deviation === 0 ? processor : { ...processor, normalize: { mean, deviation } };
}

/** Sounds. */
export const sounds: Modality<Sound, AudioClassificationRecipe['tokens']> = {
  sense: 'audio',
  className: 'ASTForAudioClassification',
  input: 'input_values',
  configOf: ({ mels, frames, patch, stride }) => ({
    model_type: 'audio-spectrogram-transformer',
    num_mel_bins: mels,
    max_length: frames,
    patch_size: patch,
    frequency_stride: stride[0],
    time_stride: stride[1],
  }),
  preprocessorOf: async ({ rate, mels, frames }, sample, start) => {
    const fresh: AstProcessor = { kind: 'ast', rate, mels, length: frames };
    const scale = start && scaleOf(fresh, start);
    return soundProcessorToJson(scale ? { ...fresh, ...scale } : await measured(fresh, sample));
  },
  readerOf: (_, preprocessor) => {
    const processor = soundProcessorFromJson(preprocessor);
    return (sound) => featuresOf(sound, processor);
  },
  collate: stackArrays,
};
