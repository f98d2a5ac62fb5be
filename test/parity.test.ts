// Every architecture against the reference library: outputs, loss, hidden states, attention patterns and all gradients, on tiny
// random checkpoints (test/fixtures/models/README.md). Tolerances: docs/numerics.md.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type NamedArrays, toNumbers } from '../src/array/index.ts';
import { decodeSafetensors } from '../src/checkpoints/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { forwardCheckpoint } from '../src/tasks/index.node.ts';

const ROOT = join(import.meta.dirname, 'fixtures', 'models');
const cases = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());

const read = (name: string, file: string): NamedArrays => {
  const path = join(ROOT, name, file);
  return decodeSafetensors(readFileSync(path), path).arrays;
};
const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Largest difference, as a share of the largest reference value (or of `scale`). */
function difference(ours: NamedArrays, reference: NamedArrays, name: string, scale?: number): number {
  const [a, b] = [ours[name], reference[name]];
  if (!a || !b) throw new Error(`expected '${name}' among our results, got ${Object.keys(ours).join(', ')}`);
  expect(a.shape, name).toEqual(b.shape);
  const [x, y] = [toNumbers(a), toNumbers(b)];
  return largest(x.map((value, i) => value - (y[i] as number))) / (scale ?? Math.max(largest(y), 1e-6));
}

test.each(cases.map((entry) => entry.name))('%s', async (name) => {
  const reference = read(name, 'expected.safetensors');
  const wantsGradients = Object.keys(reference).some((key) => key.startsWith('gradients.'));
  const want = ['logits', 'loss', 'hidden_states', 'attentions', ...(wantsGradients ? ['gradients'] : [])];
  const ours = await forwardCheckpoint(join(ROOT, name), read(name, 'inputs.safetensors'), {
    want,
    runtime: await nodeRuntime(),
  });
  const [gradients, outputs] = [true, false].map((wanted) =>
    Object.keys(reference).filter((key) => key.startsWith('gradients.') === wanted),
  ) as [string[], string[]];
  for (const key of outputs) expect(difference(ours, reference, key), key).toBeLessThan(2e-5);
  const scale = largest(gradients.map((key) => largest(toNumbers(reference[key] as NamedArrays[string]))));
  for (const key of gradients) expect(difference(ours, reference, key, scale), key).toBeLessThan(1e-4);
  expect(Object.keys(ours).filter((key) => !(key in reference))).toEqual([]);
});
