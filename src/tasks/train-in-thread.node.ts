// Training on a thread of its own: the caller's event loop stays free for signals, progress, a server. What is computed is the same, bit
// for bit; nothing is copied between the threads but news.
import { CheckpointError } from '../checkpoints/index.ts';
import { RuntimeError } from '../graph/index.ts';
import { startWorker } from '../threads/index.node.ts';
import { RunLockedError } from '../train/index.node.ts';
import { MemoryLimitError, NonFiniteLossError, NonFiniteWeightsError } from '../train/index.ts';
import type { Recipe } from './tasks.ts';
import type { TrainOptions, TrainResult } from './train.node.ts';
import type { TrainingNews, TrainingOrder } from './training-thread.node.ts';

/** Errors that callers tell apart; others arrive as plain errors with their name. */
const classes: readonly (abstract new (...values: never[]) => Error)[] = [
  CheckpointError,
  MemoryLimitError,
  NonFiniteLossError,
  NonFiniteWeightsError,
  RunLockedError,
  RuntimeError,
];

function revive({ message, ...fields }: Readonly<Record<string, unknown>>): Error {
  const error = Object.assign(new Error(String(message)), fields);
  const known = classes.find((one) => one.name === fields.name);
  return known ? Object.setPrototypeOf(error, known.prototype) : error;
}

/** `trainRun` on a thread. Only the name of `options.runtime` is used: the thread makes one of its own. */
export function trainInThread(recipe: Recipe, options: TrainOptions): Promise<TrainResult> {
  return follow(options, recipe);
}

/** `resumeRun` on a thread. */
export function resumeInThread(dir: string, options: Omit<TrainOptions, 'out'>): Promise<TrainResult> {
  return follow({ ...options, out: dir });
}

function follow(options: TrainOptions, recipe?: Recipe): Promise<TrainResult> {
  const { runtime, session, folders, out, versions, signal, events, ahead } = options;
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const abort = (): void => {
    Atomics.store(stop, 0, 1);
  };
  if (signal?.aborted) abort();
  signal?.addEventListener?.('abort', abort);
  const workerData: TrainingOrder = {
    runtime: runtime.name,
    ...{ session, folders, out, versions, stop },
    ...(ahead === undefined ? {} : { ahead }),
    ...(recipe ? { recipe } : {}),
  };
  const worker = startWorker(import.meta.url, './training-thread.node', { workerData });
  const ended = new Promise<TrainResult>((resolve, reject) => {
    worker.on('message', (news: TrainingNews) => {
      if (news.kind === 'note') options.note(news.text);
      else if (news.kind === 'ready') events?.ready?.(news.about);
      else if (news.kind === 'progress') events?.progress?.(news.progress);
      else if (news.kind === 'evaluating') events?.evaluating?.(news.progress);
      else if (news.kind === 'done') resolve(news.result);
      else reject(revive(news.error));
    });
    worker.on('error', reject);
    worker.on('exit', (code) =>
      reject(new Error(`trainInThread: expected a result, the thread ended with code ${code}`)),
    );
  });
  return ended.finally(() => signal?.removeEventListener?.('abort', abort));
}
