// A child process that answers: what comes back, what goes wrong, who is gone.
import { expect, test } from 'vitest';
import { askProcess } from './index.node.ts';

/** A line of JavaScript there. */
const there = <A>(line: string): Promise<A> => askProcess<A>('node:vm', 'runInThisContext', [line]);

test('one other process answers everything that is asked, errors with their names', async () => {
  const [pid, again, bytes, length] = await Promise.all([
    there<number>('process.pid'),
    there<number>('new Promise((resolve) => setTimeout(() => resolve(process.pid), 20))'),
    there<Uint8Array>('Uint8Array.of(1, 2, 250)'),
    askProcess<string>('node:path', 'basename', ['a/b.mp4', '.mp4']),
  ]);
  expect(pid).toBeGreaterThan(0);
  expect(pid).not.toBe(process.pid);
  expect([again, [...bytes], length]).toEqual([pid, [1, 2, 250], 'b']);

  const error = await there('throw new RangeError("too far")').catch((one: unknown) => one);
  expect(error).toMatchObject({ name: 'RangeError', message: 'too far' });
  await expect(askProcess('node:path', 'baseName', [])).rejects.toThrow(/expected an export baseName, got .*basename/);
  await expect(askProcess('node:path', 'basename', [() => 0])).rejects.toThrow(/could not be cloned/);

  const lost = there('new Promise(() => undefined)');
  await Promise.all([
    expect(there('process.exit(3)')).rejects.toThrow('expected the child process to go on, it ended with code 3'),
    expect(lost).rejects.toThrow('ended with code 3'),
  ]);
  expect(await there('process.pid')).not.toBe(pid);
  await expect(there('process.kill(process.pid, "SIGKILL")')).rejects.toThrow('ended with SIGKILL');
});
