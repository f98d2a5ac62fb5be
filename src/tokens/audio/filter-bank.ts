// Log mel energies of short frames: kaldi's filter banks as AST uses them (Gong et al. 2021), and Whisper's log-mel (Radford et al. 2022).
import { type NdArray, ndArray } from '../../array/index.ts';
import { UnitsError } from '../units.ts';
import { type FilterBank, filterBankKernel } from './filter-bank-kernel.ts';
import { type MelFilters, melEnergy, melFilters } from './mel.ts';
import { type PowerSpectrum, powerSpectrum } from './spectrum.ts';

/** Numbers that give a row of features its meaning in seconds and hertz. */
export interface FrameMeaning {
  /** Samples a second. */
  readonly rate: number;
  /** Samples of a frame, and from one to the next. */
  readonly frame: number;
  readonly hop: number;
  /** Sample in the middle of frame 0 minus half a frame: 0, or negative where frames are centred. */
  readonly offset: number;
  /** Corner frequencies of the mel filters, `mels + 2`. */
  readonly edges: Float64Array;
}

/** Features `[T, mels]` with what they mean. */
export interface Spectrogram {
  readonly features: NdArray<'float32'>;
  readonly meaning: FrameMeaning;
}

/** Samples of a frame and from one to the next, and of the transform. */
export interface Frames {
  readonly frame: number;
  readonly hop: number;
  readonly size: number;
}

/** Kaldi's frames at a rate: 25 ms every 10 ms, filled up to a power of two. */
export function kaldiFrames(rate: number): Frames {
  const frame = Math.floor(0.025 * rate);
  return { frame, hop: Math.floor(0.01 * rate), size: 2 ** Math.ceil(Math.log2(frame)) };
}

/** The same samples at every rate: Whisper's is 16 kHz. */
const whisperFrames: Frames = { frame: 400, hop: 160, size: 400 };
const KALDI_FLOOR = 1.1920928955078125e-7;

interface Kit extends Frames {
  readonly spectrum: PowerSpectrum;
  readonly filters: MelFilters;
  readonly window: Float64Array;
}

function kit(kind: 'kaldi' | 'whisper', mels: number, rate: number): Kit {
  const kaldi = kind === 'kaldi';
  const frames = kaldi ? kaldiFrames(rate) : whisperFrames;
  const { frame, size } = frames;
  const scale = kaldi ? 'kaldi' : 'slaney';
  return {
    ...frames,
    spectrum: powerSpectrum(size),
    filters: melFilters({ bins: size / 2 + 1, mels, rate, low: kaldi ? 20 : 0, high: rate / 2, scale }),
    // symmetric for kaldi, periodic for Whisper
    window: Float64Array.from(
      { length: frame },
      (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (kaldi ? frame - 1 : frame)),
    ),
  };
}

/** Filters, window, transform, kernel: made once for each setting. */
const made = new Map<string, unknown>();

function once<Made>(key: string, make: () => Made): Made {
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as Made;
}

const kitFor = (kind: 'kaldi' | 'whisper', mels: number, rate: number): Kit =>
  once(`${kind} ${mels} ${rate}`, () => kit(kind, mels, rate));

/** The SIMD kernel, where there is SIMD. */
const kernelFor = (mels: number, rate: number): FilterBank | undefined =>
  once(`kernel ${mels} ${rate}`, () => {
    if (typeof WebAssembly !== 'object') return undefined;
    try {
      return filterBankKernel({ ...kitFor('kaldi', mels, rate), floor: KALDI_FLOOR });
    } catch (error) {
      if (error instanceof WebAssembly.CompileError) return undefined;
      throw error;
    }
  });

function checkSamples(samples: Float32Array, least: number, what: string): void {
  if (samples.length < least) {
    throw new UnitsError(
      `${what}: expected at least ${least} samples (one frame), got ${samples.length}; pad with silence`,
    );
  }
  for (let i = 0; i < samples.length; i++) {
    if (Number.isFinite(samples[i])) continue;
    throw new UnitsError(`${what}: expected finite samples, got ${samples[i]} at sample ${i}`);
  }
}

/** Writes frame `index`, prepared for the transform, to `out[lane]`, `out[lane + stride]`, … */
type FrameReader = (index: number, out: Float64Array | number[], lane: number, stride: number) => void;

/** Mel energies of all frames, `[count · mels]`; several frames go through the transform at once. */
function energies(count: number, read: FrameReader, { spectrum, filters }: Kit): Float64Array {
  const mels = filters.weights.length;
  const out = new Float64Array(count * mels);
  const { frames, input, power } = spectrum;
  for (let t = 0; t < count; t += frames) {
    const filled = Math.min(frames, count - t);
    // what is left of an earlier round in the lanes of a last, partly filled one is not read
    for (let lane = 0; lane < filled; lane++) read(t + lane, input, lane, frames);
    spectrum.run();
    for (let lane = 0; lane < filled; lane++) {
      for (let m = 0; m < mels; m++) out[(t + lane) * mels + m] = melEnergy(filters, m, power, frames, lane);
    }
  }
  return out;
}

