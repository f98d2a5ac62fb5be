// Augmentations of sounds: as waves, and as spectrograms (SpecAugment, Park et al. 2019).
import { type NdArray, ndArray, type Random } from '../../array/index.ts';
import type { Sound } from '../../tokens/index.ts';
import { between, happens, type Maker, maker, PROBABILITY } from './maker.ts';

const perChannel = (source: Sound, change: (samples: Float32Array) => Float32Array): Sound => ({
  ...source,
  channels: source.channels.map(change),
});

/** Later (above 0) or earlier by a number of samples; silence comes in. */
export function shifted(source: Sound, samples: number): Sound {
  return perChannel(source, (channel) => {
    const out = new Float32Array(channel.length);
    if (samples >= 0)
      out.set(channel.subarray(0, Math.max(0, channel.length - samples)), Math.min(samples, channel.length));
    else out.set(channel.subarray(Math.min(-samples, channel.length)));
    return out;
  });
}

/** Louder (above 0) or quieter, in decibels. Samples may leave −1 to 1. */
export function amplified(source: Sound, decibels: number): Sound {
  const factor = 10 ** (decibels / 20);
  return perChannel(source, (channel) => channel.map((sample) => sample * factor));
}

/** White noise whose power lies this many decibels below the sound's; silence stays silence. */
export function noisy(source: Sound, random: Random, decibels: number): Sound {
  return perChannel(source, (channel) => {
    let power = 0;
    for (const sample of channel) power += sample * sample;
    const deviation = Math.sqrt(power / Math.max(1, channel.length)) * 10 ** (-decibels / 20);
    return channel.map((sample) => sample + deviation * random.normal());
  });
}

/** Zeros of the filter on each side, and places between two of them. */
const [ZEROS, STEPS] = [16, 512];

/** Half of a sinc under a Hann window; two zeros lie `STEPS` apart. */
const filter = Float64Array.from({ length: ZEROS * STEPS + 2 }, (_, i) => {
  const angle = (Math.PI * i) / STEPS;
  return i > ZEROS * STEPS ? 0 : (i === 0 ? 1 : Math.sin(angle) / angle) * (0.5 + 0.5 * Math.cos(angle / ZEROS));
});

/** One side of the filter over samples that begin with number `first` and go on by `way`; `distance`: how far the first one is. */
function oneSide(samples: Float32Array, first: number, way: 1 | -1, distance: number, cutoff: number): number {
  const stride = cutoff * STEPS;
  let sum = 0;
  for (let [i, at] = [first, distance * stride]; at < ZEROS * STEPS && i >= 0 && i < samples.length; i += way) {
    const step = at | 0;
    const below = filter[step] as number;
    sum += (samples[i] as number) * (below + (at - step) * ((filter[step + 1] as number) - below));
    at += stride;
  }
  return sum;
}

/** What a band-limited signal is between its samples; `cutoff`: which share of half the rate is left. */
function valueAt(samples: Float32Array, place: number, cutoff: number): number {
  const before = Math.floor(place);
  const left = oneSide(samples, before, -1, place - before, cutoff);
  return cutoff * (left + oneSide(samples, before + 1, 1, before + 1 - place, cutoff));
}

/**
 * Faster and higher (above 1) or slower and lower, as a tape is (Ko et al. 2015, Audio augmentation for speech recognition): a voice gets
 * another pitch and another length of throat. `round(n / factor)` samples a channel, at least one of what has any; what would lie above half the
 * rate is filtered out.
 */
export function atSpeed(source: Sound, factor: number): Sound {
  if (factor === 1) return source;
  const cutoff = Math.min(1, 1 / factor);
  return perChannel(source, (channel) => {
    const length = Math.max(Math.min(1, channel.length), Math.round(channel.length / factor));
    return Float32Array.from({ length }, (_, i) => valueAt(channel, i * factor, cutoff));
  });
}

/** A band that is made louder or quieter: its middle in hertz, how much, and how narrow it is (middle over width). */
export interface Band {
  readonly frequency: number;
  readonly decibels: number;
  readonly quality: number;
}

/**
 * A peaking filter after each other for every band, as an equaliser has them (Bristow-Johnson, Cookbook formulae for audio EQ biquad filter
 * coefficients): another microphone, another room. At a band's middle the gain is `decibels`, far from it 0. A band from half the rate on
 * changes nothing.
 */
export function equalised(source: Sound, bands: readonly Band[]): Sound {
  const heard = bands.filter(({ frequency, decibels }) => frequency < source.rate / 2 && decibels !== 0);
  return heard.length === 0 ? source : perChannel(source, (channel) => heard.reduce(peak(source.rate), channel));
}

