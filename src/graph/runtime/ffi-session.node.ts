// A session over the C API. Arrays are bound once and stay bound while the same arrays come again, so a training step binds its batch only.
import {
  byteWidth,
  type DType,
  type NamedArrays,
  type NdArray,
  ndArray,
  sizeOf,
  storageOf,
} from '../../array/index.ts';
import { checkTarget, feedFor, runError, storageOnly } from './feeds.ts';
import type { FeedCheck } from './needs.ts';
import type { OrtApi } from './ort-api.node.ts';
import { RuntimeError, type Session } from './session.ts';
import { inTurns } from './turns.ts';

/** What all sessions of a process share. */
export interface Native {
  readonly api: OrtApi;
  readonly environment: bigint;
  readonly memory: bigint;
  readonly allocator: bigint;
  readonly runOptions: bigint;
}

/** Calls a function of words, here or on another thread; gives its status. */
export type NativeCall = (address: bigint, words: readonly bigint[]) => Promise<bigint>;

/** ONNXTensorElementDataType. */
const elementTypes: { readonly [K in DType]?: number } = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};
const dtypes = new Map(Object.entries(elementTypes).map(([dtype, code]) => [code, dtype as DType]));

interface Result {
  readonly name: string;
  /** Declared sizes; -1 where symbolic. */
  readonly shape: readonly number[];
}

export class FfiSession implements Session {
  readonly #native: Native;
  readonly #call: NativeCall;
  readonly #handle: bigint;
  readonly #binding: bigint;
  readonly #check: FeedCheck;
  readonly #results: readonly Result[];
  /** What is bound under each name, held so that it stays where it is. */
  readonly #bound = new Map<string, NdArray>();
  /** One run at a time: the binding is the session's. */
  readonly #inTurn = inTurns();
  #released = false;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];

  constructor(native: Native, call: NativeCall, handle: bigint, check: FeedCheck) {
    const { api } = native;
    this.#native = native;
    this.#call = call;
    this.#handle = handle;
    this.#check = check;
    this.#binding = api.get('CreateIoBinding', handle);
    this.inputNames = this.#names('SessionGetInputCount', 'SessionGetInputName');
    this.outputNames = this.#names('SessionGetOutputCount', 'SessionGetOutputName');
    this.#results = this.outputNames.map((name, at) => ({ name, shape: this.#declaredShape(at) }));
    for (const name of this.outputNames) this.#unbind(name);
  }

