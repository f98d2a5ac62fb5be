// Sound as samples: one float per moment, −1 to 1, and what is wrong with them before anybody measures a spectrum.
import { UnitsError } from '../units.ts';

/** Samples of one or more channels of equal length. */
export interface Sound {
  /** Samples a second. */
  readonly rate: number;
  readonly channels: readonly Float32Array[];
}

/** What to know about samples that are all right to use. */
export interface SoundReport {
  readonly seconds: number;
  /** Largest absolute value. */
  readonly peak: number;
  /** Share of samples at or beyond full scale: a recording that was too loud. */
  readonly clipped: number;
  /** No sample above −90 dB. */
  readonly silent: boolean;
}

/** A sound of one channel. @throws UnitsError for a rate that is none */
export function sound(rate: number, samples: Float32Array): Sound {
  if (!(Number.isFinite(rate) && rate > 0)) {
    throw new UnitsError(`sound: expected a rate above 0 samples a second, got ${rate}`);
  }
  return { rate, channels: [samples] };
}

/** The mean of all channels. */
export function monoOf({ channels }: Sound): Float32Array {
  const [first = new Float32Array(0)] = channels;
  if (channels.length === 1) return first;
  return first.map((_, i) => channels.reduce((sum, channel) => sum + (channel[i] as number), 0) / channels.length);
}

/** How long a sound is, in seconds. */
export function secondsOf({ rate, channels }: Sound): number {
  return (channels[0]?.length ?? 0) / rate;
}

/** The error for a sound that goes on for longer than may be read: the same one, whatever reads it. */
export function tooLong(maxSeconds: number, where: string): UnitsError {
  return new UnitsError(`loadSound: expected at most ${maxSeconds} s, got more (${where}); raise maxSeconds`);
}

/** Looks at every sample. @throws UnitsError at the first that is NaN or infinite, with its time */
export function inspectSound(source: Sound): SoundReport {
  let [peak, clipped, count] = [0, 0, 0];
  for (const [c, channel] of source.channels.entries()) {
    for (let i = 0; i < channel.length; i++) {
      const value = Math.abs(channel[i] as number);
      if (!(value < Number.POSITIVE_INFINITY)) {
        const where = `sample ${i} of channel ${c}, ${(i / source.rate).toFixed(3)} s`;
        throw new UnitsError(`inspectSound: expected finite samples, got ${channel[i]} (${where})`);
      }
      if (value > peak) peak = value;
      if (value >= 32767 / 32768) clipped++;
    }
    count += channel.length;
  }
  return {
    seconds: secondsOf(source),
    peak,
    clipped: count === 0 ? 0 : clipped / count,
    silent: peak < 10 ** (-90 / 20),
  };
}
