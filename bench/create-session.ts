// npx tsx bench/create-session.ts [rounds] [layers] [width]: how long to trace, differentiate, clean up, write and load a GPT-2 training step.
import { cpus, loadavg } from 'node:os';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { optimize, type Tensor, writeOnnx } from '../src/graph/index.ts';
import { modelFor } from '../src/models/index.ts';
import { objectiveOf } from '../src/tasks/index.ts';
import { traceStep } from '../src/train/index.ts';
import { spread, table } from './table.ts';

const [rounds = 5, layers = 12, width = 768] = process.argv.slice(2).map(Number);
const model = modelFor({
  ...{ model_type: 'gpt2', architectures: ['GPT2LMHeadModel'], vocab_size: 50257, n_positions: 1024 },
  ...{ n_embd: width, n_layer: layers, n_head: Math.max(1, Math.floor(width / 64)) },
});
const runtime = await nodeRuntime();
const times = new Map<string, { readonly wall: number; readonly cpu: number }[]>();
let size = 0;

async function timed<T>(part: string, job: () => T | Promise<T>): Promise<T> {
  const [start, used] = [performance.now(), process.cpuUsage()];
  const result = await job();
  const { user, system } = process.cpuUsage(used);
  times.set(part, [...(times.get(part) ?? []), { wall: performance.now() - start, cpu: (user + system) / 1000 }]);
  return result;
}

for (let round = 0; round < rounds; round++) {
  await timed('all', async () => {
    const { outputs } = await timed('trace and differentiate', () =>
      traceStep(objectiveOf(model, ['input_ids', 'labels']), { groups: { weightDecay: 0 } }),
    );
    const names = Object.keys(outputs);
    const clean = await timed('clean up', () => optimize(names.map((name) => outputs[name] as Tensor)));
    const named = Object.fromEntries(names.map((name, i) => [name, clean[i] as Tensor]));
    const { bytes } = await timed('write', () => writeOnnx(named, { backend: runtime.backend }));
    size = bytes.length;
    const session = await timed('create the session', () => runtime.createSession(bytes));
    await session.release();
  });
}
console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, ${rounds} rounds (the first one cold); ${layers} layers of width ${width}, ${(size / 1024).toFixed(0)} KiB of ONNX`,
);
console.log(
  table(
    [...times].map(([part, all]) => ({
      part,
      'wall ms': spread(all.map(({ wall }) => wall)),
      'CPU ms': spread(all.map(({ cpu }) => cpu)),
      'first, CPU ms': spread(all.slice(0, 1).map(({ cpu }) => cpu)),
    })),
  ),
);
process.exit(0);
