// Memory over many short requests: resident memory every tenth of them.  npx tsx bench/generate-requests.ts MODEL [COUNT]
import { nodeRuntime } from '../src/graph/index.node.ts';
import { openGenerator } from '../src/tasks/index.node.ts';

const [model = '', count = '10000'] = process.argv.slice(2);
const generator = await openGenerator(model, { runtime: await nodeRuntime(), session: { threads: 1 } });
const start = performance.now();
for (let i = 0; i <= Number(count); i++) {
  const length = 1 + (i % 5);
  const prompts = [Array.from({ length }, (_, t) => 3 + ((i + t) % 37)), [5, 6]];
  await generator.generate({ prompts, settings: { max_new_tokens: 1 + (i % 7), num_beams: 1 + (i % 3) } });
  if (i % (Number(count) / 10) === 0) {
    const { rss, external } = process.memoryUsage();
    const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
    console.log(
      `${i} requests, ${((performance.now() - start) / 1000).toFixed(1)} s: resident ${mib(rss)}, external ${mib(external)}`,
    );
  }
}
await generator.release();
