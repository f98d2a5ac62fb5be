// Training in bounded memory: words that went over the disk give the same tokenizer as words in memory, and what cannot fit is refused.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import type { TrainingOptions } from './algorithms.ts';
import { finish } from './progress.ts';
import { SpillingCounts } from './spill.node.ts';
import { trainTokenizerFromFiles } from './train.node.ts';
import { sourceFor, trainFromWords } from './train.ts';
import { WordCounts } from './word-counts.ts';

const folder = mkdtempSync(join(tmpdir(), 'tesserae-bounded-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Words of a small language, the same every time: many distinct ones, each in many blocks. */
function words(count: number): string[] {
  let state = 7;
  const next = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  const syllables = ['ka', 'lo', 'mi', 'né', 'su', 'to', '我', '猫', 'r', '😀'];
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + next(5) }, () => syllables[Math.min(next(10), next(10))]).join(''),
  );
}

const algorithms: readonly TrainingOptions[] = [
  { algorithm: 'byte-bpe', vocabSize: 500 },
  { algorithm: 'bpe', vocabSize: 200, specialTokens: ['[UNK]'] },
  { algorithm: 'wordpiece', vocabSize: 200, specialTokens: ['[UNK]'] },
  { algorithm: 'unigram', vocabSize: 150, specialTokens: ['<unk>'] },
  { algorithm: 'word', vocabSize: 300, specialTokens: ['[UNK]'] },
];

test.each(algorithms)('$algorithm: over the disk as in memory', async (options) => {
  const memory = new WordCounts();
  const spilling = new SpillingCounts(0);
  for (const [i, word] of words(10_000).entries()) {
    memory.add(word, 0, word.length);
    spilling.add(word, 0, word.length);
    if (i % 500 === 499) await spilling.settle();
  }
  expect(spilling.runs).toBeGreaterThan(16); // more than are merged at once
  const onDisk = finish(spilling.finish());
  expect(onDisk.size).toBe(memory.size);
  const found = finish(trainFromWords(onDisk, options));
  spilling.clean();
  expect(found).toEqual(finish(trainFromWords(sourceFor(options, memory), options)));
});

test('a corpus of several files in little memory; what does not fit is refused with what would', async () => {
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith('tesserae-words-'));
  const numbers = Array.from({ length: 40_000 }, (_, i) => i.toString(36));
  const text = Array.from({ length: 12 }, () => numbers.join(' ')).join('\n');
  writeFileSync(join(folder, 'a.txt'), text);
  writeFileSync(join(folder, 'b.txt.gz'), gzipSync(text));
  writeFileSync(join(folder, 'c.jsonl'), numbers.map((one) => `{"text":"${one} x"}`).join('\n'));
  const options = { algorithm: 'byte-bpe', vocabSize: 400 } as const;
  const whole = await trainTokenizerFromFiles([join(folder, '*.{txt,gz,jsonl}')], options);
  const small = await trainTokenizerFromFiles([join(folder, '*.{txt,gz,jsonl}')], {
    ...options,
    memory: 104_000_000,
  });
  expect(small).toEqual(whole);
  await expect(trainTokenizerFromFiles([join(folder, '*.txt')], { ...options, memory: 101_000_000 })).rejects.toThrow(
    /expected the corpus to fit into 97 MiB, got \d+ distinct words that need about \d+ MiB\nAllow more with --memory \d+MiB/,
  );
  // Nothing stays on disk, whatever happened.
  const stop = new AbortController();
  await expect(
    trainTokenizerFromFiles([join(folder, '*.txt')], {
      ...options,
      signal: stop.signal,
      watch: () => stop.abort(new Error('stopped')),
    }),
  ).rejects.toThrow('stopped');
  const now = readdirSync(tmpdir()).filter((name) => name.startsWith('tesserae-words-'));
  expect(now.filter((name) => !left.includes(name) && existsSync(join(tmpdir(), name)))).toEqual([]);
});
