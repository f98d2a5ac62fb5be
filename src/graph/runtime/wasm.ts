// ONNX Runtime compiled to WebAssembly: runs in browsers, and in Node for comparison. Its kernels are those of the CPU provider.
import { createOrtSession } from './ort-session.ts';
import { type Runtime, RuntimeError, type Session, type SessionOptions } from './session.ts';

/**
 * ONNX Runtime through onnxruntime-web, on `threads` threads (default 1; browsers need cross-origin isolation for more). The number
 * is fixed with the first session of the process.
 * @throws RuntimeError when the package is not installed
 */
export async function wasmRuntime(threads = 1): Promise<Runtime> {
  const ort = await import('onnxruntime-web').catch((error: unknown) => {
    throw new RuntimeError(
      "wasmRuntime: expected the package onnxruntime-web, could not load it; run 'npm install onnxruntime-web'",
      { cause: error },
    );
  });
  ort.env.wasm.numThreads = threads;
  return {
    name: 'wasm',
    backend: { fusedKernels: true },
    createSession: (model: Uint8Array, options: SessionOptions = {}): Promise<Session> =>
      createOrtSession(ort, model, { executionProviders: ['wasm'] }, options),
  };
}