/** Frames that lie wholly inside. */
const framesOf = (samples: Float32Array, { frame, hop }: Frames): number =>
  1 + Math.floor((samples.length - frame) / hop);

/** Kaldi's filter banks in plain loops: what the SIMD kernel is tested against, and what runs where there is none. */
export function kaldiPlainly(samples: Float32Array, mels: number, rate: number): Float32Array<ArrayBuffer> {
  const kit = kitFor('kaldi', mels, rate);
  const { frame, hop } = kit;
  const read: FrameReader = (index, out, lane, stride) => {
    const start = index * hop;
    let mean = 0;
    for (let i = 0; i < frame; i++) mean += samples[start + i] as number;
    mean /= frame;
    let before = (samples[start] as number) - mean;
    for (let i = 0; i < frame; i++) {
      const value = (samples[start + i] as number) - mean;
      out[i * stride + lane] = (value - 0.97 * before) * (kit.window[i] as number);
      before = value;
    }
  };
  const energy = energies(framesOf(samples, kit), read, kit);
  const features = new Float32Array(energy.length);
  for (let i = 0; i < features.length; i++) features[i] = Math.log(Math.max(energy[i] as number, KALDI_FLOOR));
  return features;
}

/**
 * Kaldi's filter banks: frames of 25 ms every 10 ms that lie wholly inside (`1 + ⌊(n − 400) / 160⌋` at 16 kHz), mean taken off, pre-emphasis
 * 0.97, Hann window, power spectrum of 512 points (the next power of two), mel filters from 20 Hz, natural logarithm with a floor of 2⁻²³. Not
 * yet normalised. At other rates frames are as long in time, as in kaldi and torchaudio; Transformers without torchaudio keeps 400 samples.
 * @throws UnitsError for less than a frame, NaN, infinity
 */
export function kaldiFilterBank(samples: Float32Array, mels = 128, rate = 16000): Spectrogram {
  const kit = kitFor('kaldi', mels, rate);
  const { frame, hop } = kit;
  checkSamples(samples, frame, 'kaldiFilterBank');
  const count = framesOf(samples, kit);
  const features = kernelFor(mels, rate)?.(samples, count) ?? kaldiPlainly(samples, mels, rate);
  const meaning = { rate, frame, hop, offset: 0, edges: kit.filters.edges };
  return { features: ndArray('float32', [count, mels], features), meaning };
}

/**
 * Whisper's log-mel of exactly these samples (padding to 30 s comes before): frames centred on every 160th sample, the ends mirrored, the
 * last one left out, `log10` with a floor of 1e-10, at most 8 below the largest, `(x + 4) / 4`. Rows are frames: `[T, mels]`.
 * @throws UnitsError for fewer than 201 samples (nothing to mirror), NaN, infinity
 */
export function whisperLogMel(samples: Float32Array, mels = 80, rate = 16000): Spectrogram {
  const { frame, hop } = whisperFrames;
  const half = frame / 2;
  checkSamples(samples, half + 1, 'whisperLogMel');
  const kit = kitFor('whisper', mels, rate);
  const count = Math.floor(samples.length / hop);
  const mirrored = (at: number): number => {
    if (at < 0) return samples[-at] as number;
    return samples[at < samples.length ? at : 2 * (samples.length - 1) - at] as number;
  };
  const read: FrameReader = (index, out, lane, stride) => {
    const start = index * hop - half;
    const inside = start >= 0 && start + frame <= samples.length;
    for (let i = 0; i < frame; i++) {
      out[i * stride + lane] =
        (inside ? (samples[start + i] as number) : mirrored(start + i)) * (kit.window[i] as number);
    }
  };
  const energy = energies(count, read, kit);
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < energy.length; i++) {
    const value = Math.log10(Math.max(energy[i] as number, 1e-10));
    energy[i] = value;
    if (value > largest) largest = value;
  }
  const features = new Float32Array(energy.length);
  for (let i = 0; i < features.length; i++) features[i] = (Math.max(energy[i] as number, largest - 8) + 4) / 4;
  const meaning = { rate, frame, hop, offset: -half, edges: kit.filters.edges };
  return { features: ndArray('float32', [count, mels], features), meaning };
}

/** Mean and deviation of log features over a whole set, streaming: what AST's `mean` and `std` are. */
export function featureStatistics(all: Iterable<NdArray<'float32'>>): { mean: number; deviation: number } {
  let [count, mean, squares] = [0, 0, 0];
  for (const { data } of all) {
    for (let i = 0; i < data.length; i++) {
      const difference = (data[i] as number) - mean;
      count++;
      mean += difference / count;
      squares += difference * ((data[i] as number) - mean);
    }
  }
  if (count === 0) throw new UnitsError('featureStatistics: expected features, got none');
  return { mean, deviation: Math.sqrt(squares / count) };
}
