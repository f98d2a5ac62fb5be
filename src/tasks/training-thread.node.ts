// The thread in which `trainInThread` trains: it makes the runtime, runs, and tells what happens.
import { parentPort, workerData } from 'node:worker_threads';
import { runtimes } from '../graph/index.node.ts';
import type { Runtime, SessionOptions } from '../graph/index.ts';
import type { Recipe } from './tasks.ts';
import { resumeRun, type TrainEvents, type TrainOptions, type TrainResult, trainRun } from './train.node.ts';

/** What the thread is given. */
export interface TrainingOrder {
  /** The recipe of a new run; absent to go on with the run in `out`. */
  readonly recipe?: Recipe;
  readonly runtime: Runtime['name'];
  readonly session: SessionOptions;
  readonly folders: readonly string[];
  readonly ahead?: number;
  readonly out: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Shared: not 0 when the run is to stop after its step. A message would wait for a loop that never pauses. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** What it tells. */
export type TrainingNews =
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'ready'; readonly about: Parameters<NonNullable<TrainEvents['ready']>>[0] }
  | { readonly kind: 'progress'; readonly progress: Parameters<NonNullable<TrainEvents['progress']>>[0] }
  | { readonly kind: 'evaluating'; readonly progress: Parameters<NonNullable<TrainEvents['evaluating']>>[0] }
  | { readonly kind: 'done'; readonly result: TrainResult }
  | { readonly kind: 'failed'; readonly error: Readonly<Record<string, unknown>> };

async function obey(order: TrainingOrder, tell: (news: TrainingNews) => void): Promise<TrainResult> {
  const { recipe, stop, session, folders, out, versions, ahead } = order;
  const { threads } = session;
  const options: TrainOptions = {
    runtime: await runtimes[order.runtime]({ blocking: true, ...(threads === undefined ? {} : { threads }) }),
    ...{ session, folders, out, versions },
    ...(ahead === undefined ? {} : { ahead }),
    note: (text) => tell({ kind: 'note', text }),
    signal: {
      get aborted() {
        return Atomics.load(stop, 0) !== 0;
      },
    },
    events: {
      ready: (about) => tell({ kind: 'ready', about }),
      progress: (progress) => tell({ kind: 'progress', progress }),
      evaluating: (progress) => tell({ kind: 'evaluating', progress }),
    },
  };
  return recipe ? trainRun(recipe, options) : resumeRun(out, options);
}

const port = parentPort;
if (port) {
  const tell = (news: TrainingNews): void => port.postMessage(news);
  try {
    tell({ kind: 'done', result: await obey(workerData as TrainingOrder, tell) });
  } catch (error) {
    const { name, message, stack } = error as Error;
    tell({ kind: 'failed', error: { ...(error as Error), name, message, stack } });
  }
}
