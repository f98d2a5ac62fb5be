// Starts a module of this package in a worker thread: compiled code as it is, sources of a checkout through tsx.
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * A worker that runs the module `name` (without ending) beside the module `from`.
 * `startWorker(import.meta.url, './ffi-thread.node')`
 */
export function startWorker(from: string, name: string, options: WorkerOptions = {}): Worker {
  if (!from.endsWith('.ts')) return new Worker(new URL(`${name}.js`, from), options);
  // --import in execArgv would do nothing: tsx leaves workers to the hooks of a main thread that has them
  const argv = [new URL(`${name}.ts`, from).href];
  return new Worker(new URL('./source-worker.mjs', import.meta.url), { ...options, argv });
}
