// An ONNX model as a graph of ours: what `writeOnnx` wrote, and foreign models made of the same operators (opset 13 and later).
import onnxProto, { type onnx } from 'onnx-proto';
import type { NamedArrays, NdArray } from '../../array/index.ts';
import { addDims, type Dim } from '../dim.ts';
import { constant, input, parameter } from '../ops/index.ts';
import { isOp, type Tensor, withContext } from '../tensor.ts';
import { OnnxError } from './error.ts';
import { type Entry, NodeReader } from './node-reader.ts';
import { readings } from './reading.ts';
import { type Sizes, shapeSizes, sizeRules } from './sizes.ts';
import { arrayOf, dtypeOf, type ExternalData } from './tensor-proto.ts';

/** Options of `readOnnx`. */
export interface ReadOptions {
  /** Contents of the files that large tensors lie in, by the location that the model names. */
  readonly externalData?: ExternalData;
  /** Which stored tensors become trainable parameters under their names; the others are constants. Default: none. */
  readonly isParameter?: (name: string, array: NdArray) => boolean;
}

/** A model that was read. */
export interface ReadModel {
  /** Inputs by name, in the model's order; parameters are not among them. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Values of the parameters that `isParameter` chose: feeds of the graph. */
  readonly parameters: NamedArrays;
  readonly name: string;
  readonly opset: number;
}

const FIRST_OPSET = 13;

/**
 * The graph of an ONNX model. Symbolic sizes keep their names, node names give module paths.
 * `readOnnx(writeOnnx({ y }, …).bytes).outputs.y` computes what `y` does.
 * @throws OnnxError for damaged files, and for operators that are not known, by name
 */
export function readOnnx(bytes: Uint8Array, options: ReadOptions = {}): ReadModel {
  const model = decode(bytes);
  const graph = model.graph as onnx.IGraphProto;
  const opset = Number(model.opsetImport?.find(({ domain }) => isStandard(domain))?.version ?? 0);
  if (opset < FIRST_OPSET)
    throw new OnnxError(`expected opset ${FIRST_OPSET} or later, got ${opset}; convert with onnx.version_converter`);
  requireKnown(graph.node ?? []);
  const entries = new Map<string, Entry>();
  const parameters = readInitializers(graph, options, entries);
  const inputs: Record<string, Tensor> = {};
  for (const info of graph.input ?? []) {
    const name = info.name ?? '';
    if (entries.has(name)) continue;
    inputs[name] = readInput(name, info);
    entries.set(name, { tensor: inputs[name] });
  }
  for (const node of graph.node ?? []) readNode(node, entries);
  const outputs = Object.fromEntries(
    (graph.output ?? []).map(({ name }) => [name ?? '', outputOf(name ?? '', entries)]),
  );
  return { inputs, outputs, parameters, name: graph.name ?? '', opset };
}

const isStandard = (domain: string | null | undefined): boolean => !domain || domain === 'ai.onnx';

const operationOf = ({ domain, opType }: onnx.INodeProto): string =>
  isStandard(domain) ? (opType ?? '') : `${domain}.${opType}`;

function decode(bytes: Uint8Array): onnx.ModelProto {
  try {
    const model = onnxProto.onnx.ModelProto.decode(bytes);
    if (model.graph?.output?.length) return model;
  } catch (cause) {
    throw new OnnxError(`expected an ONNX model, got ${bytes.length} bytes that are none`, { cause });
  }
  throw new OnnxError(`expected an ONNX model with outputs, got ${bytes.length} bytes without`);
}

function requireKnown(nodes: readonly onnx.INodeProto[]): void {
  const isKnown = (operation: string): boolean =>
    operation === 'Shape' || Object.hasOwn(sizeRules, operation) || Object.hasOwn(readings, operation);
  const unknown = [...new Set(nodes.map(operationOf))].filter((operation) => !isKnown(operation));
  if (unknown.length === 0) return;
  const first = nodes.find((node) => operationOf(node) === unknown[0]);
  throw new OnnxError(`expected operators that are known here, got ${unknown.join(', ')}`, {
    operation: unknown[0] as string,
    node: first?.name ?? '',
  });
}

