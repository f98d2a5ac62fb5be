// ScatterND with reduction 'add', written so that it adds up right. ONNX Runtime's CPU kernel (1.30) splits the updates over its threads
// without a lock: two that meet in one row lose additions (measured: up to a third of them in one run of twenty). ScatterElements
// runs on one thread; on flat arrays it costs about 10 ns an element, a third of what it costs on rows.
import { ndArray } from '../../array/index.ts';
import { type Dim, productOf } from '../dim.ts';
import type { Node, Tensor } from '../tensor.ts';
import { type Emitter, elementTypes } from './emitter.ts';

/** Sub-tensors up to this size get their places from a constant. */
const CONSTANT_PLACES = 4096;

/** `data` with whole sub-tensors added, as ScatterElements over flat arrays. Returns the name of the result. */
export function scatterAdd(emitter: Emitter, inputs: readonly string[], node: Node<'ScatterND'>): string {
  const [data, indices] = node.inputs as readonly [Tensor, Tensor];
  const [dataName, indicesName, updatesName] = inputs as [string, string, string];
  const depth = indices.shape.at(-1) as number;
  const total = productOf(data.shape);
  // 32 bits halve the memory of the places, and are what a WebGPU kernel can read
  const index = new IndexArithmetic(emitter, typeof total === 'number' && total < 2 ** 31 ? 'int32' : 'int64');
  const size = productOf(data.shape.slice(depth));
  const strides = Array.from({ length: depth }, (_, at) => productOf(data.shape.slice(at + 1)));
  const scaled = emitter.emit('Mul', [index.from(indicesName, indices), index.list(strides)]);
  const starts =
    depth === 1 ? scaled : emitter.emit('ReduceSum', [scaled, emitter.integers([-1])], { attributes: { keepdims: 1 } });
  const places = size === 1 ? starts : emitter.emit('Add', [starts, index.upTo(size)]);
  const flat = (name: string): string => emitter.emit('Reshape', [name, emitter.integers([-1])]);
  const added = emitter.emit('ScatterElements', [flat(dataName), flat(places), flat(updatesName)], {
    attributes: { axis: 0, reduction: 'add' },
  });
  return emitter.emit('Reshape', [added, emitter.dims(data.shape)], { attributes: { allowzero: 1 } });
}

/** Whole numbers of one width inside a graph. */
class IndexArithmetic {
  readonly #emitter: Emitter;
  readonly #dtype: 'int32' | 'int64';

  constructor(emitter: Emitter, dtype: 'int32' | 'int64') {
    this.#emitter = emitter;
    this.#dtype = dtype;
  }

  #constant(values: readonly number[]): string {
    return this.#emitter.constant(
      this.#dtype === 'int32'
        ? ndArray('int32', [values.length], Int32Array.from(values))
        : ndArray('int64', [values.length], BigInt64Array.from(values, BigInt)),
    );
  }

  #cast(name: string): string {
    return this.#emitter.emit('Cast', [name], { attributes: { to: elementTypes[this.#dtype] } });
  }

  /** A tensor of indices in this width. */
  from(name: string, { dtype }: Tensor): string {
    return dtype === this.#dtype ? name : this.#cast(name);
  }

  /** A vector of sizes. */
  list(sizes: readonly Dim[]): string {
    if (sizes.every((size) => typeof size === 'number')) return this.#constant(sizes as number[]);
    const name = this.#emitter.dims(sizes);
    return this.#dtype === 'int64' ? name : this.#cast(name);
  }

  /** `0, 1, …, size − 1`. */
  upTo(size: Dim): string {
    if (typeof size === 'number' && size <= CONSTANT_PLACES)
      return this.#constant(Array.from({ length: size }, (_, i) => i));
    const scalar = (value: bigint): string => this.#emitter.constant(ndArray('int64', [], BigInt64Array.of(value)));
    const end = this.#emitter.emit('Squeeze', [this.#emitter.dim(size)]);
    const range = this.#emitter.emit('Range', [scalar(0n), end, scalar(1n)]);
    return this.#dtype === 'int64' ? range : this.#cast(range);
  }
}
