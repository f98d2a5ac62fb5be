// What only the ffi runtime promises: memory is used where it lies, the event loop stays free, denormals are flushed on every thread.
import { spawnSync } from 'node:child_process';
import { expect, test, vi } from 'vitest';
import { float32, type NdArray, ndArray } from '../../array/index.ts';
import { add, input, matmul, multiply, RuntimeError, type Session, sum, type Tensor, writeOnnx } from '../index.ts';
import { ffiRuntime } from './ffi.node.ts';

async function load(outputs: Record<string, Tensor>, threads = 1): Promise<Session> {
  const runtime = await ffiRuntime();
  return runtime.createSession(writeOnnx(outputs, { backend: runtime.backend }).bytes, { threads });
}

/** float32 numbers in shared memory, typed as the rest of them. */
function sharedFloats(buffer: SharedArrayBuffer, at: number, length: number): Float32Array<ArrayBuffer> {
  return new Float32Array(buffer, at, length) as unknown as Float32Array<ArrayBuffer>;
}

const x = input('x', 'float32', ['rows', 4]);

test('feeds and targets may lie in shared memory, and stay bound between runs', async () => {
  const session = await load({ double: add(x, x), total: sum(x) });
  const shared = new SharedArrayBuffer(64);
  const feed = ndArray('float32', [2, 4], sharedFloats(shared, 0, 8));
  const target = ndArray('float32', [2, 4], sharedFloats(shared, 32, 8));
  for (let round = 1; round <= 3; round++) {
    feed.data.fill(round);
    const { total } = await session.run({ x: feed }, { double: target });
    expect([...target.data]).toEqual(new Array(8).fill(2 * round));
    expect(total?.data[0]).toBe(8 * round);
  }
  await session.release();
});

test('runs asked for at once wait for each other', async () => {
  const session = await load({ double: add(x, x) });
  const results = await Promise.all([1, 2, 3, 4].map((value) => session.run({ x: float32([1, 4], [value, 0, 0, 0]) })));
  expect(results.map(({ double }) => double?.data[0])).toEqual([2, 4, 6, 8]);
  await session.release();
});

test('the event loop goes on while a graph runs', async () => {
  const a = input('a', 'float32', ['n', 'n']);
  const session = await load({ y: matmul(matmul(a, a), a) });
  const size = 1200;
  const feed = float32([size, size], new Float32Array(size * size).fill(1e-3));
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const start = performance.now();
  await session.run({ a: feed });
  clearInterval(timer);
  expect(performance.now() - start).toBeGreaterThan(10);
  expect(ticks).toBeGreaterThan(4);
  await session.release();
});

test('denormals count as zero, on one thread and on two', async () => {
  for (const threads of [1, 2]) {
    const session = await load({ y: multiply(x, x) }, threads);
    const { y } = await session.run({ x: float32([1000, 4], new Float32Array(4000).fill(1e-20)) });
    expect(y?.data.every((value) => value === 0)).toBe(true);
    await session.release();
  }
});

test('a type without kernels, a detached buffer and a wrong target are named', async () => {
  const session = await load({ double: add(x, x) });
  const bfloat16: NdArray = ndArray('bfloat16', [1, 4], new Uint16Array(4));
  await expect(session.run({ x: bfloat16 })).rejects.toThrow("expected 'x' in a type");
  const gone = float32([1, 4], new Float32Array(4));
  structuredClone(gone.data.buffer, { transfer: [gone.data.buffer] });
  await expect(session.run({ x: gone })).rejects.toThrow('its buffer was detached');
  const feed = float32([1, 4], [1, 2, 3, 4]);
  await expect(session.run({ x: feed }, { double: float32([2, 4], new Float32Array(8)) })).rejects.toThrow(
    RuntimeError,
  );
  // a failure leaves the session as it was
  expect((await session.run({ x: feed })).double?.data[3]).toBe(8);
  await session.release();
});

test('without koffi there is one clear error', async () => {
  vi.resetModules();
  vi.doMock('koffi', () => {
    throw new Error('Cannot find package');
  });
  const { ffiRuntime: fresh } = await import('./ffi.node.ts');
  await expect(fresh()).rejects.toThrow("run 'npm install koffi'");
  vi.doUnmock('koffi');
});

test('a process that made the runtime, used or not, ends by itself', () => {
  const module = new URL('./ffi.node.ts', import.meta.url).href;
  const code = `import { ffiRuntime } from '${module}'; await ffiRuntime(); console.log('made')`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', code];
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 30_000 });
  expect([stdout, status]).toEqual(['made\n', 0]);
});
