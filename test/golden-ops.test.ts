// The interpreter and the derivatives against PyTorch in float64: scripts/golden-ops.py.
import { expect, test } from 'vitest';
import { float32, int64, sizeOf } from '../src/array/index.ts';
import * as g from '../src/graph/index.ts';
import golden from './fixtures/ops/torch.json' with { type: 'json' };

type Make = (...inputs: g.Tensor[]) => g.Tensor;
/** An input by shape and where its numbers start, and the expression. */
interface Case {
  readonly inputs: readonly (readonly [start: number, ...shape: number[]])[];
  readonly make: Make;
  /** Largest error, where constants of the graph are float32. */
  readonly tolerance?: number;
}

const labels = g.constant(int64([5], [2, 0, -100, 1, 3]));
const classWeights = g.constant(float32([4], [0.5, 1, 2, 0.25]));
const crossEntropy = (options: g.CrossEntropyOptions): Case => ({
  inputs: [[0, 5, 4]],
  make: (x) => g.crossEntropy(x as g.Tensor, labels, options),
  // 0.2 and 0.8 are rounded to float32
  tolerance: options.smoothing === undefined ? 1e-11 : 1e-7,
});
const norm = (shape: readonly number[], make: (x: g.Tensor, scale: g.Tensor, bias: g.Tensor) => g.Tensor): Case => ({
  inputs: [
    [0, ...shape],
    [50, 4],
    [70, 4],
  ],
  make: make as Make,
});
const convolution = (
  x: readonly number[],
  w: readonly number[],
  make: (x: g.Tensor, w: g.Tensor) => g.Tensor,
): Case => ({
  inputs: [
    [0, ...x],
    [50, ...w],
  ],
  make: make as Make,
});
// the matrix that resizes is float32
const resized = (mode: 'bilinear' | 'bicubic', size: readonly [number, number]): Case => ({
  inputs: [[0, 1, 2, 4, 3]],
  make: (x) => g.resize(x as g.Tensor, size, mode),
  tolerance: 1e-6,
});
const sizes = { Up: [7, 5], Down: [2, 2], Same: [4, 3], One: [1, 6] } as const;

const cases: Readonly<Record<keyof typeof golden, Case>> = {
  crossEntropy: crossEntropy({}),
  crossEntropySmoothed: crossEntropy({ smoothing: 0.2 }),
  crossEntropyWeighted: crossEntropy({ classWeights }),
  crossEntropyBoth: crossEntropy({ classWeights, smoothing: 0.2 }),
  binaryCrossEntropy: {
    inputs: [[0, 6]],
    make: (x) =>
      g.binaryCrossEntropy(
        x as g.Tensor,
        g.constant(
          float32(
            [6],
            numbers(9, [6]).data.map((value) => (value > 0 ? 1 : 0)),
          ),
        ),
      ),
  },
  conv1d: convolution([2, 4, 5], [6, 2, 3], (x, w) => g.conv(x, w, { stride: 2, padding: 1, group: 2 })),
  conv2d: convolution([1, 3, 6, 5], [2, 3, 3, 2], (x, w) =>
    g.conv(x, w, { stride: [2, 1], padding: [1, 0], dilation: [1, 2] }),
  ),
  conv3d: convolution([1, 2, 2, 4, 3], [2, 2, 2, 2, 2], (x, w) => g.conv(x, w, { stride: [1, 2, 1] })),
  convTranspose1d: convolution([1, 3, 4], [3, 2, 2], (x, w) =>
    g.convTranspose(x, w, { stride: 3, padding: 1, dilation: 2, outputPadding: 2 }),
  ),
  convTranspose2d: convolution([1, 4, 2, 3], [4, 1, 2, 2], (x, w) => g.convTranspose(x, w, { stride: 2, group: 2 })),
  averagePool: {
    inputs: [[0, 1, 2, 5, 4]],
    make: (x) => g.averagePool(x as g.Tensor, [2, 2], { stride: 2, padding: [1, 0] }),
  },
  // 0.001 is rounded to float32
  groupNorm: {
    ...norm([2, 4, 3], (x, scale, bias) => g.groupNorm(x, 2, { scale, bias, epsilon: 1e-3 })),
    tolerance: 1e-8,
  },
  batchNorm: { ...norm([2, 4, 3], (x, scale, bias) => g.batchNorm(x, scale, bias, 1e-3)), tolerance: 1e-8 },
  layerNorm: norm([3, 4], (x, scale, bias) => g.layerNorm(x, scale, bias, 1e-3)),
  rmsNorm: {
    inputs: [
      [0, 3, 4],
      [50, 4],
    ],
    make: (x, scale) => g.rmsNorm(x as g.Tensor, scale as g.Tensor, 1e-3),
    tolerance: 1e-8,
  },
  gelu: { inputs: [[0, 9]], make: (x) => g.gelu(x as g.Tensor), tolerance: 1e-6 },
  geluTanh: { inputs: [[0, 9]], make: (x) => g.gelu(x as g.Tensor, 'tanh'), tolerance: 1e-6 },
  bilinearUp: resized('bilinear', sizes.Up),
  bilinearDown: resized('bilinear', sizes.Down),
  bilinearSame: resized('bilinear', sizes.Same),
  bilinearOne: resized('bilinear', sizes.One),
  bicubicUp: resized('bicubic', sizes.Up),
  bicubicDown: resized('bicubic', sizes.Down),
  bicubicSame: resized('bicubic', sizes.Same),
  bicubicOne: resized('bicubic', sizes.One),
};

function numbers(start: number, shape: readonly number[]): g.Value {
  const at = (k: number): number => 1.7 * Math.sin(k + 1) + 0.3 * Math.cos(5 * k * k);
  return { shape, data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => at(start + i)) };
}

function requireClose(found: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, i) => {
    const error = Math.abs((found[i] as number) - value) / Math.max(1, Math.abs(value));
    expect(error, `[${i}]: torch ${value}, ours ${found[i]}`).toBeLessThan(tolerance);
  });
}

test.each(Object.entries(cases))('%s', (name, { inputs, make, tolerance = 1e-11 }) => {
  const expected = golden[name as keyof typeof golden];
  const feeds = Object.fromEntries(inputs.map(([start, ...shape], i) => [`x${i}`, numbers(start, shape)]));
  const tensors = inputs.map(([, ...shape], i) => g.input(`x${i}`, 'float32', shape));
  const y = make(...tensors);
  // the loss's weights as a feed: they stay float64
  const weights = g.input('weights', 'float32', y.shape);
  const data = Float64Array.from({ length: expected.y.length }, (_, i) => Math.cos(3 * i + 1));
  const found = g.interpret([y, ...g.gradients(g.sum(g.multiply(y, weights)), tensors)], {
    ...feeds,
    weights: { shape: expected.shape, data },
  });
  expect(found[0]?.shape).toEqual(expected.shape);
  requireClose(found[0]?.data ?? [], expected.y, tolerance);
  expected.gradients.forEach((gradient, i) => {
    requireClose(found[i + 1]?.data ?? [], gradient, tolerance);
  });
});
