// A graph of its own for few tokens: where it is made, that it says the same, and what becomes of sessions.
import { expect, test } from 'vitest';
import { float32, int64, type NamedArrays } from '../array/index.ts';
import { nodeRuntime } from '../graph/index.node.ts';
import { gather, gemm, input, type Runtime, reshape, type Tensor } from '../graph/index.ts';
import { feedsFor, SizedSessions } from './session.ts';

const WIDTH = 16;
const ids = input('input_ids', 'int64', [1, 'tokens']);
const table = input('table', 'float32', [32, WIDTH]);
/** States of every token times a weight `[rows, 16]`. */
function graphOf(rows: number): Record<string, Tensor> {
  const states = reshape(gather(table, ids), ['tokens', WIDTH]);
  return { y: gemm(states, input('weight', 'float32', [rows, WIDTH]), undefined, { transB: true }) };
}
const waves = (...shape: [number, number]) =>
  float32(
    shape,
    Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(7 * i)),
  );
const text = (tokens: number): NamedArrays => ({ input_ids: int64([1, tokens], Array(tokens).fill(3)) });

/** The runtime of Node that counts its sessions, and has no room for the first `full` of them. */
async function counted(full = 0): Promise<{ runtime: Runtime; made: () => number }> {
  const inner = await nodeRuntime();
  let made = 0;
  const createSession: Runtime['createSession'] = async (...words) => {
    made += 1;
    if (made <= full) throw new Error('no room');
    return inner.createSession(...words);
  };
  return { runtime: { ...inner, createSession }, made: () => made };
}

test('large weights: a graph for few tokens and one for many, the same values', async () => {
  const { runtime, made } = await counted();
  const sessions = new SizedSessions(graphOf(2 ** 14), { runtime });
  const parameters = { table: waves(32, WIDTH), weight: waves(2 ** 14, WIDTH) };
  const rowsOf = async (tokens: number): Promise<Float32Array> => {
    const session = await sessions.for(text(tokens), parameters);
    const { y } = await session.run(feedsFor(session, text(tokens), parameters));
    return (y as { data: Float32Array }).data.subarray(0, 2 ** 14);
  };
  const [few, many] = [await rowsOf(64), await rowsOf(65)];
  expect(made()).toBe(2);
  const largest = few.reduce((most, value, i) => Math.max(most, Math.abs(value - (many[i] as number))), 0);
  expect(largest).toBeLessThan(1e-5);
  expect(Math.max(...few)).toBeGreaterThan(1);
  await rowsOf(8);
  expect(made()).toBe(2);
  await sessions.release();
  await expect(sessions.for(text(1), parameters)).rejects.toThrow('this one is released');
});

test('small weights, and runtimes that gain nothing: one graph', async () => {
  const { runtime, made } = await counted();
  const small = new SizedSessions(graphOf(64), { runtime });
  expect(await small.for(text(2), {})).toBe(await small.for(text(200), {}));
  await small.release();
  const plain = new SizedSessions(graphOf(2 ** 14), { runtime: { ...runtime, backend: { fusedKernels: true } } });
  expect(await plain.for(text(2), {})).toBe(await plain.for(text(200), {}));
  expect(made()).toBe(2);
  await plain.release();
});

test('packed weights: constants of one session, the values of the fed ones to the last bits, no other weights after the first', async () => {
  const { runtime, made } = await counted();
  const parameters = { table: waves(32, WIDTH), weight: waves(2 ** 14, WIDTH) };
  const [packed, fed] = (['packed', 'fed'] as const).map(
    (weights) => new SizedSessions(graphOf(2 ** 14), { runtime, weights }),
  ) as [SizedSessions, SizedSessions];
  for (const tokens of [1, 200]) {
    const [constant, given] = [await packed.for(text(tokens), parameters), await fed.for(text(tokens), parameters)];
    expect([constant.inputNames, [...given.inputNames].sort()]).toEqual([
      ['input_ids'],
      ['input_ids', 'table', 'weight'],
    ]);
    const [own, other] = [
      (await constant.run(text(tokens))).y as { data: Float32Array },
      (await given.run(feedsFor(given, text(tokens), parameters))).y as { data: Float32Array },
    ];
    const apart = own.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (other.data[i] as number))), 0);
    expect(apart).toBeLessThan(1e-5);
    expect(Math.max(...own.data.subarray(0, 100))).toBeGreaterThan(0.1);
  }
  // one packed session for both lengths, two fed ones
  expect(made()).toBe(3);
  await expect(packed.for(text(1), { ...parameters })).rejects.toThrow(
    'expected the weights that the first run packed',
  );
  await Promise.all([packed.release(), fed.release()]);
});

test('a session that could not be made is tried again', async () => {
  const { runtime, made } = await counted(1);
  const sessions = new SizedSessions(graphOf(64), { runtime });
  await expect(sessions.for(text(2), {})).rejects.toThrow('no room');
  await sessions.for(text(2), {});
  expect(made()).toBe(2);
  await sessions.release();
});