function readInitializers(graph: onnx.IGraphProto, options: ReadOptions, entries: Map<string, Entry>): NamedArrays {
  const parameters: Record<string, NdArray> = {};
  if (graph.sparseInitializer?.length) throw new OnnxError('expected dense initializers, got sparse ones');
  for (const proto of graph.initializer ?? []) {
    const name = proto.name ?? '';
    const array = arrayOf(proto, options.externalData);
    if (options.isParameter?.(name, array)) {
      parameters[name] = array;
      entries.set(name, { tensor: parameter(name, array.dtype, array.shape) });
    } else {
      entries.set(name, constantEntry(constant(array)));
    }
  }
  return parameters;
}

/** A constant, as sizes too when it can be some. */
function constantEntry(tensor: Tensor): Entry {
  if (!isOp(tensor.node, 'Constant')) return { tensor };
  const { value } = tensor.node.attributes as { readonly value: NdArray };
  const isVector = value.dtype === 'int64' && value.shape.length <= 1 && value.data.length <= 64;
  if (!isVector) return { tensor };
  return {
    tensor,
    sizes: { dims: Array.from(value.data as BigInt64Array, Number), isScalar: value.shape.length === 0 },
  };
}

/** `batch`, `2*tokens+1`; what is no such name gets one made of letters, digits and `_`. */
function dimOf(proto: onnx.TensorShapeProto.IDimension, otherwise: string): Dim {
  const name = (proto.dimParam ?? '').replaceAll(' ', '');
  if (name) {
    const isPolynomial = /^[A-Za-z_0-9]+([+*][A-Za-z_0-9]+)*$/.test(name);
    return addDims(isPolynomial ? name : name.replaceAll(/\W/g, '_'), 0);
  }
  // a missing value and a size of 0 look alike through the default; only a written one is an own property
  return Object.hasOwn(proto, 'dimValue') ? Number(proto.dimValue) : otherwise.replaceAll(/\W/g, '_');
}

function readInput(name: string, info: onnx.IValueInfoProto): Tensor {
  const type = info.type?.tensorType;
  if (!type) throw new OnnxError(`expected tensors as inputs, got another type for '${name}'`);
  const shape = (type.shape?.dim ?? []).map((dim, axis) => dimOf(dim, `${name}_${axis}`));
  return input(name, dtypeOf(type.elemType, `input '${name}'`), shape);
}

/** `encoder.layer.0/MatMul_12` → `encoder.layer.0`; PyTorch's `/encoder/layer.0/MatMul` likewise. */
function pathOf(name: string | null | undefined): string[] {
  const path = (name ?? '').split('/').filter(Boolean).slice(0, -1).join('.');
  return path ? [path] : [];
}

function readNode(proto: onnx.INodeProto, entries: Map<string, Entry>): void {
  const operation = operationOf(proto);
  const inputs = (proto.input ?? []).map((name) => {
    if (name && !entries.has(name)) {
      throw new OnnxError(`${operation}: expected '${name}' to be computed before its use, got no such value`, {
        operation,
        node: proto.name ?? '',
      });
    }
    return entries.get(name);
  });
  const node = new NodeReader(proto, operation, inputs);
  const results = withContext({ path: pathOf(proto.name), taps: new Map(), replacements: {} }, () => resultsOf(node));
  (proto.output ?? []).forEach((name, i) => {
    const result = results[i];
    if (!name) return;
    entries.set(name, result ?? node.fail('as many results as outputs', `${results.length}`));
  });
}

function resultsOf(node: NodeReader): readonly Entry[] {
  try {
    const sizes = sizesOf(node);
    if (sizes) return [{ sizes }];
    const reading = readings[node.operation];
    if (!reading) return node.fail('sizes as inputs', 'tensors');
    return reading(node).map(constantEntry);
  } catch (cause) {
    if (cause instanceof OnnxError) throw cause;
    return node.fail('a valid node', (cause as Error).message, cause);
  }
}

function sizesOf(node: NodeReader): Sizes | undefined {
  if (node.operation === 'Shape') {
    const x = node.tensor(0);
    return shapeSizes(x, node.int('start', 0), node.int('end', x.shape.length));
  }
  const inputs = Object.hasOwn(sizeRules, node.operation) ? node.allSizes() : undefined;
  return inputs && sizeRules[node.operation]?.(inputs, (name, otherwise) => node.int(name, otherwise));
}

function outputOf(name: string, entries: Map<string, Entry>): Tensor {
  const entry = entries.get(name);
  if (!entry) throw new OnnxError(`expected the output '${name}' to be computed, got no such value`);
  return new NodeReader({}, 'output', [entry]).tensor(0);
}
