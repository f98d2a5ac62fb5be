// `tesserae tokenize --modality audio`: sounds to patches of a spectrogram.
import { heatPicture, soundSvg } from '../../lens/index.ts';
import { loadSound } from '../../tokens/index.node.ts';
import {
  type AstProcessor,
  astLayout,
  audioSetProcessor,
  cutSpectrogram,
  inspectSound,
  monoOf,
  patchCounts,
  processSound,
  type Sound,
  type SoundProcessor,
  secondsOf,
  soundProcessorFromJson,
  whisperProcessor,
} from '../../tokens/index.ts';
import { type Args, type Io, text } from '../command.ts';
import { choice, filesOf, type ModalityReader, pairFlag, positive, type Tokenized } from './tokenize-flags.ts';
import { dataUrl, readConfig } from './tokenize-image.ts';

const FRAME = 400;
const HOP = 160;

/** `--processor`, else `--features` and `--mels`; as many frames as the sound has, at least one patch, unless `--frames` says how many. */
async function processorOf(args: Args, source: Sound): Promise<SoundProcessor> {
  const config = text(args, 'processor');
  if (config !== undefined) return soundProcessorFromJson(await readConfig(config), config);
  const features = choice(args, 'features', ['ast', 'whisper']) ?? 'ast';
  const mels = positive(args, 'mels');
  if (features === 'whisper') return { ...whisperProcessor, ...(mels === undefined ? {} : { mels }) };
  const own = 1 + Math.floor((secondsOf(source) * audioSetProcessor.rate - FRAME) / HOP);
  const length = positive(args, 'frames') ?? Math.max(own, (pairFlag(args, 'patch-size') ?? astLayout.patch)[1]);
  return { ...audioSetProcessor, length, ...(mels === undefined ? {} : { mels }) } satisfies AstProcessor;
}

async function tokenized(file: string, args: Args, io: Io): Promise<Tokenized> {
  const loaded = await loadSound(file);
  const report = inspectSound(loaded);
  if (report.silent) io.note(`${file}: nothing but silence\n`);
  if (report.clipped > 0.001) io.note(`${file}: ${(100 * report.clipped).toFixed(1)} % of the samples are clipped\n`);
  const { rate } = audioSetProcessor;
  const source = loaded.rate === rate ? loaded : await loadSound(file, { rate });
  const processor = await processorOf(args, source);
  const spectrogram = processSound(source, processor);
  const [frames = 0, mels = 0] = spectrogram.features.shape;
  const patch = pairFlag(args, 'patch-size') ?? astLayout.patch;
  const layout = {
    patch,
    stride: pairFlag(args, 'stride') ?? (text(args, 'patch-size') === undefined ? astLayout.stride : patch),
  };
  const units = cutSpectrogram(spectrogram, layout);
  const grid = patchCounts(frames, mels, layout);
  return {
    source: file,
    units,
    facts: {
      sound: { ...report, rate: loaded.rate },
      spectrogram: { frames, mels, kind: processor.kind },
      patch: layout.patch,
      stride: layout.stride,
      grid,
    },
    summary: `${report.seconds.toFixed(2)} s at ${loaded.rate} Hz → ${frames} frames × ${mels} mel bins → ${grid[0]} (frequency) × ${grid[1]} (time) = ${units.places.length} patches of ${patch.join('×')} every ${layout.stride.join('×')}`,
    draw: async () => {
      const heat = heatPicture(spectrogram.features);
      const shown = { href: await dataUrl(heat), width: heat.width, height: heat.height };
      return { original: soundSvg({ heat: shown, samples: monoOf(source), spectrogram }, units) };
    },
  };
}

/** Sounds of the command line. */
export const read: ModalityReader = async (args, io) => {
  const all: Tokenized[] = [];
  for (const file of filesOf(args, 'FILE… (WAV, MP3, FLAC, Ogg, M4A, WebM, MP4)'))
    all.push(await tokenized(file, args, io));
  return all;
};
