// How long is a GPT training step, against PyTorch with transformers? Engines take turns; ratios within a round, medians with spread.
// npx tsx bench/train-step.ts [rounds]; PYTHON=path/to/python with torch and transformers, else that row is left out.
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';

interface Result {
  readonly name: string;
  readonly median: number;
  readonly mib: number;
  readonly loss: number;
}

const rounds = Number(process.argv[2] ?? 3);
const shapes = { small: [16, 128, 128, 2, 4, 1024], big: [16, 128, 256, 4, 8, 4096] };

function measure(command: string, args: readonly (string | number)[]): Result | undefined {
  const { stdout, status } = spawnSync(command, args.map(String), { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout.trim().split('\n').at(-1) as string) as Result) : undefined;
}

const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number;
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, ${rounds} rounds`);
for (const [name, shape] of Object.entries(shapes)) {
  for (const threads of [1, 2]) {
    const ratios: number[] = [];
    const memory: number[] = [];
    const ours: number[] = [];
    let losses = '';
    for (let round = 0; round < rounds; round++) {
      const args = [...shape, threads, name === 'small' ? 15 : 6];
      const tesserae = measure(process.execPath, [
        '--import',
        'tsx',
        join(import.meta.dirname, 'gpt-step.ts'),
        ...args,
      ]);
      const torch = measure(process.env.PYTHON ?? 'python3', [join(import.meta.dirname, 'gpt_torch.py'), ...args]);
      if (!tesserae) throw new Error('our own step failed');
      ours.push(tesserae.median);
      if (!torch) continue;
      ratios.push(tesserae.median / torch.median);
      memory.push(tesserae.mib / torch.mib);
      losses = `last losses ${tesserae.loss.toFixed(3)} / ${torch.loss.toFixed(3)}`;
    }
    const spread = (values: number[]): string =>
      values.length === 0
        ? 'not measured (no PyTorch found)'
        : `${middle(values).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;
    console.log(
      `${name}, ${threads} thread(s): ${middle(ours).toFixed(0)} ms; time / PyTorch ${spread(ratios)}; memory / PyTorch ${spread(memory)}; ${losses}`,
    );
  }
}
