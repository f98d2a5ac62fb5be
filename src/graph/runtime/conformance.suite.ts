// One conformance suite for every runtime, in Node and in browsers: it needs no test framework, a broken promise throws.
import { float32, int64, type NamedArrays, type NdArray, ndArray, toNumbers } from '../../array/index.ts';
import {
  add,
  castTo,
  type DeviceArray,
  fusedMatmul,
  gather,
  gelu,
  greater,
  hostDevice,
  input,
  interpret,
  mean,
  multiply,
  type Runtime,
  RuntimeError,
  type Session,
  softmax,
  type Tensor,
  writeOnnx,
} from '../index.ts';

const x = input('x', 'float32', ['batch', 3]);
const table = input('table', 'float32', [4, 3]);
const ids = input('ids', 'int64', ['batch']);
const mixed = add(gelu(x), gather(table, ids));
const outputs = { y: softmax(fusedMatmul(mixed, table, { transB: true, alpha: 0.5 })), loss: mean(mixed) };
const tableValues = Array.from({ length: 12 }, (_, i) => Math.sin(i));
const feeds = {
  x: float32([2, 3], [1, -2, 0.5, 3, 0, -1]),
  table: float32([4, 3], tableValues),
  ids: int64([2], [3, 0]),
};
const casts = {
  int32: castTo(x, 'int32'),
  int64: castTo(x, 'int64'),
  uint8: castTo(castTo(x, 'int32'), 'uint8'),
  bool: greater(x, 0),
  float32: add(x, 1),
};

/** A small graph for other tests: what it computes, and arrays to feed. */
export const sample: { readonly outputs: Readonly<Record<string, Tensor>>; readonly feeds: NamedArrays } = {
  outputs,
  feeds,
};

