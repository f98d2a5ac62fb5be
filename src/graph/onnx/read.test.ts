// Reading ONNX: a real export of PyTorch, our own exports with weights inside and beside, and every way a file can be wrong.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import onnxProto from 'onnx-proto';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { float32, fromNumbers, int64, type NdArray, toNumbers } from '../../array/index.ts';
import {
  add,
  type Dims,
  fusedMatmul,
  gradients,
  input,
  interpret,
  matmul,
  mean,
  nodesOf,
  OnnxError,
  PORTABLE,
  parameter,
  readOnnx,
  reshape,
  ShapeError,
  softmax,
  trace,
  writeOnnx,
} from '../index.ts';
import { scope } from '../tensor.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');

function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs((actual[i] as number) - value)).toBeLessThan(tolerance);
}

test('a PyTorch export computes what PyTorch computes, with symbolic sizes and module paths', () => {
  const golden = JSON.parse(readFileSync(join(FIXTURES, 'foreign.json'), 'utf8'));
  const { inputs, outputs, opset } = readOnnx(readFileSync(join(FIXTURES, 'foreign.onnx')));
  expect(opset).toBe(17);
  expect(inputs.ids?.shape).toEqual(['batch', 'tokens']);
  expect(outputs.conv?.shape).toEqual(['batch', 4, 3]);
  expect(outputs.last?.shape).toEqual(['batch']);
  const feeds = { ids: int64([2, 3], golden.ids.flat()), mask: int64([2, 3], golden.mask.flat()) };
  const [conv, last] = interpret(Object.values(outputs), feeds);
  expectClose(conv?.data as Float64Array, golden.conv, 1e-6);
  expectClose(last?.data as Float64Array, golden.last, 1e-6);
  expect(nodesOf(Object.values(outputs)).map((node) => node.path)).toContain('mlp.mlp.0');
});

test('stored weights become parameters on request, so that a read model can be trained', () => {
  const { inputs, outputs, parameters } = readOnnx(readFileSync(join(FIXTURES, 'foreign.onnx')), {
    isParameter: (name) => name.startsWith('norm.'),
  });
  expect(Object.keys(parameters)).toEqual(['norm.weight', 'norm.bias']);
  const all = nodesOf(Object.values(outputs)).flatMap((node) => node.outputs);
  const weight = all.find(({ node }) => 'name' in node.attributes && node.attributes.name === 'norm.weight');
  const [gradient] = gradients(mean(outputs.last as never), [weight as never]);
  expect(gradient?.shape).toEqual([8]);
  const feeds = { ids: int64([1, 3], [1, 2, 3]), mask: int64([1, 3], [1, 1, 1]), ...parameters };
  const [value] = interpret([gradient as never], feeds);
  expect(Math.max(...(value?.data ?? []).map(Math.abs))).toBeGreaterThan(0);
  expect(Object.keys(inputs)).toEqual(['ids', 'mask']);
});

const x = input('x', 'float32', ['batch', 'tokens', 4]);
const build = () =>
  trace(() =>
    scope('head', () => ({
      y: softmax(reshape(fusedMatmul(x, parameter('w', 'float32', [4, 6]), { alpha: 0.5 }), ['batch', 'tokens', 2, 3])),
    })),
  ).result;
const w = float32(
  [4, 6],
  Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)),
);
const feeds = { x: float32([2, 1, 4], [1, 2, 3, 4, -1, 0, 0.5, 2]) };

test('an export with weights inside reads back, shapes and paths too', () => {
  const { bytes, inputs } = writeOnnx(build(), { backend: PORTABLE, initializers: { w }, name: 'tiny' });
  expect(inputs.map(({ name }) => name)).toEqual(['x']);
  const read = readOnnx(bytes);
  expect(read.name).toBe('tiny');
  expect(Object.keys(read.inputs)).toEqual(['x']);
  expect(read.outputs.y?.shape).toEqual(['batch', 'tokens', 2, 3]);
  expect(read.outputs.y?.node.path).toBe('head');
  const [expected] = interpret([build().y], { ...feeds, w });
  expectClose(interpret([read.outputs.y as never], feeds)[0]?.data as Float64Array, [...(expected?.data ?? [])], 1e-12);
});

