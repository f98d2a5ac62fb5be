// WAV files through the library wavefile: 8, 16, 24, 32 bit, float, A-law, µ-law, any number of channels. Chunks are walked here
// first, so that a file which is cut short or holds only a header ends in a clear error instead of missing sound.
import { UnitsError } from '../units.ts';
import { type Sound, tooLong } from './sound.ts';

type Library = typeof import('wavefile');

interface Layout {
  /** Where the number of the coding lies. */
  readonly at: number;
  /** That number, or what an EXTENSIBLE header has for it. */
  readonly format: number;
  readonly isExtensible: boolean;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
  readonly claimed: number;
  readonly present: number;
}

const [PCM, EXTENSIBLE] = [1, 0xfffe];
/** Bytes of `fmt ` up to and with the number of the coding behind EXTENSIBLE. */
const EXTENDED = 26;

interface Coding {
  readonly name: string;
  /** Bits a sample may have. */
  readonly bits: readonly number[];
}

/** Codings that are read, by their number in `fmt `; wavefile's IMA ADPCM loses its last block and a sample's place in every other. */
const CODINGS: Readonly<Record<number, Coding>> = {
  [PCM]: { name: 'PCM', bits: [8, 16, 24, 32] },
  3: { name: 'float', bits: [32, 64] },
  6: { name: 'A-law', bits: [8] },
  7: { name: 'µ-law', bits: [8] },
};
/** A-law and µ-law have 8 bits a sample, and wavefile reads them so: some headers say 16, the bits before coding. */
const LAWS: ReadonlySet<number> = new Set([6, 7]);
const UNKNOWN_SIZE = 0xffffffff;

function layoutOf(bytes: Uint8Array, where: string): Layout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || name(0) !== 'RIFF' || name(8) !== 'WAVE') {
    throw new UnitsError(`readWav: expected a file that begins RIFF…WAVE, got '${name(0)}' (${where})`);
  }
  // the first one, as wavefile has it
  let format: Omit<Layout, 'claimed' | 'present'> | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    if (!format && name(at) === 'fmt ' && at + 24 <= bytes.length) {
      const told = view.getUint16(at + 8, true);
      const isExtensible = told === EXTENSIBLE && size >= EXTENDED && at + 8 + EXTENDED <= bytes.length;
      const code = isExtensible ? view.getUint16(at + 6 + EXTENDED, true) : told;
      format = {
        at: at + 8,
        format: code,
        isExtensible,
        channels: view.getUint16(at + 10, true),
        rate: view.getUint32(at + 12, true),
        bits: LAWS.has(code) ? 8 : view.getUint16(at + 22, true),
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

function check(layout: Layout, where: string, maxSeconds: number): void {
  const { format, channels, rate, bits, claimed, present } = layout;
  const coding = CODINGS[format];
  if (!coding) {
    const got = `0x${format.toString(16).padStart(4, '0')}`;
    throw new UnitsError(`readWav: expected PCM, float, A-law or µ-law samples, got coding ${got} (${where})`);
  }
  if (!coding.bits.includes(bits)) {
    const [last, ...others] = [...coding.bits].reverse();
    const wanted = others.length > 0 ? `${others.reverse().join(', ')} or ${last}` : `${last}`;
    throw new UnitsError(`readWav: expected ${wanted} bits a sample of ${coding.name}, got ${bits} (${where})`);
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
  if ((Math.min(claimed, present) * 8) / (bits * channels * rate) > maxSeconds) throw tooLong(maxSeconds, where);
}

/**
 * The bytes with the number of the coding where wavefile looks for it. It takes all that is EXTENSIBLE for whole numbers: floats, A-law and
 * µ-law need a copy, so that the caller's bytes stay.
 */
function plain(bytes: Uint8Array, { at, format, isExtensible }: Layout): Uint8Array {
  if (!isExtensible || format === PCM) return bytes;
  // not slice: a Buffer's shares the memory
  const copy = Uint8Array.from(bytes);
  new DataView(copy.buffer).setUint16(at, format, true);
  return copy;
}

/**
 * The samples of a WAV file, whole numbers divided by 2^(bits − 1). A header that claims more than `maxSeconds` is refused before anything
 * is decoded.
 * @throws UnitsError for another file, a header without samples, a file cut short or too long, an unknown coding
 */
export async function readWav(
  bytes: Uint8Array,
  where: string,
  maxSeconds: number = Number.POSITIVE_INFINITY,
): Promise<Sound> {
  const layout = layoutOf(bytes, where);
  check(layout, where, maxSeconds);
  // a CommonJS module: loaders differ in where they put its names
  const loaded = (await import('wavefile')) as Library & { default?: Library };
  const WaveFile = loaded.WaveFile ?? loaded.default?.WaveFile;
  let file: InstanceType<Library['WaveFile']>;
  let samples: Float64Array | Float64Array[];
  try {
    file = new WaveFile(plain(bytes, layout));
    if (file.bitDepth === '8a') file.fromALaw('16');
    if (file.bitDepth === '8m') file.fromMuLaw('16');
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
