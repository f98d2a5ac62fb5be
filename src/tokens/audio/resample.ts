// Changing the rate with a proper low-pass filter: libsamplerate (Secret Rabbit Code) as WebAssembly, windowed sinc.
import { UnitsError } from '../units.ts';
import type { Sound } from './sound.ts';

/** `best` 144 dB, `medium` 121 dB, `fast` 97 dB of signal to noise. */
export type ResampleQuality = 'best' | 'medium' | 'fast';

type Library = typeof import('@alexanderolsen/libsamplerate-js');
type Converter = Awaited<ReturnType<Library['create']>>;

/** Converters that stay: making one takes a hundred times as long as half a second of sound. `simple` keeps nothing from call to call. */
const kept = new Map<string, Promise<Converter>>();
const MOST_KEPT = 4;
/** From some million samples (4 MiB) on `simple` goes piece by piece, and then a converter remembers: it serves once. */
const LONGEST = 1_000_000;

async function makeConverter(from: number, to: number, quality: ResampleQuality): Promise<Converter> {
  const loaded = (await import('@alexanderolsen/libsamplerate-js')) as Library & { default?: Library };
  const { create, ConverterType } = loaded.default ?? loaded;
  const converterType = {
    best: ConverterType.SRC_SINC_BEST_QUALITY,
    medium: ConverterType.SRC_SINC_MEDIUM_QUALITY,
    fast: ConverterType.SRC_SINC_FASTEST,
  }[quality];
  return create(1, from, to, { converterType });
}

/** The converter between two rates; beyond a few pairs of rates the one that was made first goes. */
function converterFor(from: number, to: number, quality: ResampleQuality): Promise<Converter> {
  const key = `${from} ${to} ${quality}`;
  const found = kept.get(key);
  if (found) return found;
  const [oldest, gone] = [...kept][0] ?? [];
  if (oldest !== undefined && kept.size >= MOST_KEPT) {
    kept.delete(oldest);
    gone?.then((one) => one.destroy());
  }
  const made = makeConverter(from, to, quality);
  kept.set(key, made);
  made.catch(() => kept.delete(key));
  return made;
}

/** libsamplerate changes rates by 1/256 to 256; beyond that it gives silence, or an error about its memory. */
const MOST_TIMES = 256;

/**
 * The same sound at another rate; `round(n · to / from)` samples a channel.
 * @throws UnitsError for a rate outside 1 to 192,000, or two that lie more than 256 times apart
 */
export async function resampleSound(source: Sound, rate: number, quality: ResampleQuality = 'medium'): Promise<Sound> {
  if (source.rate === rate) return source;
  for (const one of [source.rate, rate]) {
    if (one >= 1 && one <= 192_000) continue;
    throw new UnitsError(`resampleSound: expected a rate from 1 to 192000, got ${one}`);
  }
  // the converter takes whole rates
  const ratio = Math.trunc(rate) / Math.trunc(source.rate);
  if (ratio > MOST_TIMES || ratio < 1 / MOST_TIMES) {
    throw new UnitsError(
      `resampleSound: expected rates at most ${MOST_TIMES} times apart, got ${source.rate} to ${rate}`,
    );
  }
  const channels: Float32Array[] = [];
  for (const channel of source.channels) {
    // Silence behind the end pushes the last samples out of the filter: long sounds would lose them otherwise.
    const padded = new Float32Array(channel.length + Math.ceil(source.rate / 8) + 1024);
    padded.set(channel);
    const isLong = padded.length > LONGEST;
    const converter = await (isLong ? makeConverter : converterFor)(source.rate, rate, quality);
    try {
      channels.push(converter.simple(padded).slice(0, Math.round((channel.length * rate) / source.rate)));
    } finally {
      if (isLong) converter.destroy();
    }
  }
  return { rate, channels };
}
