// The thread of a batch pool: loads the source once, then makes the batches of one step after the other. Arrays travel without a copy.
import { parentPort, workerData } from 'node:worker_threads';
import type { NamedArrays } from '../array/index.ts';
import type { BatchesAt, BatchSource } from './batch-pool.node.ts';

/** What the thread is asked for. */
export interface WantedBatch {
  readonly step: number;
}

/** What it answers: batches, or what went wrong. */
export interface MadeBatch {
  readonly step: number;
  readonly batches?: readonly NamedArrays[];
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
}

type Makers = Readonly<Record<string, (options: unknown) => Promise<BatchesAt>>>;

async function makerOf({ module, name, options }: BatchSource): Promise<BatchesAt> {
  const makers = (await import(module)) as Makers;
  const make = makers[name];
  if (!make)
    throw new Error(`batchPool: expected an export ${name}, got ${Object.keys(makers).join(', ')} (${module})`);
  return make(options);
}

/** The buffers of arrays that own theirs; a view into a larger one is copied by the message instead. */
function owned(batches: readonly NamedArrays[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const batch of batches) {
    for (const { data } of Object.values(batch)) {
      const { buffer, byteLength } = data as { buffer: ArrayBufferLike; byteLength: number };
      if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffers.add(buffer);
    }
  }
  return [...buffers];
}

const port = parentPort;
if (port) {
  const making = makerOf(workerData as BatchSource);
  making.catch(() => {});
  port.on('message', async ({ step }: WantedBatch) => {
    try {
      const batches = await (await making)(step);
      port.postMessage({ step, batches } satisfies MadeBatch, owned(batches));
    } catch (error) {
      const { name, message, stack } = error as Error;
      port.postMessage({
        step,
        error: { name, message, ...(stack === undefined ? {} : { stack }) },
      } satisfies MadeBatch);
    }
  });
}
