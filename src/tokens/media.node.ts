// Video and sound containers in Node: mediabunny reads them, @napi-rs/webcodecs (FFmpeg inside) decodes as a browser would. Where two threads
// of a process load the latter, it releases what belongs to one on the other, and the process dies (napi-rs #3357): only main threads do.
import { readFile } from 'node:fs/promises';
import { isMainThread } from 'node:worker_threads';
import type { Input, InputTrack } from 'mediabunny';
import { askProcess } from '../threads/index.node.ts';
import { UnitsError } from './units.ts';

const names = [
  'VideoDecoder',
  'VideoFrame',
  'VideoColorSpace',
  'EncodedVideoChunk',
  'AudioDecoder',
  'AudioData',
  'EncodedAudioChunk',
  'VideoEncoder',
  'AudioEncoder',
] as const;

type Library = typeof import('mediabunny');

let loaded: Promise<Library> | undefined;

async function load(): Promise<Library> {
  const codecs = (await import('@napi-rs/webcodecs')) as unknown as Record<string, unknown>;
  const target = globalThis as unknown as Record<string, unknown>;
  for (const name of names) target[name] ??= codecs[name];
  const library = await import('mediabunny');
  // it prints warnings and stack traces of what then comes out as an error of ours
  library.Logging.level = library.LogLevel.Silent;
  return library;
}

/** Puts WebCodecs where mediabunny looks for it, unless the platform has it, and loads mediabunny, which then prints nothing. */
export function loadMediabunny(): Promise<Library> {
  loaded ??= load();
  return loaded;
}

/** A file's bytes. @throws UnitsError naming `what` was expected */
export async function readMedia(path: string, what: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UnitsError(`${what}, got ${error.code} (${path})`, { cause: error });
  });
  if (bytes.length === 0) throw new UnitsError(`${what}, got an empty file (${path})`);
  return bytes;
}

/** What a track's codec is called: mediabunny's word, or the container's own where that is not known to it. */
export async function codecOf(track: InputTrack): Promise<string> {
  const known = await track.getCodec();
  if (known !== null) return known;
  const own = await track.getInternalCodecId();
  if (own === null) return 'one without a name';
  return `'${own instanceof Uint8Array ? String.fromCharCode(...own) : own}'`;
}

/**
 * A function that opens containers, to be called from any thread: itself in the main thread, in a child process elsewhere. It is the export
 * `name` of the module at `address`.
 */
export function decoding<Given extends unknown[], Result>(
  address: string,
  name: string,
  decode: (...given: Given) => Promise<Result>,
): (...given: Given) => Promise<Result> {
  if (isMainThread) return decode;
  return (...given) =>
    askProcess<Result>(address, name, given).catch((error: Error) => {
      throw error.name === 'UnitsError' ? new UnitsError(error.message, { cause: error }) : error;
    });
}

/** Opens a container, hands it to `use`, closes it; errors of the libraries come out as ours. */
export async function withMedia<T>(
  bytes: Uint8Array,
  where: string,
  use: (input: Input, library: Library) => Promise<T>,
): Promise<T> {
  const library = await loadMediabunny();
  const input = new library.Input({ source: new library.BufferSource(bytes), formats: library.ALL_FORMATS });
  try {
    if (!(await input.canRead())) {
      throw new UnitsError(
        `media: expected MP4, WebM, MOV, MKV, Ogg, MP3, FLAC, AAC or WAV, got something else (${where})`,
      );
    }
    return await use(input, library);
  } catch (error) {
    if (error instanceof UnitsError) throw error;
    const reason = (error as Error).message || String(error);
    throw new UnitsError(`media: expected a whole file, got ${reason} (${where}); is it cut short?`, { cause: error });
  } finally {
    input.dispose();
  }
}
