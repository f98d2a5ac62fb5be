// What `generate` draws against probabilities that are computed from `forward`: counts of many rows, by Pearson's chi-squared.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { int64 } from '../../array/index.ts';
import { nodeRuntime } from '../../graph/index.node.ts';
import type { Runtime } from '../../graph/index.ts';
import { type OpenModel, openModel } from '../forward.node.ts';
import { runForward } from '../forward.ts';
import { generatorOn } from './generator.node.ts';
import type { Generator } from './generator.ts';
import type { GenerationSettings } from './settings.ts';

const PROMPT = [15, 22, 31, 13, 27];
const session = { threads: 1 };
let [runtime, open, generator] = [] as unknown as [Runtime, OpenModel, Generator];
beforeAll(async () => {
  runtime = await nodeRuntime();
  open = await openModel(join(import.meta.dirname, '../../../test/fixtures/generation/gpt2'));
  generator = await generatorOn(open, { runtime, session });
});
afterAll(() => generator.release());

/** Nothing but sampling: no end of text, no penalties. */
const free: GenerationSettings = {
  ...{ do_sample: true, eos_token_id: [], min_length: 0, repetition_penalty: 1, no_repeat_ngram_size: 0 },
  ...{ top_k: 0, top_p: 1, temperature: 1, num_beams: 1 },
};

/** Logits of what comes after each of some rows of one length. */
async function logitsAfter(rows: readonly (readonly number[])[]): Promise<number[][]> {
  const ids = int64([rows.length, rows[0]?.length ?? 0], rows.flat());
  const { logits } = await runForward(
    open.model,
    open.parameters,
    { input_ids: ids },
    {
      ...{ runtime, session, want: ['logits'] },
    },
  );
  const [count = 0, places = 0, width = 0] = logits?.shape ?? [];
  const data = Array.from(logits?.data as Float32Array);
  return Array.from({ length: count }, (_, r) => data.slice(((r + 1) * places - 1) * width, (r + 1) * places * width));
}

const shares = (values: readonly number[]): number[] => {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
};
const tempered = (logits: readonly number[], temperature: number): number[] =>
  shares(logits.map((logit) => Math.exp(logit / temperature)));
/** The likeliest tokens that together have `p` at least. */
function nucleus(probabilities: readonly number[], p: number): number[] {
  const order = [...probabilities.keys()].sort((a, b) => (probabilities[b] as number) - (probabilities[a] as number));
  let sum = 0;
  const kept = new Set<number>();
  for (const id of order) {
    if (sum < p) kept.add(id);
    sum += probabilities[id] as number;
  }
  return shares(probabilities.map((value, id) => (kept.has(id) ? value : 0)));
}

/** Chi-squared over what would pass by chance once in a thousand; what is expected less than five times counts together. */
function strangeness(seen: readonly string[], expected: ReadonlyMap<string, number>): number {
  const counts = new Map<string, number>();
  for (const one of seen) counts.set(one, (counts.get(one) ?? 0) + 1);
  if ([...counts.keys()].some((one) => !((expected.get(one) ?? 0) > 0))) return Number.POSITIVE_INFINITY;
  let [chi, cells, rareSeen, rareExpected] = [0, 0, 0, 0];
  for (const [one, probability] of expected) {
    const [found, wanted] = [counts.get(one) ?? 0, probability * seen.length];
    if (wanted < 5) {
      rareSeen += found;
      rareExpected += wanted;
    } else {
      chi += (found - wanted) ** 2 / wanted;
      cells++;
    }
  }
  if (rareExpected > 0) {
    chi += (rareSeen - rareExpected) ** 2 / rareExpected;
    cells++;
  }
  const freedom = cells - 1;
  expect(freedom).toBeGreaterThan(2);
  // Wilson and Hilferty 1931
  const [part, z] = [2 / (9 * freedom), 3.0902];
  return chi / (freedom * (1 - part + z * Math.sqrt(part)) ** 3);
}

test('2,000 rows of two tokens with temperature and top-p are as likely as their probabilities say', async () => {
  const [temperature, top_p] = [1.5, 0.8];
  const settings = { ...free, temperature, top_p, max_new_tokens: 2, num_return_sequences: 2000 };
  const { written } = await generator.generate({ prompts: [PROMPT], seed: 7, settings });
  const pairs = written.map((row) => row.join());
  expect(new Set(pairs).size).toBeGreaterThan(20);
  const [first] = (await logitsAfter([PROMPT])) as [number[]];
  const expectedWith = async (share: (logits: readonly number[]) => number[]): Promise<Map<string, number>> => {
    const firsts = share(first);
    const ids = [...firsts.keys()].filter((id) => (firsts[id] as number) > 0);
    const after = await logitsAfter(ids.map((id) => [...PROMPT, id]));
    return new Map(
      ids.flatMap((id, i) =>
        share(after[i] as number[]).map((second, next): [string, number] => [
          `${id},${next}`,
          (firsts[id] as number) * second,
        ]),
      ),
    );
  };
  const expected = await expectedWith((logits) => nucleus(tempered(logits, temperature), top_p));
  expect([...expected.values()].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
  expect(strangeness(pairs, expected)).toBeLessThan(1);
  // it would be seen: a nearby temperature, more of the distribution, none of it cut
  for (const other of [
    await expectedWith((logits) => nucleus(tempered(logits, 1.8), top_p)),
    await expectedWith((logits) => nucleus(tempered(logits, temperature), 0.9)),
    await expectedWith((logits) => tempered(logits, temperature)),
  ])
    expect(strangeness(pairs, other)).toBeGreaterThan(1);
});

test('beams that are drawn: the two best of four that were drawn without putting back', async () => {
  const [temperature, top_k] = [2, 6];
  const settings = { ...free, temperature, top_k, num_beams: 2, num_return_sequences: 2, max_new_tokens: 1 };
  const { written } = await generator.generate({ prompts: Array(1000).fill(PROMPT), seed: 11, settings });
  const ids = written.map((row) => row[0] as number);
  const pairs = Array.from({ length: 1000 }, (_, i) => `${ids[2 * i]},${ids[2 * i + 1]}`);
  const [logits] = (await logitsAfter([PROMPT])) as [number[]];
  const likely = [...logits.keys()].sort((a, b) => (logits[b] as number) - (logits[a] as number)).slice(0, top_k);
  const expectedAt = (heat: number): Map<string, number> => {
    const probabilities = tempered(
      likely.map((id) => logits[id] as number),
      heat,
    );
    const expected = new Map<string, number>();
    // every order of four of the six
    const draw = (drawn: readonly number[], left: number, probability: number): void => {
      if (drawn.length === 4) {
        const [best, second] = drawn.toSorted((a, b) => a - b) as [number, number];
        const pair = `${likely[best]},${likely[second]}`;
        expected.set(pair, (expected.get(pair) ?? 0) + probability);
        return;
      }
      for (const [rank, share] of probabilities.entries())
        if (!drawn.includes(rank)) draw([...drawn, rank], left - share, (probability * share) / left);
    };
    draw([], 1, 1);
    return expected;
  };
  const expected = expectedAt(temperature);
  expect(expected.size).toBe(6);
  expect([...expected.values()].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
  expect(strangeness(pairs, expected)).toBeLessThan(1);
  expect(strangeness(pairs, expectedAt(1))).toBeGreaterThan(1);
});
