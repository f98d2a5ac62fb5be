// Collects ONNX nodes, constants and shape arithmetic while a graph is written. Knows protobuf shapes, not operations.
import { bytesOf, type DType, int64, type NdArray } from '../../array/index.ts';
import { type Dim, type Dims, polynomialOf, symbolsOf } from '../dim.ts';
import type { Backend } from '../runtime/session.ts';
import { ShapeError, type Tensor } from '../tensor.ts';
import type { Need, SizeSource } from './needs.ts';

/** ONNX's numbers of element types. */
export const elementTypes: { readonly [K in DType]: number } = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  bfloat16: 16,
};

/** An attribute's value: whole numbers become `INT`, `{ float }` `FLOAT`, strings `STRING`, lists `INTS`, `{ graph }` `GRAPH`. */
export type AttributeValue =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly tensor: NdArray }
  | { readonly graph: Message };

/** A protobuf message as plain data. */
export type Message = Readonly<Record<string, unknown>>;

/** Options of one emitted node. */
export interface EmitOptions {
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly outputs?: number;
  readonly domain?: string;
}

/** `com.microsoft`, the domain of ONNX Runtime's own kernels. */
export const MICROSOFT = 'com.microsoft';

const encoder = new TextEncoder();

function attribute(name: string, value: AttributeValue): Message {
  if (typeof value === 'number') return { name, type: 2, i: value };
  if (typeof value === 'string') return { name, type: 3, s: encoder.encode(value) };
  if ('float' in value) return { name, type: 1, f: value.float };
  if ('tensor' in value) return { name, type: 4, t: tensorMessage('', value.tensor) };
  if ('graph' in value) return { name, type: 5, g: value.graph };
  return { name, type: 7, ints: value };
}

/** A TensorProto. */
export function tensorMessage(name: string, array: NdArray): Message {
  return { name, dataType: elementTypes[array.dtype], dims: array.shape, rawData: bytesOf(array) };
}

/** Writes nodes one by one; hands out names. */
export class Emitter {
  readonly nodes: Message[] = [];
  readonly initializers: Message[] = [];
  readonly backend: Backend;
  /** Values that are outputs of the model already. */
  readonly outputNames: Set<string> = new Set();
  /** Module path of the node being written, for names. */
  path = '';
  readonly #memo = new Map<string, string>();
  readonly #sources = new Map<string, SizeSource>();
  readonly #needs = new Map<string, Need>();
  readonly #computed = new Set<string>();
  readonly #read = new Set<Tensor>();
  readonly #renamed = new Map<string, string>();
  readonly #reserved: ReadonlySet<string>;
  readonly #prefix: string;
  #count = 0;

  /**
   * `reserved`: names of inputs and outputs, which no value in between may get. `prefix` starts the names of all values:
   * a graph inside a graph needs names of its own.
   */
  constructor(backend: Backend, reserved: Iterable<string> = [], prefix = '') {
    this.backend = backend;
    this.#reserved = new Set(reserved);
    this.#prefix = prefix;
  }

  /** Writes a node and returns the names of its outputs. */
  emitAll(opType: string, inputs: readonly string[], options: EmitOptions = {}): string[] {
    const { attributes = {}, outputs = 1, domain = '' } = options;
    const name = this.#fresh(`${this.path ? `${this.path}/` : ''}${opType}`);
    const output = Array.from({ length: outputs }, (_, i) => (outputs === 1 ? name : `${name}.${i}`));
    for (const value of output) this.#computed.add(value);
    const list = Object.entries(attributes).map(([key, value]) => attribute(key, value));
    this.nodes.push({ name, opType, domain, input: inputs, output, attribute: list });
    return output;
  }

  /** Writes a node with one output. */
  emit(opType: string, inputs: readonly string[], options: EmitOptions = {}): string {
    return this.emitAll(opType, inputs, options)[0] as string;
  }

  /** Whether a node of this model makes the value. */
  isComputed(value: string): boolean {
    return this.#computed.has(value);
  }

  /** Says that values are read by nodes, or are outputs. */
  markRead(tensors: Iterable<Tensor>): void {
    for (const tensor of tensors) this.#read.add(tensor);
  }

  /** Whether anything reads a value. */
  isRead(tensor: Tensor): boolean {
    return this.#read.has(tensor);
  }

  /** Gives a written value another name, wherever it occurs. */
  rename(from: string, to: string): void {
    this.#renamed.set(from, to);
  }

  /** The nodes under their final names. */
  finalNodes(): Message[] {
    const final = (name: string): string => this.#renamed.get(name) ?? name;
    return this.nodes.map((node) => ({
      ...node,
      input: (node.input as string[]).map(final),
      output: (node.output as string[]).map(final),
    }));
  }

