// Texts around a generator: prompts in, what was written out, all at once or as it comes.
import type { DecodeStream, EncodeOptions, Tokenizer } from '../../tokens/index.ts';
import { ownLength } from '../encode-texts.ts';
import { GenerationError, SettingsError } from './generation-error.ts';
import type { GenerateRequest, Generation, Generator } from './generator.ts';
import type { StepEvent } from './search.ts';

/** How many tokens of the prompt a stream takes along, for what is written may join their text. */
const LOOK_BACK = 8;

/** The tokenizer, which not every generator has. @throws GenerationError */
function tokenizerOf({ tokenizer, model }: Generator): Tokenizer {
  if (tokenizer) return tokenizer;
  throw new GenerationError(`generate: expected a tokenizer beside the model, got none (${model.className}); give ids`);
}

/**
 * Prompts as ids, special tokens added as the tokenizer has them; those written in a prompt are text unless `special` allows them.
 * @throws GenerationError for a text of no tokens, with its number
 */
export function promptIds(
  generator: Generator,
  texts: readonly string[],
  options: Pick<EncodeOptions, 'addSpecialTokens' | 'special'> = {},
): number[][] {
  const tokenizer = tokenizerOf(generator);
  return texts.map((text, i) => {
    const ids = tokenizer.encodeIds(text, { special: 'text', ...ownLength, ...options });
    if (ids.length > 0) return ids;
    throw new GenerationError(
      `generate: expected a prompt of at least one token, got an empty one (prompt ${i + 1}); begin with a word or the start token`,
    );
  });
}

/** Rows as texts, special tokens left out. */
export interface WrittenTexts {
  /** With the prompt, unless an encoder read it. */
  readonly texts: readonly string[];
  /** What was written alone. */
  readonly continuations: readonly string[];
}

/** The texts of a generation. */
export function writtenTexts(
  generator: Generator,
  { sequences, written }: Pick<Generation, 'sequences' | 'written'>,
): WrittenTexts {
  const tokenizer = tokenizerOf(generator);
  const decode = (ids: readonly number[]): string => tokenizer.decode(ids, { skipSpecialTokens: true });
  const texts = sequences.map(decode);
  // rows have one length: the longest ends where it was written to, others with padding
  const longest = written.reduce((most, { length }) => Math.max(most, length), 0);
  const continuations = sequences.map((row, r) => {
    const new_ = written[r] as readonly number[];
    const prompt = decode(row.slice(0, Math.max(0, row.length - longest)));
    const text = texts[r] as string;
    return !generator.hasEncoder && text.startsWith(prompt) ? text.slice(prompt.length) : decode(new_);
  });
  return { texts, continuations };
}

/**
 * The steps of one request as they come; the generation is what the iterator returns. Leaving the loop early ends it.
 * @throws what `generate` throws
 */
export async function* streamSteps(
  generator: Generator,
  request: GenerateRequest,
): AsyncGenerator<StepEvent, Generation> {
  const leaving = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, leaving.signal]) : leaving.signal;
  const waiting: StepEvent[] = [];
  let wake = (): void => undefined;
  const onStep = (event: StepEvent): void => {
    request.onStep?.(event);
    waiting.push(event);
    wake();
  };
  let isDone = false;
  const result = generator.generate({ ...request, signal, onStep }).finally(() => {
    isDone = true;
    wake();
  });
  // whoever leaves early does not wait for the rejection
  result.catch(() => undefined);
  try {
    for (;;) {
      const event = waiting.shift();
      if (event) yield event;
      else if (isDone) return await result;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (isDone || waiting.length > 0) resolve();
        });
    }
  } finally {
    leaving.abort();
  }
}

/** A decoder of what follows `prompt`. */
function streamAfter(generator: Generator, prompt: readonly number[]): DecodeStream {
  const stream = tokenizerOf(generator).decodeStream({ skipSpecialTokens: true });
  if (!generator.hasEncoder) for (const id of prompt.slice(-LOOK_BACK)) stream.push(id);
  return stream;
}

/**
 * What is written after one prompt, piece by piece; whole characters only. Returns the generation.
 * @throws SettingsError for several prompts and for beams, whose text is known only at the end
 */
export async function* streamText(generator: Generator, request: GenerateRequest): AsyncGenerator<string, Generation> {
  const { num_beams = 1, num_return_sequences = 1 } = { ...generator.settings, ...request.settings };
  const count = request.pixels?.shape[0] ?? request.prompts.length;
  if (count !== 1 || num_beams > 1 || num_return_sequences > 1) {
    const got = `${count} prompts, ${num_beams} beams, ${num_return_sequences} rows each`;
    throw new SettingsError(`stream: expected one prompt, no beams, one row, got ${got}`);
  }
  const stream = streamAfter(generator, request.prompts[0] ?? []);
  const steps = streamSteps(generator, request);
  try {
    for (;;) {
      const { value, done } = await steps.next();
      const piece = done ? stream.end() : stream.push(value.tokens[0]?.id as number);
      if (piece !== '') yield piece;
      if (done) return value;
    }
  } finally {
    await steps.return(undefined as never);
  }
}
