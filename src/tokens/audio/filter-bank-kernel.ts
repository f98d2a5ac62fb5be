// Kaldi's filter banks of four frames at once in WebAssembly SIMD with float64: frames cut and weighed, spectra (spectrum-kernel.ts), filters
// and logarithms. The plain loops of filter-bank.ts are its oracle.
import { assemble, type Code, op, vectorLoop, type WasmFunction } from '../../array/index.ts';
import type { MelFilters } from './mel.ts';
import { add, memoryOf, mul, powerSpectraOfFour, spectraBytes, sub } from './spectrum-kernel.ts';

const LANES = 4;
/** Frames that go through the memory together. */
const CHUNK = 1024;

const value = op.lanesF64;
const get = op.get;
const set = (local: number, code: Code): Code => [...code, ...op.set(local)];

/** The upper two of four float32 as float64. */
const promoteUpper = (local: number): Code => [
  ...get(local),
  ...get(local),
  ...op.shuffle([2, 3, 2, 3]),
  ...op.promote,
];
const promoteLower = (local: number): Code => [...get(local), ...op.promote];

/**
 * Four frames, `hop` samples apart: mean off, pre-emphasis, window. Parameters: 0 samples, 1 their end (of the first frame), 2 window,
 * 3 output.
 */
function frameFunction(frame: number, hop: number): WasmFunction {
  const [samples, end, window, output, pointer] = [0, 1, 2, 3, 4];
  const [now, before] = [5, 6];
  const [lower, upper] = [
    { sum: 7, promote: promoteLower, offset: 0 },
    { sum: 8, promote: promoteUpper, offset: 16 },
  ];
  const read: Code = [
    ...value(0),
    ...[...op.set(now), ...get(pointer), ...get(now), ...op.loadLane(0, 0), ...op.set(now)],
    ...[1, 2, 3].flatMap((lane) => [
      ...[...get(pointer), ...get(now), ...op.loadLane(lane * hop * 4, lane), ...op.set(now)],
    ]),
  ];
  const both = [lower, upper];
  const sums = both.flatMap(({ sum, promote }) => set(sum, add(get(sum), promote(now))));
  // x − mean, less 0.97 × the one before less mean, is x − 0.97 × the one before, less 0.03 × mean
  const taken = both.flatMap(({ sum }) => set(sum, mul(get(sum), value((1 - 0.97) / frame))));
  const weighed = both.flatMap(({ sum, promote, offset }) => {
    const difference = sub(sub(promote(now), mul(promote(before), value(0.97))), get(sum));
    return [...get(output), ...mul(difference, [...get(window), ...op.loadSplatF64(0)]), ...op.storeAt(offset)];
  });
  const next: Code = [
    ...set(before, get(now)),
    ...[...get(window), ...op.constant(8), ...op.addI32, ...op.set(window)],
    ...[...get(output), ...op.constant(32), ...op.addI32, ...op.set(output)],
  ];
  return {
    name: 'frames',
    parameters: ['i32', 'i32', 'i32', 'i32'],
    locals: ['i32', ...new Array<'v128'>(4).fill('v128')],
    body: [
      ...set(pointer, get(samples)),
      ...vectorLoop([pointer], end, [...read, ...sums], 4),
      ...taken,
      // nothing is before the first sample but itself
      ...[...set(pointer, get(samples)), ...read, ...set(before, get(now))],
      ...vectorLoop([pointer], end, [...read, ...weighed, ...next], 4),
    ],
  };
}

/** fdlibm's coefficients (e_log.c) of the logarithm's remainder, by powers of `s²`. */
const REMAINDER = [
  6.666666666666735e-1, 3.999999999940942e-1, 2.857142874366239e-1, 2.222219843214978e-1, 1.818357216161805e-1,
  1.531383769920937e-1, 1.479819860511659e-1,
] as const;

/** Natural logarithm of both lanes of `local`, which are normal and positive; `scratch` are five more locals. */
function logarithm(local: number, scratch: readonly [number, number, number, number, number]): Code {
  const [exponent, above, f, s, z] = scratch;
  const magic = 2 ** 52 + 1023;
  const polynomial = REMAINDER.reduceRight<Code>((sum, factor) => mul(add(sum, value(factor)), get(z)), value(0));
  const square = mul(mul(get(f), get(f)), value(0.5));
  return [
    ...set(exponent, [
      ...[...get(local), ...op.constant(52), ...op.shiftRightI64, ...op.lanesI64(0x4330000000000000n), ...op.or],
      ...[...value(magic), ...op.subF64],
    ]),
    ...set(local, [
      ...[...get(local), ...op.lanesI64(0x000fffffffffffffn), ...op.and],
      ...[...op.lanesI64(0x3ff0000000000000n), ...op.or],
    ]),
    ...set(above, [...get(local), ...value(Math.SQRT2), ...op.greaterF64]),
    ...set(local, sub(get(local), [...mul(get(local), value(0.5)), ...get(above), ...op.and])),
    ...set(exponent, add(get(exponent), [...value(1), ...get(above), ...op.and])),
    ...set(f, sub(get(local), value(1))),
    ...set(s, [...get(f), ...add(get(f), value(2)), ...op.divF64]),
    ...set(z, mul(get(s), get(s))),
    ...add(mul(get(exponent), value(Math.LN2)), sub(get(f), sub(square, mul(get(s), add(square, polynomial))))),
  ];
}

