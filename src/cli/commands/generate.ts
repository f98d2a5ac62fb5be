// `tesserae generate`: a model writes on.
import { openGenerator } from '../../tasks/index.node.ts';
import type { GenerationSettings } from '../../tasks/index.ts';
import {
  type Args,
  type Command,
  type Flags,
  type Io,
  integer,
  required,
  text,
  texts,
  UsageError,
} from '../command.ts';
import { contextOf } from '../context.ts';

export const command: Command = {
  flags: {
    prompt: { type: 'string', multiple: true },
    'input-ids': { type: 'string' },
    'max-new-tokens': { type: 'string' },
  },
  run: async (args, io) => {
    const name = required(args, 0, 'a model folder or name');
    const { runtime, session, hub = {} } = await contextOf(args, io);
    const generator = await openGenerator(name, { runtime, session, hub });
    try {
      const prompts = texts(args, 'prompt').map((one) => generator.tokenizer?.encodeIds(one) ?? []);
      const max_new_tokens = integer(args, 'max-new-tokens');
      const { sequences } = await generator.generate({
        prompts,
        settings: { ...(max_new_tokens ? { max_new_tokens } : {}) },
      });
      for (const row of sequences)
        io.out(generator.tokenizer?.decode(row, { skipSpecialTokens: true }) ?? row.join(' '));
    } finally {
      await generator.release();
    }
    return undefined;
  },
};
