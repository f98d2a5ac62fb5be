// Batches made ahead of the device by worker threads: decoding and augmentation do not wait for the step, nor the step for them. A batch
// stays a pure function of its step, whoever makes it, so a resumed run sees the same ones; threads only decide when.
import type { NamedArrays } from '../array/index.ts';
import { startWorker } from '../threads/index.node.ts';
import type { MadeBatch, WantedBatch } from './batch-thread.node.ts';
import { DataError } from './dataset.ts';

/** The batches of a step (from 1): a pure function. */
export type BatchesAt = (step: number) => Promise<readonly NamedArrays[]>;

/** Where a thread finds the function: an export `(options) => Promise<BatchesAt>` of a module. */
export interface BatchSource {
  /** Address of the module, from `import.meta.url` or `import.meta.resolve`. */
  readonly module: string;
  readonly name: string;
  /** What the export is given; copied to the threads. */
  readonly options: unknown;
}

/** Options of `batchPool`. */
export interface BatchPoolOptions {
  /** Worker threads; 1 when left out. */
  readonly threads?: number;
  /** Steps that are made ahead; twice the threads when left out. That many batches are in memory. */
  readonly ahead?: number;
  /** Nothing is made for steps beyond this one. */
  readonly last?: number;
}

/** Batches from threads. */
export interface BatchPool {
  /** The batches of a step, from the threads; asks for the next steps too. Their arrays belong to the caller. @throws the maker's error */
  readonly batchesAt: BatchesAt;
  /** Milliseconds that callers waited for batches that were not ready yet, in all. */
  readonly waited: () => number;
  /** Ends the threads; what is under way is lost. */
  readonly close: () => Promise<void>;
}

interface Wanted {
  /** Whether somebody waits for it; otherwise it is made on suspicion. */
  asked: boolean;
  readonly made: Promise<readonly NamedArrays[]>;
  readonly resolve: (batches: readonly NamedArrays[]) => void;
  readonly reject: (error: Error) => void;
}

function wanted(): Wanted {
  let [resolve, reject]: [Wanted['resolve'], Wanted['reject']] = [() => {}, () => {}];
  const made = new Promise<readonly NamedArrays[]>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  // a step that nobody asks for after all may fail in silence; whoever asks gets the error
  made.catch(() => {});
  return { asked: false, made, resolve, reject };
}

function revived({ name, message, stack }: { name: string; message: string; stack?: string }): Error {
  const error = name === 'DataError' ? new DataError(message) : Object.assign(new Error(message), { name });
  return stack === undefined ? error : Object.assign(error, { stack });
}

/** Starts threads that make batches of a source ahead of time. Close it when done: idle threads do not keep a process alive, busy ones do. */
export function batchPool(source: BatchSource, options: BatchPoolOptions = {}): BatchPool {
  const { threads = 1, ahead = 2 * threads, last = Number.POSITIVE_INFINITY } = options;
  if (!Number.isSafeInteger(threads) || threads < 1) {
    throw new RangeError(`batchPool: expected threads as a whole number >= 1, got ${threads}`);
  }
  const steps = new Map<number, Wanted>();
  const queue: number[] = [];
  let [waited, closed] = [0, false];
  const workers = Array.from({ length: threads }, () => {
    const worker = startWorker(import.meta.url, './batch-thread.node', { workerData: source });
    worker.unref();
    return { worker, busy: undefined as number | undefined };
  });
  const failAll = (error: Error): void => {
    for (const step of steps.values()) step.reject(error);
    steps.clear();
    queue.length = 0;
  };
  const feed = (): void => {
    for (const one of workers) {
      if (one.busy !== undefined) continue;
      const step = queue.shift();
      if (step === undefined) return;
      one.busy = step;
      one.worker.ref();
      one.worker.postMessage({ step } satisfies WantedBatch);
    }
  };
  for (const one of workers) {
    one.worker.on('message', ({ step, batches, error }: MadeBatch) => {
      one.busy = undefined;
      one.worker.unref();
      if (batches) steps.get(step)?.resolve(batches);
      else steps.get(step)?.reject(revived(error as Error));
      feed();
    });
    one.worker.on('error', failAll);
    one.worker.on('exit', (code) => {
      if (!closed) failAll(new Error(`batchPool: expected a thread to go on, it ended with code ${code}`));
    });
  }
  const want = (step: number): Wanted => {
    const known = steps.get(step);
    if (known) return known;
    const fresh = wanted();
    steps.set(step, fresh);
    queue.push(step);
    return fresh;
  };
  const batchesAt: BatchesAt = async (step) => {
    if (closed) throw new Error(`batchPool: expected an open pool, got a closed one (step ${step})`);
    // after a jump, as of a resumed run, what was made on suspicion is not wanted any more
    for (const [other, { asked }] of steps) {
      if (asked || (other >= step && other <= step + ahead)) continue;
      steps.delete(other);
      if (queue.includes(other)) queue.splice(queue.indexOf(other), 1);
    }
    const one = want(step);
    one.asked = true;
    for (let next = step + 1; next <= Math.min(step + ahead, last); next++) want(next);
    queue.sort((x, y) => x - y);
    feed();
    const start = performance.now();
    try {
      return await one.made;
    } finally {
      waited += performance.now() - start;
      if (steps.get(step) === one) steps.delete(step);
    }
  };
  const close = async (): Promise<void> => {
    closed = true;
    failAll(new Error('batchPool: closed while batches were asked for'));
    await Promise.all(workers.map(({ worker }) => worker.terminate()));
  };
  return { batchesAt, waited: () => waited, close };
}
