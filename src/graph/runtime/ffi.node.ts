// ONNX Runtime through its C API: results go straight into the caller's memory, nothing is copied, a call costs microseconds, and it
// runs on a thread of its own, so that the event loop stays free. Opt-in: it needs the package koffi.
import type { Worker } from 'node:worker_threads';
import { startWorker } from '../../threads/index.node.ts';
import { FfiSession, type Native, type NativeCall } from './ffi-session.node.ts';
import type { ThreadReply } from './ffi-thread.node.ts';
import { NATIVE, SESSION_SETTINGS } from './native.ts';
import { feedCheckOf } from './needs.ts';
import { koffiCaller, OrtApi } from './ort-api.node.ts';
import { type Runtime, RuntimeError, type Session, type SessionOptions } from './session.ts';
import { usualThreads } from './threads.node.ts';

/** Options of `ffiRuntime`. */
export interface FfiOptions {
  /** Calls on the calling thread, which waits: for a worker that has nothing else to do. Its denormals are flushed from then on. */
  readonly blocking?: boolean;
}

const levels = { disabled: 0, basic: 1, extended: 2, all: 99 } as const;
/** OrtArenaAllocator, OrtMemTypeDefault. */
const CPU_MEMORY = [1, 0] as const;
/** ORT_LOGGING_LEVEL_FATAL: what goes wrong comes as an error, not on the console too. */
const QUIET = 4;

let native: Promise<Native> | undefined;
let thread: NativeCall | undefined;
let caller: Promise<NativeCall> | undefined;

async function loadNative(): Promise<Native> {
  const api = await OrtApi.load();
  return {
    api,
    environment: api.get('CreateEnv', QUIET, 'tesserae'),
    memory: api.get('CreateCpuMemoryInfo', ...CPU_MEMORY),
    allocator: api.get('GetAllocatorWithDefaultOptions'),
    runOptions: api.get('CreateRunOptions'),
  };
}

/** Calls on the runtime's thread, one after the other. The thread keeps the process alive only while a call is under way. */
function threadCalls(): NativeCall {
  const worker: Worker = startWorker(import.meta.url, './ffi-thread.node');
  const pending = new Map<number, { resolve: (status: bigint) => void; reject: (error: Error) => void }>();
  let next = 0;
  worker.unref();
  worker.on('message', ({ id, status }: ThreadReply) => {
    pending.get(id)?.resolve(status);
    pending.delete(id);
    if (pending.size === 0) worker.unref();
  });
  worker.on('error', (error) => {
    thread = undefined;
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  });
  return (address, words) =>
    new Promise<bigint>((resolve, reject) => {
      const id = next++;
      pending.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, address, words });
    });
}

async function blockingCalls(): Promise<NativeCall> {
  const call = await koffiCaller();
  return async (address, words) => call(address, words);
}

/**
 * ONNX Runtime through koffi, on the library that onnxruntime-node ships. Feeds and targets may lie in shared memory.
 * @throws RuntimeError when koffi or the library is not there
 */
export async function ffiRuntime(options: FfiOptions = {}): Promise<Runtime> {
  native ??= loadNative();
  const loaded = await native.catch((error: unknown) => {
    native = undefined;
    throw error;
  });
  const blocking = options.blocking ? await (caller ??= blockingCalls()) : undefined;
  // the thread starts with the first call: Node hangs when a process ends while a thread of its is still loading
  const call: NativeCall = blocking ?? ((address, words) => (thread ??= threadCalls())(address, words));
  return {
    name: 'ffi',
    backend: NATIVE,
    createSession: (model, settings = {}) => createSession(loaded, call, model, settings),
  };
}

async function createSession(
  loaded: Native,
  call: NativeCall,
  model: Uint8Array,
  { threads = usualThreads(), optimization = 'disabled' }: SessionOptions,
): Promise<Session> {
  const { api, environment } = loaded;
  const settings = api.get('CreateSessionOptions');
  try {
    api.run('SetSessionLogSeverityLevel', settings, QUIET);
    // see ort-session.ts
    api.run('DisableMemPattern', settings);
    api.run('SetSessionGraphOptimizationLevel', settings, levels[optimization]);
    if (threads !== undefined) api.run('SetIntraOpNumThreads', settings, threads);
    for (const [name, value] of Object.entries(SESSION_SETTINGS))
      api.run('AddSessionConfigEntry', settings, `session.${name}`, value);
    const handle = new BigUint64Array(1);
    const words = [environment, api.addressOfMemory(model), BigInt(model.byteLength), settings];
    api.check(await call(api.addressOf('CreateSessionFromArray'), [...words, api.addressOfMemory(handle)]));
    return new FfiSession(loaded, call, handle[0] as bigint, feedCheckOf(model));
  } catch (error) {
    throw new RuntimeError(`createSession: ${(error as Error).message}`, { cause: error });
  } finally {
    api.release('ReleaseSessionOptions', settings);
  }
}
