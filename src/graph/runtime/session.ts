// The contract between a graph and whoever executes it. Makers: `node`, `wasm`, `ffi`,
// `webgpu`, `worker`; all pass one conformance suite.
import type { NamedArrays, NdArray } from '../../array/index.ts';

/** What an executing back end can do; the ONNX writer decomposes what it cannot. */
export interface Backend {
  /** FusedMatMul, QuickGelu and the other com.microsoft kernels of the CPU provider. */
  readonly fusedKernels: boolean;
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
}

/** A graph could not be loaded or run. */
export class RuntimeError extends Error {
  override readonly name: string = 'RuntimeError';
}
