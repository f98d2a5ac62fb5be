// Symbolic tensors and the nodes that make them. Building an expression records a graph; nothing is computed here.
import type { DType } from '../array/index.ts';
import type { Dims } from './dim.ts';
import type { OpName, Ops } from './operations.ts';

/** A shape rule was broken while tracing. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
  /** Operation or layer that refused. */
  readonly operation: string;
  readonly expected: string;
  readonly got: string;
  /** Module path, for example `bert.encoder.layer.0.attention`. */
  readonly path: string;

  constructor(operation: string, expected: string, got: string, path: string) {
    super(`${operation}: expected ${expected}, got ${got}${path ? ` (${path})` : ''}`);
    this.operation = operation;
    this.expected = expected;
    this.got = got;
    this.path = path;
  }
}

/** A value of the graph: one output of one node. */
export interface Tensor {
  readonly node: Node;
  /** Which output of the node. */
  readonly output: number;
  readonly dtype: DType;
  readonly shape: Dims;
}

/** One application of an operation. */
export interface Node<K extends OpName = OpName> {
  /** Increases in the order of creation: a topological order. */
  readonly id: number;
  readonly op: K;
  readonly inputs: readonly Tensor[];
  readonly attributes: Ops[K];
  readonly outputs: readonly Tensor[];
  /** Module path at which the node was made. */
  readonly path: string;
}

/** Type and shape of one output of a new node. */
export interface Signature {
  readonly dtype: DType;
  readonly shape: Dims;
}

let nextId = 0;

/** Nodes made from now on have this id or a larger one. */
export function upcomingId(): number {
  return nextId;
}

/** Records a node and returns its outputs. Builders in `ops/` call this after checking shapes. */
export function createNode<K extends OpName>(
  op: K,
  inputs: readonly Tensor[],
  attributes: Ops[K],
  signatures: readonly Signature[],
  path: string = currentPath(),
): readonly Tensor[] {
  const outputs: Tensor[] = [];
  const node: Node<K> = { id: nextId++, op, inputs, attributes, outputs, path };
  signatures.forEach((signature, output) => {
    outputs.push({ node: node as unknown as Node, output, dtype: signature.dtype, shape: signature.shape });
  });
  return outputs;
}

/** Records a node like another one, at its module path: on other inputs, and with other attributes or signatures where these differ. */
export function remadeNode<K extends OpName>(
  node: Node<K>,
  inputs: readonly Tensor[],
  signatures: readonly Signature[] = node.outputs,
  attributes: Ops[K] = node.attributes,
): readonly Tensor[] {
  return createNode(node.op, inputs, attributes, signatures, node.path);
}

/** Records a node with one output. */
export function createTensor<K extends OpName>(
  op: K,
  inputs: readonly Tensor[],
  attributes: Ops[K],
  signature: Signature,
): Tensor {
  return createNode(op, inputs, attributes, [signature])[0] as Tensor;
}

/** `[batch, tokens, 64] float32`, for messages. */
export function describe(tensor: Tensor): string {
  return `[${tensor.shape.join(', ')}] ${tensor.dtype}`;
}

/** Narrows a node to one operation: `if (isOp(node, 'Input')) node.attributes.name`. */
export function isOp<K extends OpName>(node: Node, op: K): node is Node<K> {
  return node.op === op;
}

/** What one trace records beside the graph itself. */
export interface TraceContext {
  readonly path: string[];
  /** Named intermediate values, in the order of their making. */
  readonly taps: Map<string, Tensor>;
  /** Values to put in the place of taps of that name. */
  readonly replacements: Readonly<Record<string, Replacement>>;
}

/** A tensor to use instead of a tapped value, or a function of it. */
export type Replacement = Tensor | ((value: Tensor) => Tensor);

let context: TraceContext | undefined;

/** Runs `body` inside a trace context. Contexts nest; tracing is synchronous. */
export function withContext<T>(inner: TraceContext, body: () => T): T {
  const outer = context;
  context = inner;
  try {
    return body();
  } finally {
    context = outer;
  }
}

/** The module path of the code that is running, `''` at the top. */
export function currentPath(): string {
  return context?.path.join('.') ?? '';
}

/** Runs `body` one level deeper in the module path: `scope('attention', () => …)`. */
export function scope<T>(name: string, body: () => T): T {
  if (!context) return body();
  context.path.push(name);
  try {
    return body();
  } finally {
    context.path.pop();
  }
}

/**
 * Names an intermediate value, so that it can be fetched or replaced, and returns the value to go on with.
 * The full name is the module path plus `name`; a module that runs again names its values `…#2`, `…#3`.
 * @throws ShapeError when a replacement has another shape or element type
 */
export function tap(name: string, value: Tensor): Tensor {
  if (!context) return value;
  const first = [...context.path, name].filter(Boolean).join('.');
  let path = first;
  for (let call = 2; context.taps.has(path); call++) path = `${first}#${call}`;
  const replacement = context.replacements[path];
  let kept = value;
  if (replacement) {
    kept = typeof replacement === 'function' ? replacement(value) : replacement;
    if (kept.dtype !== value.dtype || kept.shape.join() !== value.shape.join()) {
      throw new ShapeError('tap', describe(value), describe(kept), path);
    }
  }
  context.taps.set(path, kept);
  return kept;
}

/** Every node that the tensors depend on, inputs before users. */
export function nodesOf(tensors: Iterable<Tensor>): Node[] {
  const seen = new Set<Node>();
  const pending = [...tensors].map((tensor) => tensor.node);
  while (pending.length > 0) {
    const node = pending.pop() as Node;
    if (seen.has(node)) continue;
    seen.add(node);
    for (const input of node.inputs) pending.push(input.node);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}
