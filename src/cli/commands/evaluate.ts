// `tesserae evaluate`: scores on data the run has not seen, beside cheap baselines.
import type { SplitName } from '../../data/index.ts';
import { evaluateRun } from '../../tasks/index.node.ts';
import { type Command, required, text, UsageError } from '../command.ts';
import { contextOf } from '../context.ts';

const SPLITS: readonly string[] = ['train', 'validation', 'test'] satisfies SplitName[];

export const command: Command = {
  words: 1,
  flags: { data: { type: 'string' }, split: { type: 'string' } },
  run: async (args, io) => {
    const [data, split] = [text(args, 'data'), text(args, 'split')];
    if (split !== undefined && !SPLITS.includes(split))
      throw new UsageError(`--split: expected one of ${SPLITS.join(', ')}, got '${split}'`);
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
