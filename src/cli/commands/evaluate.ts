// `tesserae evaluate`: scores on data the run has not seen, beside cheap baselines.
import type { SplitName } from '../../data/index.ts';
import { evaluateRun } from '../../tasks/index.node.ts';
import { type Command, required, text } from '../command.ts';
import { contextOf } from '../context.ts';

export const command: Command = {
  flags: { data: { type: 'string' }, split: { type: 'string' } },
  run: async (args, io) => {
    const [data, split] = [text(args, 'data'), text(args, 'split')];
    const options = {
      ...(data === undefined ? {} : { data }),
      ...(split === undefined ? {} : { split: split as SplitName }),
    };
    const { evaluation, report } = await evaluateRun(
      required(args, 0, 'a run folder'),
      await contextOf(args, io),
      options,
    );
    io.out(io.json ? JSON.stringify(evaluation) : report);
    return undefined;
  },
};
