// ONNX Runtime on WebGPU, through onnxruntime-web: for browsers, and for processes that have `navigator.gpu`. Operators without a WebGPU
// kernel run on the CPU in WebAssembly, so the graph is written with standard operators, most of which have one.
import { ortDevice } from './ort-device.ts';
import { createOrtSession } from './ort-session.ts';
import { type Runtime, RuntimeError, type Session, type SessionOptions } from './session.ts';
import { inTurns } from './turns.ts';

/** The part of `navigator.gpu` that is looked at here. */
export interface Gpu {
  requestAdapter(): Promise<unknown>;
}

/** This machine, browser or process offers no WebGPU adapter. Callers may go on with another runtime. */
export class NoAdapterError extends RuntimeError {
  override readonly name: string = 'NoAdapterError';
}

function gpuOfPlatform(): Gpu | undefined {
  return (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu;
}

/**
 * ONNX Runtime's WebGPU provider. Its sessions copy arrays to the device and back at each run; those of its `device` leave there what
 * stays, as training does with weights and the optimizer's state.
 * @throws NoAdapterError where there is no WebGPU, or it offers no adapter
 * @throws RuntimeError when the package onnxruntime-web is not installed
 */
export async function webgpuRuntime({
  gpu = gpuOfPlatform(),
}: {
  readonly gpu?: Gpu | undefined;
} = {}): Promise<Runtime> {
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) {
    const reason = gpu ? 'navigator.gpu offers none' : 'there is no navigator.gpu';
    throw new NoAdapterError(
      `webgpuRuntime: expected a WebGPU adapter, got none (${reason}); use the wasm runtime here`,
    );
  }
  const ort = await import('onnxruntime-web/webgpu').catch((error: unknown) => {
    throw new RuntimeError(
      "webgpuRuntime: expected the package onnxruntime-web, could not load it; run 'npm install onnxruntime-web'",
      { cause: error },
    );
  });
  // the suspended WebAssembly behind it holds one call at a time, whatever the session
  const settings = { executionProviders: ['webgpu'], inTurn: inTurns() };
  return {
    name: 'webgpu',
    backend: { fusedKernels: false },
    createSession: (model: Uint8Array, options: SessionOptions = {}): Promise<Session> =>
      createOrtSession(ort, model, settings, options),
    device: ortDevice(ort, settings),
  };
}