  #names(
    count: 'SessionGetInputCount' | 'SessionGetOutputCount',
    name: 'SessionGetInputName' | 'SessionGetOutputName',
  ): string[] {
    const { api, allocator } = this.#native;
    return Array.from({ length: Number(api.get(count, this.#handle)) }, (_, at) => {
      const address = api.get(name, this.#handle, at, allocator);
      const text = api.text(address);
      api.run('AllocatorFree', allocator, address);
      return text;
    });
  }

  #declaredShape(at: number): number[] {
    const { api } = this.#native;
    const info = api.get('SessionGetOutputTypeInfo', this.#handle, at);
    // the tensor's part belongs to the whole
    const shape = this.#shapeOf(api.get('CastTypeInfoToTensorInfo', info));
    api.release('ReleaseTypeInfo', info);
    return shape;
  }

  #shapeOf(info: bigint): number[] {
    const { api } = this.#native;
    const sizes = new BigInt64Array(Number(api.get('GetDimensionsCount', info)));
    if (sizes.length > 0) api.run('GetDimensions', info, sizes, sizes.length);
    return Array.from(sizes, Number);
  }

  run(feeds: NamedArrays, into: NamedArrays = {}): Promise<Record<string, NdArray>> {
    return this.#inTurn(() => this.#run(feeds, into));
  }

  async #run(feeds: NamedArrays, into: NamedArrays): Promise<Record<string, NdArray>> {
    if (this.#released) throw new RuntimeError('run: expected a live session, this one is released');
    const { api, runOptions } = this.#native;
    try {
      for (const name of this.inputNames) this.#bind('BindInput', name, feedFor(name, feeds));
      this.#check(feeds);
      for (const { name, shape } of this.#results) {
        const target = into[name];
        if (!target) {
          if (this.#bound.has(`target:${name}`)) this.#unbind(name);
          continue;
        }
        if (shape.every((size) => size >= 0)) checkTarget(name, target, sizeOf(shape));
        this.#bind('BindOutput', name, feedFor(name, into));
      }
      const words = [this.#handle, runOptions, this.#binding];
      api.check(await this.#call(api.addressOf('RunWithBinding'), words));
      return this.#collect(into);
    } catch (error) {
      throw runError(error, feeds);
    } finally {
      for (const { name } of this.#results) if (!into[name]) this.#unbind(name);
    }
  }

  #bind(side: 'BindInput' | 'BindOutput', name: string, array: NdArray): void {
    const key = side === 'BindInput' ? name : `target:${name}`;
    const before = this.#bound.get(key);
    if (before === array || (before && before.data === array.data && before.shape.join() === array.shape.join()))
      return;
    const { api, memory } = this.#native;
    const type = elementTypes[array.dtype];
    if (type === undefined) throw storageOnly(name, array);
    const sizes = BigInt64Array.from(array.shape, BigInt);
    const { data, shape } = array;
    const value = api.get('CreateTensorWithDataAsOrtValue', memory, data, data.byteLength, sizes, shape.length, type);
    try {
      api.run(side, this.#binding, name, value);
      this.#bound.set(key, array);
    } finally {
      // the binding has its own reference
      api.release('ReleaseValue', value);
    }
  }

  /** ONNX Runtime finds the memory for this result itself; the last one's is freed. */
  #unbind(name: string): void {
    const { api, memory } = this.#native;
    api.run('BindOutputToDevice', this.#binding, name, memory);
    this.#bound.delete(`target:${name}`);
  }

  #collect(into: NamedArrays): Record<string, NdArray> {
    if (this.#results.every(({ name }) => into[name])) return pick(into, this.outputNames);
    const { api, allocator } = this.#native;
    const list = new BigUint64Array(2);
    api.run('GetBoundOutputValues', this.#binding, allocator, list.subarray(0, 1), list.subarray(1));
    const [address, count] = list as unknown as [bigint, bigint];
    const values = new BigUint64Array(api.copy(address, Number(count) * 8));
    api.run('AllocatorFree', allocator, address);
    const results: Record<string, NdArray> = {};
    for (const [at, name] of this.outputNames.entries()) {
      const value = values[at] as bigint;
      results[name] = into[name] ?? this.#read(value);
      api.release('ReleaseValue', value);
    }
    return results;
  }

  #read(value: bigint): NdArray {
    const { api } = this.#native;
    const info = api.get('GetTensorTypeAndShape', value);
    const shape = this.#shapeOf(info);
    const code = new Int32Array(1);
    api.run('GetTensorElementType', info, code);
    api.release('ReleaseTensorTypeAndShapeInfo', info);
    const dtype = dtypes.get(code[0] as number);
    if (!dtype) throw new RuntimeError(`run: expected a result of a known element type, got number ${code[0]}`);
    const bytes = api.copy(api.get('GetTensorMutableData', value), sizeOf(shape) * byteWidth(dtype));
    return ndArray(dtype, shape, new storageOf[dtype](bytes)) as NdArray;
  }

  release(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#released) return;
      this.#released = true;
      const { api } = this.#native;
      api.release('ReleaseIoBinding', this.#binding);
      api.release('ReleaseSession', this.#handle);
      this.#bound.clear();
    });
  }
}

function pick(arrays: NamedArrays, names: readonly string[]): Record<string, NdArray> {
  return Object.fromEntries(names.map((name) => [name, arrays[name] as NdArray]));
}
