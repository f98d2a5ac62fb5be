// WAV files through the library wavefile: 8, 16, 24, 32 bit, float, A-law, µ-law, ADPCM, any number of channels. Chunks are walked here
// first, so that a file which is cut short or holds only a header ends in a clear error instead of missing sound.
import { UnitsError } from '../units.ts';
import type { Sound } from './sound.ts';

type Library = typeof import('wavefile');

interface Layout {
  readonly format: number;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
  readonly claimed: number;
  readonly present: number;
}

const EXTENSIBLE = 0xfffe;
/** Codings that are read, by their number in `fmt `. */
const CODINGS: ReadonlySet<number> = new Set([1, 3, 6, 7, 0x11]);
const UNKNOWN_SIZE = 0xffffffff;

function layoutOf(bytes: Uint8Array, where: string): Layout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || name(0) !== 'RIFF' || name(8) !== 'WAVE') {
    throw new UnitsError(`readWav: expected a file that begins RIFF…WAVE, got '${name(0)}' (${where})`);
  }
  let format: Omit<Layout, 'claimed' | 'present'> | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    if (name(at) === 'fmt ' && at + 24 <= bytes.length) {
      const code = view.getUint16(at + 8, true);
      format = {
        format: code === EXTENSIBLE && at + 34 <= bytes.length ? view.getUint16(at + 32, true) : code,
        channels: view.getUint16(at + 10, true),
        rate: view.getUint32(at + 12, true),
        bits: view.getUint16(at + 22, true),
      };
    }
    if (name(at) === 'data') {
      if (!format) throw new UnitsError(`readWav: expected a chunk 'fmt ' before the samples, got none (${where})`);
      return { ...format, claimed: size, present: bytes.length - at - 8 };
    }
    at += 8 + size + (size & 1);
  }
  throw new UnitsError(`readWav: expected a chunk 'data' with samples, got only a header (${where})`);
}

function check(layout: Layout, where: string): void {
  const { format, channels, rate, claimed, present } = layout;
  if (!CODINGS.has(format)) {
    const got = `0x${format.toString(16).padStart(4, '0')}`;
    throw new UnitsError(
      `readWav: expected PCM, float, A-law, µ-law or IMA ADPCM samples, got coding ${got} (${where})`,
    );
  }
  if (channels === 0 || rate === 0) {
    throw new UnitsError(`readWav: expected channels and a rate, got ${channels} channels at ${rate} Hz (${where})`);
  }
  if (present === 0 || claimed === 0) {
    throw new UnitsError(`readWav: expected samples, got only a header (${where})`);
  }
  if (claimed > present && claimed !== UNKNOWN_SIZE) {
    throw new UnitsError(`readWav: expected ${claimed} bytes of samples, got ${present}: cut short (${where})`);
  }
}

/**
 * The samples of a WAV file, whole numbers divided by 2^(bits − 1).
 * @throws UnitsError for another file, a header without samples, a file cut short, an unknown coding
 */
export async function readWav(bytes: Uint8Array, where: string): Promise<Sound> {
  const layout = layoutOf(bytes, where);
  check(layout, where);
  // a CommonJS module: loaders differ in where they put its names
  const loaded = (await import('wavefile')) as Library & { default?: Library };
  const WaveFile = loaded.WaveFile ?? loaded.default?.WaveFile;
  let file: InstanceType<Library['WaveFile']>;
  let samples: Float64Array | Float64Array[];
  try {
    file = new WaveFile(bytes);
    if (file.bitDepth === '8a') file.fromALaw('16');
    if (file.bitDepth === '8m') file.fromMuLaw('16');
    if (file.bitDepth === '4') file.fromIMAADPCM('16');
    samples = file.getSamples(false, Float64Array) as unknown as Float64Array | Float64Array[];
  } catch (error) {
    throw new UnitsError(`readWav: ${(error as Error).message} (${where})`, { cause: error });
  }
  const bits = Number.parseInt(file.bitDepth, 10);
  const isFloat = file.bitDepth === '32f' || file.bitDepth === '64';
  const [scale, zero] = isFloat ? [1, 0] : [2 ** (bits - 1), bits === 8 ? 128 : 0];
  const list = samples instanceof Float64Array ? [samples] : samples;
  return { rate: layout.rate, channels: list.map((one) => Float32Array.from(one, (value) => (value - zero) / scale)) };
}
