// Every runtime by its name, for command lines and for threads, which cannot be given one.
import { ffiRuntime } from './ffi.node.ts';
import { nodeRuntime } from './node.node.ts';
import type { Runtime } from './session.ts';
import { wasmRuntime } from './wasm.ts';
import { webgpuRuntime } from './webgpu.ts';
import { workerRuntime } from './worker.node.ts';

/** What a maker may need to know. */
export interface RuntimeOptions {
  /** For runtimes whose sessions share one number of threads: wasm. */
  readonly threads?: number;
  /** The caller is a thread that may wait: ffi needs no other one then. */
  readonly blocking?: boolean;
}

/** The makers. */
export const runtimes: { readonly [K in Runtime['name']]: (options?: RuntimeOptions) => Promise<Runtime> } = {
  node: () => nodeRuntime(),
  wasm: ({ threads } = {}) => wasmRuntime(threads),
  ffi: ({ blocking = false } = {}) => ffiRuntime({ blocking }),
  webgpu: () => webgpuRuntime(),
  worker: () => workerRuntime(),
};
