// The child process of `askProcess`: calls what it is asked for, and leaves with the thread that started it.

/** What the process is asked for. */
export interface Question {
  readonly id: number;
  readonly module: string;
  readonly name: string;
  readonly given: readonly unknown[];
}

/** What it answers: the result, or what went wrong. */
export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
}

type Functions = Readonly<Record<string, (...given: unknown[]) => unknown>>;

async function answerTo({ id, module, name, given }: Question): Promise<Answer> {
  try {
    const functions = (await import(module)) as Functions;
    const called = functions[name];
    if (!called) {
      throw new Error(`askProcess: expected an export ${name}, got ${Object.keys(functions).join(', ')} (${module})`);
    }
    return { id, value: await called(...given) };
  } catch (error) {
    const { name: kind, message, stack } = error as Error;
    return { id, error: { name: kind, message, ...(stack === undefined ? {} : { stack }) } };
  }
}

if (process.send) {
  process.on('disconnect', () => process.exit());
  process.on('message', async (question: Question) => {
    const answer = await answerTo(question);
    // who is gone needs no answer
    if (process.connected) process.send?.(answer, undefined, undefined, () => undefined);
  });
}
