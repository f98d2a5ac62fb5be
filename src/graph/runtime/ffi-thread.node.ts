// The thread on which the ffi runtime calls ONNX Runtime: it knows addresses only, the other side keeps what they point to alive.
// libuv's threads (koffi's own asynchronous calls) will not do: their denormals are not flushed, so results could depend on the thread.
import { parentPort } from 'node:worker_threads';
import { koffiCaller } from './ort-api.node.ts';

/** One call: a function of words, that returns a status (0 when all is well). */
export interface ThreadCall {
  readonly id: number;
  readonly address: bigint;
  readonly words: readonly bigint[];
}

/** How it went. */
export interface ThreadReply {
  readonly id: number;
  readonly status: bigint;
}

if (parentPort) {
  const port = parentPort;
  const call = await koffiCaller();
  port.on('message', ({ id, address, words }: ThreadCall) => {
    port.postMessage({ id, status: call(address, words) } satisfies ThreadReply);
  });
}
