// Power spectra of four frames at once in WebAssembly SIMD with float64. Frames 0 and 1 are the lanes of the real part, 2 and 3 those of the
// imaginary part. Stockham's transform (radix 4, one step of 2 where the size wants it): every stage reads in order
// and needs no bit reversal.
import { assemble, type Code, op, vectorLoop, type WasmFunction } from '../../array/index.ts';
import type { PowerSpectrum } from './spectrum.ts';

/** Bytes of one complex number in two lanes, and of its real part. */
const COMPLEX = 32;
const HALF = 16;

/** Two float64 at a time. */
export const add = (a: Code, b: Code): Code => [...a, ...b, ...op.addF64];
export const sub = (a: Code, b: Code): Code => [...a, ...b, ...op.subF64];
export const mul = (a: Code, b: Code): Code => [...a, ...b, ...op.mulF64];
const plus = (local: number, bytes: number): Code => [...op.get(local), ...op.constant(bytes), ...op.addI32];

/** Bytes of a stage's table for one output group: where it begins, then cosine and sine of its three turns. */
const ENTRY = 8 + 3 * 16;

/**
 * One stage of radix 4. Parameters: 0 pointer, 1 end (a quarter of the numbers), 2 table, 3 output, 4 a quarter in bytes, 5 bytes between
 * the four outputs of a group.
 */
function quarterStage(): WasmFunction {
  const [pointer, end, table, output, quarter, gap, read, write] = [0, 1, 2, 3, 4, 5, 6, 7];
  const part = (i: number): readonly [re: number, im: number] => [8 + 2 * i, 9 + 2 * i];
  const [a, b, c, d] = [part(0), part(1), part(2), part(3)];
  const [s, t, u, v] = [part(4), part(5), part(6), part(7)];
  const loads = [a, b, c, d].flatMap(([re, im], i) => [
    ...(i === 0
      ? [...op.get(pointer), ...op.set(read)]
      : [...op.get(read), ...op.get(quarter), ...op.addI32, ...op.set(read)]),
    ...[...op.get(read), ...op.loadAt(0), ...op.set(re), ...op.get(read), ...op.loadAt(HALF), ...op.set(im)],
  ]);
  const get = op.get;
  const pairs = (of: typeof add, x: typeof a, y: typeof a, to: typeof a): Code =>
    [0, 1].flatMap((i) => [...of(get(x[i] as number), get(y[i] as number)), ...op.set(to[i] as number)]);
  // s = a + c, t = a − c, u = b + d, v = −i (b − d)
  const sums: Code = [
    ...[...pairs(add, a, c, s), ...pairs(sub, a, c, t), ...pairs(add, b, d, u)],
    ...[...sub(get(b[1]), get(d[1])), ...op.set(v[0]), ...sub(get(d[0]), get(b[0])), ...op.set(v[1])],
  ];
  const outputs: Code = [
    ...[...pairs(add, s, u, a), ...pairs(add, t, v, b), ...pairs(sub, s, u, c), ...pairs(sub, t, v, d)],
  ];
  const stores = [a, b, c, d].flatMap(([re, im], i) => {
    const turn = (offset: number): Code => [...get(table), ...op.loadSplatF64(8 + 16 * (i - 1) + offset)];
    const [cos, sin] = [turn(0), turn(8)];
    const real = i === 0 ? get(re) : sub(mul(get(re), cos), mul(get(im), sin));
    const imaginary = i === 0 ? get(im) : add(mul(get(re), sin), mul(get(im), cos));
    const place: Code =
      i === 0
        ? [...get(table), ...op.loadI32(0), ...get(output), ...op.addI32, ...op.set(write)]
        : [...get(write), ...get(gap), ...op.addI32, ...op.set(write)];
    return [...place, ...get(write), ...real, ...op.storeAt(0), ...get(write), ...imaginary, ...op.storeAt(HALF)];
  });
  const next: Code = [...plus(table, ENTRY), ...op.set(table)];
  return {
    name: 'quarters',
    parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    locals: ['i32', 'i32', ...new Array<'v128'>(16).fill('v128')],
    body: vectorLoop([pointer], end, [...loads, ...sums, ...outputs, ...stores, ...next], COMPLEX),
  };
}

/** The last step of a size that is twice a power of four. Parameters: 0 pointer, 1 end (a half), 2 output, 3 a half in bytes. */
function halfStage(): WasmFunction {
  const [pointer, end, output, half] = [0, 1, 2, 3];
  const low = op.get(pointer);
  const high: Code = [...op.get(pointer), ...op.get(half), ...op.addI32];
  const body = [0, HALF].flatMap((offset) => {
    const [x, y]: [Code, Code] = [
      [...low, ...op.loadAt(offset)],
      [...high, ...op.loadAt(offset)],
    ];
    const above: Code = [...op.get(output), ...op.get(half), ...op.addI32];
    return [...op.get(output), ...add(x, y), ...op.storeAt(offset), ...above, ...sub(x, y), ...op.storeAt(offset)];
  });
  return {
    name: 'halves',
    parameters: ['i32', 'i32', 'i32', 'i32'],
    locals: [],
    body: vectorLoop([pointer, output], end, body, COMPLEX),
  };
}

