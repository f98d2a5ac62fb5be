// `tesserae tokenize`: texts to ids, tokens and places.
import { availableParallelism } from 'node:os';
import { textSvg } from '../../lens/index.ts';
import { idsInThreads } from '../../tokens/index.node.ts';
import {
  cutText,
  type EncodeInput,
  type EncodeOptions,
  type Encoding,
  encodeStream,
  type Tokenizer,
} from '../../tokens/index.ts';
import { type Args, type Command, type Io, integer, text, UsageError } from '../command.ts';
import { LineWriter, stdinLines, stdinObjects } from '../lines.ts';
import { modalityFlags, tokenizerOf } from './tokenize-flags.ts';
import { asksForDrawing, tokenizeModality, writeDrawings } from './tokenize-modality.ts';

function choice<T extends string>(args: Args, name: string, options: readonly T[]): T | undefined {
  const value = text(args, name);
  if (value !== undefined && !options.includes(value as T))
    throw new UsageError(`--${name}: expected ${options.join(' or ')}, got '${value}'`);
  return value as T | undefined;
}

function optionsFrom(args: Args): EncodeOptions {
  const options: { -readonly [K in keyof EncodeOptions]?: EncodeOptions[K] | undefined } = {
    addSpecialTokens: args.values['no-special-tokens'] !== true,
    truncation: choice(args, 'truncation', ['longest_first', 'only_first', 'only_second'] as const),
    maxLength: integer(args, 'max-length'),
    stride: integer(args, 'stride'),
    truncationSide: choice(args, 'truncation-side', ['left', 'right']),
    padding: choice(args, 'padding', ['longest', 'max_length'] as const),
    paddingSide: choice(args, 'padding-side', ['left', 'right']),
    padToMultipleOf: integer(args, 'pad-to-multiple-of'),
    special: choice(args, 'special', ['allow', 'refuse', 'text']),
    seed: integer(args, 'seed'),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as EncodeOptions;
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
    ...(encoding.overflowing.length > 0 ? { overflowing: encoding.overflowing.map(record) } : {}),
  };
}

async function* requests(args: Args): AsyncGenerator<EncodeInput> {
  if (args.values.jsonl === true && args.positionals.length === 0) {
    for await (const { line, value } of stdinObjects(text(args, 'encoding'))) {
      if (typeof value.text !== 'string')
        throw new UsageError(
          `expected a field text, got ${Object.keys(value).join(', ')} (standard input, line ${line})`,
        );
      if (value.pair !== undefined && value.pair !== null && typeof value.pair !== 'string')
        throw new UsageError(
          `expected a text as pair, got ${JSON.stringify(value.pair)} (standard input, line ${line})`,
        );
      yield typeof value.pair === 'string' ? [value.text, value.pair] : value.text;
    }
  } else if (args.positionals.length > 0) yield* args.positionals;
  else yield* stdinLines(text(args, 'encoding'));
}

/** The page of one text: its tokens in place, ids, positions, and the sum that enters the Transformer. */
async function draw(args: Args, io: Io, texts: readonly EncodeInput[], tokenizer: Tokenizer): Promise<void> {
  if (texts.some((one) => typeof one !== 'string'))
    throw new UsageError('--html, --svg and --png: expected one text, got a pair; leave its second text out');
  await writeDrawings(
    args,
    io,
    (texts as readonly string[]).map((one) => {
      const units = cutText(one, tokenizer, optionsFrom(args));
      return { source: excerpt(one), units, draw: async () => ({ original: textSvg(one, units) }) };
    }),
  );
}

/** A title of a few words. */
const excerpt = (whole: string): string => (whole.length > 60 ? `${Array.from(whole).slice(0, 60).join('')}…` : whole);

function shown(encoding: Encoding): string {
  return encoding.tokens.map((token, i) => `${token}\u00a0${encoding.ids[i]}`).join(' ');
}

/** How one encoding is written. */
function formatOf(args: Args, io: Io): (encoding: Encoding) => string {
  if (io.json || args.values.jsonl === true) return (encoding) => JSON.stringify(record(encoding));
  return args.values['ids-only'] === true ? (encoding) => encoding.ids.join(' ') : shown;
}

export const command: Command = {
  jsonl: true,
  flags: {
    ...modalityFlags,
    tokenizer: { type: 'string' },
    'ids-only': { type: 'boolean' },
    'no-special-tokens': { type: 'boolean' },
    truncation: { type: 'string' },
    'truncation-side': { type: 'string' },
    'max-length': { type: 'string' },
    stride: { type: 'string' },
    padding: { type: 'string' },
    'padding-side': { type: 'string' },
    'pad-to-multiple-of': { type: 'string' },
    special: { type: 'string' },
  },
  run: async (args, io) => {
    if ((text(args, 'modality') ?? 'text') !== 'text') return tokenizeModality(args, io);
    const [tokenizer, options, format] = [await tokenizerOf(args), optionsFrom(args), formatOf(args, io)];
    const output = new LineWriter(io);
    // Padding to the longest needs all of them, as one JSON document does; anything else goes through line by line.
    const isDrawn = asksForDrawing(args);
    const isBatch = isDrawn || io.json || options.padding === 'longest' || tokenizer.toJSON().padding != null;
    if (isBatch) {
      const batch: EncodeInput[] = [];
      for await (const request of requests(args)) batch.push(request);
      if (isDrawn) await draw(args, io, batch, tokenizer);
      const lines = tokenizer.encodeBatch(batch, options).map(format);
      if (io.json) output.write(`[${lines.join(',')}]`);
      else for (const line of lines) output.write(line);
    } else if (args.values['ids-only'] === true) {
      const threads = integer(args, 'threads') ?? availableParallelism();
      for await (const ids of idsInThreads(tokenizer, requests(args), { ...options, threads }))
        output.write(ids.join(' '));
    } else {
      for await (const encoding of encodeStream(tokenizer, requests(args), options)) output.write(format(encoding));
    }
    output.end();
    return undefined;
  },
};
