// A session over any of ONNX Runtime's JavaScript packages, which share one interface. Feeds are shared with the runtime.
import type * as Ort from 'onnxruntime-common';
import { type DType, type NamedArrays, type NdArray, ndArray } from '../../array/index.ts';
import { checkTarget, feedFor, runError, storageOnly } from './feeds.ts';
import { type FeedCheck, feedCheckOf } from './needs.ts';
import { RuntimeError, type Session, type SessionOptions } from './session.ts';
import { inTurns, type Turns } from './turns.ts';

/** The part of an ONNX Runtime package that is used here. */
export type OrtModule = Pick<typeof Ort, 'InferenceSession' | 'Tensor' | 'env'>;

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
export function toOrt(ort: OrtModule, name: string, array: NdArray): Ort.Tensor {
  const type = ortTypes[array.dtype];
  if (!type) throw storageOnly(name, array);
  return new ort.Tensor(type as 'float32', array.data as Float32Array, array.shape as number[]);
}

/** A result on the host as an array, sharing storage. */
export function toArray(tensor: Ort.Tensor): NdArray {
  return ndArray(tensor.type as DType, tensor.dims, tensor.data as Float32Array) as NdArray;
}

/** Results as arrays; those with a target are copied into it. */
function collect(results: Ort.InferenceSession.OnnxValueMapType, into: NamedArrays): Record<string, NdArray> {
  return Object.fromEntries(
    Object.entries(results).map(([name, value]) => {
      const array = toArray(value as Ort.Tensor);
      const target = into[name];
      if (!target) return [name, array];
      checkTarget(name, target, array.data.length);
      (target.data as Float32Array).set(array.data as Float32Array);
      return [name, target];
    }),
  );
}

class OrtSession implements Session {
  readonly #ort: OrtModule;
  readonly #inTurn: Turns;
  readonly #check: FeedCheck;
  #session: Ort.InferenceSession | undefined;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];

  constructor(ort: OrtModule, session: Ort.InferenceSession, inTurn: Turns, check: FeedCheck) {
    this.#ort = ort;
    this.#session = session;
    this.#inTurn = inTurn;
    this.#check = check;
    this.inputNames = session.inputNames;
    this.outputNames = session.outputNames;
  }

  run(feeds: NamedArrays, into: NamedArrays = {}): Promise<Record<string, NdArray>> {
    return this.#inTurn(() => this.#run(feeds, into));
  }

  async #run(feeds: NamedArrays, into: NamedArrays): Promise<Record<string, NdArray>> {
    const session = this.#session;
    if (!session) throw new RuntimeError('run: expected a live session, this one is released');
    const given: Record<string, Ort.Tensor> = {};
    for (const name of this.inputNames) given[name] = toOrt(this.#ort, name, feedFor(name, feeds));
    this.#check(feeds);
    try {
      return collect(await session.run(given), into);
    } catch (error) {
      throw runError(error, feeds);
    }
  }

  release(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#session?.release();
      this.#session = undefined;
    });
  }
}

/** How a package wants its sessions. */
export interface OrtSettings extends Ort.InferenceSession.SessionOptions {
  /** The queue of calls; a session has one of its own by default. */
  readonly inTurn?: Turns;
}

/** A model as ONNX Runtime's own session. @throws RuntimeError when the runtime refuses it */
export async function loadOrt(
  ort: OrtModule,
  model: Uint8Array,
  { inTurn = inTurns(), ...settings }: OrtSettings,
  options: SessionOptions,
): Promise<Ort.InferenceSession> {
  const merged = {
    graphOptimizationLevel: options.optimization ?? 'disabled',
    // a pattern is one more block of the peak's size for every set of shapes, and saves no time that was measured
    enableMemPattern: false,
    // what goes wrong comes as an error, not on the console too
    logSeverityLevel: 4,
    ...settings,
  } as const;
  try {
    return await inTurn(() => ort.InferenceSession.create(model, merged));
  } catch (error) {
    throw new RuntimeError(`createSession: ${(error as Error).message}`, { cause: error });
  }
}

/** Loads a model into a session. @throws RuntimeError when the runtime refuses it */
export async function createOrtSession(
  ort: OrtModule,
  model: Uint8Array,
  { inTurn = inTurns(), ...settings }: OrtSettings,
  options: SessionOptions,
): Promise<Session> {
  const session = await loadOrt(ort, model, { ...settings, inTurn }, options);
  return new OrtSession(ort, session, inTurn, feedCheckOf(model));
}
