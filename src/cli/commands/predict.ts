// `tesserae predict`: a run answers; a folder of files one JSON line each.
import { openAnswerer } from '../../tasks/index.node.ts';
import { answerFlags, writeAnswers } from '../answers.ts';
import { type Command, integer, required } from '../command.ts';
import { contextOf } from '../context.ts';

export const command: Command = {
  jsonl: true,
  flags: answerFlags,
  run: async (args, io) => {
    const dir = required(args, 0, 'a run folder');
    const seed = integer(args, 'seed');
    // what writes takes the seed from where it is opened
    const context = { ...(await contextOf(args, io)), ...(seed === undefined ? {} : { seed }) };
    const open = await openAnswerer(dir, context);
    try {
      await writeAnswers(args, io, args.positionals.slice(1), {
        answer: (inputs) => open.answer(inputs),
        inputsIn: open.inputsIn,
        line: (one, input) => (args.values.jsonl === true ? JSON.stringify(one) : open.line(one, input)),
        fields: (one) => one as object,
      });
    } finally {
      await open.release();
    }
    return undefined;
  },
};
