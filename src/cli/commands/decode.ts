// `tesserae decode`: ids to texts.
import { parseJsonl } from '../../data/index.ts';
import { type Command, UsageError } from '../command.ts';
import { readStdin } from '../context.ts';
import { tokenizerOf } from './tokenize.ts';

export const command: Command = {
  flags: { tokenizer: { type: 'string' }, 'skip-special-tokens': { type: 'boolean' } },
  run: async (args, io) => {
    const tokenizer = await tokenizerOf(args);
    const skipSpecialTokens = args.values['skip-special-tokens'] === true;
    for (const { line, value } of parseJsonl(await readStdin(), 'standard input')) {
      if (!Array.isArray(value.ids))
        throw new UsageError(
          `expected a list ids, got ${Object.keys(value).join(', ')} (standard input, line ${line})`,
        );
      io.out(JSON.stringify({ text: tokenizer.decode(value.ids as number[], { skipSpecialTokens }) }));
    }
    return undefined;
  },
};
