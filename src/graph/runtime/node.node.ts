// The default runtime in Node: onnxruntime-node's own API. Feeds are shared with the runtime, results are copied once.
import type * as Ort from 'onnxruntime-node';
import { type DType, type NamedArrays, type NdArray, ndArray } from '../../array/index.ts';
import { type Runtime, RuntimeError, type Session, type SessionOptions } from './session.ts';

type OrtModule = typeof Ort;

/** ONNX Runtime's names of element types. */
const ortTypes: { readonly [K in DType]?: Ort.Tensor.Type } = {
  float32: 'float32',
  float64: 'float64',
  float16: 'float16',
  int64: 'int64',
  int32: 'int32',
  int8: 'int8',
  uint8: 'uint8',
  bool: 'bool',
};

/** A feed as ONNX Runtime takes it, sharing storage. @throws RuntimeError for a storage-only type */
export function toOrt(ort: Pick<OrtModule, 'Tensor'>, name: string, array: NdArray): Ort.Tensor {
  const type = ortTypes[array.dtype];
  if (!type)
    throw new RuntimeError(
      `run: expected '${name}' in a type that ONNX Runtime computes with, got ${array.dtype}; cast it first`,
    );
  return new ort.Tensor(type as 'float32', array.data as Float32Array, array.shape as number[]);
}

/** A result as an array, sharing storage. */
export function fromOrt(tensor: Ort.Tensor): NdArray {
  return ndArray(tensor.type as DType, tensor.dims, tensor.data as Float32Array) as NdArray;
}

/** Copies results into the arrays that the caller gave. */
export function collect(results: Record<string, Ort.Tensor>, into: NamedArrays): Record<string, NdArray> {
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => {
      const array = fromOrt(tensor);
      const target = into[name];
      if (!target) return [name, array];
      if (target.data.length !== array.data.length) {
        throw new RuntimeError(
          `run: expected ${array.data.length} elements in the target of '${name}', got ${target.data.length}`,
        );
      }
      (target.data as Float32Array).set(array.data as Float32Array);
      return [name, target];
    }),
  );
}

class NodeSession implements Session {
  readonly #ort: OrtModule;
  #session: Ort.InferenceSession | undefined;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];

  constructor(ort: OrtModule, session: Ort.InferenceSession) {
    this.#ort = ort;
    this.#session = session;
    this.inputNames = session.inputNames;
    this.outputNames = session.outputNames;
  }

  async run(feeds: NamedArrays, into: NamedArrays = {}): Promise<Record<string, NdArray>> {
    const session = this.#session;
    if (!session) throw new RuntimeError('run: expected a live session, this one is released');
    const given: Record<string, Ort.Tensor> = {};
    for (const name of this.inputNames) {
      const array = feeds[name];
      if (!array)
        throw new RuntimeError(
          `run: expected a feed for '${name}', got ${Object.keys(feeds).slice(0, 8).join(', ') || 'none'}`,
        );
      given[name] = toOrt(this.#ort, name, array);
    }
    try {
      return collect(await session.run(given), into);
    } catch (error) {
      if (error instanceof RuntimeError) throw error;
      const shapes = Object.entries(feeds)
        .slice(-6)
        .map(([name, array]) => `${name} [${array.shape}] ${array.dtype}`);
      throw new RuntimeError(`run: ${(error as Error).message} (last feeds: ${shapes.join('; ')})`, { cause: error });
    }
  }

  async release(): Promise<void> {
    await this.#session?.release();
    this.#session = undefined;
  }
}

/**
 * ONNX Runtime through onnxruntime-node. Denormal numbers are flushed to zero when this makes the first session of the process.
 * @throws RuntimeError when the package is not installed
 */
export async function nodeRuntime(): Promise<Runtime> {
  const ort = await import('onnxruntime-node').catch((error: unknown) => {
    throw new RuntimeError(
      "nodeRuntime: expected the package onnxruntime-node, could not load it; run 'npm install onnxruntime-node'",
      { cause: error },
    );
  });
  return {
    name: 'node',
    backend: { fusedKernels: true },
    createSession: async (model: Uint8Array, options: SessionOptions = {}): Promise<Session> => {
      const settings = {
        graphOptimizationLevel: options.optimization ?? 'disabled',
        logSeverityLevel: 3,
        ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
        extra: { session: { set_denormal_as_zero: '1' } },
      } as const;
      try {
        return new NodeSession(ort, await ort.InferenceSession.create(model, settings));
      } catch (error) {
        throw new RuntimeError(`createSession: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}
