// Checkpoint folders: shards, lazy reads, refusals, and writes that fail half-way.
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromNumbers, toNumbers } from '../array/index.ts';
import { openCheckpoint, saveCheckpoint, writeFileAtomic } from './index.node.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'tesserae-test-'));
const arrays = {
  a: fromNumbers('float32', [4], [1, 2, 3, 4]),
  b: fromNumbers('float32', [2, 2], [5, 6, 7, 8]),
  c: fromNumbers('int64', [1], [9]),
};

test.each([Number.POSITIVE_INFINITY, 16])('a folder comes back, shards of %d bytes', async (maxShardBytes) => {
  const dir = folder();
  await saveCheckpoint(dir, { config: { model_type: 'x' }, arrays, maxShardBytes, files: { 'notes.txt': 'hello' } });
  const source = await openCheckpoint(dir);
  expect(source.names().sort()).toEqual(['a', 'b', 'c']);
  expect(toNumbers(await source.read('b'))).toEqual([5, 6, 7, 8]);
  expect(await source.config()).toEqual({ model_type: 'x' });
  expect(new TextDecoder().decode(await source.file('notes.txt'))).toBe('hello');
  await expect(source.read('d')).rejects.toThrow("got 'd'");
  await source.close();
});

test('what is no checkpoint is refused with what to do', async () => {
  const dir = folder();
  await expect(openCheckpoint(join(dir, 'nowhere'))).rejects.toThrow('expected a checkpoint folder, got nothing');
  await expect(openCheckpoint(dir)).rejects.toThrow('an empty folder');
  writeFileSync(join(dir, 'pytorch_model.bin'), 'x');
  await expect(openCheckpoint(dir)).rejects.toThrow('python -c "import torch, safetensors.torch');
  writeFileSync(
    join(dir, 'model.safetensors.index.json'),
    JSON.stringify({ weight_map: { a: '../secret.safetensors' } }),
  );
  await expect(openCheckpoint(dir)).rejects.toThrow("names of files in the same folder, got '../secret.safetensors'");
});

test('a full disk leaves the old file and nothing else', async () => {
  const dir = folder();
  const path = join(dir, 'weights.safetensors');
  await writeFileAtomic(path, 'old');
  const full = {
    open: async (target: string, flags: string) => {
      const file = await open(target, flags);
      return {
        writeFile: async (): Promise<void> => {
          await file.writeFile('ha');
          throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        },
        sync: () => file.sync(),
        close: () => file.close(),
      };
    },
  };
  await expect(writeFileAtomic(path, 'new content', full)).rejects.toThrow('no space');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(dir)).toEqual(['weights.safetensors']);
});