/**
 * Log energies of four frames: parameters 0 filters (for each: where its powers begin, where its weights end), 1 their end, 2 powers,
 * 3 weights, 4 output of the first frame, 5 bytes from one frame's output to the next.
 */
function filterFunction(floor: number): WasmFunction {
  const [filter, end, powers, weights, output, stride, power, weightsEnd, to] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const [lower, upper] = [9, 10];
  const scratch = [11, 12, 13, 14, 15] as const;
  const weight: Code = [...get(weights), ...op.loadSplatF64(0)];
  const add4 = [lower, upper].flatMap((sum, i) =>
    set(sum, add(get(sum), mul([...get(power), ...op.loadAt(16 * i)], weight))),
  );
  const one: Code = [
    ...set(power, [...get(filter), ...op.loadI32(0), ...get(powers), ...op.addI32]),
    ...set(weightsEnd, [...get(filter), ...op.loadI32(4)]),
    ...[...set(lower, value(0)), ...set(upper, value(0))],
    ...vectorLoop(
      [weights],
      weightsEnd,
      [...add4, ...get(power), ...op.constant(32), ...op.addI32, ...op.set(power)],
      8,
    ),
    ...set(to, get(output)),
    ...[lower, upper].flatMap((sum) => [
      ...set(sum, [...get(sum), ...value(floor), ...op.maxF64]),
      ...set(sum, [...logarithm(sum, scratch), ...op.demote]),
      ...[0, 1].flatMap((lane) => [
        ...[...get(to), ...get(sum), ...op.storeLane(0, lane)],
        ...set(to, [...get(to), ...get(stride), ...op.addI32]),
      ]),
    ]),
    ...set(output, [...get(output), ...op.constant(4), ...op.addI32]),
  ];
  return {
    name: 'filters',
    parameters: new Array<'i32'>(6).fill('i32'),
    locals: ['i32', 'i32', 'i32', ...new Array<'v128'>(7).fill('v128')],
    body: vectorLoop([filter], end, one, 8),
  };
}

interface Functions {
  readonly frames: (samples: number, end: number, window: number, output: number) => void;
  readonly filters: (
    filter: number,
    end: number,
    powers: number,
    weights: number,
    output: number,
    stride: number,
  ) => void;
}

/** What the kernel is made for. */
export interface BankSettings {
  /** Numbers of a transform, a power of two; samples of a frame; from one frame to the next. */
  readonly size: number;
  readonly hop: number;
  readonly window: Float64Array;
  readonly filters: MelFilters;
  readonly floor: number;
}

/** Log energies of `count` frames, `[count · mels]`. */
export type FilterBank = (samples: Float32Array, count: number) => Float32Array<ArrayBuffer>;

/**
 * Filter banks of these settings.
 * @throws WebAssembly.CompileError where there is no SIMD
 */
export function filterBankKernel({ size, hop, window, filters, floor }: BankSettings): FilterBank {
  const mels = filters.weights.length;
  const weights = filters.weights.reduce((sum, row) => sum + row.length, 0);
  const spectra = spectraBytes(size);
  const windowAt = spectra;
  const filtersAt = windowAt + window.byteLength;
  const weightsAt = filtersAt + mels * 8;
  const samplesAt = weightsAt + weights * 8;
  const samplesBytes = ((CHUNK + LANES) * hop + window.length) * 4;
  const featuresAt = samplesAt + samplesBytes;
  const memory = memoryOf(featuresAt + (CHUNK + LANES) * mels * 4);
  const spectrum = powerSpectraOfFour(size, memory);
  const instance = new WebAssembly.Instance(assemble([frameFunction(window.length, hop), filterFunction(floor)]), {
    env: { memory },
  });
  const run = instance.exports as unknown as Functions;
  new Float64Array(memory.buffer, windowAt, window.length).set(window);
  const table = new Int32Array(memory.buffer, filtersAt, 2 * mels);
  let at = weightsAt;
  filters.weights.forEach((row, m) => {
    new Float64Array(memory.buffer, at, row.length).set(row);
    at += row.length * 8;
    table.set([(filters.starts[m] as number) * 32, at], 2 * m);
  });
  const here = new Float32Array(memory.buffer, samplesAt, samplesBytes / 4);
  const powers = spectrum.power.byteOffset;
  return (samples, count) => {
    const out = new Float32Array(count * mels);
    for (let start = 0; start < count; start += CHUNK) {
      const frames = Math.min(CHUNK, count - start);
      here.set(samples.subarray(start * hop, (start + frames - 1) * hop + window.length));
      for (let t = 0; t < frames; t += LANES) {
        const from = samplesAt + t * hop * 4;
        run.frames(from, from + window.length * 4, windowAt, 0);
        spectrum.run();
        run.filters(filtersAt, weightsAt, powers, weightsAt, featuresAt + t * mels * 4, mels * 4);
      }
      out.set(new Float32Array(memory.buffer, featuresAt, frames * mels), start * mels);
    }
    return out;
  };
}
