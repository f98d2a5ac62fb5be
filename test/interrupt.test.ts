// Ctrl-C: the step is finished and saved, and the run goes on from there; a second one leaves at once, without harm. And pipes that close.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { RunFolder } from '../src/train/index.node.ts';
import { cli } from './cli-command.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-interrupt-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const data = join(dir, 'data.csv');
const rows = Array.from({ length: 60 }, (_, i) => `${i % 2 ? 'good' : 'bad'} ${i % 7},${i % 2 ? 'up' : 'down'}`);
writeFileSync(data, `text,label\n${rows.join('\n')}\n`);
// large enough that the second Ctrl-C finds the run at work, in the graph or saving
const settings = {
  ...{ 'data.id': data, 'tokenizer.vocabSize': 40, 'model.dim': 256, 'model.layers': 4, 'model.heads': 4 },
  ...{
    'model.ffnDim': 1024,
    'train.batchSize': 4,
    'train.warmup': 2,
    'train.logEvery': 1,
    'train.evaluateEvery': 100000,
  },
};
const fresh = (out: string, steps: number): string[] => [
  ...['train', 'emoji-groups', '--out', out, '--threads', '1', '--set', `train.steps=${steps}`],
  ...Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
];

/** Runs the command; `meanwhile` sees what it has written so far, each time it writes. */
function tesserae(
  args: readonly string[],
  meanwhile: (child: ChildProcess, text: string) => void = () => undefined,
): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [...cli, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    meanwhile(child, text);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, text })));
}

/** Ctrl-C, once. */
function pressing(after: (text: string) => boolean): (child: ChildProcess, text: string) => void {
  let pressed = false;
  return (child, text) => {
    if (pressed || !after(text)) return;
    pressed = true;
    child.kill('SIGINT');
  };
}

test('Ctrl-C once and twice', { timeout: 240_000 }, async () => {
  const out = join(dir, 'run');
  const stopped = await tesserae(
    fresh(out, 1_000_000),
    pressing((text) => text.includes('step 3/')),
  );
  expect(stopped.code).toBe(130);
  expect(stopped.text).toContain('finishing this step and saving; press Ctrl-C again to leave at once');
  const at = Number(/stopped after step (\d+); go on with: tesserae train --resume/.exec(stopped.text)?.[1]);
  expect(at).toBeGreaterThanOrEqual(3);

  const first = pressing((text) => text.includes(`step ${at + 2}/`));
  const second = pressing((text) => text.includes('finishing this step'));
  const left = await tesserae(['train', '--resume', out, '--threads', '1'], (child, text) => {
    first(child, text);
    second(child, text);
  });
  expect(left.code).toBe(130);
  expect(left.text).toContain(`going on after step ${at}`);
  const run = await RunFolder.open(out);
  expect((await run.resume())?.state.step).toBeGreaterThanOrEqual(at);
  await run.close();
});

test('nobody reads the progress any more: the training goes on to its end', { timeout: 120_000 }, async () => {
  const out = join(dir, 'unread');
  const { code } = await tesserae(fresh(out, 12), (child) => child.stderr?.destroy());
  expect(code).toBe(0);
  const run = await RunFolder.open(out);
  expect((await run.resume())?.state.step).toBe(12);
  await run.close();
});

test('nobody reads the answer: the command ends in peace', { timeout: 120_000 }, async () => {
  const args = ['generate', 'tesserae/gpt-shakespeare', '--prompt', 'O', '--max-new-tokens', '60'];
  const child = spawn(process.execPath, [...cli, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  child.stdout.once('data', () => child.stdout.destroy());
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  expect(complaints).not.toMatch(/EPIPE|terminate/);
});
