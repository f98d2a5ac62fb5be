// A folder of 100,000 files: listed without opening one of them. The file system is made up here: only names and sizes are asked for.
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { loadPictureDataset } from '../index.node.ts';

const COUNT = 100_000;
const entry = (name: string, isFile: boolean) => ({
  name,
  isFile: () => isFile,
  isDirectory: () => !isFile,
  isSymbolicLink: () => false,
});
const reads = vi.hoisted(() => ({ opened: 0 }));

vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof import('node:fs/promises')>()),
  readdir: async (path: string, options?: object) => {
    const entries = path.endsWith('many')
      ? [entry('a', false), entry('b', false)]
      : Array.from({ length: COUNT / 2 }, (_, i) => entry(`${i}.png`, true));
    return options ? entries : entries.map(({ name }) => name);
  },
  stat: async (path: string) => ({
    size: 7,
    isDirectory: () => !path.endsWith('.png'),
    isFile: () => path.endsWith('.png'),
  }),
  readFile: async () => {
    reads.opened++;
    throw Object.assign(new Error('made up'), { code: 'ENOENT' });
  },
}));

test('memory grows by the names alone', async () => {
  const before = process.memoryUsage().heapUsed;
  const { splits, labels } = await loadPictureDataset(join('made', 'up', 'many'), []);
  const grown = process.memoryUsage().heapUsed - before;
  expect([splits.train.length + splits.validation.length + splits.test.length, labels]).toEqual([COUNT, ['a', 'b']]);
  expect(reads.opened).toBe(0);
  expect(grown / COUNT, 'bytes a file').toBeLessThan(3000);
  await expect(splits.train[0]?.load()).rejects.toThrow('got ENOENT');
  expect(reads.opened).toBe(1);
});
