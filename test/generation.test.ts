// What is written equals what Transformers' `generate` writes, id by id, for every search and processor without chance.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { float32 } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { openGenerator } from '../src/tasks/index.node.ts';
import type { GenerationSettings } from '../src/tasks/index.ts';

const ROOT = join(import.meta.dirname, 'fixtures', 'generation');
const models = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

interface Golden {
  readonly inputs: Readonly<
    Record<
      string,
      { readonly input_ids: number[][]; readonly attention_mask: number[][]; readonly pixel_values?: number[][][][] }
    >
  >;
  readonly cases: readonly {
    readonly inputs: string;
    readonly settings: GenerationSettings;
    readonly sequences: number[][];
    readonly scores?: number[];
  }[];
}

test.each(models)('%s writes what the reference writes', async (name) => {
  const golden = JSON.parse(readFileSync(join(ROOT, name, 'expected.json'), 'utf8')) as Golden;
  const generator = await openGenerator(join(ROOT, name), { runtime: await nodeRuntime(), session: { threads: 1 } });
  const wrong: unknown[] = [];
  for (const { inputs, settings, sequences, scores } of golden.cases) {
    const {
      input_ids: prompts,
      attention_mask: mask,
      pixel_values,
    } = golden.inputs[inputs] as Golden['inputs'][string];
    const pixels = pixel_values && float32([pixel_values.length, 3, 8, 8], pixel_values.flat(3));
    const got = await generator.generate({ prompts, mask, settings, ...(pixels ? { pixels } : {}) });
    if (JSON.stringify(got.sequences) !== JSON.stringify(sequences))
      wrong.push({ inputs, settings, got: got.sequences, expected: sequences });
    for (const [i, score] of (scores ?? []).entries()) {
      const difference = Math.abs(score - (got.scores?.[i] as number));
      if (!(difference < 2e-5 * Math.max(1, Math.abs(score))))
        wrong.push({ inputs, settings, got: got.scores, scores });
    }
  }
  await generator.release();
  expect(wrong).toEqual([]);
});
