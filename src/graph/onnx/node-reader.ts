// One ONNX node while it is read: its inputs as tensors or as sizes, its attributes with their defaults.
import type { onnx } from 'onnx-proto';
import { type NdArray, toNumbers } from '../../array/index.ts';
import type { Dims } from '../dim.ts';
import { isOp, type Tensor } from '../tensor.ts';
import { OnnxError } from './error.ts';
import { numbersIn, type Sizes, sizesTensor } from './sizes.ts';
import { arrayOf } from './tensor-proto.ts';

/** What a name stands for: a tensor, or sizes, or (constants) both. */
export interface Entry {
  tensor?: Tensor;
  readonly sizes?: Sizes;
}

const decoder = new TextDecoder();

/** Typed access to a NodeProto. */
export class NodeReader {
  readonly #proto: onnx.INodeProto;
  readonly #entries: readonly (Entry | undefined)[];
  readonly #attributes: ReadonlyMap<string, onnx.IAttributeProto>;
  /** Domain and operator: `com.microsoft.FusedMatMul`, `Add`. */
  readonly operation: string;

  constructor(proto: onnx.INodeProto, operation: string, entries: readonly (Entry | undefined)[]) {
    this.#proto = proto;
    this.#entries = entries;
    this.#attributes = new Map((proto.attribute ?? []).map((one) => [one.name ?? '', one]));
    this.operation = operation;
  }

  /** Number of outputs that are written down. */
  get outputCount(): number {
    return this.#proto.output?.length ?? 0;
  }

  /** Ends reading with an error that names this node. */
  fail(expected: string, got: string, cause?: unknown): never {
    throw new OnnxError(`${this.operation}: expected ${expected}, got ${got}`, {
      operation: this.operation,
      node: this.#proto.name ?? '',
      cause,
    });
  }

  /** An input that may be absent. */
  optional(index: number): Tensor | undefined {
    const entry = this.#entries[index];
    if (entry && !entry.tensor && entry.sizes) entry.tensor = sizesTensor(entry.sizes);
    return entry?.tensor;
  }

  /** An input. */
  tensor(index: number): Tensor {
    return this.optional(index) ?? this.fail(`an input ${index}`, 'none');
  }

  /** All inputs that are present. */
  tensors(): Tensor[] {
    return this.#entries.flatMap((_, i) => this.optional(i) ?? []);
  }

  /** All inputs as sizes, undefined when one of them is none. */
  allSizes(): Sizes[] | undefined {
    const sizes = this.#entries.flatMap((entry) => entry?.sizes ?? []);
    return sizes.length > 0 && sizes.length === this.#entries.length ? sizes : undefined;
  }

  /** An input of sizes, symbolic or not. */
  dims(index: number): Dims {
    return this.#entries[index]?.sizes?.dims ?? this.numbers(index);
  }

  /** A constant input's numbers, undefined when the input is absent. */
  optionalNumbers(index: number): readonly number[] | undefined {
    const entry = this.#entries[index];
    if (!entry) return undefined;
    const known = numbersIn(entry.sizes);
    if (known) return known;
    const { node } = this.tensor(index);
    if (!isOp(node, 'Constant')) return this.fail(`a constant as input ${index}`, `the result of ${node.op}`);
    return toNumbers((node.attributes as { readonly value: NdArray }).value);
  }

  /** A constant input's numbers. */
  numbers(index: number): readonly number[] {
    return this.optionalNumbers(index) ?? this.fail(`an input ${index}`, 'none');
  }

  int(name: string, otherwise: number): number {
    const found = this.#attributes.get(name);
    return found ? Number(found.i ?? 0) : otherwise;
  }

  float(name: string, otherwise: number): number {
    return this.#attributes.get(name)?.f ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    const found = this.#attributes.get(name)?.s;
    return found ? decoder.decode(found) : otherwise;
  }

  ints(name: string): readonly number[] | undefined {
    return this.#attributes.get(name)?.ints?.map(Number);
  }

  floats(name: string): readonly number[] | undefined {
    return this.#attributes.get(name)?.floats?.map(Number);
  }

  array(name: string): NdArray | undefined {
    const found = this.#attributes.get(name)?.t;
    return found ? arrayOf(found) : undefined;
  }

  /** Axes: the second input since opset 13, an attribute before and in some operators until 18. */
  axes(index = 1): readonly number[] | undefined {
    return this.optionalNumbers(index) ?? this.ints('axes');
  }

  /** Fails unless an attribute has its only supported value. */
  requireInt(name: string, value: number): void {
    const found = this.int(name, value);
    if (found !== value) this.fail(`${name} ${value}`, `${found}`);
  }
}
