// Counter-based random numbers: a value is a pure function of (seed, step, site, index), never of hidden state.
// Philox4x32-10, Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3" (Random123).
import { type NdArray, ndArray } from './nd-array.ts';
import { type Shape, sizeOf } from './shape.ts';

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** High 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const cross = aHigh * bLow + ((aLow * bLow) >>> 16);
  const middle = aLow * bHigh + (cross & 0xffff);
  return (aHigh * bHigh + Math.floor(cross / 65536) + Math.floor(middle / 65536)) >>> 0;
}

/** One Philox4x32-10 block: four uniform 32-bit words, written to `out`, from a 128-bit counter and a 64-bit key. */
export function philox(counter: readonly number[], key: readonly number[], out: Uint32Array): void {
  let [c0 = 0, c1 = 0, c2 = 0, c3 = 0] = counter;
  let [k0 = 0, k1 = 0] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(M0, c0 >>> 0);
    const low0 = Math.imul(M0, c0) >>> 0;
    const high1 = mulHigh(M1, c2 >>> 0);
    const low1 = Math.imul(M1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** FNV-1a hash of a name: turns a site such as `encoder.layer.0.dropout` into 32 bits. */
export function siteHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Where random numbers come from: equal keys give equal numbers, on every machine. */
export interface RandomKey {
  /** Whole number in [0, 2^53). */
  readonly seed: number;
  /** Training step or epoch, in [0, 2^32). */
  readonly step?: number;
  /** A name of the place that draws, for example a parameter's name. */
  readonly site?: string;
}

/** A stream of random numbers at one key. Streams of different keys are independent. */
export class Random {
  readonly #key: readonly number[];
  readonly #step: number;
  readonly #site: number;
  readonly #block: Uint32Array = new Uint32Array(4);
  #drawn = 0;

  constructor(key: RandomKey) {
    this.#key = [key.seed >>> 0, Math.floor(key.seed / 2 ** 32) >>> 0];
    this.#step = (key.step ?? 0) >>> 0;
    this.#site = siteHash(key.site ?? '');
  }

  /** Uniform unsigned 32-bit integer. */
  word(): number {
    const lane = this.#drawn & 3;
    if (lane === 0) {
      const block = this.#drawn / 4;
      philox([block >>> 0, Math.floor(block / 2 ** 32), this.#step, this.#site], this.#key, this.#block);
    }
    this.#drawn++;
    return this.#block[lane] as number;
  }

  /** Uniform in [0, 1), 24 bits: exact in float32. */
  uniform(): number {
    return (this.word() >>> 8) / 2 ** 24;
  }

  /** Uniform whole number in [0, bound), without modulo bias for bound ≤ 2^32. */
  integer(bound: number): number {
    const limit = Math.floor(2 ** 32 / bound) * bound;
    let word = this.word();
    while (word >= limit) word = this.word();
    return word % bound;
  }

  /** Normal with mean 0 and deviation 1 (Box–Muller, cosine branch). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** The items in random order (Fisher–Yates); the argument stays as it is. */
  shuffled<T>(items: ArrayLike<T>): T[] {
    const result = Array.from(items);
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = result[i] as T;
      result[i] = result[j] as T;
      result[j] = kept;
    }
    return result;
  }
}

/** A float32 array of normal numbers with the given deviation, cut at ±`truncate` deviations by drawing again when given. */
export function randomNormal(
  key: RandomKey,
  shape: Shape,
  deviation: number,
  truncate: number = Number.POSITIVE_INFINITY,
): NdArray<'float32'> {
  const random = new Random(key);
  const data = new Float32Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) {
    let value = random.normal();
    while (Math.abs(value) > truncate) value = random.normal();
    data[i] = value * deviation;
  }
  return ndArray('float32', shape, data);
}
