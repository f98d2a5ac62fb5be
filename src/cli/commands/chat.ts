// `tesserae chat`: a conversation with a model, answers as they are written. Ctrl-C ends an answer, at the prompt the conversation.
import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { openGenerator } from '../../tasks/index.node.ts';
import {
  fittingChat,
  GenerationError,
  type GenerationSettings,
  type Generator,
  SettingsError,
  streamText,
} from '../../tasks/index.ts';
import type { ChatMessage } from '../../tokens/index.ts';
import { type Args, type Command, type Io, integer, required, text, texts, UsageError } from '../command.ts';
import { contextOf } from '../context.ts';
import { generationFlags, settingsFrom, untilInterrupted } from '../generation-flags.ts';

/** Tokens that an answer may have where neither the model nor the command line says. */
const ANSWER = 60;

/** How an answer is written, and how many tokens of the conversation are kept for it. */
interface AnswerPlan {
  readonly settings: GenerationSettings;
  readonly room: number;
}

/**
 * What is asked for leaves the conversation the rest of the row; what only the model asks for leaves it half at least.
 * @throws SettingsError for an answer as long as all positions
 */
function planAnswer(
  given: GenerationSettings,
  own: GenerationSettings,
  positions = Number.POSITIVE_INFINITY,
): AnswerPlan {
  const { max_new_tokens: asked, max_length = positions } = given;
  if (asked !== undefined) {
    if (asked < positions) return { settings: given, room: positions - asked };
    throw new SettingsError(
      `max_new_tokens: expected less than the model's ${positions} positions, so that the conversation has room, got ${asked} (the command line); ask for a shorter answer, or take a model with more positions`,
    );
  }
  const longest = Math.min(max_length, positions);
  const answer = Math.min(own.max_new_tokens ?? ANSWER, Math.floor(longest / 2));
  // a row's length that is asked for holds as it is
  const settings = given.max_length === undefined ? { ...given, max_new_tokens: answer } : given;
  return { settings, room: longest - answer };
}

/** A conversation that goes on message by message. */
class Conversation {
  readonly messages: ChatMessage[];
  readonly #generator: Generator;
  readonly #args: Args;
  readonly #io: Io;

  constructor(generator: Generator, args: Args, io: Io) {
    const system = text(args, 'system');
    this.messages = system === undefined ? [] : [{ role: 'system', content: system }];
    this.#generator = generator;
    this.#args = args;
    this.#io = io;
  }

  /** Answers one message; `write` gets the answer piece by piece. What was written of a broken-off answer stays. */
  async say(content: string, write: (piece: string) => void): Promise<string> {
    const { tokenizer, model, settings: own } = this.#generator;
    if (!tokenizer)
      throw new GenerationError(`chat: expected a tokenizer beside the model, got none (${model.className})`);
    const { settings, room } = planAnswer(settingsFrom(this.#args), own, model.maxLength);
    this.messages.push({ role: 'user', content });
    const { ids, dropped } = fittingChat(tokenizer, this.messages, room);
    if (dropped > 0) this.#io.note(`note: the first ${dropped} messages no longer fit and are left out\n`);
    const seed = (integer(this.#args, 'seed') ?? 0) + this.messages.length;
    const interrupt = untilInterrupted();
    let answer = '';
    try {
      const request = { prompts: [ids], settings, seed, signal: interrupt.signal };
      for await (const piece of streamText(this.#generator, request)) {
        answer += piece;
        write(piece);
      }
    } catch (error) {
      if (!interrupt.signal.aborted) throw error;
    } finally {
      interrupt.end();
    }
    this.messages.push({ role: 'assistant', content: answer });
    return answer;
  }
}

/** What people say: the flags, else lines; at a terminal after a prompt. */
async function* spoken(args: Args, input: Readable & { isTTY?: boolean }): AsyncGenerator<string> {
  const given = texts(args, 'message');
  if (given.length > 0) {
    yield* given;
    return;
  }
  const lines = createInterface({ input, output: process.stderr, terminal: input.isTTY === true, prompt: '> ' });
  if (input.isTTY) lines.prompt();
  for await (const line of lines) {
    const said = line.replace(/^\ufeff/, '');
    if (said.trim() !== '') yield said;
    if (input.isTTY) lines.prompt();
  }
}

async function talk(conversation: Conversation, args: Args, io: Io): Promise<void> {
  for await (const message of spoken(args, process.stdin)) {
    const answer = await conversation.say(message, (piece) => {
      if (io.isTerminal && !io.json) process.stdout.write(piece);
    });
    if (io.json) io.out(JSON.stringify({ message, answer }));
    else io.out(io.isTerminal ? '' : answer);
  }
}

export const command: Command = {
  words: 1,
  flags: { system: { type: 'string' }, message: { type: 'string', multiple: true, list: true }, ...generationFlags },
  run: async (args, io) => {
    const name = required(args, 0, 'a run folder or a model that talks');
    const { runtime, session, hub = {} } = await contextOf(args, io);
    const generator = await openGenerator(name, { runtime, session, hub });
    try {
      await talk(new Conversation(generator, args, io), args, io);
      return undefined;
    } catch (error) {
      throw error instanceof SettingsError ? new UsageError(error.message) : error;
    } finally {
      await generator.release();
    }
  },
};
