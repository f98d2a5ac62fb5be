// `tesserae decode`: ids to texts.
import { type Command, text, UsageError } from '../command.ts';
import { LineWriter, stdinLines, stdinObjects } from '../lines.ts';
import { tokenizerOf } from './tokenize-flags.ts';

export const command: Command = {
  words: 0,
  jsonl: true,
  flags: { tokenizer: { type: 'string' }, 'skip-special-tokens': { type: 'boolean' } },
  run: async (args, io) => {
    const tokenizer = await tokenizerOf(args);
    const options = { skipSpecialTokens: args.values['skip-special-tokens'] === true };
    const encoding = text(args, 'encoding');
    const output = new LineWriter(io);
    if (args.values.jsonl === true || io.json) {
      const texts: string[] = [];
      for await (const { line, value } of stdinObjects(encoding)) {
        if (!Array.isArray(value.ids) || !value.ids.every(Number.isSafeInteger))
          throw new UsageError(
            `expected a list of whole numbers ids, got ${JSON.stringify(value).slice(0, 80)} (standard input, line ${line})`,
          );
        const decoded = tokenizer.decode(value.ids as number[], options);
        if (io.json) texts.push(decoded);
        else output.write(JSON.stringify({ text: decoded }));
      }
      if (io.json) output.write(JSON.stringify(texts.map((one) => ({ text: one }))));
    } else {
      // As `tokenize --ids-only` writes them: a line of ids, a line of text.
      let line = 0;
      for await (const raw of stdinLines(encoding)) {
        line++;
        const ids = raw.split(/\s+/).filter(Boolean).map(Number);
        if (!ids.every(Number.isSafeInteger))
          throw new UsageError(
            `expected ids, got '${raw.slice(0, 60)}' (standard input, line ${line}); --jsonl reads objects`,
          );
        output.write(tokenizer.decode(ids, options));
      }
    }
    output.end();
    return undefined;
  },
};
