// Programs come and go: tracing, training and releasing them leaves nothing behind. bench/sessions.ts does it 10,000 times.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { sessionCycle } from '../bench/session-cycle.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

test('300 traced sessions leave neither heap nor native memory behind', { timeout: 120_000 }, async () => {
  const runtime = await nodeRuntime();
  const run = async (from: number, to: number): Promise<{ heap: number; rss: number }> => {
    for (let at = from; at < to; at++) expect(await sessionCycle(runtime, at)).toBeCloseTo(Math.log(16), 0);
    collect();
    const { heapUsed, rss } = process.memoryUsage();
    return { heap: heapUsed / 2 ** 20, rss: rss / 2 ** 20 };
  };
  const before = await run(0, 100);
  const after = await run(100, 300);
  // 20 kB a session would be 4 MiB, 150 kB of native memory 30 MiB
  expect(after.heap - before.heap).toBeLessThan(4);
  expect(after.rss - before.rss).toBeLessThan(30);
});
