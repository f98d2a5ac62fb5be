// Checkpoint folders: shards, lazy reads, refusals, and writes that fail half-way.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromNumbers, toNumbers } from '../array/index.ts';
import { openCheckpoint, saveCheckpoint, writeFileAtomic } from './index.node.ts';
import { CheckpointError, jsonText } from './index.ts';

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
  await expect(openCheckpoint(dir)).rejects.toThrow(
    `names of safetensors files in the same folder, got "../secret.safetensors" for 'a'`,
  );
});

test('an index that lies is refused', async () => {
  const dir = folder();
  await saveCheckpoint(dir, { config: {}, arrays, maxShardBytes: 16 });
  const path = join(dir, 'model.safetensors.index.json');
  const index = JSON.parse(readFileSync(path, 'utf8')) as { weight_map: Record<string, string> };
  const lie = (map: unknown): void => writeFileSync(path, JSON.stringify({ weight_map: map }));
  const good = index.weight_map;
  lie({ ...good, a: 'model-9.safetensors' });
  await expect(openCheckpoint(dir)).rejects.toThrow('got none called model-9.safetensors');
  lie({ ...good, a: good.b });
  await expect(openCheckpoint(dir)).rejects.toThrow("expected 'a' in");
  lie({ ...good, ghost: good.a });
  await expect(openCheckpoint(dir)).rejects.toThrow('got it in no shard');
  for (const outside of ['..', '/etc/passwd', 'a\\b.safetensors', 'sub/a.safetensors', 7, null, 'config.json']) {
    lie({ ...good, a: outside });
    await expect(openCheckpoint(dir)).rejects.toThrow('safetensors files in the same folder');
  }
  lie([]);
  await expect(openCheckpoint(dir)).rejects.toThrow('expected a weight_map');
  lie({});
  await expect(openCheckpoint(dir)).rejects.toThrow('empty weight_map');
  mkdirSync(join(dir, 'folder.safetensors'));
  lie({ a: 'folder.safetensors' });
  await expect(openCheckpoint(dir)).rejects.toThrow(CheckpointError);
});

test('reading one tensor of a large file touches no more than that tensor', async () => {
  const dir = folder();
  // 256 MiB of zeros that take no room on disk, and one small tensor
  const big = 2 ** 28;
  const header = Buffer.from(
    JSON.stringify({
      big: { dtype: 'U8', shape: [big], data_offsets: [0, big] },
      small: { dtype: 'U8', shape: [3], data_offsets: [big, big + 3] },
    }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = await open(join(dir, 'model.safetensors'), 'w');
  await file.write(Buffer.concat([length, header]));
  await file.write(Buffer.from([1, 2, 3]), 0, 3, 8 + header.length + big);
  await file.close();
  const before = process.memoryUsage().arrayBuffers;
  const source = await openCheckpoint(dir);
  expect(toNumbers(await source.read('small'))).toEqual([1, 2, 3]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  await source.close();
});

test.each(['ENOSPC', 'EDQUOT'])('a full disk (%s) leaves the old file and nothing else', async (code) => {
  const dir = folder();
  const path = join(dir, 'weights.safetensors');
  await writeFileAtomic(path, 'old');
  const full = {
    open: async (target: string, flags: string) => {
      const file = await open(target, flags);
      return {
        writeFile: async (): Promise<void> => {
          await file.writeFile('ha');
          throw Object.assign(new Error('no space left on device'), { code });
        },
        sync: () => file.sync(),
        close: () => file.close(),
      };
    },
  };
  await expect(writeFileAtomic(path, 'new content', full)).rejects.toThrow('got a full disk or quota');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(dir)).toEqual(['weights.safetensors']);
});

test('config.json is spelled as Python spells it: a whole number is a float where the fixtures of transformers have one', async () => {
  const dir = folder();
  await saveCheckpoint(dir, { config: { initializer_factor: 1 }, arrays });
  expect(readFileSync(join(dir, 'config.json'), 'utf8')).toBe('{\n  "initializer_factor": 1.0\n}\n');
  const fixtures = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'models');
  const numbers = (text: string): string[] =>
    text.split('\n').flatMap((line) => /^\s*("\w+": -?\d+(?:\.0)?),?$/.exec(line)?.[1] ?? []);
  const floats = new Set<string>();
  for (const name of readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const text = readFileSync(join(fixtures, name.name, 'config.json'), 'utf8');
    const written = numbers(jsonText(JSON.parse(text)));
    expect(written, name.name).toEqual(numbers(text));
    for (const number of written) if (number.endsWith('.0')) floats.add(number);
  }
  for (const one of ['"initializer_factor": 1.0', '"mlp_dropout": 0.0', '"factor": 4.0', '"rope_theta": 10000.0'])
    expect(floats).toContain(one);
  expect(jsonText({ nested: { dropout: -0, n: 1 }, text: 'x\n"dropout": 1', initializer_factor: 1 })).toBe(
    '{\n  "nested": {\n    "dropout": 0.0,\n    "n": 1\n  },\n  "text": "x\\n\\"dropout\\": 1",\n  "initializer_factor": 1.0\n}\n',
  );
});
