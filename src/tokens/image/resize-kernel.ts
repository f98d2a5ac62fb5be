// The two passes of a Pillow resize in WebAssembly SIMD, byte for byte what the plain loops give. Weights have 22 bits and do not fit
// into 16-bit lanes, so each is split, w = 4096 · high + low, and two dot products are put together again.
import { assemble, type Code, op, vectorLoop } from '../../array/index.ts';

/** For each output pixel: its first input pixel, how many it reads, and their fixed-point weights (`width` apart). */
export interface FixedWeights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly width: number;
  readonly fixed: Int32Array;
}

const BITS = 22;
const SPLIT = 12;
const PAGE = 65536;
/** Memory up to this size is kept for the next picture. */
const KEPT = 64 * 1024 * 1024;

interface Kernel {
  readonly memory: WebAssembly.Memory;
  /** One row: entries of `table` up to `end`, pixels from `source`, to `out`. */
  readonly row: (source: number, table: number, end: number, out: number) => void;
  /** One row from several: bytes from `source` up to `end`, rows `stride` apart, weights at `table`. */
  readonly column: (source: number, end: number, out: number, stride: number, table: number) => void;
}

/** `(high << 12) + low + half >> 22`, the four sums of two accumulators. */
function finished(high: number, low: number): Code {
  const sum = [...op.get(high), ...op.constant(SPLIT), ...op.shiftLeftI32, ...op.get(low), ...op.addLanes];
  const rounded = [...sum, ...op.lanes(new Array(4).fill(1 << (BITS - 1))), ...op.addLanes];
  return [...rounded, ...op.constant(BITS), ...op.shiftRightI32];
}

const accumulate = (local: number, values: Code, weight: Code): Code => [
  ...op.get(local),
  ...values,
  ...weight,
  ...op.dotI16,
  ...op.addLanes,
  ...op.set(local),
];

const zero = (local: number): Code => [...op.lanes([0, 0, 0, 0]), ...op.set(local)];

/** Locals 0 source, 1 table, 2 end, 3 out, 4 pointer, 5 values, 6 high, 7 low. */
function rowBody(pairs: number, channels: number): Code {
  // r0 r1 g0 g1 b0 b1 as 16-bit lanes; byte 16 of the shuffle is a zero of the second vector
  const spread = [0, 1, 2, 3].flatMap((c) => (c < channels ? [c, 16, channels + c, 16] : [16, 16, 16, 16]));
  const steps = Array.from({ length: pairs }, (_, k) => {
    const load = [...op.get(4), ...op.loadHalf, ...op.lanes([0, 0, 0, 0]), ...op.shuffleBytes(spread), ...op.set(5)];
    const weight = (part: number): Code => [...op.get(1), ...op.loadSplat(4 + 8 * k + part)];
    const advance = [...op.get(4), ...op.constant(2 * channels), ...op.addI32, ...op.set(4)];
    return [...load, ...accumulate(6, op.get(5), weight(0)), ...accumulate(7, op.get(5), weight(4)), ...advance];
  });
  const start = [...op.get(0), ...op.get(1), ...op.loadI32(0), ...op.addI32, ...op.set(4), ...zero(6), ...zero(7)];
  const bytes = [
    ...finished(6, 7),
    ...op.tee(5),
    ...op.get(5),
    ...op.narrowI32,
    ...op.tee(5),
    ...op.get(5),
    ...op.narrowI16,
  ];
  // four bytes are written; what is too much is overwritten by the next pixel
  const store = [...op.get(3), ...bytes, ...op.laneI32(0), ...op.storeI32];
  const next = [...op.get(3), ...op.constant(channels), ...op.addI32, ...op.set(3)];
  return vectorLoop([1], 2, [...start, ...steps.flat(), ...store, ...next], 4 + 8 * pairs);
}

/** Locals 0 source, 1 end, 2 out, 3 stride, 4 table, 5 pointer, 6 first row, 7 second row, 8–15 high and low of four quarters. */
function columnBody(pairs: number): Code {
  const quarters = [0, 1, 2, 3];
  const interleaved = (half: number): number[] =>
    Array.from({ length: 16 }, (_, i) => half * 8 + (i >> 1) + (i & 1) * 16);
  const steps = Array.from({ length: pairs }, (_, k) => {
    const advance = [...op.get(5), ...op.get(3), ...op.addI32, ...op.set(5)];
    const load = [
      ...op.get(5),
      ...op.loadBytes,
      ...op.set(6),
      ...advance,
      ...op.get(5),
      ...op.loadBytes,
      ...op.set(7),
      ...advance,
    ];
    const weight = (part: number): Code => [...op.get(4), ...op.loadSplat(8 * k + part)];
    const sums = quarters.flatMap((q) => {
      const values = [
        ...op.get(6),
        ...op.get(7),
        ...op.shuffleBytes(interleaved(q >> 1)),
        ...(q & 1 ? op.widenHighU8 : op.widenLowU8),
      ];
      return [...accumulate(8 + q, values, weight(0)), ...accumulate(12 + q, values, weight(4))];
    });
    return [...load, ...sums];
  });
  const start = [...op.get(0), ...op.set(5), ...quarters.flatMap((q) => [...zero(8 + q), ...zero(12 + q)])];
  const half = (q: number): Code => [...finished(8 + q, 12 + q), ...finished(9 + q, 13 + q), ...op.narrowI32];
  const store = [...op.get(2), ...half(0), ...half(2), ...op.narrowI16, ...op.storeBytes];
  return vectorLoop([0, 2], 1, [...start, ...steps.flat(), ...store]);
}

