// Decoded originals as strangers hand them over: whether they are what they look like.
import { DataError } from '../../data/index.ts';
import { type Clip, type Picture, picture, type Sound, sound } from '../../tokens/index.ts';

/** What something is, for messages. */
function described(given: unknown): string {
  if (given === null || typeof given !== 'object') return String(given);
  const name = given.constructor?.name ?? 'Object';
  return name === 'Object' ? `an object with ${Object.keys(given).join(', ') || 'nothing'}` : `a ${name}`;
}

const record = (given: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : undefined;

function refused(what: string, given: unknown): DataError {
  return new DataError(`pipeline: expected a path, an address, bytes or ${what}, got ${described(given)}`);
}

/** A picture, or a `RawImage` of Transformers.js. @throws DataError for anything else, UnitsError for sizes that are not its bytes' */
export function givenPicture(given: unknown): Picture {
  const { height, width, channels, data } = record(given) ?? {};
  if (![height, width, channels].every((one) => typeof one === 'number'))
    throw refused('a picture { height, width, channels, data }', given);
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray))
    throw refused('a picture whose data are bytes (Uint8Array)', data);
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.length);
  return picture(height as number, width as number, channels as number, bytes);
}

/** A sound. @throws DataError for anything else, and for channels of different lengths; UnitsError for a rate that is none */
export function givenSound(given: unknown): Sound {
  const { rate, channels } = record(given) ?? {};
  const isSound =
    typeof rate === 'number' &&
    Array.isArray(channels) &&
    channels.length > 0 &&
    channels.every((one) => one instanceof Float32Array && one.length === channels[0].length);
  if (!isSound) throw refused('a sound { rate, channels } with Float32Arrays of one length', given);
  return { ...sound(rate, channels[0]), channels };
}

/** A clip. @throws DataError for anything else, and for frames that are no pictures or have no times */
export function givenClip(given: unknown): Clip {
  const { frames, times, end } = record(given) ?? {};
  const isClip =
    Array.isArray(frames) &&
    Array.isArray(times) &&
    frames.length > 0 &&
    frames.length === times.length &&
    [...times, end].every((one) => typeof one === 'number');
  if (!isClip) throw refused('a clip { frames, times, end } with a time for every frame', given);
  return { frames: frames.map(givenPicture), times, end: end as number };
}
