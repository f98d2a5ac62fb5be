// Rows with padding behind or inside the text: what `generate` of Transformers 5.24 writes, id by id; padding alone is refused.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeRuntime } from '../../graph/index.node.ts';
import { SettingsError } from './generation-error.ts';
import { openGenerator } from './generator.node.ts';
import type { Generator } from './generator.ts';

const ROOT = join(import.meta.dirname, '../../../test/fixtures/generation');

async function withModel<T>(name: string, use: (generator: Generator) => Promise<T>): Promise<T> {
  const generator = await openGenerator(join(ROOT, name), { runtime: await nodeRuntime(), session: { threads: 1 } });
  try {
    return await use(generator);
  } finally {
    await generator.release();
  }
}

const prompts = [
  [11, 12, 13, 14, 15, 16],
  [21, 22, 23, 24, 25, 26],
];
const maskOf = (rows: readonly string[]): number[][] => rows.map((row) => Array.from(row, Number));

const written: readonly [model: string, mask: readonly string[], beams: number, rows: readonly number[][]][] = [
  [
    'gpt2',
    ['111100', '111111'],
    1,
    [
      [1, 16, 1, 1, 25, 4],
      [1, 16, 1, 16, 16, 1],
    ],
  ],
  [
    'gpt2',
    ['111100', '111111'],
    3,
    [
      [1, 16, 1, 1, 25, 4],
      [1, 16, 1, 16, 1, 1],
    ],
  ],
  [
    'gpt2',
    ['111001', '001110'],
    1,
    [
      [35, 16, 1, 35, 16, 7],
      [34, 34, 34, 34, 7, 16],
    ],
  ],
  [
    'gpt2',
    ['111001', '001110'],
    3,
    [
      [35, 16, 1, 35, 16, 7],
      [35, 1, 1, 1, 1, 1],
    ],
  ],
  [
    'llama',
    ['111100', '111111'],
    1,
    [
      [37, 22, 33, 17, 4, 34],
      [16, 22, 16, 36, 26, 15],
    ],
  ],
  [
    'llama',
    ['111100', '111111'],
    3,
    [
      [37, 15, 26, 4, 34, 8],
      [15, 20, 32, 17, 35, 15],
    ],
  ],
  [
    'llama',
    ['111001', '001110'],
    1,
    [
      [22, 5, 28, 40, 39, 38],
      [13, 17, 17, 17, 17, 17],
    ],
  ],
  [
    'llama',
    ['111001', '001110'],
    3,
    [
      [22, 9, 27, 29, 17, 39],
      [13, 17, 17, 17, 17, 17],
    ],
  ],
  [
    'qwen3',
    ['111100', '111111'],
    1,
    [
      [24, 28, 23, 1, 20, 25],
      [5, 21, 1, 5, 21, 1],
    ],
  ],
  [
    'qwen3',
    ['111100', '111111'],
    3,
    [
      [24, 20, 12, 20, 20, 10],
      [5, 21, 5, 1, 1, 1],
    ],
  ],
  [
    'qwen3',
    ['111001', '001110'],
    1,
    [
      [20, 7, 23, 24, 23, 24],
      [20, 21, 1, 1, 20, 13],
    ],
  ],
  [
    'qwen3',
    ['111001', '001110'],
    3,
    [
      [24, 17, 20, 7, 23, 10],
      [39, 1, 17, 1, 6, 6],
    ],
  ],
];

test.each(written)('%s with %j and %i beams', async (name, mask, num_beams, rows) => {
  const settings = { max_new_tokens: 6, num_beams, eos_token_id: 2, do_sample: false };
  const { written: got } = await withModel(name, (generator) =>
    generator.generate({ prompts, mask: maskOf(mask), settings }),
  );
  expect(got).toEqual(rows);
});

test('padding that is seen by its id, behind the text; padding alone', async () => {
  await withModel('gpt2', async (generator) => {
    const settings = { max_new_tokens: 6 };
    const { written: got } = await generator.generate({
      prompts: [[11, 12, 13, 14, 0, 0], prompts[1] as number[]],
      settings,
    });
    expect(got[0]).toEqual([35, 16, 16, 1, 35, 1]);
    const empty = generator.generate({ prompts, mask: maskOf(['000000', '111111']), settings });
    await expect(empty).rejects.toThrow(SettingsError);
    await expect(empty).rejects.toThrow('got none (prompt 1); give its tokens, padded on the left');
  });
});
