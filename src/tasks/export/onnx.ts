// A model as ONNX files in standard operators, in one or several precisions, with the names and the layout of Transformers.js.
import { cast, type NamedArrays } from '../../array/index.ts';
import {
  inDynamicInt8,
  inHalfPrecision,
  type Otherwise,
  optimize,
  PORTABLE,
  type StoredGraph,
  type Tensor,
  type WrittenModel,
  writeOnnx,
} from '../../graph/index.ts';
import type { Model } from '../../models/index.ts';
import { type ExportGraph, exportGraphs, sizeNames } from './graphs.ts';

/** `fp32`, `fp16` (float16 weights and computation, float32 inputs and outputs) or `q8` (int8 weights, dynamic quantisation). */
export type Precision = 'fp32' | 'fp16' | 'q8';

/** How a precision is written. */
export interface PrecisionForm {
  /** What follows the file's stem. */
  readonly suffix: string;
  readonly convert: (graph: StoredGraph) => StoredGraph;
}

/** Precisions of exports under Transformers.js' names of them. */
export const precisions: Readonly<Record<Precision, PrecisionForm>> = {
  fp32: { suffix: '', convert: (graph) => graph },
  fp16: { suffix: '_fp16', convert: inHalfPrecision },
  q8: { suffix: '_quantized', convert: (graph) => inDynamicInt8(graph) },
};

/** One file below `onnx/`. */
export interface OnnxFile {
  /** `model_fp16.onnx`. */
  readonly name: string;
  readonly precision: Precision;
  readonly written: WrittenModel;
}

/** What is known of a file once it is on disk. */
export interface OnnxFacts extends Pick<OnnxFile, 'name' | 'precision'> {
  /** Bytes of the model, and of the data file beside it (0 without one). */
  readonly bytes: number;
  readonly externalBytes: number;
}

/** The facts of a file, without its content. */
export function factsOf({ name, precision, written: { bytes, externalData } }: OnnxFile): OnnxFacts {
  return {
    name,
    precision,
    bytes: bytes.length,
    externalBytes: externalData.reduce((sum, one) => sum + one.length, 0),
  };
}

/** Options of `exportOnnx`. */
export interface OnnxOptions {
  /** Default `['fp32']`. */
  readonly precisions?: readonly Precision[];
  /** Weights above this many bytes go into a file of their own, `NAME_data`. Default: what a protobuf message holds. */
  readonly externalAbove?: number;
}

const ROOM = 2 ** 31 - 2 ** 24;

interface Converted {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly otherwise?: Otherwise;
  readonly parameters: NamedArrays;
}

/** Both branches are cleaned up and converted together: they share values. */
function convert({ outputs, otherwise }: ExportGraph, parameters: NamedArrays, { convert }: PrecisionForm): Converted {
  const names = Object.keys(outputs);
  const replaced = Object.keys(otherwise?.values ?? {});
  const stored = convert({
    outputs: optimize([...Object.values(outputs), ...Object.values(otherwise?.values ?? {})]),
    parameters,
  });
  const tensors = optimize(stored.outputs);
  const named = (keys: readonly string[], from: number): Record<string, Tensor> =>
    Object.fromEntries(keys.map((name, i) => [name, tensors[from + i] as Tensor]));
  return {
    outputs: named(names, 0),
    ...(otherwise ? { otherwise: { ...otherwise, values: named(replaced, names.length) } } : {}),
    parameters: stored.parameters,
  };
}

function written(name: string, model: Model, converted: Converted, externalAbove: number): WrittenModel {
  const { outputs, otherwise, parameters } = converted;
  const options = { backend: PORTABLE, name: model.className, sizeNames, initializers: parameters };
  return writeOnnx(outputs, {
    ...options,
    ...(otherwise ? { otherwise } : {}),
    externalData: { location: `${name}_data`, above: externalAbove },
  });
}

/**
 * The ONNX files of a model, one after the other, with the weights inside and in standard operators only. What each kind of model
 * becomes is `exportGraphs`; inputs are the model's own without labels, a cache goes in and out.
 */
export function* exportOnnx(model: Model, parameters: NamedArrays, options: OnnxOptions = {}): Generator<OnnxFile> {
  const { precisions: wanted = ['fp32'], externalAbove = ROOM } = options;
  const stored = Object.fromEntries(Object.entries(parameters).map(([name, array]) => [name, cast(array, 'float32')]));
  for (const graph of exportGraphs(model)) {
    for (const precision of wanted) {
      const form = precisions[precision];
      const name = `${graph.file}${form.suffix}.onnx`;
      yield { name, precision, written: written(name, model, convert(graph, stored, form), externalAbove) };
    }
  }
}
