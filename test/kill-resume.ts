// Kills training at random moments, resumes it, and compares the end with an uninterrupted run, byte for byte.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from './cli-command.ts';

const ROOT = join(import.meta.dirname, '..');
/** What must be equal at the end. */
const COMPARED = [
  'metrics.jsonl',
  'events.out.tfevents.0.tesserae',
  'model.safetensors',
  'state/step-000000040/weights.safetensors',
  'state/step-000000040/optimizer.safetensors',
];
const SETTINGS = {
  'train.steps': 40,
  'train.batchSize': 8,
  'train.warmup': 5,
  'train.saveEvery': 1,
  'train.evaluateEvery': 5,
  'train.accumulate': 2,
  'train.averageLast': 2,
  'train.logEvery': 2,
  'model.dim': 16,
  'model.layers': 1,
  'model.heads': 2,
  'model.ffnDim': 16,
  'tokenizer.vocabSize': 80,
};

interface Started {
  readonly done: Promise<number | null>;
  /** The first step is about to begin (or the process has ended). */
  readonly ready: Promise<unknown>;
  readonly kill: () => void;
}

function start(args: readonly string[]): Started {
  const child = spawn(process.execPath, [...cli, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: ROOT,
  });
  let errors = '';
  const ready = new Promise<unknown>((resolve) => {
    child.once('close', resolve);
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
      if (errors.includes(' parameters, ')) resolve(true);
    });
  });
  const done = new Promise<number | null>((resolve, reject) => {
    child.on('close', (code, signal) => {
      if (code === 0 || signal) resolve(code);
      else reject(new Error(`tesserae ${args.join(' ')} ended with ${code}: ${errors.slice(-600)}`));
    });
  });
  return { done, ready, kill: () => child.kill('SIGKILL') };
}

/** What a series of kills came to. */
export interface KillReport {
  readonly kills: number;
  readonly runs: number;
  /** Files that differed from the uninterrupted run's, over all runs. */
  readonly differences: readonly string[];
}

/** Below this a process has hardly begun. */
export const SHORTEST = 350;

/** Kills `kills` times, over as many runs as that takes. `moment` gives the milliseconds to wait before each kill, from `SHORTEST` on. */
export async function killAndResume(kills: number, moment: () => number): Promise<KillReport> {
  const dir = mkdtempSync(join(tmpdir(), 'tesserae-kill-'));
  try {
    const data = join(dir, 'data.csv');
    const rows = Array.from(
      { length: 80 },
      (_, i) => `${i % 2 ? 'good fine nice' : 'bad poor sad'} ${i % 7} ${i % 5},${i % 2 ? 'up' : 'down'}`,
    );
    writeFileSync(data, `text,label\n${rows.join('\n')}\n`);
    const settings = Object.entries({ 'data.id': data, ...SETTINGS }).flatMap(([key, value]) => [
      '--set',
      `${key}=${value}`,
    ]);
    const fresh = (out: string): string[] => ['train', 'emoji-groups', '--out', out, '--threads', '1', ...settings];
    const reference = join(dir, 'reference');
    await start(fresh(reference)).done;
    let killed = 0;
    let runs = 0;
    const differences: string[] = [];
    while (killed < kills) {
      const out = join(dir, `run-${runs++}`);
      let args = fresh(out);
      let timer: NodeJS.Timeout | undefined;
      for (let finished = false; !finished; ) {
        const run = start(args);
        if (killed < kills) {
          // in turns: while it starts, and while it trains
          if (killed % 2 === 1) await run.ready;
          timer = setTimeout(run.kill, killed % 2 === 1 ? moment() - SHORTEST : moment());
        }
        finished = (await run.done) === 0;
        clearTimeout(timer);
        if (finished) break;
        killed++;
        // killed before run.json was there: nothing to resume, start again
        const hasRun = exists(join(out, 'run.json'));
        if (!hasRun) rmSync(out, { recursive: true, force: true });
        args = hasRun ? ['train', '--resume', out, '--threads', '1'] : fresh(out);
      }
      for (const file of COMPARED) {
        if (!readFileSync(join(reference, file)).equals(readFileSync(join(out, file))))
          differences.push(`run ${runs}: ${file}`);
      }
    }
    return { kills: killed, runs, differences };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}
