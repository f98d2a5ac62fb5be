// One conformance suite for every runtime: values, targets, errors, release.
import { describe, expect, test } from 'vitest';
import { float32, int64, toNumbers } from '../../array/index.ts';
import {
  add,
  fusedMatmul,
  gather,
  gelu,
  input,
  mean,
  type Runtime,
  RuntimeError,
  softmax,
  writeOnnx,
} from '../index.ts';
import { ffiRuntime } from './ffi.node.ts';
import { nodeRuntime } from './node.node.ts';
import { wasmRuntime } from './wasm.ts';

const x = input('x', 'float32', ['batch', 3]);
const table = input('table', 'float32', [4, 3]);
const ids = input('ids', 'int64', ['batch']);
const mixed = add(gelu(x), gather(table, ids));
const outputs = { y: softmax(fusedMatmul(mixed, table, { transB: true, alpha: 0.5 })), loss: mean(mixed) };
const feeds = {
  x: float32([2, 3], [1, -2, 0.5, 3, 0, -1]),
  table: float32(
    [4, 3],
    Array.from({ length: 12 }, (_, i) => Math.sin(i)),
  ),
  ids: int64([2], [3, 0]),
};

const makers: Record<string, () => Promise<Runtime>> = { node: nodeRuntime, wasm: wasmRuntime, ffi: ffiRuntime };

describe.each(Object.entries(makers))('%s', (name, make) => {
  test('gives the values of the interpreter, for every size of the batch', async () => {
    const { interpret } = await import('../interpret.ts');
    const runtime = await make();
    expect(runtime.name).toBe(name);
    const session = await runtime.createSession(writeOnnx(outputs, { backend: runtime.backend }).bytes);
    for (const rows of [2, 1]) {
      const some = {
        ...feeds,
        x: float32([rows, 3], feeds.x.data.slice(0, 3 * rows)),
        ids: int64([rows], toNumbers(feeds.ids).slice(0, rows)),
      };
      const expected = interpret(Object.values(outputs), some);
      const { y } = await session.run(some);
      for (const [i, value] of toNumbers(y as never).entries())
        expect(value).toBeCloseTo(expected[0]?.data[i] as number, 5);
    }
    await session.release();
  });

  test('writes into targets, names what is missing, and stays released', async () => {
    const runtime = await make();
    const session = await runtime.createSession(writeOnnx(outputs, { backend: runtime.backend }).bytes);
    const loss = float32([], [0]);
    const results = await session.run(feeds, { loss });
    expect(results.loss).toBe(loss);
    expect(loss.data[0]).not.toBe(0);
    await expect(session.run({ ...feeds, ids: undefined as never })).rejects.toThrow("expected a feed for 'ids'");
    await expect(session.run({ ...feeds, x: float32([2, 2], [1, 2, 3, 4]) })).rejects.toThrow(RuntimeError);
    await expect(session.run(feeds, { loss: float32([2], [0, 0]) })).rejects.toThrow("in the target of 'loss'");
    await session.release();
    await session.release();
    await expect(session.run(feeds)).rejects.toThrow('released');
    await expect(runtime.createSession(Uint8Array.of(1, 2, 3))).rejects.toThrow(RuntimeError);
  });

  test('200 sessions come and go without a trace in memory', { timeout: 120_000 }, async () => {
    const runtime = await make();
    const { bytes } = writeOnnx(outputs, { backend: runtime.backend });
    const cycle = async (count: number): Promise<number> => {
      for (let i = 0; i < count; i++) {
        const session = await runtime.createSession(bytes);
        await session.run(feeds);
        await session.release();
      }
      return process.memoryUsage().rss;
    };
    const before = await cycle(100);
    const after = await cycle(200);
    expect((after - before) / 2 ** 20).toBeLessThan(30);
  });
});
