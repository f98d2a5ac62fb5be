// Dropout masks by Philox4x32-10, four blocks at a time in WebAssembly SIMD; `fillMask` is the same in plain loops, the oracle.
import { assemble, type Code, op, philox, siteHash, vectorLoop, type WasmFunction } from '../array/index.ts';

/** Where the numbers of one mask come from. */
export interface MaskKey {
  readonly seed: number;
  readonly step: number;
  readonly site: string;
}

/** The mask's two values: an element is 0 when its 16 random bits are below `threshold`, else `kept`. */
function valuesOf(rate: number): { threshold: number; kept: number } {
  const threshold = Math.min(65535, Math.round(rate * 65536));
  return { threshold, kept: 65536 / (65536 - threshold) };
}

const keyWords = (seed: number): [number, number] => [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];

/**
 * Fills `out` with 0 (probability `rate`) and `1 / (1 − rate)`: eight elements per Philox block, sixteen random bits each, so
 * `rate` is rounded to 1/65536; the scale is that of the rounded rate.
 */
export function fillMask(out: Float32Array, rate: number, key: MaskKey): void {
  const { threshold, kept } = valuesOf(rate);
  const words = keyWords(key.seed);
  const counter = [0, 0, key.step >>> 0, siteHash(key.site)];
  const block = new Uint32Array(4);
  const bits = new Uint16Array(block.buffer);
  for (let at = 0; at < out.length; at += 8) {
    counter[0] = at >>> 3;
    philox(counter, words, block);
    const end = Math.min(8, out.length - at);
    for (let i = 0; i < end; i++) out[at + i] = (bits[i] as number) < threshold ? 0 : kept;
  }
}

const [M0, M1, W0, W1] = [0xd2511f53, 0xcd9e8d57, 0x9e3779b9, 0xbb67ae85];
const ROUNDS = 10;
/** Elements of four blocks, and their bytes. */
const GROUP = 32;
const GROUP_BYTES = GROUP * 4;

/** Locals of the kernel: its parameters, then its own. */
const at = { pointer: 0, end: 1, key0: 2, key1: 3, step: 4, site: 5, threshold: 6, kept: 7 } as const;
const own = { counter: 8, c: [9, 10, 11, 12], low: 13, high: 14, swap: 15, t: [16, 17, 18, 19] } as const;
/** The constants and the keys of a round, once in every lane: the compiler does not move them out of the loop by itself. */
const lanes = { factors: [20, 21], steps: [22, 23], keys: [24, 25] } as const;

/** The 64-bit products of a word with a factor, as their high and their low halves. */
function product(word: number, factor: number): { high: Code; low: Code } {
  const both: Code = [
    ...[...op.get(word), ...op.get(factor), ...op.productLow],
    ...[...op.get(word), ...op.get(factor), ...op.productHigh],
  ];
  return { high: [...both, ...op.shuffle([1, 3, 5, 7])], low: [...both, ...op.shuffle([0, 2, 4, 6])] };
}

function round(): Code {
  const [c0, c1, c2, c3] = own.c;
  const [key0, key1] = lanes.keys;
  const [first, second] = [product(c0, lanes.factors[0]), product(c2, lanes.factors[1])];
  const next = (key: number, step: number): Code => [
    ...[...op.get(key), ...op.get(step), ...op.addLanes, ...op.set(key)],
  ];
  return [
    ...[...first.low, ...op.set(own.low)],
    ...[...first.high, ...op.get(c3), ...op.xor, ...op.get(key1), ...op.xor, ...op.set(own.high)],
    ...[...second.high, ...op.get(c1), ...op.xor, ...op.get(key0), ...op.xor, ...op.set(c0)],
    ...[...second.low, ...op.set(c1)],
    ...[...op.get(own.high), ...op.set(c2), ...op.get(own.low), ...op.set(c3)],
    ...[...next(key0, lanes.steps[0]), ...next(key1, lanes.steps[1])],
  ];
}