test('large weights lie beside the model, aligned, and ONNX Runtime finds them', async () => {
  const location = 'model.onnx_data';
  const big = { w, b: float32([6], [1, 2, 3, 4, 5, 6]) };
  const outputs = { y: add(matmul(x, parameter('w', 'float32', [4, 6])), parameter('b', 'float32', [6])) };
  const written = writeOnnx(outputs, {
    backend: PORTABLE,
    initializers: big,
    externalData: { location, threshold: 16 },
  });
  const data = Buffer.concat(written.externalData);
  expect(data.length).toBe(4096 + 24);
  const session = await InferenceSession.create(written.bytes, { externalData: [{ path: location, data }] });
  const results = await session.run({ x: new OrtTensor('float32', feeds.x.data, [2, 1, 4]) });
  const [expected] = interpret([outputs.y], { ...feeds, ...big });
  expectClose(results.y?.data as Float32Array, [...(expected?.data ?? [])], 1e-5);
  const read = readOnnx(written.bytes, { externalData: { [location]: data } });
  expectClose(interpret([read.outputs.y as never], feeds)[0]?.data as Float64Array, [...(expected?.data ?? [])], 1e-12);
  expect(() => readOnnx(written.bytes)).toThrow(`expected the contents of '${location}'`);
  expect(() => readOnnx(written.bytes, { externalData: { [location]: data.subarray(0, 4100) } })).toThrow(
    /inside 'model/,
  );
  const inside = writeOnnx(outputs, { backend: PORTABLE, initializers: big });
  expect(inside.externalData).toEqual([]);
});

test('a model above 2 GB is refused, and told the way out', () => {
  const shared = new Float32Array(2 ** 26);
  const names = Array.from({ length: 8 }, (_, i) => `w${i}`);
  const big = names.map((name) => parameter(name, 'float32', [2 ** 26]));
  const initializers = Object.fromEntries(names.map((name) => [name, float32([2 ** 26], shared)]));
  const sum = big.reduce((a, b) => add(a, b));
  expect(() => writeOnnx({ sum }, { backend: PORTABLE, initializers })).toThrow(/got 2\.0 GB; pass externalData/);
  const location = 'weights';
  const { bytes, externalData } = writeOnnx({ sum }, { backend: PORTABLE, initializers, externalData: { location } });
  expect(bytes.length).toBeLessThan(4000);
  expect(externalData.reduce((total, chunk) => total + chunk.length, 0)).toBe(2 ** 31);
});

test('names that clash are errors or made different', () => {
  const other = input('x', 'float32', [3]);
  expect(() => writeOnnx({ a: mean(x), b: mean(other) }, { backend: PORTABLE })).toThrow(ShapeError);
  expect(() => writeOnnx({ x: add(x, 1) }, { backend: PORTABLE })).toThrow(/not called like inputs, got 'x'/);
  const twin = input('x', 'float32', ['batch', 'tokens', 4]);
  const read = readOnnx(writeOnnx({ Add_1: add(add(x, twin), 1) }, { backend: PORTABLE }).bytes);
  expectClose(interpret(Object.values(read.outputs), feeds)[0]?.data as Float64Array, [3, 5, 7, 9, -1, 1, 2, 5], 1e-12);
});

const { ModelProto } = onnxProto.onnx;
interface Node {
  readonly opType: string;
  readonly input: readonly string[];
  readonly domain?: string;
  readonly attribute?: readonly object[];
}