const peak =
  (rate: number) =>
  (samples: Float32Array, { frequency, decibels, quality }: Band): Float32Array => {
    const angle = (2 * Math.PI * frequency) / rate;
    const amplitude = 10 ** (decibels / 40);
    const alpha = Math.sin(angle) / (2 * quality);
    const scale = 1 / (1 + alpha / amplitude);
    const middle = -2 * Math.cos(angle) * scale;
    const [b0, b2] = [(1 + alpha * amplitude) * scale, (1 - alpha * amplitude) * scale];
    const a2 = (1 - alpha / amplitude) * scale;
    // two samples of the input and two of the output before this one
    let [x1, x2, y1, y2] = [0, 0, 0, 0];
    const out = new Float32Array(samples.length);
    for (let i = 0; i < samples.length; i++) {
      const x = samples[i] as number;
      const y = b0 * x + middle * (x1 - y1) + b2 * x2 - a2 * y2;
      out[i] = y;
      x2 = x1;
      x1 = x;
      y2 = y1;
      y1 = y;
    }
    return out;
  };

/** Augmentations of sounds by kind. */
export const soundMakers: Readonly<Record<string, Maker<Sound>>> = {
  shift: maker({
    about: 'earlier or later by up to seconds; silence comes in',
    initial: { seconds: 0.1 },
    ranges: { seconds: [0, 3600] },
    make:
      ({ seconds }) =>
      (one: Sound, random) =>
        shifted(one, Math.round(between(random, [-seconds, seconds]) * one.rate)),
  }),
  speed: maker({
    about: 'faster and higher or slower and lower by a factor drawn between two numbers',
    initial: { factor: [0.85, 1.15] },
    ranges: { factor: [0.25, 4] },
    make:
      ({ factor }) =>
      (one: Sound, random) =>
        atSpeed(one, between(random, factor)),
  }),
  gain: maker({
    about: 'louder or quieter by up to decibels',
    initial: { decibels: 6 },
    ranges: { decibels: [0, 120] },
    make:
      ({ decibels }) =>
      (one: Sound, random) =>
        amplified(one, between(random, [-decibels, decibels])),
  }),
  equalise: maker({
    about: 'bands anywhere from 100 Hz to half the rate, each louder or quieter by up to decibels',
    initial: { bands: 3, decibels: 12 },
    ranges: { bands: [0, 100], decibels: [0, 120] },
    whole: ['bands'],
    make:
      ({ bands, decibels }) =>
      (one: Sound, random) => {
        const octaves = Math.log2(Math.max(1, one.rate / 200));
        const drawn = Array.from({ length: bands }, () => ({
          frequency: 100 * 2 ** (octaves * random.uniform()),
          decibels: between(random, [-decibels, decibels]),
          quality: between(random, [0.5, 2]),
        }));
        return equalised(one, drawn);
      },
  }),
  noise: maker({
    about: 'white noise, decibels below the sound, drawn between two numbers',
    initial: { probability: 0.5, decibels: [10, 40] },
    ranges: { probability: PROBABILITY, decibels: [-60, 120] },
    make:
      ({ probability, decibels }) =>
      (one: Sound, random) =>
        happens(random, probability) ? noisy(one, random, between(random, decibels)) : one,
  }),
};

type Features = NdArray<'float32'>;

/** `[T, F]` with bands filled: along time (`axis` 0) or along frequency (1). */
export function masked(source: Features, axis: 0 | 1, start: number, count: number, fill: number): Features {
  const [frames = 0, bins = 0] = source.shape;
  const data = source.data.slice();
  if (axis === 0) data.fill(fill, start * bins, (start + count) * bins);
  else for (let t = 0; t < frames; t++) data.fill(fill, t * bins + start, t * bins + start + count);
  return ndArray('float32', source.shape, data);
}

const meanOf = ({ data }: Features): number => data.reduce((sum, value) => sum + value, 0) / Math.max(1, data.length);

/** Augmentations of spectrograms `[T, F]` by kind. */
export const spectrogramMakers: Readonly<Record<string, Maker<Features>>> = {
  'spec-augment': maker({
    about: 'bands of up to timeWidth frames and frequencyWidth bins become the mean',
    initial: { timeMasks: 2, timeWidth: 20, frequencyMasks: 2, frequencyWidth: 12 },
    ranges: { timeMasks: [0, 100], timeWidth: [0, 1e6], frequencyMasks: [0, 100], frequencyWidth: [0, 1e6] },
    whole: ['timeMasks', 'timeWidth', 'frequencyMasks', 'frequencyWidth'],
    make:
      ({ timeMasks, timeWidth, frequencyMasks, frequencyWidth }) =>
      (one: Features, random) => {
        const fill = meanOf(one);
        let result = one;
        const mask = (axis: 0 | 1, masks: number, widest: number): void => {
          const size = one.shape[axis] ?? 0;
          for (let i = 0; i < masks; i++) {
            const width = random.integer(Math.min(widest, size) + 1);
            result = masked(result, axis, random.integer(size - width + 1), width, fill);
          }
        };
        mask(0, timeMasks, timeWidth);
        mask(1, frequencyMasks, frequencyWidth);
        return result;
      },
  }),
};
