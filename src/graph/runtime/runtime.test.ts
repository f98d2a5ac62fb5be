// The conformance suite over every runtime that this machine has, and what only a process can see: memory.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { type Runtime, writeOnnx } from '../index.ts';
import { conformance, sample } from './conformance.suite.ts';
import { ffiRuntime } from './ffi.node.ts';
import { nodeRuntime } from './node.node.ts';
import { usualThreads } from './threads.node.ts';
import { wasmRuntime } from './wasm.ts';
import { NoAdapterError, webgpuRuntime } from './webgpu.ts';
import { workerRuntime } from './worker.node.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const makers: Record<string, () => Promise<Runtime>> = {
  node: nodeRuntime,
  wasm: wasmRuntime,
  ffi: ffiRuntime,
  webgpu: webgpuRuntime,
  worker: workerRuntime,
};

describe.each(Object.entries(makers))('%s', async (name, make) => {
  const runtime = await make().catch((error: unknown) => {
    if (error instanceof NoAdapterError) return error;
    throw error;
  });
  if (runtime instanceof NoAdapterError) {
    test.skip(`conformance, because: ${runtime.message}`, () => undefined);
    return;
  }

  test('is called by its name', () => expect(runtime.name).toBe(name));

  test.each(Object.entries(conformance))('%s', (_, check) => check(runtime));

  test('200 sessions come and go without a trace in memory', { timeout: 120_000 }, async () => {
    const { bytes } = writeOnnx(sample.outputs, { backend: runtime.backend });
    const cycle = async (count: number): Promise<number> => {
      for (let i = 0; i < count; i++) {
        const session = await runtime.createSession(bytes);
        await session.run(sample.feeds);
        await session.release();
      }
      collect();
      return process.memoryUsage().rss;
    };
    const before = await cycle(200);
    const after = await cycle(200);
    expect((after - before) / 2 ** 20).toBeLessThan(30);
  });
});

test('without an adapter, webgpu is refused with one clear error', async () => {
  await expect(webgpuRuntime({ gpu: undefined })).rejects.toThrow(NoAdapterError);
  await expect(webgpuRuntime({ gpu: { requestAdapter: async () => null } })).rejects.toThrow('use the wasm runtime');
});

test('TESSERAE_THREADS is a whole number above 0 or nothing', () => {
  expect(usualThreads({})).toBeUndefined();
  expect(usualThreads({ TESSERAE_THREADS: '3' })).toBe(3);
  for (const text of ['0', '-1', '1.5', 'two'])
    expect(() => usualThreads({ TESSERAE_THREADS: text })).toThrow(`expected a whole number above 0, got '${text}'`);
});
