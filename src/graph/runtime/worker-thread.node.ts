// The thread behind a worker runtime: keeps the sessions of another runtime and answers one request after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { type DType, type NamedArrays, type NdArray, ndArray, storageOf } from '../../array/index.ts';
import { nodeRuntime } from './node.node.ts';
import type { Backend, Runtime, Session, SessionOptions } from './session.ts';
import { wasmRuntime } from './wasm.ts';

/** The runtime that the thread makes. */
export interface InnerRuntime {
  readonly runtime: 'node' | 'wasm';
  /** Of the whole runtime where sessions cannot choose: wasm. */
  readonly threads?: number;
}

/** An array inside a packet of bytes. */
export interface PackedArray {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Byte at which it starts, a multiple of its width. */
  readonly at: number;
  readonly length: number;
}

/** What can be asked, and what comes back. Packets travel without a copy, there and back. */
export interface Conversation {
  open: { give: Record<never, never>; get: { readonly backend: Backend } };
  create: {
    give: { readonly model: Uint8Array; readonly options: SessionOptions };
    get: { readonly session: number; readonly inputNames: readonly string[]; readonly outputNames: readonly string[] };
  };
  run: {
    give: { readonly session: number; readonly feeds: readonly PackedArray[]; readonly packet: ArrayBuffer };
    get: { readonly results: NamedArrays; readonly packet: ArrayBuffer };
  };
  release: { give: { readonly session: number }; get: Record<never, never> };
}

/** One request of a kind. */
export type Request<K extends keyof Conversation> = Conversation[K]['give'] & { readonly id: number; readonly kind: K };
/** Its answer, or what went wrong. */
export type Reply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: { readonly message: string } };

const sessions = new Map<number, Session>();
let runtime: Promise<Runtime> | undefined;
let next = 0;

function open(): Promise<Runtime> {
  const { runtime: name, threads } = workerData as InnerRuntime;
  runtime ??= name === 'node' ? nodeRuntime() : wasmRuntime(threads);
  return runtime;
}

type Answers = {
  readonly [K in keyof Conversation]: (
    request: Conversation[K]['give'],
  ) => Promise<{ readonly answer: Conversation[K]['get']; readonly transfer?: readonly ArrayBuffer[] }>;
};

const answers: Answers = {
  open: async () => ({ answer: { backend: (await open()).backend } }),
  create: async ({ model, options }) => {
    const made = await (await open()).createSession(model, options);
    sessions.set(next, made);
    return { answer: { session: next++, inputNames: made.inputNames, outputNames: made.outputNames } };
  },
  run: async ({ session, feeds, packet }) => {
    const arrays = Object.fromEntries(feeds.map((feed) => [feed.name, unpack(feed, packet)]));
    const results = await (sessions.get(session) as Session).run(arrays);
    const owned = Object.entries(results).map(([name, array]) => [name, withOwnBuffer(array)] as const);
    const buffers = new Set(owned.map(([, array]) => array.data.buffer));
    return { answer: { results: Object.fromEntries(owned), packet }, transfer: [...buffers, packet] };
  },
  release: async ({ session }) => {
    await sessions.get(session)?.release();
    sessions.delete(session);
    return { answer: {} };
  },
};

function unpack({ dtype, shape, at, length }: PackedArray, packet: ArrayBuffer): NdArray {
  return ndArray(dtype, shape, new storageOf[dtype](packet, at, length)) as NdArray;
}

/** A buffer can be given away only whole. */
function withOwnBuffer(array: NdArray): NdArray & { readonly data: { readonly buffer: ArrayBuffer } } {
  const { dtype, shape, data } = array;
  const whole = data.byteLength === data.buffer.byteLength ? data : data.slice();
  return { dtype, shape, data: whole } as NdArray & { readonly data: { readonly buffer: ArrayBuffer } };
}

const port = parentPort;
port?.on('message', async (request: Request<keyof Conversation>) => {
  const { id, kind } = request;
  try {
    const { answer, transfer = [] } = await answers[kind](request as never);
    port.postMessage({ id, answer } satisfies Reply, [...transfer]);
  } catch (error) {
    port.postMessage({ id, error: { message: (error as Error).message } } satisfies Reply);
  }
});
