// The default runtime in Node: onnxruntime-node's own API.
import { NATIVE, SESSION_SETTINGS } from './native.ts';
import { createOrtSession } from './ort-session.ts';
import { type Runtime, RuntimeError, type Session, type SessionOptions } from './session.ts';
import { usualThreads } from './threads.node.ts';

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
    backend: NATIVE,
    createSession: (model: Uint8Array, options: SessionOptions = {}): Promise<Session> => {
      const wanted = options.threads ?? usualThreads();
      const threads = wanted === undefined ? {} : { intraOpNumThreads: wanted };
      return createOrtSession(ort, model, { ...threads, extra: { session: SESSION_SETTINGS } }, options);
    },
  };
}
