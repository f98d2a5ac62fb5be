// The models that come with the package work by name, without a network, and do what their recipes say.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { embeddedModels, resolveModel } from '../src/checkpoints/index.node.ts';
import { pipeline } from '../src/tasks/index.node.ts';

const MODELS = join(import.meta.dirname, '..', 'models');
const offline = { hub: { offline: true } };

test('every folder is a model of at most ten megabytes with its card', async () => {
  const names = await embeddedModels();
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const dir = join(MODELS, name.replace('tesserae/', ''));
    expect(await resolveModel(name, { offline: true })).toBe(dir);
    const files = readdirSync(dir);
    expect(files).toContain('README.md');
    expect(files.reduce((sum, file) => sum + statSync(join(dir, file)).size, 0)).toBeLessThanOrEqual(10e6);
  }
});

test('a name of ours that there is not lists those that there are', async () => {
  await expect(resolveModel('tesserae/nothing')).rejects.toThrow(
    /expected one of tesserae\/.*ner-zh.*'tesserae\/nothing'/,
  );
});

test("the chapter's sentence: 北京 is a place", async () => {
  const tagger = await pipeline('token-classification', undefined, offline);
  const [found] = await tagger(['北京是我国的首都'], { aggregation_strategy: 'simple' });
  await tagger.dispose();
  expect(found).toMatchObject([{ entity_group: 'LOC', word: '北京', start: 0, end: 2 }]);
});