/** Four vectors of one word each, turned into four blocks. */
function transposed(): Code {
  const [c0, c1, c2, c3] = own.c;
  const [t0, t1, t2, t3] = own.t;
  const join = (a: number, b: number, lanes: readonly number[], to: number): Code => [
    ...[...op.get(a), ...op.get(b), ...op.shuffle(lanes), ...op.set(to)],
  ];
  const [lower, upper] = [
    [0, 4, 1, 5],
    [2, 6, 3, 7],
  ] as const;
  return [
    ...[...join(c0, c1, lower, t0), ...join(c2, c3, lower, t1), ...join(c0, c1, upper, t2), ...join(c2, c3, upper, t3)],
    ...[...join(t0, t1, [0, 1, 4, 5], c0), ...join(t0, t1, [2, 3, 6, 7], c1)],
    ...[...join(t2, t3, [0, 1, 4, 5], c2), ...join(t2, t3, [2, 3, 6, 7], c3)],
  ];
}

function written(): Code {
  return own.c.flatMap((block, i) => {
    const store = (widen: Code, offset: number): Code => [
      ...[...op.get(at.pointer), ...op.get(own.swap), ...widen, ...op.get(at.kept), ...op.splat],
      ...[...op.and, ...op.storeAt(offset)],
    ];
    return [
      ...[...op.get(block), ...op.get(at.threshold), ...op.splatI16, ...op.notLessU16, ...op.set(own.swap)],
      ...[...store(op.widenLowI16, i * 32), ...store(op.widenHighI16, i * 32 + 16)],
    ];
  });
}

function maskFunction(): WasmFunction {
  const [c0, c1, c2, c3] = own.c;
  const spread = (value: Code, to: number): Code => [...value, ...op.splatI32, ...op.set(to)];
  const constants: Code = [
    ...[...spread(op.constant(M0), lanes.factors[0]), ...spread(op.constant(M1), lanes.factors[1])],
    ...[...spread(op.constant(W0), lanes.steps[0]), ...spread(op.constant(W1), lanes.steps[1])],
  ];
  const start: Code = [
    ...[...spread(op.get(at.key0), lanes.keys[0]), ...spread(op.get(at.key1), lanes.keys[1])],
    ...[...op.get(own.counter), ...op.set(c0), ...op.lanes([0, 0, 0, 0]), ...op.set(c1)],
    ...[...op.get(at.step), ...op.splatI32, ...op.set(c2), ...op.get(at.site), ...op.splatI32, ...op.set(c3)],
  ];
  const rounds = Array.from({ length: ROUNDS }, round).flat();
  const next: Code = [...op.get(own.counter), ...op.lanes([4, 4, 4, 4]), ...op.addLanes, ...op.set(own.counter)];
  return {
    name: 'fillMask',
    parameters: [...Array.from({ length: 7 }, () => 'i32' as const), 'f32'],
    locals: Array.from({ length: 18 }, () => 'v128' as const),
    body: [
      ...[...constants, ...op.lanes([0, 1, 2, 3]), ...op.set(own.counter)],
      ...vectorLoop([at.pointer], at.end, [...start, ...rounds, ...transposed(), ...written(), ...next], GROUP_BYTES),
    ],
  };
}

let compiled: WebAssembly.Module | undefined;

/** A memory that holds the masks of one step and the kernel that fills them. */
export class MaskMemory {
  readonly #memory = new WebAssembly.Memory({ initial: 1 });
  readonly #kernel: (...values: number[]) => void;

  constructor() {
    compiled ??= assemble([maskFunction()]);
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } });
    this.#kernel = exports.fillMask as (...values: number[]) => void;
  }

  /** Places for masks of these lengths, valid until the next call. */
  views(lengths: readonly number[]): Float32Array<ArrayBuffer>[] {
    const bytes = lengths.map((length) => Math.ceil(length / GROUP) * GROUP_BYTES);
    const missing = bytes.reduce((sum, size) => sum + size, 0) - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / 65536));
    let offset = 0;
    return lengths.map((length, i) => {
      const view = new Float32Array(this.#memory.buffer as ArrayBuffer, offset, length);
      offset += bytes[i] as number;
      return view;
    });
  }

  /** Fills one of the places that `views` gave, as `fillMask` does; elements up to the next multiple of 32 are written too. */
  fill(view: Float32Array, rate: number, { seed, step, site }: MaskKey): void {
    const { threshold, kept } = valuesOf(rate);
    const end = view.byteOffset + Math.ceil(view.length / GROUP) * GROUP_BYTES;
    this.#kernel(view.byteOffset, end, ...keyWords(seed), step >>> 0, siteHash(site), threshold, kept);
  }
}