/** A model over float32 `x` of the given shape whose last node makes `y`. */
function model(nodes: readonly Node[], shape: Dims = [2, 3], more: object = {}): Uint8Array {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  const node = nodes.map((one, i) => ({ ...one, name: `n${i}`, output: [i === nodes.length - 1 ? 'y' : `t${i}`] }));
  const graph = {
    node,
    input: [{ name: 'x', type: { tensorType: { elemType: 1, shape: { dim } } } }],
    output: [{ name: 'y' }],
  };
  return ModelProto.encode(
    ModelProto.fromObject({ irVersion: 8, opsetImport: [{ version: 17 }], graph: { ...graph, ...more } }),
  ).finish();
}
const initializer = (name: string, array: NdArray): object => ({
  name,
  dataType: array.dtype === 'int64' ? 7 : 1,
  dims: array.shape,
  ...(array.dtype === 'int64' ? { int64Data: toNumbers(array) } : { floatData: toNumbers(array) }),
});

test('an unknown operator is an error with its name and node', () => {
  const bytes = model([
    { opType: 'Exp', input: ['x'] },
    { opType: 'Loop', input: ['t0'] },
    { opType: 'Fancy', domain: 'my.ops', input: ['t1'] },
  ]);
  const error = (() => {
    try {
      return readOnnx(bytes);
    } catch (caught) {
      return caught;
    }
  })() as OnnxError;
  expect(error).toBeInstanceOf(OnnxError);
  expect(error.operation).toBe('Loop');
  expect(error.node).toBe('n1');
  expect(error.message).toContain('Loop, my.ops.Fancy');
});

test('damaged and lying files are typed errors', () => {
  const good = model([{ opType: 'Exp', input: ['x'] }]);
  expect(readOnnx(good).outputs.y?.shape).toEqual([2, 3]);
  for (const bytes of [new Uint8Array(), good.subarray(0, good.length - 7), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 255)])
    expect(() => readOnnx(bytes)).toThrow(OnnxError);
  const lying = { initializer: [{ name: 'w', dataType: 1, dims: [2 ** 40], rawData: new Uint8Array(8) }] };
  expect(() => readOnnx(model([{ opType: 'Exp', input: ['w'] }], [2], lying))).toThrow(/tensor 'w': .*1099511627776/);
  const odd = { initializer: [{ name: 'w', dataType: 1, dims: [1], rawData: new Uint8Array(3) }] };
  expect(() => readOnnx(model([{ opType: 'Exp', input: ['w'] }], [2], odd))).toThrow(OnnxError);
  const text = { initializer: [{ name: 'w', dataType: 8, dims: [1] }] };
  expect(() => readOnnx(model([{ opType: 'Exp', input: ['w'] }], [2], text))).toThrow('expected an element type among');
  expect(() => readOnnx(model([{ opType: 'Exp', input: ['later'] }]))).toThrow("expected 'later' to be computed");
  const old = ModelProto.encode(
    ModelProto.fromObject({ opsetImport: [{ version: 9 }], graph: { output: [{ name: 'y' }] } }),
  );
  expect(() => readOnnx(old.finish())).toThrow('opset 13 or later, got 9');
  const wrong = { initializer: [initializer('w', float32([4], [1, 2, 3, 4]))] };
  expect(() => readOnnx(model([{ opType: 'Add', input: ['x', 'w'] }], [2, 3], wrong))).toThrow(
    /shapes that broadcast.*'n0'/,
  );
});

