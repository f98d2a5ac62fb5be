// What cards say of runs holds in their folders; what exports and the models of the package say holds there too, scores of the test part included.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { recipeWith } from '../../test/recipe-with.ts';
import { nodeRuntime } from '../graph/index.node.ts';
import { pngOf } from '../tokens/index.node.ts';
import { picture } from '../tokens/index.ts';
import { evaluateRun, exportFolder, openModel, type TrainOptions, trainRun } from './index.node.ts';
import { exportTarget } from './index.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-card-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const cardIn = (folder: string): string => readFileSync(join(folder, 'README.md'), 'utf8');
const promises = /run\.json|evaluate \./;

test('an export tells what the test part said of its weights, and promises nothing that only the run has', async () => {
  for (const part of ['train', 'validation', 'test'])
    for (const [label, grey] of Object.entries({ dark: 40, light: 200 })) {
      mkdirSync(join(dir, 'set', part, label), { recursive: true });
      for (let i = 0; i < 2; i++)
        writeFileSync(
          join(dir, 'set', part, label, `${i}.png`),
          await pngOf(picture(8, 8, 1, new Uint8Array(64).fill(grey + i))),
        );
    }
  const notes: string[] = [];
  const context: TrainOptions = {
    ...{ runtime: await nodeRuntime(), session: { threads: 1 }, folders: [], versions: {}, out: join(dir, 'run') },
    note: (text) => void notes.push(text),
  };
  const recipe = recipeWith('vit-mnist', {
    ...{ 'data.id': join(dir, 'set'), 'tokens.size': 8, 'model.dim': 12, 'model.layers': 1, 'model.heads': 2 },
    ...{ 'train.steps': 2, 'train.batchSize': 4, 'train.warmup': 1, 'train.evaluateEvery': 2, 'train.saveEvery': 2 },
  });
  const { dir: run } = await trainRun(recipe, context);
  expect(cardIn(run)).toMatch(
    /`tesserae evaluate \.` measures the test part[\s\S]*are in `run\.json`; `tesserae train/,
  );
  const exported = async (name: string, format = 'safetensors'): Promise<string> => {
    const out = join(dir, name);
    await exportFolder(await openModel(run), out, exportTarget(format, []));
    return cardIn(out);
  };
  const before = await exported('before');
  expect(before).not.toMatch(promises);
  expect(before).toContain('best by the validation part. The test part was not measured before this was exported.\n');
  expect(before).toContain('(cosine). `tesserae train vit-mnist` does it again.');

  await evaluateRun(run, context, { split: 'validation' });
  expect(await exported('other part')).toBe(before);
  const { report } = await evaluateRun(run, context);
  expect(report).toMatch(/majority class +50\.0 %/);
  for (const format of ['safetensors', 'onnx']) {
    const card = await exported(format, format);
    expect(card).not.toMatch(promises);
    expect(card).toContain(`On the test part:\n\n\`\`\`\n${report}\n\`\`\`\n\n| metric (validation)`);
  }
  // what was measured of other weights is not told
  const best = JSON.parse(readFileSync(join(run, 'best.json'), 'utf8'));
  writeFileSync(join(run, 'best.json'), JSON.stringify({ ...best, step: best.step + 1 }));
  expect(await exported('later')).toBe(before);
  // a run that cannot be written to is measured all the same
  rmSync(join(run, 'test.json'));
  mkdirSync(join(run, 'test.json'));
  expect((await evaluateRun(run, context)).report).toBe(report);
  expect(notes.at(-1)).toMatch(/^not kept for the model's card: .*test\.json/);
});

test('the cards of the models in the package hold where these lie', () => {
  const models = join(import.meta.dirname, '..', '..', 'models');
  for (const name of readdirSync(models)) {
    const card = cardIn(join(models, name));
    expect(card, name).not.toMatch(promises);
    expect(card, name).toMatch(/On the (test parts?|[\d,]+ words of the test part)|There is no test part/);
  }
});
