// What gradients are made of (which nodes, in what order), and regions that are computed again. Their values: test/gradients.test.ts.
import { expect, test } from 'vitest';
import { float32 } from '../array/index.ts';
import { executionOrder } from './execution-order.ts';
import * as g from './index.ts';

const countOf = (tensors: readonly g.Tensor[], op: g.OpName): number =>
  g.nodesOf(tensors).filter((node) => node.op === op).length;
const x = g.input('x', 'float32', ['batch', 'tokens', 4]);
const weight = g.parameter('w', 'float32', [4, 6]);
const numbers = (...shape: number[]): g.Value => ({
  shape,
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(3 * i + 1)),
});
const feeds = { x: numbers(2, 3, 4), w: numbers(4, 6), v: numbers(6, 4) };

test('products are differentiated without transposes; weights by one product over all places', () => {
  const [dx, dw] = g.gradients(g.sum(g.tanh(g.matmul(x, weight))), [x, weight]) as [g.Tensor, g.Tensor];
  expect(countOf([dx, dw], 'Transpose')).toBe(0);
  expect(dx.node).toMatchObject({ op: 'FusedMatMul', attributes: { transA: false, transB: true } });
  expect(dw.node).toMatchObject({ op: 'Gemm', attributes: { transA: true, transB: false } });
  const rows = g.flattenLeading(x);
  const stored = g.parameter('v', 'float32', [6, 4]);
  const parts = g.gradients(g.sum(g.tanh(g.gemm(rows, stored, undefined, { transB: true }))), [rows, stored]);
  expect(countOf(parts, 'Transpose')).toBe(0);
  expect(parts.map((part) => part.node.op)).toEqual(['Gemm', 'Gemm']);
});

test('cross-entropy and look-ups are differentiated by writing at indices, not by one-hot vectors', () => {
  const labels = g.input('y', 'int64', ['batch', 'tokens']);
  const table = g.parameter('table', 'float32', [100, 4]);
  const rows = g.gather(table, labels);
  const found = g.gradients(g.crossEntropy(rows, labels), [rows, table]);
  expect(['OneHot', 'LogSoftmax', 'Log'].map((op) => countOf(found, op as g.OpName))).toEqual([0, 0, 0]);
  expect(countOf(found, 'ScatterElements')).toBe(1);
  expect(countOf(found, 'ScatterND')).toBe(1);
});

test('what does not lead to the loss gets zeros, and only paths from what is asked for are walked', () => {
  const idle = g.parameter('idle', 'float32', [2, 'batch']);
  const loss = g.sum(g.multiply(g.tanh(x), g.tanh(g.stopGradient(x))));
  const [zeros] = g.gradients(loss, [idle]) as [g.Tensor];
  expect(zeros.shape).toEqual([2, 'batch']);
  expect(g.nodesOf([zeros]).map((node) => node.op)).toEqual(['ConstantOfShape']);
  expect(g.gradients(loss, [loss])[0]?.node.op).toBe('Constant');
});

const block = (y: g.Tensor): g.Tensor => g.add(y, g.matmul(g.tanh(g.matmul(y, weight)), g.transpose(weight)));

function gradientOf(region: (y: g.Tensor) => g.Tensor): g.Tensor[] {
  return g.gradients(g.mean(g.sin(region(g.exp(x)))), [x, weight]);
}

test('recompute changes no value, and its second run survives the clean-up', () => {
  const [plain, again] = [gradientOf(block), gradientOf((y) => g.recompute(block, [y]))];
  expect(g.interpret(again, feeds)).toEqual(g.interpret(plain, feeds));
  expect(countOf(g.optimize(plain), 'Tanh')).toBe(1);
  expect(countOf(g.optimize(again), 'Tanh')).toBe(2);
  expect(countOf(g.optimize(again), 'Recompute')).toBe(0);
  expect(g.interpret(g.optimize(again), feeds)).toEqual(g.interpret(g.optimize(plain), feeds));
});

test('the second run waits for the gradient and keeps weights and module paths', () => {
  const traced = g.trace(() => g.scope('layer', () => gradientOf((y) => g.recompute(block, [y])))).result;
  const nodes = g.nodesOf(traced);
  const barriers = nodes.filter((node) => node.op === 'Barrier');
  expect(barriers).toHaveLength(1);
  expect(g.nodesOf([barriers[0]?.inputs[1] as g.Tensor]).some((node) => node.op === 'Cos')).toBe(true);
  expect(nodes.filter((node) => node.op === 'Tanh').map((node) => node.path)).toEqual(['layer', 'layer']);
});

test('values inside a region can be asked for, and used outside it', () => {
  let inside: g.Tensor | undefined;
  const leaking = (y: g.Tensor): g.Tensor => {
    inside = g.tanh(g.matmul(y, weight));
    return g.matmul(inside, g.transpose(weight));
  };
  const results = [leaking, (y: g.Tensor) => g.recompute(leaking, [y])].map((region) => {
    const y = region(g.exp(x));
    const loss = g.add(g.mean(g.sin(y)), g.mean(g.multiply(inside as g.Tensor, 3)));
    return [g.gradients(loss, [inside as g.Tensor, x]), g.gradients(loss, [x, weight])].map((found) =>
      g.interpret(found, feeds).map(({ data }) => [...data]),
    );
  });
  results[1]?.flat(2).forEach((value, i) => {
    expect(value).toBeCloseTo(results[0]?.flat(2)[i] as number, 14);
  });
});

test('a region that returns its input, the same value twice, or several values', () => {
  const several = (y: g.Tensor): g.Tensor[] => {
    const z = g.tanh(y);
    return [y, z, z];
  };
  const [plain, again] = [several, (y: g.Tensor) => g.recompute(several, [y])].map((region) => {
    const [a, b, c] = region(g.exp(x)) as [g.Tensor, g.Tensor, g.Tensor];
    return g.interpret(g.gradients(g.sum(g.multiply(g.multiply(a, b), g.sin(c))), [x]), feeds)[0]?.data as Float64Array;
  });
  again?.forEach((value, i) => {
    expect(value).toBeCloseTo(plain?.[i] as number, 13);
  });
});

test('written in an order in which each layer ends before the one below begins', () => {
  const weights = ['a', 'b', 'c'].map((name) => g.parameter(name, 'float32', [4, 4]));
  const loss = g.sum(weights.reduce((y, w) => g.tanh(g.matmul(y, w)), x));
  const found = g.gradients(loss, weights);
  const nodes = g.nodesOf(found);
  const order = executionOrder(nodes);
  expect(order.slice(-3)).toEqual(found.map((one) => one.node));
  expect([...order].sort((a, b) => a.id - b.id)).toEqual(nodes);
  const seen = new Set<g.Node>();
  for (const node of order) {
    expect(node.inputs.every((input) => seen.has(input.node))).toBe(true);
    seen.add(node);
  }
});

test('equal feeds as arrays and as float64 values', () => {
  const y = g.sum(g.multiply(x, 2));
  const array = float32([1, 1, 4], [1, 2, 3, 4]);
  const value = { shape: [1, 1, 4], data: Float64Array.of(1, 2, 3, 4) };
  expect(g.interpret([y], { x: array })).toEqual(g.interpret([y], { x: value }));
});
