// `tesserae predict`: a run answers.
import { parseJsonl } from '../../data/index.ts';
import { openAnswerer } from '../../tasks/index.node.ts';
import { type Args, type Command, type Io, required, UsageError } from '../command.ts';
import { contextOf, readStdin } from '../context.ts';

/** Answers texts from the command line or, with `--jsonl` or `-`, from standard input. */
export async function answer(dir: string, inputs: readonly string[], args: Args, io: Io): Promise<void> {
  const fromStdin = args.values.jsonl === true || inputs.includes('-') || inputs.length === 0;
  const texts = !fromStdin
    ? [...inputs]
    : args.values.jsonl === true
      ? parseJsonl(await readStdin(), 'standard input').map(({ line, value }) => {
          if (typeof value.text !== 'string')
            throw new UsageError(
              `expected a field text, got ${Object.keys(value).join(', ')} (standard input, line ${line})`,
            );
          return value.text;
        })
      : (await readStdin()).split('\n').filter((line) => line !== '');
  const open = await openAnswerer(dir, await contextOf(args, io));
  try {
    const answers = await open.answer(texts);
    if (io.json) io.out(JSON.stringify(answers));
    else
      for (const [i, one] of answers.entries())
        io.out(args.values.jsonl === true ? JSON.stringify(one) : open.line(one, texts[i] as string));
  } finally {
    await open.release();
  }
}

export const command: Command = {
  flags: {},
  run: async (args, io) => {
    await answer(required(args, 0, 'a run folder'), args.positionals.slice(1), args, io);
    return undefined;
  },
};