  /** A constant; small equal ones are written once. */
  constant(array: NdArray): string {
    const key = array.data.length <= 64 ? `${array.dtype}[${array.shape}]${array.data.join()}` : undefined;
    const known = key === undefined ? undefined : this.#memo.get(key);
    if (known) return known;
    const name = this.#fresh('constant');
    this.initializers.push(tensorMessage(name, array));
    if (key !== undefined) this.#memo.set(key, name);
    return name;
  }

  /** An int64 vector constant. */
  integers(values: readonly number[]): string {
    return this.constant(int64([values.length], values));
  }

  /** Says that `symbol` is the size of an input's axis. */
  bindSymbols(input: string, shape: Dims): void {
    shape.forEach((dim, axis) => {
      if (
        typeof dim === 'string' &&
        symbolsOf(dim).length === 1 &&
        symbolsOf(dim)[0] === dim &&
        !this.#sources.has(dim)
      ) {
        this.#sources.set(dim, { input, axis });
      }
    });
  }

  /** The axis that gives a symbol its size. */
  sourceOf(symbol: string): SizeSource | undefined {
    return this.#sources.get(symbol);
  }

  /** Sizes that must not be too small when the model runs, each once. */
  get needs(): readonly Need[] {
    return [...this.#needs.values()];
  }

  /** Notes that the node being written cannot do without a size, where that is symbolic. */
  need({ size, least, unless, operation }: Omit<Need, 'path'>): void {
    const key = `${size} ${least} ${unless}`;
    if (typeof size === 'number' || unless === 0 || this.#needs.has(key)) return;
    const only = typeof unless === 'string' ? { unless } : {};
    this.#needs.set(key, { size, least, ...only, operation, path: this.path });
  }

  /** A size as an int64 vector of one element. */
  dim(dim: Dim): string {
    if (typeof dim === 'number') return this.integers([dim]);
    return this.#once(`dim:${dim}`, () => {
      const terms = [...polynomialOf(dim)].map(([monomial, coefficient]) => {
        const factors = monomial
          .split('*')
          .filter(Boolean)
          .map((symbol) => this.#symbol(symbol));
        if (coefficient !== 1 || factors.length === 0) factors.push(this.integers([coefficient]));
        return factors.reduce((a, b) => this.emit('Mul', [a, b]));
      });
      return terms.reduce((a, b) => this.emit('Add', [a, b]));
    });
  }

  /** A list of sizes as an int64 vector. */
  dims(dims: Dims): string {
    if (dims.every((dim) => typeof dim === 'number')) return this.integers(dims as number[]);
    return this.#once(`dims:${dims.join()}`, () =>
      this.emit(
        'Concat',
        dims.map((dim) => this.dim(dim)),
        { attributes: { axis: 0 } },
      ),
    );
  }

  /** A Reshape to sizes: a constant where one at most is symbolic and not the same size at the same place. */
  reshape(name: string, from: Dims, shape: Dims): string {
    const isSymbol = (dim: Dim): boolean => typeof dim === 'string';
    const constant = (sizes: Dims): string => this.integers(sizes.map((dim) => (typeof dim === 'string' ? -1 : dim)));
    if (!shape.includes(0)) {
      if (shape.filter(isSymbol).length <= 1) return this.emit('Reshape', [name, constant(shape)]);
      // 0 copies the size at the same place
      const copied = shape.map((dim, axis) => (isSymbol(dim) && from[axis] === dim ? 0 : dim));
      const rest = copied.filter(isSymbol);
      if (rest.length <= 1) {
        // beside a size of 0 there is no telling the rest
        for (const [axis, dim] of copied.entries()) {
          if (dim === 0 && rest.length === 1) this.need({ size: shape[axis] as Dim, least: 1, operation: 'Reshape' });
        }
        return this.emit('Reshape', [name, constant(copied)]);
      }
    }
    return this.emit('Reshape', [name, this.dims(shape)], { attributes: { allowzero: 1 } });
  }

  #fresh(stem: string): string {
    let name = `${this.#prefix}${stem}_${this.#count++}`;
    while (this.#reserved.has(name)) name = `${this.#prefix}${stem}_${this.#count++}`;
    return name;
  }

  #symbol(symbol: string): string {
    const source = this.#sources.get(symbol);
    if (!source) {
      throw new ShapeError(
        'writeOnnx',
        `an input with an axis of size '${symbol}'`,
        `only ${[...this.#sources.keys()].join(', ')}`,
        this.path,
      );
    }
    return this.#once(`symbol:${symbol}`, () =>
      this.emit('Shape', [source.input], { attributes: { start: source.axis, end: source.axis + 1 } }),
    );
  }

  #once(key: string, make: () => string): string {
    let name = this.#memo.get(key);
    if (name === undefined) {
      const path = this.path;
      this.path = 'shapes';
      name = make();
      this.path = path;
      this.#memo.set(key, name);
    }
    return name;
  }
}
