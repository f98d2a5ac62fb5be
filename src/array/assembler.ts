// A few bytes of WebAssembly: enough to write loops over vectors of float32, of whole numbers, of bytes. Opcodes from the WebAssembly 2.0
// specification.

/** Instructions, flattened. */
export type Code = readonly number[];

/** Value types. */
export const valueTypes = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const;
type ValueType = keyof typeof valueTypes;

/** Unsigned LEB128. */
function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 127;
    rest >>>= 7;
    bytes.push(rest ? low | 128 : low);
  } while (rest);
  return bytes;
}

/** Signed LEB128 of a 32-bit integer. */
function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    if ((rest === 0 && low < 64) || (rest === -1 && low >= 64)) return [...bytes, low];
    bytes.push(low | 128);
  }
}

const vector = (items: readonly Code[]): number[] => [...leb(items.length), ...items.flat()];
const text = (value: string): number[] => [...leb(value.length), ...Array.from(value, (c) => c.charCodeAt(0))];
const simd = (opcode: number): number[] => [0xfd, ...leb(opcode)];

/** Instructions by their names in the text format. */
export const op = {
  get: (local: number): Code => [0x20, ...leb(local)],
  set: (local: number): Code => [0x21, ...leb(local)],
  tee: (local: number): Code => [0x22, ...leb(local)],
  constant: (value: number): Code => [0x41, ...signedLeb(value)],
  addI32: [0x6a] as Code,
  loadI32: (offset: number): Code => [0x28, 2, ...leb(offset)],
  storeI32: [0x36, 0, 0] as Code,
  notLess: [0x4f] as Code,
  addF32: [0x92] as Code,
  load: [...simd(0), 4, 0] as Code,
  /** 16 bytes from anywhere; 8 bytes and zeros; 4 bytes, four times. */
  loadBytes: [...simd(0), 0, 0] as Code,
  loadHalf: [...simd(93), 0, 0] as Code,
  loadSplat: (offset: number): Code => [...simd(9), 2, ...leb(offset)],
  storeBytes: [...simd(11), 0, 0] as Code,
  store: [...simd(11), 4, 0] as Code,
  storeAt: (offset: number): Code => [...simd(11), 4, ...leb(offset)],
  splat: simd(19) as Code,
  lane: (index: number): Code => [...simd(31), index],
  add: simd(228) as Code,
  sub: simd(229) as Code,
  mul: simd(230) as Code,
  div: simd(231) as Code,
  sqrt: simd(227) as Code,
  lanes: (values: readonly number[]): Code => [...simd(12), ...new Uint8Array(Int32Array.from(values).buffer)],
  /** 32-bit lanes of two vectors: 0–3 of the first, 4–7 of the second. */
  shuffle: (lanes: readonly number[]): Code => [
    ...simd(13),
    ...lanes.flatMap((lane) => [lane * 4, lane * 4 + 1, lane * 4 + 2, lane * 4 + 3]),
  ],
  /** Bytes of two vectors: 0–15 of the first, 16–31 of the second. */
  shuffleBytes: (bytes: readonly number[]): Code => [...simd(13), ...bytes],
  laneI32: (index: number): Code => [...simd(27), index],
  widenLowU8: simd(137) as Code,
  widenHighU8: simd(138) as Code,
  /** Sums of products of neighbouring signed 16-bit lanes. */
  dotI16: simd(186) as Code,
  shiftLeftI32: simd(171) as Code,
  shiftRightI32: simd(172) as Code,
  /** Saturating: 32 to 16 bits signed, 16 to 8 bits unsigned. */
  narrowI32: simd(133) as Code,
  narrowI16: simd(102) as Code,
  splatI16: simd(16) as Code,
  splatI32: simd(17) as Code,
  notLessU16: simd(54) as Code,
  and: simd(78) as Code,
  xor: simd(81) as Code,
  widenLowI16: simd(167) as Code,
  widenHighI16: simd(168) as Code,
  addLanes: simd(174) as Code,
  /** 64-bit products of the lower, the upper two unsigned lanes. */
  productLow: simd(222) as Code,
  productHigh: simd(223) as Code,
  /** Vectors of two float64. */
  loadSplatF64: (offset: number): Code => [...simd(10), 3, ...leb(offset)],
  loadAt: (offset: number): Code => [...simd(0), 4, ...leb(offset)],
  lanesF64: (value: number): Code => [...simd(12), ...new Uint8Array(Float64Array.of(value, value).buffer)],
  lanesI64: (value: bigint): Code => [...simd(12), ...new Uint8Array(BigInt64Array.of(value, value).buffer)],
  addF64: simd(240) as Code,
  subF64: simd(241) as Code,
  mulF64: simd(242) as Code,
  divF64: simd(243) as Code,
  maxF64: simd(245) as Code,
  shiftRightI64: simd(205) as Code,
  greaterF64: simd(74) as Code,
  /** The lower two float32 as float64; two float64 as the lower two float32. */
  promote: simd(95) as Code,
  demote: simd(94) as Code,
  /** One 32-bit lane from memory (of the vector beneath the address), or to it. */
  loadLane: (offset: number, lane: number): Code => [...simd(86), 2, ...leb(offset), lane],
  storeLane: (offset: number, lane: number): Code => [...simd(90), 2, ...leb(offset), lane],
  or: simd(80) as Code,
} as const;

/** `while (pointer < end) { body; every pointer += stride }`; the stride is in bytes. */
export function vectorLoop(pointers: readonly number[], end: number, body: Code, stride = 16): Code {
  const advance = pointers.flatMap((pointer) => [
    ...op.get(pointer),
    ...op.constant(stride),
    ...op.addI32,
    ...op.set(pointer),
  ]);
  const exit = [...op.get(pointers[0] as number), ...op.get(end), ...op.notLess, 0x0d, 1];
  return [0x02, 0x40, 0x03, 0x40, ...exit, ...body, ...advance, 0x0c, 0, 0x0b, 0x0b];
}

/** One exported function. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly result?: ValueType;
  /** Locals after the parameters. */
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

/** A module of functions over one imported memory `env.memory`. */
export function assemble(functions: readonly WasmFunction[]): WebAssembly.Module {
  const section = (id: number, body: Code): number[] => [id, ...leb(body.length), ...body];
  const types = functions.map(({ parameters, result }) => [
    0x60,
    ...vector(parameters.map((type) => [valueTypes[type]])),
    ...vector(result ? [[valueTypes[result]]] : []),
  ]);
  const bodies = functions.map(({ locals, body }) => {
    const code = [...vector(locals.map((type) => [1, valueTypes[type]])), ...body, 0x0b];
    return [...leb(code.length), ...code];
  });
  const bytes = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector([[...text('env'), ...text('memory'), 2, 0, 1]])),
    ...section(3, vector(functions.map((_, i) => leb(i)))),
    ...section(7, vector(functions.map(({ name }, i) => [...text(name), 0, ...leb(i)]))),
    ...section(10, vector(bodies)),
  ];
  return new WebAssembly.Module(Uint8Array.from(bytes));
}
