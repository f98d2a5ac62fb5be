// A runtime on a thread of its own: the event loop stays free while a graph runs. Feeds are copied once, into a packet that travels to
// the thread and back; results come without a copy.
import type { Worker } from 'node:worker_threads';
import type { NamedArrays, NdArray } from '../../array/index.ts';
import { startWorker } from '../../threads/index.node.ts';
import { checkTarget, feedFor } from './feeds.ts';
import { type Runtime, RuntimeError, type Session, type SessionOptions } from './session.ts';
import { inTurns } from './turns.ts';
import type { Conversation, InnerRuntime, PackedArray, Reply } from './worker-thread.node.ts';

/** Arrays start at multiples of this in a packet: a cache line, and every element's width. */
const ALIGNMENT = 64;

type Kind = keyof Conversation;
type Transfer = readonly ArrayBuffer[];

/** Questions to a thread, which keeps the process alive only while one is open. */
class Link {
  readonly #worker: Worker;
  readonly #open = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  #failure: Error | undefined;
  #next = 0;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.unref();
    worker.on('message', (reply: Reply) => this.#settle(reply));
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', (code) => this.#fail(new Error(`its thread ended with code ${code}`)));
  }

  ask<K extends Kind>(
    kind: K,
    give: Conversation[K]['give'],
    transfer: Transfer = [],
  ): Promise<Conversation[K]['get']> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ ...give, id, kind }, [...transfer]);
    });
  }

  #settle(reply: Reply): void {
    const question = this.#open.get(reply.id);
    this.#open.delete(reply.id);
    if (this.#open.size === 0) this.#worker.unref();
    if ('error' in reply) question?.reject(new RuntimeError(reply.error.message));
    else question?.resolve(reply.answer as never);
  }

  #fail(cause: Error): void {
    this.#failure ??= new RuntimeError(`workerRuntime: ${cause.message}`, { cause });
    for (const { reject } of this.#open.values()) reject(this.#failure);
    this.#open.clear();
  }
}

class WorkerSession implements Session {
  readonly #link: Link;
  readonly #session: number;
  readonly #inTurn = inTurns();
  #packet = new ArrayBuffer(0);
  #released = false;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];

  constructor(link: Link, { session, inputNames, outputNames }: Conversation['create']['get']) {
    this.#link = link;
    this.#session = session;
    this.inputNames = inputNames;
    this.outputNames = outputNames;
  }

  run(feeds: NamedArrays, into: NamedArrays = {}): Promise<Record<string, NdArray>> {
    return this.#inTurn(() => this.#run(feeds, into));
  }

  async #run(feeds: NamedArrays, into: NamedArrays): Promise<Record<string, NdArray>> {
    if (this.#released) throw new RuntimeError('run: expected a live session, this one is released');
    const packed = this.#pack(feeds);
    const give = { session: this.#session, feeds: packed, packet: this.#packet };
    const { results, packet } = await this.#link.ask('run', give, [this.#packet]);
    this.#packet = packet;
    return Object.fromEntries(
      Object.entries(results).map(([name, array]) => {
        const target = into[name];
        if (!target) return [name, array];
        checkTarget(name, target, array.data.length);
        (target.data as Float32Array).set(array.data as Float32Array);
        return [name, target];
      }),
    );
  }

  /** Copies the feeds into the packet, which grows as needed; a failed run has lost it. */
  #pack(feeds: NamedArrays): PackedArray[] {
    let at = 0;
    const packed = this.inputNames.map((name) => {
      const { dtype, shape, data } = feedFor(name, feeds);
      const place = { name, dtype, shape, at, length: data.length };
      at += Math.ceil(data.byteLength / ALIGNMENT) * ALIGNMENT;
      return place;
    });
    if (this.#packet.byteLength < at) this.#packet = new ArrayBuffer(at);
    const bytes = new Uint8Array(this.#packet);
    for (const place of packed) {
      const { buffer, byteOffset, byteLength } = (feeds[place.name] as NdArray).data;
      bytes.set(new Uint8Array(buffer, byteOffset, byteLength), place.at);
    }
    return packed;
  }

  release(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#released) return;
      this.#released = true;
      await this.#link.ask('release', { session: this.#session });
    });
  }
}

/**
 * The `node` (default) or `wasm` runtime in a worker thread, one for each call: make it once and keep it.
 * @throws RuntimeError when the inner runtime's package is not installed
 */
export async function workerRuntime({ runtime = 'node', threads }: Partial<InnerRuntime> = {}): Promise<Runtime> {
  const workerData: InnerRuntime = { runtime, ...(threads === undefined ? {} : { threads }) };
  const link = new Link(startWorker(import.meta.url, './worker-thread.node', { workerData }));
  const { backend } = await link.ask('open', {});
  return {
    name: 'worker',
    backend,
    createSession: async (model: Uint8Array, options: SessionOptions = {}): Promise<Session> =>
      new WorkerSession(link, await link.ask('create', { model, options })),
  };
}
