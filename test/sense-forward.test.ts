// `tesserae forward` on pictures: switches and masks as whole numbers in the file of inputs, every group of results at once.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { float32, int64, type NamedArrays } from '../src/array/index.ts';
import { decodeSafetensors, encodeSafetensors } from '../src/checkpoints/index.ts';
import { cli } from './cli-command.ts';

const ROOT = join(import.meta.dirname, '..');
const MODELS = join(import.meta.dirname, 'fixtures', 'models');
const dir = mkdtempSync(join(tmpdir(), 'tesserae-senses-'));

function forward(model: string, inputs: string): { status: number | null; stderr: string; results: () => NamedArrays } {
  const out = join(dir, `${model}.safetensors`);
  const args = ['forward', join(MODELS, model), inputs, '--out', out, '--want', 'all'];
  const { status, stderr } = spawnSync(process.execPath, [...cli, ...args], {
    encoding: 'utf8',
    cwd: ROOT,
  });
  return { status, stderr, results: () => decodeSafetensors(readFileSync(out), out).arrays };
}

const fixture = (model: string, file: string): NamedArrays => {
  const path = join(MODELS, model, file);
  return decodeSafetensors(readFileSync(path), path).arrays;
};

test.each(['CLIPModel', 'BlipForImageTextRetrieval', 'DeiTForMaskedImageModeling'])(
  '--want all gives %s whole',
  (model) => {
    const { status, stderr, results } = forward(model, join(MODELS, model, 'inputs.safetensors'));
    expect(stderr).not.toContain('expected');
    expect(status).toBe(0);
    expect(Object.keys(results()).sort()).toEqual(Object.keys(fixture(model, 'expected.safetensors')).sort());
  },
);

test('a wrong picture size and a wrong switch end in one clear line', () => {
  const write = (name: string, arrays: NamedArrays): string => {
    const path = join(dir, name);
    writeFileSync(path, encodeSafetensors(arrays));
    return path;
  };
  const pixels = float32([1, 3, 8, 9], new Float32Array(3 * 8 * 9));
  const size = forward('ViTForImageClassification', write('size.safetensors', { pixel_values: pixels }));
  expect([size.status, size.stderr]).toEqual([1, expect.stringContaining('give interpolate_pos_encoding = 1')]);
  const arrays = { pixel_values: pixels, interpolate_pos_encoding: int64([], [7]) };
  const flag = forward('ViTForImageClassification', write('flag.safetensors', arrays));
  expect([flag.status, flag.stderr]).toEqual([1, expect.stringContaining('0 or 1, got 7')]);
});