/** Powers of the four frames from their two spectra. Parameters: 0 pointer, 1 end, 2 the mirrored number, 3 output. */
function powerStage(): WasmFunction {
  const [pointer, end, mirror, output, sum, less] = [0, 1, 2, 3, 4, 5];
  const at = (from: number, offset: number): Code => [...op.get(from), ...op.loadAt(offset)];
  const frames = (even: number, odd: number, offset: number): Code => [
    ...[...add(at(pointer, even), at(mirror, even)), ...op.set(sum)],
    ...[...sub(at(pointer, odd), at(mirror, odd)), ...op.set(less)],
    ...op.get(output),
    ...mul(add(mul(op.get(sum), op.get(sum)), mul(op.get(less), op.get(less))), op.lanesF64(0.25)),
    ...op.storeAt(offset),
  ];
  const back: Code = [...plus(mirror, -COMPLEX), ...op.set(mirror)];
  return {
    name: 'powers',
    parameters: ['i32', 'i32', 'i32', 'i32'],
    locals: ['v128', 'v128'],
    body: vectorLoop([pointer, output], end, [...frames(0, HALF, 0), ...frames(HALF, 0, HALF), ...back], COMPLEX),
  };
}

/** Cosine and sine of each turn, in the order of reading; `span` numbers share one. */
function writeStage(view: DataView, at: number, size: number, span: number): void {
  const groups = size / span;
  for (let j = 0; j < size / 4; j++) {
    const turn = Math.floor(j / span);
    view.setInt32(at + j * ENTRY, (j + 3 * span * turn) * COMPLEX, true);
    for (let k = 1; k < 4; k++) {
      const angle = (-2 * Math.PI * k * turn) / groups;
      view.setFloat64(at + j * ENTRY + 8 + 16 * (k - 1), Math.cos(angle), true);
      view.setFloat64(at + j * ENTRY + 16 * k, Math.sin(angle), true);
    }
  }
}

interface Stages {
  readonly quarters: (from: number, end: number, table: number, to: number, quarter: number, gap: number) => void;
  readonly halves: (from: number, end: number, to: number, half: number) => void;
  readonly powers: (from: number, end: number, mirror: number, to: number) => void;
}

/** Where things lie, in bytes: the frames, the numbers twice (with one more, the mirror of number 0), the powers, the stages' tables. */
function layoutOf(size: number) {
  const spans: number[] = [];
  for (let span = 1; size / span >= 4; span *= 4) spans.push(span);
  const numbers = (size + 1) * COMPLEX;
  const tables = 3 * numbers + (size / 2 + 1) * COMPLEX;
  const tableBytes = (size / 4) * ENTRY;
  const places = { frames: 0, first: numbers, second: 2 * numbers, powers: 3 * numbers, tables };
  return { spans, ...places, tableBytes, end: tables + spans.length * tableBytes };
}

/** Bytes of memory that spectra of `size` numbers take, from its beginning on. */
export const spectraBytes = (size: number): number => layoutOf(size).end;

/** Memory of at least so many bytes. */
export const memoryOf = (bytes: number): WebAssembly.Memory =>
  new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536) });

let compiled: WebAssembly.Module | undefined;

/**
 * Power spectra of four frames of `size` numbers, a power of two from 4 on.
 * @throws WebAssembly.CompileError where there is no SIMD
 */
export function powerSpectraOfFour(
  size: number,
  memory: WebAssembly.Memory = memoryOf(spectraBytes(size)),
): PowerSpectrum {
  compiled ??= assemble([quarterStage(), halfStage(), powerStage()]);
  const { spans, frames, first, second, powers, tables, tableBytes } = layoutOf(size);
  const stages = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Stages;
  const view = new DataView(memory.buffer);
  spans.forEach((span, i) => {
    writeStage(view, tables + i * tableBytes, size, span);
  });
  const twice = size / (spans.at(-1) as number) === 8;
  const [quarter, bins] = [(size / 4) * COMPLEX, (size / 2 + 1) * COMPLEX];
  const all = new Float64Array(memory.buffer);
  const run = (): void => {
    let [from, to, next] = [frames, first, second];
    spans.forEach((span, i) => {
      stages.quarters(from, from + quarter, tables + i * tableBytes, to, quarter, span * COMPLEX);
      [from, to, next] = [to, next, to];
    });
    if (twice) {
      stages.halves(from, from + 2 * quarter, to, 2 * quarter);
      from = to;
    }
    const last = from + size * COMPLEX;
    all.copyWithin(last / 8, from / 8, (from + COMPLEX) / 8);
    stages.powers(from, from + bins, last, powers);
  };
  const input = all.subarray(0, first / 8 - 4);
  return { size, frames: 4, input, power: all.subarray(powers / 8, (powers + bins) / 8), run };
}
