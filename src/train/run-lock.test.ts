// The lock of a run folder: one holder among real processes and within this one, dead owners, ids used again, other machines.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockRun } from './index.node.ts';
import { processStart, startSources } from './process-start.node.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'tesserae-test-'));
/** The module as plain JavaScript: six processes that compile it for themselves would take seconds. esbuild comes with tsx. */
async function compiled(): Promise<string> {
  const outfile = join(folder(), 'run-lock.mjs');
  const esbuild = createRequire(createRequire(import.meta.url).resolve('tsx/cli'))('esbuild') as {
    build(options: Record<string, unknown>): Promise<unknown>;
  };
  const entryPoints = [join(import.meta.dirname, 'run-lock.node.ts')];
  await esbuild.build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node', logLevel: 'error' });
  return outfile;
}

/** No system gives so high an id. */
const NOBODY = 999_999_999;
const lockOf = (dir: string, lines: readonly (string | number)[]): void =>
  writeFileSync(join(dir, '.lock'), `${lines.join('\n')}\n`);

test('six processes at once on the lock of a dead one: one has it, in every round', async () => {
  const [processes, rounds, pause] = [6, 8, 25];
  const dir = folder();
  for (let round = 0; round < rounds; round++) {
    mkdirSync(join(dir, String(round)));
    lockOf(join(dir, String(round)), [NOBODY]);
  }
  const script = `import { lockRun } from ${JSON.stringify(await compiled())};
    process.stdout.write('ready\\n');
    process.stdin.once('data', async (start) => {
      const held = [];
      for (let round = 0; round < ${rounds}; round++) {
        while (Date.now() < Number(start) + round * ${pause}) {}
        await lockRun(${JSON.stringify(dir)} + '/' + round).then(() => held.push(round), (error) => {
          if (error.name !== 'RunLockedError') throw error;
        });
      }
      process.stdout.write(JSON.stringify(held) + '\\n');
    });`;
  const children = Array.from({ length: processes }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  const line = (child: (typeof children)[number]): Promise<string> =>
    new Promise((resolve, reject) => {
      child.stdout.once('data', (chunk) => resolve(String(chunk)));
      child.once('exit', (code) => reject(new Error(`expected a line, the process ended with ${code}`)));
    });
  await Promise.all(children.map(line));
  // nobody ends, and so leaves a dead lock, before all have told
  const told = children.map(line);
  for (const child of children) child.stdin.write(`${Date.now() + 50}\n`);
  const held = (await Promise.all(told)).flatMap((text) => JSON.parse(text) as number[]);
  expect(held.sort()).toEqual(Array.from({ length: rounds }, (_, round) => round));
  expect(readdirSync(join(dir, '0'))).toEqual(['.lock']);
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(children.map((child) => new Promise((resolve) => child.once('close', resolve))));
  await (await lockRun(join(dir, '0')))();
  expect(readdirSync(join(dir, '0'))).toEqual([]);
}, 20_000);

test('a second lock within one process is refused until the first is given back', async () => {
  const dir = folder();
  const giveBack = await lockRun(dir);
  await expect(lockRun(dir)).rejects.toThrow('got one that this process trains');
  await giveBack();
  const again = await lockRun(dir);
  // giving back twice takes nothing from the next owner
  await giveBack();
  expect(readFileSync(join(dir, '.lock'), 'utf8').split('\n').slice(0, 3)).toEqual([
    ...[String(process.pid), hostname(), processStart(process.pid)],
  ]);
  await again();
  expect(readdirSync(dir)).toEqual([]);
});

test('the same process id, begun at another time, is another process', async () => {
  const dir = folder();
  const alive = process.ppid;
  lockOf(dir, [alive, hostname(), processStart(alive), 'x']);
  await expect(lockRun(dir)).rejects.toThrow(
    `got one that process ${alive} trains (${dir})\nWait for it, or stop it with: kill -INT ${alive}`,
  );
  lockOf(dir, [alive, hostname(), `${processStart(alive)}0`, 'x']);
  await (await lockRun(dir))();
  lockOf(dir, [process.pid, hostname(), `${processStart(process.pid)}0`, 'x']);
  await (await lockRun(dir))();
});

test('where it cannot be known whether the owner trains, the error says which file to remove', async () => {
  const dir = folder();
  const remove = `remove ${join(dir, '.lock')}`;
  lockOf(dir, [process.ppid]);
  await expect(lockRun(dir)).rejects.toThrow(
    `got one that process ${process.ppid} may train (${dir})\nWait for it; if that process is another program, ${remove}`,
  );
  lockOf(dir, [NOBODY, 'elsewhere', 'then', 'x']);
  await expect(lockRun(dir)).rejects.toThrow(
    `got one that process ${NOBODY} of the machine elsewhere trains (${dir})\nWait for it; if it does not train any more, ${remove}`,
  );
});

test('a lock that a power cut left empty, and a taker that died while it took over', async () => {
  const dir = folder();
  writeFileSync(join(dir, '.lock'), '');
  writeFileSync(join(dir, '.lock.takeover'), `${NOBODY}\n`);
  await (await lockRun(dir))();
  expect(readdirSync(dir)).toEqual([]);
  symlinkSync('nowhere', join(dir, '.lock'));
  await expect(lockRun(dir)).rejects.toThrow(`expected to get the lock in 3 tries (${join(dir, '.lock')})`);
});

test.skipIf(process.platform !== 'linux')('the start of a process: the same twice, and not that of another', () => {
  const [inProc] = startSources as [(pid: number) => string];
  expect(inProc(process.pid)).toMatch(/^[0-9a-f-]{36} \d+$/);
  expect(inProc(process.pid)).toBe(inProc(process.pid));
  expect(inProc(process.pid)).not.toBe(inProc(process.ppid));
  expect(() => inProc(NOBODY)).toThrow('ENOENT');
  expect(processStart(NOBODY)).toBe('');
});

test.skipIf(!existsSync('/usr/bin/ps'))('the start of a process as ps tells it', () => {
  const [, inPs] = startSources as [unknown, (pid: number) => string];
  expect(inPs(process.pid)).toMatch(/^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/);
  expect(() => inPs(NOBODY)).toThrow();
});