const modules = new Map<string, WebAssembly.Module>();
let kept: WebAssembly.Memory | undefined;

function moduleFor(across: number, down: number, channels: number): WebAssembly.Module {
  const key = `${across} ${down} ${channels}`;
  let module = modules.get(key);
  if (!module) {
    const v128 = (count: number): 'v128'[] => new Array<'v128'>(count).fill('v128');
    module = assemble([
      {
        name: 'row',
        parameters: ['i32', 'i32', 'i32', 'i32'],
        locals: ['i32', ...v128(3)],
        body: rowBody(across, channels),
      },
      {
        name: 'column',
        parameters: ['i32', 'i32', 'i32', 'i32', 'i32'],
        locals: ['i32', ...v128(10)],
        body: columnBody(down),
      },
    ]);
    if (modules.size > 32) modules.clear();
    modules.set(key, module);
  }
  return module;
}

function kernelFor(bytes: number, pairs: readonly [number, number], channels: number): Kernel {
  const pages = Math.ceil(bytes / PAGE);
  let memory = kept;
  if (!memory || bytes > KEPT) memory = new WebAssembly.Memory({ initial: pages });
  const missing = pages - memory.buffer.byteLength / PAGE;
  if (missing > 0) memory.grow(missing);
  if (bytes <= KEPT) kept = memory;
  const instance = new WebAssembly.Instance(moduleFor(pairs[0], pairs[1], channels), { env: { memory } });
  return { memory, ...(instance.exports as unknown as Pick<Kernel, 'row' | 'column'>) };
}

const pairsOf = ({ count }: FixedWeights): number => (count.reduce((most, n) => Math.max(most, n), 1) + 1) >> 1;

/** Writes high and low halves of the weights, two by two, `pairs` to an output; an entry begins with the byte offset when `step` is given. */
function writeTable(view: DataView, at: number, weights: FixedWeights, pairs: number, step?: number): number {
  const { first, count, width, fixed } = weights;
  let to = at;
  for (let i = 0; i < first.length; i++) {
    if (step !== undefined) {
      view.setInt32(to, (first[i] as number) * step, true);
      to += 4;
    }
    for (let k = 0; k < pairs; k++, to += 8) {
      for (let j = 0; j < 2; j++) {
        const weight = 2 * k + j < (count[i] as number) ? (fixed[i * width + 2 * k + j] as number) : 0;
        const high = (weight + (1 << (SPLIT - 1))) >> SPLIT;
        view.setInt16(to + 2 * j, high, true);
        view.setInt16(to + 4 + 2 * j, weight - (high << SPLIT), true);
      }
    }
  }
  return to;
}

/** What is resized: rows of `width` pixels; either pass may be left out. */
export interface ResizePasses {
  readonly data: Uint8Array;
  readonly width: number;
  readonly channels: number;
  /** Weights along a row. */
  readonly across?: FixedWeights;
  /** Weights along a column; rows that no output reads are not worked on. */
  readonly down?: FixedWeights;
}

const round16 = (value: number): number => (value + 15) & ~15;

/** Both passes, horizontal first. @throws where WebAssembly SIMD is missing: use the plain loops then */
export function resizeBytes({ data, width, channels, across, down }: ResizePasses): Uint8Array {
  const rows = data.length / (width * channels);
  const outWidth = across ? across.first.length : width;
  const stride = outWidth * channels;
  const [firstRow, lastRow] = down ? [down.first[0] as number, lastRead(down)] : [0, rows];
  const pairs = [across ? pairsOf(across) : 1, down ? pairsOf(down) : 1] as const;
  const tableAcross = 0;
  const tableDown = round16(across ? across.first.length * (4 + 8 * pairs[0]) : 0);
  const source = tableDown + round16(down ? down.first.length * 8 * pairs[1] : 0);
  // loads may run past the last pixel and, with weight 0, past the last row
  const slack = 64 + stride * 2;
  const middle = across ? source + round16(data.length + 64) : source;
  const out = round16(middle + (across ? (lastRow - firstRow) * stride : data.length) + slack);
  const outRows = down ? down.first.length : lastRow - firstRow;
  const { memory, row, column } = kernelFor(out + outRows * stride + slack, pairs, channels);
  const bytes = new Uint8Array(memory.buffer);
  const view = new DataView(memory.buffer);
  bytes.set(data, source);
  if (across) {
    const end = writeTable(view, tableAcross, across, pairs[0], channels);
    for (let y = firstRow; y < lastRow; y++) {
      row(source + y * width * channels, tableAcross, end, middle + (y - firstRow) * stride);
    }
    if (!down) return bytes.slice(middle, middle + outRows * stride);
  }
  if (!down) return data;
  writeTable(view, tableDown, down, pairs[1]);
  const skipped = across ? firstRow : 0;
  for (let y = 0; y < outRows; y++) {
    const from = middle + ((down.first[y] as number) - skipped) * stride;
    column(from, from + stride, out + y * stride, stride, tableDown + y * 8 * pairs[1]);
  }
  return bytes.slice(out, out + outRows * stride);
}

function lastRead({ first, count }: FixedWeights): number {
  return (first.at(-1) as number) + (count.at(-1) as number);
}
