// A graph as an ONNX model. Node kinds are ONNX operators already, so this is serialisation plus shape arithmetic.
import onnxProto from 'onnx-proto';
import type { DType, NamedArrays } from '../../array/index.ts';
import type { Dims } from '../dim.ts';
import type { Backend } from '../runtime/session.ts';
import { describe, isOp, type Node, nodesOf, ShapeError, type Tensor } from '../tensor.ts';
import { Emitter, type Message, MICROSOFT, tensorMessage } from './emitter.ts';
import { type ExternalOptions, externalize, MESSAGE_LIMIT, weightBytes } from './external-data.ts';
import { needsMetadata } from './needs.ts';
import { emitOtherwise, type Otherwise } from './otherwise.ts';
import { type SizeNames, valueInfo } from './value-info.ts';
import { writeNodes } from './write-nodes.ts';

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
  /** With `externalData`: the data file, as pieces to write one after the other. Empty otherwise. */
  readonly externalData: readonly Uint8Array[];
}

/** Options of `writeOnnx`. */
export interface WriteOptions {
  readonly backend: Backend;
  readonly name?: string;
  /** Parameters to store in the model; they are no inputs then. An export does this, training does not. */
  readonly initializers?: NamedArrays;
  /** Puts large weights into a file beside the model; needed above 2 GB. */
  readonly externalData?: ExternalOptions;
  /** What symbolic sizes are called in the file, for runtimes that read them: `{ batch: 'batch_size' }`. */
  readonly sizeNames?: SizeNames;
  /** Inputs that a switch replaces by values computed in the model. */
  readonly otherwise?: Otherwise;
  /** Default 20. */
  readonly opset?: keyof typeof irVersions;
}

/** The file format's version by opset; every operator used means the same in all of them. */
const irVersions = { 20: 9, 21: 10 } as const;

/** A back end without kernels of its own: standard ONNX operators only. What exports use. */
export const PORTABLE: Backend = { fusedKernels: false };

function modelInput(node: Node): ModelInput | undefined {
  const [tensor] = node.outputs as [Tensor];
  const { dtype, shape } = tensor;
  if (isOp(node, 'Input'))
    return { name: node.attributes.name, dtype, shape, kind: node.attributes.trainable ? 'parameter' : 'input' };
  if (isOp(node, 'RandomMask'))
    return { name: `mask:${node.attributes.site}`, dtype, shape, kind: 'mask', rate: node.attributes.rate };
  return undefined;
}

/** Inputs by name; nodes that ask for one name are fed one value. */
function declareInputs(nodes: readonly Node[], names: Map<Tensor, string>): Map<string, ModelInput> {
  const declared = new Map<string, ModelInput>();
  for (const node of nodes) {
    const one = modelInput(node);
    if (!one) continue;
    const tensor = node.outputs[0] as Tensor;
    const twin = declared.get(one.name);
    if (twin && (twin.dtype !== one.dtype || twin.shape.join() !== one.shape.join())) {
      const shape = `[${twin.shape.join(', ')}] ${twin.dtype}`;
      throw new ShapeError('writeOnnx', `one type of '${one.name}', ${shape}`, describe(tensor), node.path);
    }
    if (!twin) declared.set(one.name, one);
    names.set(tensor, one.name);
  }
  return declared;
}

/**
 * The model that computes `outputs`, by name.
 * @throws ShapeError when a symbolic size belongs to no input, two inputs of one name differ, or ONNX Runtime has no kernel for a type
 * @throws RangeError above 2 GB without `externalData`, or when an output is called like an input
 */
export function writeOnnx(outputs: Readonly<Record<string, Tensor>>, options: WriteOptions): WrittenModel {
  const names = new Map<Tensor, string>();
  const { otherwise } = options;
  const nodes = nodesOf(Object.values(outputs));
  const elsewhere = nodesOf(Object.values(otherwise?.values ?? {}));
  const declared = declareInputs([...nodes, ...elsewhere], names);
  if (otherwise)
    declared.set(otherwise.condition, { name: otherwise.condition, dtype: 'bool', shape: [1], kind: 'input' });
  const clash = Object.keys(outputs).find((name) => declared.has(name));
  if (clash !== undefined)
    throw new RangeError(`writeOnnx: expected outputs that are not called like inputs, got '${clash}'`);
  const emitter = new Emitter(options.backend, [...declared.keys(), ...Object.keys(outputs)]);
  emitter.markRead(Object.values(outputs));
  const inputs: ModelInput[] = [];
  for (const input of declared.values()) {
    const stored = options.initializers?.[input.name];
    if (stored) emitter.initializers.push(tensorMessage(input.name, stored));
    else inputs.push(input);
  }
  const order = { input: 0, parameter: 1, mask: 2 };
  inputs.sort((a, b) => order[a.kind] - order[b.kind]);
  const isReplaced = (name: string): boolean => otherwise !== undefined && name in otherwise.values;
  const sized = inputs.filter(({ name }) => !isReplaced(name));
  for (const { name, shape } of sized) emitter.bindSymbols(name, shape);
  if (otherwise) {
    const chosen = emitOtherwise(emitter, otherwise, { names: new Map(names), sized });
    for (const [tensor, name] of names) names.set(tensor, chosen[name] ?? name);
  }
  writeNodes(emitter, nodes, names);
  const declaredOutputs = Object.entries(outputs).map(([name, tensor]) => {
    nameOutput(emitter, name, names.get(tensor) as string);
    return { name, dtype: tensor.dtype, shape: tensor.shape };
  });
  const { initializers, chunks } = options.externalData
    ? externalize(emitter.initializers, options.externalData)
    : { initializers: emitter.initializers, chunks: [] };
  const bytes = encode(emitter, { initializers, inputs, outputs: declaredOutputs }, options);
  return { bytes, inputs, outputs: declaredOutputs, externalData: chunks };
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

/** A replaced input has sizes of its own. */
function sizeNamesOf(input: string, { sizeNames, otherwise }: WriteOptions): SizeNames {
  return otherwise && input in otherwise.values ? { ...sizeNames, ...otherwise.sizeNames } : { ...sizeNames };
}

interface Parts extends Pick<WrittenModel, 'inputs' | 'outputs'> {
  readonly initializers: readonly Message[];
}

function encode(emitter: Emitter, { initializers, inputs, outputs }: Parts, options: WriteOptions): Uint8Array {
  const size = weightBytes(initializers);
  if (size > MESSAGE_LIMIT) {
    throw new RangeError(
      `writeOnnx: expected at most 2 GB of weights inside a model, got ${(size / 2 ** 30).toFixed(1)} GB; pass externalData`,
    );
  }
  const opset = options.opset ?? 20;
  const model = {
    irVersion: irVersions[opset],
    producerName: 'tesserae',
    opsetImport: [
      { domain: '', version: opset },
      ...(emitter.backend.fusedKernels ? [{ domain: MICROSOFT, version: 1 }] : []),
    ],
    metadataProps: needsMetadata(emitter.needs, (symbol) => emitter.sourceOf(symbol)),
    graph: {
      name: options.name ?? 'tesserae',
      node: emitter.finalNodes(),
      initializer: initializers,
      input: inputs.map((input) => valueInfo(input, sizeNamesOf(input.name, options))),
      output: outputs.map((output) => valueInfo(output, options.sizeNames)),
    },
  };
  const { ModelProto } = onnxProto.onnx;
  return ModelProto.encode(ModelProto.fromObject(model)).finish();
}
