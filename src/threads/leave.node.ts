// Leaving a process whose threads are in native code.
import { createRequire } from 'node:module';

/**
 * Ends the process this instant, with the code, by C's `_exit`. `process.exit` first stops the threads: one that is inside onnxruntime-node
 * then throws where nobody catches it, and the process is aborted instead (SIGABRT). Nothing is flushed, no handler is run.
 */
export function leaveAtOnce(code: number): never {
  try {
    const { load } = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    load(process.platform === 'win32' ? 'ucrtbase.dll' : null).func('void _exit(int)')(code);
  } catch {
    // no such library here: the usual way is better than none
  }
  process.exit(code);
}
