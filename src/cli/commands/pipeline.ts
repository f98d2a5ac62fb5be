// `tesserae pipeline`: a task by its Transformers.js name on any checkpoint of that kind.
import { type Command, required, UsageError } from '../command.ts';
import { answer } from './predict.ts';

const tasks = { 'text-classification': answer, 'sentiment-analysis': answer } as const;

export const command: Command = {
  flags: {},
  run: async (args, io) => {
    const name = required(args, 0, 'a task');
    if (!Object.hasOwn(tasks, name))
      throw new UsageError(`pipeline: expected a task among ${Object.keys(tasks).join(', ')}, got '${name}'`);
    await tasks[name as keyof typeof tasks](required(args, 1, 'a model folder'), args.positionals.slice(2), args, io);
    return undefined;
  },
};
