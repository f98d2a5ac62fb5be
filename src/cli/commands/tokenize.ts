// `tesserae tokenize`: texts to ids, tokens and places.
import { parseJsonl } from '../../data/index.ts';
import { loadTokenizer } from '../../tokens/index.node.ts';
import type { EncodeOptions, Encoding, Tokenizer } from '../../tokens/index.ts';
import { type Args, type Command, integer, text, UsageError } from '../command.ts';
import { readStdin } from '../context.ts';
import { modalityFlags } from './tokenize-flags.ts';
import { tokenizeModality } from './tokenize-modality.ts';

function optionsFrom(args: Args): EncodeOptions {
  const special = text(args, 'special');
  if (special !== undefined && !['allow', 'refuse', 'text'].includes(special))
    throw new UsageError(`--special: expected allow, refuse or text, got '${special}'`);
  const maxLength = integer(args, 'max-length');
  return {
    addSpecialTokens: args.values['no-special-tokens'] !== true,
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(special === undefined ? {} : { special: special as 'allow' | 'refuse' | 'text' }),
  };
}

function record(encoding: Encoding): Record<string, unknown> {
  return {
    ids: encoding.ids,
    tokens: encoding.tokens,
    offsets: encoding.offsets,
    type_ids: encoding.typeIds,
    special_tokens_mask: encoding.specialTokensMask,
    attention_mask: encoding.attentionMask,
    word_ids: encoding.wordIds,
  };
}

async function requests(args: Args): Promise<{ text: string; pair?: string }[]> {
  if (args.values.jsonl === true) {
    return parseJsonl(await readStdin(), 'standard input').map(({ line, value }) => {
      if (typeof value.text !== 'string')
        throw new UsageError(
          `expected a field text, got ${Object.keys(value).join(', ')} (standard input, line ${line})`,
        );
      return typeof value.pair === 'string' ? { text: value.text, pair: value.pair } : { text: value.text };
    });
  }
  if (args.positionals.length > 0) return args.positionals.map((one) => ({ text: one }));
  return (await readStdin())
    .replace(/\n$/, '')
    .split('\n')
    .map((one) => ({ text: one }));
}

/** The tokenizer that `--tokenizer` names. */
export async function tokenizerOf(args: Args): Promise<Tokenizer> {
  const path = text(args, 'tokenizer');
  if (path === undefined) throw new UsageError('expected --tokenizer T, got nothing');
  return loadTokenizer(path);
}

export const command: Command = {
  flags: {
    ...modalityFlags,
    tokenizer: { type: 'string' },
    'ids-only': { type: 'boolean' },
    'no-special-tokens': { type: 'boolean' },
    'max-length': { type: 'string' },
    special: { type: 'string' },
  },
  run: async (args, io) => {
    if (text(args, 'modality') !== undefined) return tokenizeModality(args, io);
    const [tokenizer, options] = [await tokenizerOf(args), optionsFrom(args)];
    const encodings = (await requests(args)).map((one) =>
      tokenizer.encode(one.text, { ...options, ...(one.pair === undefined ? {} : { pair: one.pair }) }),
    );
    if (io.json) io.out(JSON.stringify(encodings.map(record)));
    else if (args.values.jsonl === true) for (const encoding of encodings) io.out(JSON.stringify(record(encoding)));
    else if (args.values['ids-only'] === true) for (const encoding of encodings) io.out(`${encoding.ids.join(' ')}\n`);
    else
      for (const encoding of encodings)
        io.out(encoding.tokens.map((token, i) => `${token}\u00a0${encoding.ids[i]}`).join(' '));
    return undefined;
  },
};
