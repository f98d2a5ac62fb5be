// The contract between a graph and whoever executes it. Makers: `node`, `wasm`, `ffi`,
// `webgpu`, `worker`; all pass one conformance suite.
import type { DType, NamedArrays, NdArray } from '../../array/index.ts';

/** What an executing back end can do; the ONNX writer decomposes what it cannot. */
export interface Backend {
  /** FusedMatMul, QuickGelu and the other com.microsoft kernels of the CPU provider. */
  readonly fusedKernels: boolean;
  /** Up to so many rows graphs gain by the pass `fewRows`; on none where absent. */
  readonly fewRows?: number;
}

/** Options of a session. */
export interface SessionOptions {
  /** Threads inside one operation; all cores when absent. */
  readonly threads?: number;
  /** ONNX Runtime's own optimisation. `disabled` is the default: our clean-up has run, and creation is faster. */
  readonly optimization?: 'disabled' | 'basic' | 'extended' | 'all';
}

/** One loaded graph. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the graph once. Feeds are not copied where the runtime allows it. With `into`, results whose names occur there are
   * written into those arrays (shapes must agree) and these very arrays are returned.
   * @throws RuntimeError naming the input for a missing or wrongly shaped feed
   */
  run(feeds: NamedArrays, into?: NamedArrays): Promise<Record<string, NdArray>>;
  /** Frees native memory. A released session throws when run. */
  release(): Promise<void>;
}

/** Executes graphs. */
export interface Runtime {
  readonly name: 'node' | 'wasm' | 'ffi' | 'webgpu' | 'worker';
  readonly backend: Backend;
  createSession(model: Uint8Array, options?: SessionOptions): Promise<Session>;
  /** Memory of its own, where arrays can stay between runs; absent where that of the host serves. */
  readonly device?: Device;
}

/** An array that lies where a runtime computes. Whoever got it releases it. */
export interface DeviceArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** A copy for the host. @throws RuntimeError when it is released */
  read(): Promise<NdArray>;
  /** Frees its memory; a second time does nothing. */
  release(): void;
}

/** What a graph reads: arrays of the host, which are copied up, and arrays that lie there already. */
export type DeviceFeeds = Readonly<Record<string, NdArray | DeviceArray>>;

/** What one run gave. */
export interface DeviceResults {
  /** Copies for the host. */
  readonly arrays: NamedArrays;
  /** Results that stayed; the caller's to release. */
  readonly kept: Readonly<Record<string, DeviceArray>>;
}

/** One loaded graph, some of whose results stay where they are computed. */
export interface DeviceSession {
  readonly inputNames: readonly string[];
  /** Runs the graph once; feeds stay as they are. @throws RuntimeError naming the input for a missing or wrongly shaped feed */
  run(feeds: DeviceFeeds): Promise<DeviceResults>;
  /** Frees native memory. A released session throws when run. */
  release(): Promise<void>;
}

/** Memory in which a runtime can leave arrays between runs. */
export interface Device {
  /** A copy of an array of the host. */
  put(array: NdArray): Promise<DeviceArray>;
  /** Loads a graph whose results `kept` stay. */
  createSession(model: Uint8Array, kept: readonly string[], options?: SessionOptions): Promise<DeviceSession>;
}

/** A graph could not be loaded or run. */
export class RuntimeError extends Error {
  override readonly name: string = 'RuntimeError';
}
