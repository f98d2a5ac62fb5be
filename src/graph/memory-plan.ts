// How much memory a graph needs for its values, before it runs: its nodes in the order in which ONNX Runtime runs them, every value kept
// until its last use. Weights and other inputs are not counted: they are the caller's.
import { byteWidth, type DType } from '../array/index.ts';
import { type Dims, evaluateDim } from './dim.ts';
import { executionOrder } from './execution-order.ts';
import type { OpName } from './operations.ts';
import { type Node, nodesOf, type Tensor } from './tensor.ts';

/** Estimates for one graph and any sizes. */
export interface MemoryPlan {
  /** Bytes of the largest set of values that are there at one time, results included. */
  peakBytes(sizes: Readonly<Record<string, number>>): number;
  /** Bytes of the results. */
  resultBytes(sizes: Readonly<Record<string, number>>): number;
}

/** The result is the input under another shape. */
const views: ReadonlySet<OpName> = new Set<OpName>([
  'Identity',
  'StopGradient',
  'Reshape',
  'Recompute',
  'Barrier',
] satisfies OpName[]);

/** The result may be written over an input of the same size that nobody needs any more. */
const inPlace: ReadonlySet<OpName> = new Set<OpName>([
  ...(['Neg', 'Abs', 'Exp', 'Log', 'Sqrt', 'Reciprocal', 'Tanh', 'Erf', 'Sigmoid', 'Relu', 'Gelu', 'Softmax'] as const),
  ...(['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Min', 'Max', 'Where', 'ScatterND', 'ScatterElements'] as const),
]);

/** Sources: fed, or in the model. */
const sources: ReadonlySet<OpName> = new Set<OpName>(['Input', 'Constant', 'RandomMask', 'DimValue']);

/** What an operation's spelling needs besides its results, as multiples of the bytes of one of its tensors. */
const scratch: { readonly [K in OpName]?: (node: Node) => readonly (readonly [Tensor, number])[] } = {
  // one 32-bit place for every element that is added
  ScatterND: ({ inputs }) => [[inputs[2] as Tensor, 1]],
  // the comparison, a byte an element
  OneHot: ({ outputs }) => [[outputs[0] as Tensor, 0.25]],
};

/** Memory taken (factor > 0) or given back, in multiples of a tensor's bytes. */
interface Change {
  readonly dtype: DType;
  readonly shape: Dims;
  readonly factor: number;
}

/** Nodes as ONNX Runtime orders them: depth first from the last node that nothing uses, the inputs written last visited first. */
function runOrder(nodes: readonly Node[]): Node[] {
  const written = executionOrder(nodes);
  const place = new Map(written.map((node, at) => [node, at]));
  const used = new Set(written.flatMap((node) => node.inputs.map((input) => input.node)));
  const stack: { node: Node; entered: boolean }[] = written
    .filter((node) => !used.has(node))
    .map((node) => ({ node, entered: false }));
  const seen = new Set<Node>();
  const order: Node[] = [];
  while (stack.length > 0) {
    const top = stack.pop() as { node: Node; entered: boolean };
    if (top.entered) {
      order.push(top.node);
      continue;
    }
    if (seen.has(top.node)) continue;
    seen.add(top.node);
    stack.push({ node: top.node, entered: true });
    const before = [...new Set(top.node.inputs.map((input) => input.node))].sort(
      (a, b) => (place.get(a) as number) - (place.get(b) as number),
    );
    for (const node of before) if (!seen.has(node)) stack.push({ node, entered: false });
  }
  return order;
}

/** Plans a graph. The plan keeps shapes only, so it is cheap to ask for many sizes. */
export function memoryPlan(outputs: readonly Tensor[]): MemoryPlan {
  const order = runOrder(nodesOf(outputs));
  const home = new Map<Tensor, Tensor>();
  const homeOf = (tensor: Tensor): Tensor => home.get(tensor) ?? tensor;
  const lastUse = new Map<Tensor, number>();
  order.forEach((node, at) => {
    if (views.has(node.op)) {
      node.outputs.forEach((output, i) => {
        home.set(output, homeOf(node.inputs[i] as Tensor));
      });
    }
    for (const input of node.inputs) lastUse.set(homeOf(input), at);
  });
  const results = new Set(outputs.map(homeOf));
  for (const result of results) lastUse.set(result, order.length);
  const kept = [...results].map(({ dtype, shape }) => ({ dtype, shape }));
  const changes: Change[] = [];
  const change = ({ dtype, shape }: Tensor, factor: number): number => changes.push({ dtype, shape, factor });
  order.forEach((node, at) => {
    if (sources.has(node.op)) return;
    const dying = [...new Set(node.inputs.map(homeOf))].filter(
      (tensor) => lastUse.get(tensor) === at && !sources.has(tensor.node.op),
    );
    if (!views.has(node.op)) {
      const reused = inPlace.has(node.op)
        ? dying.find((tensor) => sameSize(tensor, node.outputs[0] as Tensor))
        : undefined;
      const made = node.outputs.filter((output) => lastUse.has(homeOf(output)));
      const spare = scratch[node.op]?.(node) ?? [];
      for (const [tensor, factor] of spare) change(tensor, factor);
      for (const output of made) if (!(reused && output.output === 0)) change(output, 1);
      for (const [tensor, factor] of spare) change(tensor, -factor);
      if (reused) dying.splice(dying.indexOf(reused), 1);
    }
    for (const tensor of dying) change(tensor, -1);
  });
  return {
    peakBytes: (sizes) => {
      let now = 0;
      let peak = 0;
      for (const one of changes) {
        now += one.factor * bytesOf(one, sizes);
        peak = Math.max(peak, now);
      }
      return peak;
    },
    resultBytes: (sizes) => kept.reduce((sum, one) => sum + bytesOf(one, sizes), 0),
  };
}

const sameSize = (a: Tensor, b: Tensor): boolean => a.dtype === b.dtype && a.shape.join('*') === b.shape.join('*');

function bytesOf({ dtype, shape }: Pick<Tensor, 'dtype' | 'shape'>, sizes: Readonly<Record<string, number>>): number {
  return shape.reduce<number>((product, dim) => product * evaluateDim(dim, sizes), byteWidth(dtype));
}
