// The line of training: rewritten on a terminal, with how far an evaluation is; one line an interval on a pipe.
import { expect, test } from 'vitest';
import { trainOptions } from './commands/train.ts';
import { progressLine } from './progress.ts';

function drawn(isTerminal: boolean): string[] {
  const notes: string[] = [];
  const io = { out: () => undefined, note: (text: string) => notes.push(text), isTerminal, quiet: false, json: false };
  const line = progressLine(io, { steps: 5, from: 0, logEvery: 2, unit: 'tokens' });
  const at = (step: number, loss: number): void =>
    line.progress({
      ...{ step, loss, units: 100, gradientNorm: 1, waited: 0, learningRate: 1 },
      ...(step === 2 ? { metrics: { accuracy: 0.5 } } : {}),
    });
  at(1, 1);
  line.evaluating({ step: 2, done: 64, total: 80 });
  for (const step of [2, 3, 4, 5]) at(step, 2);
  return notes;
}

test('a terminal sees one line, rewritten', () => {
  const notes = drawn(true);
  expect(notes).toHaveLength(6);
  for (const note of notes) expect(note.startsWith('\r\x1b[K')).toBe(true);
  expect(notes[1]).toMatch(/step 1\/5 .*MiB {2}evaluating 64\/80$/);
  // 0.95 · 1 + 0.05 · 2
  expect(notes[2]).toMatch(/step 2\/5 {2}loss 1\.0500 {2}accuracy 0\.5000 {2}\d+ tokens\/s {2}\d+ s left {2}\d+ MiB$/);
  expect(notes.at(-1)?.endsWith('\n')).toBe(true);
});

test('a pipe gets one line every interval, and the last', () => {
  const notes = drawn(false);
  expect(notes.map((note) => /^step (\d)\/5 [^\r]*\n$/.exec(note)?.[1])).toEqual(['2', '4', '5']);
});

test('the first line names the folder of its own run, where several runs share their options', async () => {
  const notes: string[] = [];
  const io = {
    out: () => undefined,
    note: (text: string) => notes.push(text),
    isTerminal: false,
    quiet: false,
    json: false,
  };
  const { events } = await trainOptions({ positionals: [], values: { threads: '1' } }, io, 'runs/first');
  events?.ready?.({
    dir: 'runs/first/g2p',
    parameters: 1234,
    steps: 5,
    from: 0,
    logEvery: 2,
    best: { metric: 'loss', mode: 'min' },
    unit: 'tokens',
  });
  expect(notes).toEqual(['1,234 parameters, 5 steps → runs/first/g2p\n']);
});
