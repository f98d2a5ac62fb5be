// Changing the rate with a proper low-pass filter: libsamplerate (Secret Rabbit Code) as WebAssembly, windowed sinc.
import { UnitsError } from '../units.ts';
import type { Sound } from './sound.ts';

/** `best` 144 dB, `medium` 121 dB, `fast` 97 dB of signal to noise. */
export type ResampleQuality = 'best' | 'medium' | 'fast';

type Library = typeof import('@alexanderolsen/libsamplerate-js');

/**
 * The same sound at another rate; `round(n · to / from)` samples a channel.
 * @throws UnitsError for a rate outside 1 to 192,000
 */
export async function resampleSound(source: Sound, rate: number, quality: ResampleQuality = 'medium'): Promise<Sound> {
  if (source.rate === rate) return source;
  for (const one of [source.rate, rate]) {
    if (one >= 1 && one <= 192_000) continue;
    throw new UnitsError(`resampleSound: expected a rate from 1 to 192000, got ${one}`);
  }
  const loaded = (await import('@alexanderolsen/libsamplerate-js')) as Library & { default?: Library };
  const { create, ConverterType } = loaded.default ?? loaded;
  const converterType = {
    best: ConverterType.SRC_SINC_BEST_QUALITY,
    medium: ConverterType.SRC_SINC_MEDIUM_QUALITY,
    fast: ConverterType.SRC_SINC_FASTEST,
  }[quality];
  const channels: Float32Array[] = [];
  for (const channel of source.channels) {
    const length = Math.round((channel.length * rate) / source.rate);
    // Silence behind the end pushes the last samples out of the filter: long sounds would lose them otherwise.
    const padded = new Float32Array(channel.length + Math.ceil(source.rate / 8) + 1024);
    padded.set(channel);
    const converter = await create(1, source.rate, rate, { converterType });
    try {
      channels.push(converter.simple(padded).slice(0, length));
    } finally {
      converter.destroy();
    }
  }
  return { rate, channels };
}
