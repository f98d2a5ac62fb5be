// Cross-entropy on ONNX Runtime where probabilities leave float32: values of torch.nn.functional.cross_entropy (2.x, float32) and its
// gradients, with a gradient in the graph and without.
import { beforeAll, expect, test } from 'vitest';
import { float32, int64, toNumbers } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import * as g from '../src/graph/index.ts';

let runtime: g.Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime();
});

async function lossOf(
  logits: readonly (readonly number[])[],
  labels: readonly number[],
  options: { readonly isTrained: boolean; readonly backend?: g.Backend; readonly smoothing?: number },
): Promise<{ loss: number; dx: number[] }> {
  const { isTrained, backend = runtime.backend, smoothing = 0 } = options;
  const shape = [logits.length, logits[0]?.length as number];
  const [x, y] = [g.input('x', 'float32', shape), g.input('y', 'int64', [shape[0] as number])];
  const loss = g.crossEntropy(x, y, { smoothing });
  const dx = isTrained ? { dx: g.gradients(loss, [x])[0] as g.Tensor } : {};
  const session = await runtime.createSession(g.writeOnnx({ loss, ...dx }, { backend }).bytes, { threads: 1 });
  const found = await session.run({ x: float32(shape, logits.flat()), y: int64([labels.length], labels) });
  await session.release();
  return { loss: toNumbers(found.loss as never)[0] as number, dx: isTrained ? toNumbers(found.dx as never) : [] };
}

const sixHundred = Array.from({ length: 600 }, (_, i) => (i === 7 ? 60 : Math.sin(i)));

test.each([
  // logits, labels, loss, gradient
  [[[200, 0, 0]], [1], 200, [1, -1, 0]],
  [[[200, 199, 0]], [2], 200.3132617, [0.7310586, 0.2689414, -1]],
  [
    [
      [0, 1000, -1000],
      [-500, -501, -502],
    ],
    [2, 1],
    1000.7038035,
    [0, 0.5, -0.5, 0.3326205, -0.3776358, 0.0450153],
  ],
] as const)('%j at %j', async (logits, labels, expected, gradient) => {
  for (const backend of [runtime.backend, g.PORTABLE]) {
    for (const isTrained of [false, true]) {
      const { loss, dx } = await lossOf(logits, labels, { isTrained, backend });
      expect(loss / expected).toBeCloseTo(1, 6);
      gradient.forEach((value, i) => {
        if (isTrained) expect(dx[i]).toBeCloseTo(value, 6);
      });
    }
  }
});

test('smoothed', async () => {
  for (const isTrained of [false, true]) {
    const { loss, dx } = await lossOf([[200, 0, 0]], [1], { isTrained, smoothing: 0.1 });
    // 0.9 · 200 + 0.1 · (0 + 200 + 200) / 3
    expect(loss).toBeCloseTo(193.33333, 3);
    for (const [i, value] of dx.entries())
      expect(value).toBeCloseTo((i === 0 ? 1 : 0) - (i === 1 ? 0.9 : 0) - 0.1 / 3, 6);
  }
});

test('of many classes, with a gradient and without', async () => {
  const spread = await lossOf([sixHundred], [3], { isTrained: true });
  expect(spread.loss).toBeCloseTo(60 - Math.sin(3), 4);
  const peaked = [sixHundred.map((x) => 4 * x)];
  const trained = await lossOf(peaked, [3], { isTrained: true });
  expect(trained.loss).toBeCloseTo(240 - 4 * Math.sin(3), 3);
  expect([trained.dx[3], trained.dx[7]]).toEqual([-1, 1]);
  expect((await lossOf(peaked, [3], { isTrained: false })).loss).toBeCloseTo(240 - 4 * Math.sin(3), 3);
});
