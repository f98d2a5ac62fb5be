// Symbolic sizes that are 0 when a session runs: what ONNX Runtime would crash, hang or guess over is refused before it runs, in words
// that name the size; everything else is computed.
import { beforeAll, expect, test } from 'vitest';
import { float32, type NdArray, sizeOf } from '../src/array/index.ts';
import { ffiRuntime, nodeRuntime } from '../src/graph/index.node.ts';
import * as g from '../src/graph/index.ts';

let runtimes: readonly g.Runtime[];
beforeAll(async () => {
  runtimes = [await nodeRuntime(), await ffiRuntime()];
});

const a = (...shape: g.Dims): g.Tensor => g.input('a', 'float32', shape);
const b = (...shape: g.Dims): g.Tensor => g.input('b', 'float32', shape);

function filled(x: g.Tensor, n: number): NdArray {
  const shape = x.shape.map((dim) => g.evaluateDim(dim, { n }));
  return float32(shape, new Float32Array(sizeOf(shape)).fill(1));
}

/** The results for `n`. */
async function run(runtime: g.Runtime, outputs: readonly g.Tensor[], n: number): Promise<NdArray[]> {
  const named = Object.fromEntries(outputs.map((output, i) => [`y${i}`, output]));
  const session = await runtime.createSession(g.writeOnnx(named, { backend: runtime.backend }).bytes, { threads: 1 });
  try {
    return Object.values(await session.run(feedsOf(outputs, n)));
  } finally {
    await session.release();
  }
}

function feedsOf(outputs: readonly g.Tensor[], n: number): Record<string, NdArray> {
  const inputs = g.nodesOf(outputs).filter((node) => g.isOp(node, 'Input')) as g.Node<'Input'>[];
  return Object.fromEntries(
    inputs.map(({ attributes, outputs: [x] }) => [attributes.name, filled(x as g.Tensor, n)] as const),
  );
}

const convolved = (): readonly g.Tensor[] => {
  const [x, w] = [a('n', 4, 5, 5), b(4, 2, 3, 3)];
  return g.gradients(g.sum(g.conv(x, w, { padding: 1, stride: 2, group: 2 })), [w]);
};

test.each<[string, () => g.Tensor | readonly g.Tensor[], string]>([
  ['rows of topK', () => g.scope('step', () => g.topK(a('n', 4), 2).values), 'n of at least 1 for TopK, got 0'],
  ['fewer than topK wants', () => g.topK(a(3, 'n'), 1).values, 'n of at least 1 for TopK, got 0'],
  ['argMax', () => g.argMax(a(2, 'n')), 'n of at least 1 for ArgMax, got 0'],
  ['none against one', () => g.matmul(a(5, 4), b('n', 4, 3)), 'n of at least 1 for MatMul, got 0 (n is axis 0 of b)'],
  ['sums of nothing in batches', () => g.matmul(a(5, 'n'), b(2, 'n', 3)), 'n of at least 1 for MatMul, got 0'],
  ['turned batches', () => g.fusedMatmul(a('n', 4, 5), b(4, 3), { transA: true }), 'for FusedMatMul, got 0'],
  ['layerNorm', () => g.layerNorm(a(2, 'n'), b('n'), b('n'), 1e-3), 'n of at least 1 for LayerNormalization'],
  ['rmsNorm', () => g.rmsNorm(a(2, 'n'), b('n'), 1e-3), 'n of at least 1 for RMSNormalization'],
  ["a weight's gradient", convolved, 'n of at least 1 for Conv, got 0 (n is axis 0 of a)'],
  ['the rest of a shape', () => g.reshape(a('n', 2, 'n'), ['n', '2*n']), 'n of at least 1 for Reshape, got 0'],
])('%s: no size of 0, any other', async (_, make, message) => {
  const made = make();
  const outputs = Array.isArray(made) ? made : [made as g.Tensor];
  for (const runtime of runtimes) {
    await expect(run(runtime, outputs, 0)).rejects.toThrow(g.RuntimeError);
    await expect(run(runtime, outputs, 0)).rejects.toThrow(message);
    const [y] = await run(runtime, outputs, 2);
    expect(y?.shape).toEqual(outputs[0]?.shape.map((dim: g.Dim) => g.evaluateDim(dim, { n: 2 })));
  }
});

test('where is told too', async () => {
  const { result } = g.trace(() => g.scope('step', () => g.scope('best', () => g.topK(a('n', 4), 2).values)));
  await expect(run(runtimes[0] as g.Runtime, [result], 0)).rejects.toThrow(
    'run: expected n of at least 1 for TopK in step.best, got 0 (n is axis 0 of a)',
  );
});

test.each<[string, () => g.Tensor, readonly number[]]>([
  ['a stream times a weight', () => g.matmul(a('n', 3, 4), b(4, 5)), []],
  ['sums of nothing of two matrices', () => g.matmul(a(2, 'n'), b('n', 3)), [0, 0, 0, 0, 0, 0]],
  ['the mean of nothing', () => g.mean(a('n', 3)), [Number.NaN]],
  ['means of nothing', () => g.mean(a(2, 'n'), { axes: [1], keepdims: true }), [Number.NaN, Number.NaN]],
  ['no means', () => g.mean(a('n', 3), { axes: [1] }), []],
  ['attention of no sentences', () => g.matmul(a('n', 2, 3, 4), b('n', 2, 4, 5)), []],
  ['two sizes that are told', () => g.reshape(a('n', 2, 'n'), ['2*n', 'n']), []],
])('%s: as the interpreter has it', async (_, make, expected) => {
  const y = make();
  for (const runtime of runtimes) {
    const [nothing] = (await run(runtime, [y], 0)) as [NdArray];
    expect([...(nothing.data as Float32Array)]).toEqual(expected);
    const [some] = (await run(runtime, [y], 2)) as [NdArray];
    expect([...(some.data as Float32Array)]).toEqual([...(g.interpret([y], feedsOf([y], 2))[0] as g.Value).data]);
  }
});

test('sizes of 0 that are known while tracing', () => {
  expect(() => g.argMax(a(2, 0))).toThrow('ArgMax: expected elements along axis 1, got [2, 0] float32');
  expect(() => g.convTranspose(a(1, 2, 0), b(2, 3, 2))).toThrow(
    'ConvTranspose: expected at least one place along every axis, got [1, 2, 0] float32',
  );
  for (const conv of [g.conv, g.convTranspose])
    expect(() => conv(a(1, 2, 4), b(2, 2, 0))).toThrow('a weight of fixed sizes, its kernel at least 1, got [2, 2, 0]');
});
