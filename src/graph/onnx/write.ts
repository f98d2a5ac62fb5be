// A graph as an ONNX model. Node kinds are ONNX operators already, so this is serialisation plus shape arithmetic.
import onnxProto from 'onnx-proto';
import type { DType, NamedArrays } from '../../array/index.ts';
import type { Dims } from '../dim.ts';
import type { OpName } from '../operations.ts';
import type { Backend } from '../runtime/session.ts';
import { isOp, type Node, nodesOf, type Tensor } from '../tensor.ts';
import { Emitter, elementTypes, type Message, tensorMessage } from './emitter.ts';
import { type Spelling, spellings } from './spelling.ts';

/** One input of a written model. */
export interface ModelInput {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Dims;
  readonly kind: 'input' | 'parameter' | 'mask';
  /** Of a mask: the probability of 0. */
  readonly rate?: number;
}

/** A written model and what it reads and gives. */
export interface WrittenModel {
  readonly bytes: Uint8Array;
  readonly inputs: readonly ModelInput[];
  readonly outputs: readonly { readonly name: string; readonly dtype: DType; readonly shape: Dims }[];
}

/** Options of `writeOnnx`. */
export interface WriteOptions {
  readonly backend: Backend;
  readonly name?: string;
  /** Parameters to store in the model; they are no inputs then. An export does this, training does not. */
  readonly initializers?: NamedArrays;
}

const OPSET = 20;
const IR_VERSION = 9;

/** A back end without kernels of its own: standard ONNX operators only. What exports use. */
export const PORTABLE: Backend = { fusedKernels: false };

function valueInfo(name: string, dtype: DType, shape: Dims): Message {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: elementTypes[dtype], shape: { dim } } } };
}

function modelInput(node: Node): ModelInput | undefined {
  const [tensor] = node.outputs as [Tensor];
  const { dtype, shape } = tensor;
  if (isOp(node, 'Input'))
    return { name: node.attributes.name, dtype, shape, kind: node.attributes.trainable ? 'parameter' : 'input' };
  if (isOp(node, 'RandomMask'))
    return { name: `mask:${node.attributes.site}`, dtype, shape, kind: 'mask', rate: node.attributes.rate };
  return undefined;
}

/** The model that computes `outputs`, by name. @throws ShapeError when a symbolic size belongs to no input */
export function writeOnnx(outputs: Readonly<Record<string, Tensor>>, options: WriteOptions): WrittenModel {
  const emitter = new Emitter(options.backend);
  const names = new Map<Tensor, string>();
  const nodes = nodesOf(Object.values(outputs));
  const inputs: ModelInput[] = [];
  for (const node of nodes) {
    const declared = modelInput(node);
    if (!declared) continue;
    names.set(node.outputs[0] as Tensor, declared.name);
    const stored = options.initializers?.[declared.name];
    if (stored) emitter.initializers.push(tensorMessage(declared.name, stored));
    else inputs.push(declared);
  }
  const order = { input: 0, parameter: 1, mask: 2 };
  inputs.sort((a, b) => order[a.kind] - order[b.kind]);
  for (const { name, shape } of inputs) emitter.bindSymbols(name, shape);
  for (const node of nodes) {
    if (names.has(node.outputs[0] as Tensor)) continue;
    emitter.path = node.path;
    const spelling = spellings[node.op as keyof typeof spellings] as Spelling<OpName>;
    const written = spelling(
      emitter,
      node.inputs.map((input) => names.get(input) as string),
      node,
    );
    for (const [i, tensor] of node.outputs.entries()) names.set(tensor, written[i] as string);
  }
  const declaredOutputs = Object.entries(outputs).map(([name, tensor]) => {
    nameOutput(emitter, name, names.get(tensor) as string);
    return { name, dtype: tensor.dtype, shape: tensor.shape };
  });
  return {
    bytes: encode(emitter, inputs, declaredOutputs, options.name ?? 'tesserae'),
    inputs,
    outputs: declaredOutputs,
  };
}

/** Calls a computed value `name`; values that have another name to keep (inputs, constants, other outputs) get a node of their own. */
function nameOutput(emitter: Emitter, name: string, value: string): void {
  if (!emitter.isComputed(value) || emitter.outputNames.has(value)) {
    emitter.nodes.push({ name: `output/${name}`, opType: 'Identity', input: [value], output: [name] });
  } else {
    emitter.rename(value, name);
  }
  emitter.outputNames.add(value);
}

function encode(
  emitter: Emitter,
  inputs: readonly ModelInput[],
  outputs: WrittenModel['outputs'],
  name: string,
): Uint8Array {
  const model = {
    irVersion: IR_VERSION,
    producerName: 'tesserae',
    opsetImport: [
      { domain: '', version: OPSET },
      ...(emitter.backend.fusedKernels ? [{ domain: 'com.microsoft', version: 1 }] : []),
    ],
    graph: {
      name,
      node: emitter.finalNodes(),
      initializer: emitter.initializers,
      input: inputs.map((input) => valueInfo(input.name, input.dtype, input.shape)),
      output: outputs.map((output) => valueInfo(output.name, output.dtype, output.shape)),
    },
  };
  const { ModelProto } = onnxProto.onnx;
  return ModelProto.encode(ModelProto.fromObject(model)).finish();
}
