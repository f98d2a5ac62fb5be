// `tesserae predict`: a run answers.
import { parseJsonl } from '../../data/index.ts';
import { classify, openClassifier } from '../../tasks/index.node.ts';
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
  const open = await openClassifier(dir, await contextOf(args, io));
  try {
    const results = await classify(open, texts);
    const best = results.map((labels) => labels[0] as (typeof labels)[number]);
    if (io.json) io.out(JSON.stringify(best));
    else if (args.values.jsonl === true) for (const one of best) io.out(JSON.stringify(one));
    else
      for (const [i, { label, score }] of best.entries())
        io.out(`${label}\t${(100 * score).toFixed(1)} %\t${texts[i]}`);
  } finally {
    await open.classifier.release();
  }
}

export const command: Command = {
  flags: {},
  run: async (args, io) => {
    await answer(required(args, 0, 'a run folder'), args.positionals.slice(1), args, io);
    return undefined;
  },
};