/** @throws Error when `actual` and `expected` do not print the same */
function same(what: string, actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, got ${a}`);
}

function near(what: string, actual: NdArray | undefined, expected: ArrayLike<number>): void {
  const values = actual ? toNumbers(actual) : [];
  same(`${what}: length`, values.length, expected.length);
  const off = values.findIndex((value, i) => !(Math.abs(value - (expected[i] as number)) <= 1e-5));
  if (off >= 0) throw new Error(`${what}: expected ${expected[off]} at ${off}, got ${values[off]}`);
}

async function refuses(what: string, action: () => Promise<unknown>, message: string): Promise<void> {
  const error = await action().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RuntimeError)) throw new Error(`${what}: expected a RuntimeError, got ${error}`);
  if (!error.message.includes(message)) throw new Error(`${what}: expected '${message}', got '${error.message}'`);
}

function load(runtime: Runtime, chosen: Readonly<Record<string, Tensor>> = outputs): Promise<Session> {
  return runtime.createSession(writeOnnx(chosen, { backend: runtime.backend }).bytes, { threads: 1 });
}

async function valuesForEverySize(runtime: Runtime): Promise<void> {
  const session = await load(runtime);
  same('inputs', [...session.inputNames].sort(), ['ids', 'table', 'x']);
  same('outputs', [...session.outputNames].sort(), ['loss', 'y']);
  for (const rows of [2, 1, 2]) {
    const some = {
      ...feeds,
      x: float32([rows, 3], feeds.x.data.slice(0, 3 * rows)),
      ids: int64([rows], toNumbers(feeds.ids).slice(0, rows)),
    };
    const [expected] = interpret([outputs.y], some);
    const { y } = await session.run({ ...some, unused: feeds.x });
    same('shape', y?.shape, [rows, 4]);
    near(`${rows} rows`, y, expected?.data as ArrayLike<number>);
  }
  await session.release();
}

async function emptyArrays(runtime: Runtime): Promise<void> {
  const session = await load(runtime);
  const nothing = { ...feeds, x: float32([0, 3], []), ids: int64([0], []) };
  const { y } = await session.run(nothing);
  same('shape', y?.shape, [0, 4]);
  near('then something', (await session.run(feeds)).y, interpret([outputs.y], feeds)[0]?.data as ArrayLike<number>);
  await session.release();
}

async function elementTypes(runtime: Runtime): Promise<void> {
  const session = await load(runtime, casts);
  const results = await session.run({ x: float32([2, 3], [0, 1, 2, 3, 4, 5]) });
  const whole = [0, 1, 2, 3, 4, 5];
  const expected = { int32: whole, int64: whole, uint8: whole, bool: [0, 1, 1, 1, 1, 1], float32: [1, 2, 3, 4, 5, 6] };
  for (const [dtype, values] of Object.entries(expected)) {
    same(`${dtype}: type`, results[dtype]?.dtype, dtype);
    same(dtype, toNumbers(results[dtype] as NdArray), values);
  }
  await session.release();
}

async function targets(runtime: Runtime): Promise<void> {
  const session = await load(runtime);
  const y = float32([2, 4], new Float32Array(8));
  const { loss: expected } = await session.run(feeds);
  for (const into of [{ y }, { y, loss: float32([], [0]) }]) {
    y.data.fill(-1);
    const results = await session.run(feeds, into);
    if (results.y !== y) throw new Error('targets: expected the very array that was given');
    same('targets: sum', Math.round(y.data.reduce((total, value) => total + value, 0)), 2);
    near('targets: loss', results.loss, toNumbers(expected as NdArray));
  }
  // a later run without targets leaves them alone
  y.data.fill(7);
  await session.run(feeds);
  same('targets: left alone', [...y.data], new Array(8).fill(7));
  await refuses('target', () => session.run(feeds, { loss: float32([2], [0, 0]) }), "in the target of 'loss'");
  await session.release();
}

async function feedsAreRead(runtime: Runtime): Promise<void> {
  const session = await load(runtime);
  const live = float32([4, 3], tableValues);
  const { y: before } = await session.run({ ...feeds, table: live });
  live.data.fill(0);
  const { y: after } = await session.run({ ...feeds, table: live });
  near('a feed changed in place', after, new Array(8).fill(0.25));
  const again = interpret([outputs.y], feeds)[0]?.data as ArrayLike<number>;
  near('a result is not touched by later runs', before, again);
  await session.release();
}

async function runsAtOnce(runtime: Runtime): Promise<void> {
  const session = await load(runtime, { y: add(x, x) });
  const batches: NamedArrays[] = [1, 2, 3].map((value) => ({
    x: float32([value, 3], new Array(3 * value).fill(value)),
  }));
  const results = await Promise.all(batches.map((batch) => session.run(batch)));
  for (const [i, { y }] of results.entries()) near('runs at once', y, new Array(3 * (i + 1)).fill(2 * (i + 1)));
  await session.release();
}

async function errors(runtime: Runtime): Promise<void> {
  const session = await load(runtime);
  await refuses('missing', () => session.run({ ...feeds, ids: undefined as never }), "expected a feed for 'ids'");
  await refuses('wrong size', () => session.run({ ...feeds, x: float32([2, 2], [1, 2, 3, 4]) }), 'x [2,2] float32');
  const stored = ndArray('bfloat16', [4, 3], new Uint16Array(12));
  await refuses('storage only', () => session.run({ ...feeds, table: stored }), "expected 'table' in a type");
  near('after errors', (await session.run(feeds)).y, interpret([outputs.y], feeds)[0]?.data as ArrayLike<number>);
  await session.release();
  await session.release();
  await refuses('released', () => session.run(feeds), 'released');
  await refuses('no model', () => runtime.createSession(Uint8Array.of(1, 2, 3)), 'createSession');
}

/** A running sum: its results become its feeds. */
async function arraysStay(runtime: Runtime): Promise<void> {
  const device = runtime.device ?? hostDevice(runtime);
  const total = input('total', 'float32', ['batch', 3]);
  const next = add(total, multiply(x, 2));
  const model = writeOnnx({ next, loss: mean(next) }, { backend: runtime.backend });
  const session = await device.createSession(model.bytes, ['next'], { threads: 1 });
  same('inputs', [...session.inputNames].sort(), ['total', 'x']);
  const first = await device.put(feeds.x);
  same('shape', first.shape, [2, 3]);
  let held = first;
  for (const count of [3, 5, 7]) {
    const { arrays, kept } = await session.run({ total: held, x: feeds.x, unused: first });
    same('results on the host', Object.keys(arrays), ['loss']);
    near('loss', arrays.loss, [(1.5 * count) / 6]);
    if (held !== first) held.release();
    held = kept.next as DeviceArray;
    near(
      'kept',
      await held.read(),
      toNumbers(feeds.x).map((value) => value * count),
    );
  }
  near('a feed stays as it was', await first.read(), toNumbers(feeds.x));
  // an array of the host in its place, and the other way round
  const { kept } = await session.run({ total: feeds.x, x: held });
  near(
    'kept',
    await (kept.next as DeviceArray).read(),
    toNumbers(feeds.x).map((value) => 15 * value),
  );
  await refuses('missing', () => session.run({ total: held }), "expected a feed for 'x'");
  for (const array of [first, held, held, kept.next as DeviceArray]) array.release();
  await refuses('released array', () => session.run({ total: held, x: feeds.x }), 'expected a live one');
  await refuses('released array', async () => held.read(), 'expected a live one');
  await session.release();
  await refuses('released', () => session.run(feeds), 'released');
  await refuses('no model', () => device.createSession(Uint8Array.of(1, 2, 3), []), 'createSession');
}

/** What every runtime promises, by name. */
export const conformance: Readonly<Record<string, (runtime: Runtime) => Promise<void>>> = {
  'gives the values of the interpreter, for every size of the batch': valuesForEverySize,
  'computes over zero rows': emptyArrays,
  'gives every element type': elementTypes,
  'writes into targets': targets,
  'reads feeds anew at every run': feedsAreRead,
  'takes several runs at once': runsAtOnce,
  'leaves on its device what stays, and feeds it again': arraysStay,
  'names what is wrong, and stays released': errors,
};