const cases: Record<string, { nodes: Node[]; constants?: Record<string, NdArray>; expected: number[]; shape: Dims }> = {
  'Flatten, axis 1': {
    nodes: [{ opType: 'Flatten', input: ['x'] }],
    expected: [1, 2, 3, 4, 5, 6],
    shape: ['batch', 3],
  },
  'Slice from the end': {
    nodes: [{ opType: 'Slice', input: ['x', 's', 'e', 'a'] }],
    constants: { s: int64([1], [-2]), e: int64([1], [2 ** 40]), a: int64([1], [-1]) },
    expected: [2, 3, 5, 6],
    shape: ['batch', 2],
  },
  'Slice in steps': {
    nodes: [{ opType: 'Slice', input: ['x', 's', 'e', 'a', 't'] }],
    constants: { s: int64([1], [0]), e: int64([1], [3]), a: int64([1], [1]), t: int64([1], [2]) },
    expected: [1, 3, 4, 6],
    shape: ['batch', 2],
  },
  'Split by num_outputs': {
    nodes: [
      {
        opType: 'Split',
        input: ['x'],
        attribute: [
          { name: 'axis', type: 2, i: 1 },
          { name: 'num_outputs', type: 2, i: 2 },
        ],
      },
    ],
    expected: [1, 2, 4, 5],
    shape: ['batch', 2],
  },
  'Clip below': {
    nodes: [{ opType: 'Clip', input: ['x', '', 'top'] }],
    constants: { top: float32([], [3]) },
    expected: [1, 2, 3, 3, 3, 3],
    shape: ['batch', 3],
  },
  'Gemm with alpha and beta': {
    nodes: [
      {
        opType: 'Gemm',
        input: ['x', 'w', 'c'],
        attribute: [
          { name: 'alpha', type: 1, f: 2 },
          { name: 'beta', type: 1, f: 0.5 },
        ],
      },
    ],
    constants: { w: float32([3, 1], [1, 0, 1]), c: float32([1], [10]) },
    expected: [13, 25],
    shape: ['batch', 1],
  },
  'Gather of the last column': {
    nodes: [{ opType: 'Gather', input: ['x', 'i'], attribute: [{ name: 'axis', type: 2, i: -1 }] }],
    constants: { i: int64([], [-1]) },
    expected: [3, 6],
    shape: ['batch'],
  },
  'Gather of the last row, symbolic': {
    nodes: [{ opType: 'Gather', input: ['x', 'i'] }],
    constants: { i: int64([1], [-1]) },
    expected: [4, 5, 6],
    shape: [1, 3],
  },
  'number of elements by ReduceProd': {
    nodes: [
      { opType: 'Shape', input: ['x'] },
      { opType: 'ReduceProd', input: ['t0'], attribute: [{ name: 'keepdims', type: 2, i: 1 }] },
      { opType: 'Reshape', input: ['x', 't1'] },
    ],
    expected: [1, 2, 3, 4, 5, 6],
    shape: ['3*batch'],
  },
  'the rest by −1, in a list of sizes': {
    nodes: [
      { opType: 'Shape', input: ['x'] },
      { opType: 'Concat', input: ['t0', 'minus'], attribute: [{ name: 'axis', type: 2, i: 0 }] },
      { opType: 'Reshape', input: ['x', 't1'] },
    ],
    constants: { minus: int64([1], [-1]) },
    expected: [1, 2, 3, 4, 5, 6],
    shape: ['batch', 3, 1],
  },
  'OneHot with values': {
    nodes: [
      {
        opType: 'ArgMax',
        input: ['x'],
        attribute: [
          { name: 'axis', type: 2, i: 1 },
          { name: 'keepdims', type: 2, i: 0 },
        ],
      },
      { opType: 'OneHot', input: ['t0', 'depth', 'values'] },
    ],
    constants: { depth: int64([], [3]), values: float32([2], [-1, 5]) },
    expected: [-1, -1, 5, -1, -1, 5],
    shape: ['batch', 3],
  },
  'BatchNormalization at inference': {
    nodes: [
      {
        opType: 'BatchNormalization',
        input: ['x', 's', 'b', 'm', 'v'],
        attribute: [{ name: 'epsilon', type: 1, f: 0 }],
      },
    ],
    constants: {
      s: float32([3], [2, 1, 1]),
      b: float32([3], [0, 1, 0]),
      m: float32([3], [1, 2, 3]),
      v: float32([3], [4, 1, 1]),
    },
    expected: [0, 1, 0, 3, 4, 3],
    shape: ['batch', 3],
  },
};

test.each(Object.entries(cases))('%s', (_name, { nodes, constants = {}, expected, shape }) => {
  const stored = Object.entries(constants).map(([name, array]) => initializer(name, array));
  const { outputs } = readOnnx(model(nodes, ['batch', 3], { initializer: stored }));
  expect(outputs.y?.shape).toEqual(shape);
  const values = interpret([outputs.y as never], { x: fromNumbers('float32', [2, 3], [1, 2, 3, 4, 5, 6]) });
  expectClose(values[0]?.data as Float64Array, expected, 1e-6);
});
