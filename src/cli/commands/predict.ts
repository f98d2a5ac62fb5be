// `tesserae predict`: a run answers.
import { openAnswerer } from '../../tasks/index.node.ts';
import { type Command, required } from '../command.ts';
import { contextOf, readInputs } from '../context.ts';

export const command: Command = {
  flags: {},
  run: async (args, io) => {
    const dir = required(args, 0, 'a run folder');
    const inputs = await readInputs(args, args.positionals.slice(1));
    const open = await openAnswerer(dir, await contextOf(args, io));
    try {
      const answers = await open.answer(inputs);
      if (io.json) io.out(JSON.stringify(answers));
      else
        for (const [i, one] of answers.entries())
          io.out(args.values.jsonl === true ? JSON.stringify(one) : open.line(one, inputs[i] as string));
    } finally {
      await open.release();
    }
    return undefined;
  },
};
