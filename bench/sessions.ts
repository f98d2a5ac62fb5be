// npx tsx --expose-gc bench/sessions.ts [count] [node|ffi|wasm|worker]: traces, trains and releases that many programs; memory must not grow.
import { runtimes } from '../src/graph/index.node.ts';
import type { Runtime } from '../src/graph/index.ts';
import { sessionCycle } from './session-cycle.ts';

const count = Number(process.argv[2] ?? 10_000);
const name = process.argv[3] ?? 'node';
if (!Object.hasOwn(runtimes, name))
  throw new Error(`expected one of ${Object.keys(runtimes).join(', ')}, got '${name}'`);
/** What the second half may add: a leak of 10 kB a session would add 50 MiB in 5,000. */
const ALLOWED_MIB = 25;

const runtime = await runtimes[name as Runtime['name']]();
const start = performance.now();
const every = Math.max(1, count / 10);
const marks: { readonly at: number; readonly rss: number; readonly heap: number }[] = [];
for (let at = 1; at <= count; at++) {
  await sessionCycle(runtime, at);
  if (at % every !== 0) continue;
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  marks.push({ at, rss: rss / 2 ** 20, heap: heapUsed / 2 ** 20 });
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(
    `${String(at).padStart(6)} sessions  ${(rss / 2 ** 20).toFixed(0)} MiB resident, ${(heapUsed / 2 ** 20).toFixed(1)} MiB heap  ${seconds} s`,
  );
}
const half = marks[Math.floor(marks.length / 2) - 1]?.rss ?? 0;
const growth = (marks.at(-1)?.rss ?? 0) - half;
console.log(`${name}: second half grew by ${growth.toFixed(1)} MiB (at most ${ALLOWED_MIB})`);
process.exit(growth > ALLOWED_MIB ? 1 : 0);
