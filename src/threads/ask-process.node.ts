// Functions of this package in a child process: for native libraries that two threads of one process may not load.
import { type ChildProcess, fork } from 'node:child_process';
import type { Answer, Question } from './answering-process.node.ts';

/** What is waited for. */
interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The child process of this thread, with what it has not answered yet. */
interface Child {
  readonly process: ChildProcess;
  readonly waiting: Map<number, Waiting>;
}

let [current, asked]: [Child | undefined, number] = [undefined, 0];

/** Compiled code as it is, sources of a checkout through tsx. */
function forked(): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts');
  const module = new URL(`./answering-process.node${isSource ? '.ts' : '.js'}`, import.meta.url);
  const [script, ...words] = isSource ? [new URL('./source-worker.mjs', import.meta.url), module.href] : [module];
  // a group of its own: Ctrl-C asks this process to stop after its step, and what it still needs must go on until then
  const options = { detached: true, execArgv: [] as string[], serialization: 'advanced', windowsHide: true } as const;
  return fork(script, words, { ...options, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

/** An idle child does not keep the thread alive, a busy one does. */
function hold({ process, waiting }: Child): void {
  const change = waiting.size > 0 ? 'ref' : 'unref';
  process[change]();
  process.channel?.[change]();
}

function started(): Child {
  const child: Child = { process: forked(), waiting: new Map() };
  const lost = (error: Error): void => {
    if (current === child) current = undefined;
    for (const { reject } of child.waiting.values()) reject(error);
    child.waiting.clear();
  };
  child.process.on('message', ({ id, value, error }: Answer) => {
    const one = child.waiting.get(id);
    child.waiting.delete(id);
    hold(child);
    if (error) one?.reject(Object.assign(new Error(error.message), error));
    else one?.resolve(value);
  });
  child.process.on('error', lost);
  child.process.on('exit', (code, signal) =>
    lost(new Error(`askProcess: expected the child process to go on, it ended with ${signal ?? `code ${code}`}`)),
  );
  return child;
}

/**
 * The result of an export of a module, called in a child process of this thread: started when first asked, used for all that follow,
 * several at a time; it ends with the thread. What is given and what comes back is copied.
 * @throws the function's error, as a plain one with its name; Error when the process ends
 */
export function askProcess<A>(module: string, name: string, given: readonly unknown[]): Promise<A> {
  return new Promise<unknown>((resolve, reject) => {
    current ??= started();
    const child = current;
    const id = asked++;
    child.waiting.set(id, { resolve, reject });
    hold(child);
    const unsent = (error: Error): void => {
      child.waiting.delete(id);
      hold(child);
      reject(error);
    };
    try {
      child.process.send({ id, module, name, given } satisfies Question, (error) => error && unsent(error));
    } catch (error) {
      unsent(error as Error);
    }
  }) as Promise<A>;
}
