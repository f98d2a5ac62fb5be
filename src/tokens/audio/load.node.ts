// Sounds from files: WAV by wavefile, everything else (MP3, FLAC, Ogg, M4A, WebM, MP4's sound) by mediabunny and WebCodecs.
import { codecOf, decoding, readMedia, withMedia } from '../media.node.ts';
import { UnitsError } from '../units.ts';
import { resampleSound } from './resample.ts';
import { inspectSound, monoOf, type Sound, tooLong } from './sound.ts';
import { readWav } from './wav.ts';

/** Options of `loadSound`. */
export interface LoadSoundOptions {
  /** Rate to change to; as in the file when left out. */
  readonly rate?: number;
  /** Mix all channels into one; true when left out. */
  readonly mono?: boolean;
  /** Most seconds a sound may have; a longer one is refused. 3,600 when left out. */
  readonly maxSeconds?: number;
}

/** The samples of a container's bytes; `loadSound` is the way to call it. @throws UnitsError */
export async function decodeContainer(bytes: Uint8Array, where: string, maxSeconds: number): Promise<Sound> {
  return withMedia(bytes, where, async (input, { AudioSampleSink }) => {
    const track = await input.getPrimaryAudioTrack();
    if (!track) throw new UnitsError(`loadSound: expected a sound track, got none (${where})`);
    if (!(await track.canDecode())) {
      throw new UnitsError(
        `loadSound: expected a codec that can be decoded here, got ${await codecOf(track)} (${where})`,
      );
    }
    const parts: Float32Array[][] = [];
    let rate = 0;
    for await (const sample of new AudioSampleSink(track).samples()) {
      rate = sample.sampleRate;
      const channels = Array.from({ length: sample.numberOfChannels }, (_, planeIndex) => {
        const plane = new Float32Array(sample.numberOfFrames);
        sample.copyTo(plane, { planeIndex, format: 'f32-planar' });
        return plane;
      });
      const { timestamp } = sample;
      sample.close();
      parts.push(channels);
      if (timestamp > maxSeconds) throw tooLong(maxSeconds, where);
    }
    const [first] = parts;
    if (!first) throw new UnitsError(`loadSound: expected samples, got an empty sound track (${where})`);
    const length = parts.reduce((sum, part) => sum + (part[0]?.length ?? 0), 0);
    const channels = first.map((_, c) => {
      const whole = new Float32Array(length);
      let at = 0;
      for (const part of parts) {
        const plane = part[c] ?? part[0] ?? new Float32Array(0);
        whole.set(plane, at);
        at += plane.length;
      }
      return whole;
    });
    return { rate, channels };
  });
}

const readContainer = decoding(import.meta.url, 'decodeContainer', decodeContainer);

/** What is wrong with the samples of a file, with the file's name. */
function named(error: unknown, where: string): unknown {
  return error instanceof UnitsError ? new UnitsError(`${error.message} (${where})`, { cause: error }) : error;
}

/**
 * The samples of a sound file (a path, or its bytes), checked (no NaN), mixed to one channel and resampled as asked.
 * @throws UnitsError for a file that is none, is cut short, is too long, has no sound, or holds NaN
 */
export async function loadSound(source: string | Uint8Array, options: LoadSoundOptions = {}): Promise<Sound> {
  const { rate, mono = true, maxSeconds = 3600 } = options;
  const path = typeof source === 'string' ? source : `${source.length} bytes`;
  const bytes = typeof source === 'string' ? await readMedia(source, 'loadSound: expected a sound file') : source;
  const isWav = String.fromCharCode(...bytes.subarray(0, 4)) === 'RIFF';
  const whole = isWav ? await readWav(bytes, path, maxSeconds) : await readContainer(bytes, path, maxSeconds);
  try {
    inspectSound(whole);
    const mixed = mono ? { rate: whole.rate, channels: [monoOf(whole)] } : whole;
    return rate === undefined ? mixed : await resampleSound(mixed, rate);
  } catch (error) {
    throw named(error, path);
  }
}
