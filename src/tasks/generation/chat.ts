// Conversations as ids: the tokenizer's chat template around what was said. Special tokens that somebody writes are text.
import { applyChatTemplate, type ChatMessage, type ChatTemplateOptions, type Tokenizer } from '../../tokens/index.ts';
import { GenerationError } from './generation-error.ts';

/** A stretch of a conversation's text: what the template wrote, or what a message says. */
export interface ChatPiece {
  readonly text: string;
  /** The message whose content it is; absent for the template's own. */
  readonly message?: ChatMessage;
}

/** A place for a message's content: characters of the private use area, which templates copy as they are. */
const placeholder = (index: number): string => `\u{F0000}${index}\u{F0001}`;
const PLACEHOLDER = /\u{F0000}(\d+)\u{F0001}/u;

/** The rendered conversation, cut where contents begin and end. @throws TokenizerError where there is no template */
export function chatPieces(
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  options: ChatTemplateOptions = {},
): ChatPiece[] {
  const marked = messages.map((message, i) => ({ ...message, content: placeholder(i) }));
  // split with one group: text and group take turns
  return applyChatTemplate(tokenizer, marked, options)
    .split(PLACEHOLDER)
    .map((part, i): ChatPiece => {
      if (i % 2 === 0) return { text: part };
      const message = messages[Number(part)] as ChatMessage;
      return { text: String(message.content), message };
    })
    .filter(({ text }) => text !== '');
}

/** Ids of a piece: only the template's special tokens are special. */
export function pieceIds(tokenizer: Tokenizer, { text, message }: ChatPiece): number[] {
  return tokenizer.encodeIds(text, { addSpecialTokens: false, ...(message ? { special: 'text' as const } : {}) });
}

function spellsSpecial(tokenizer: Tokenizer, content: string): boolean {
  const [free, plain] = (['allow', 'text'] as const).map((special) =>
    tokenizer.encodeIds(content, { addSpecialTokens: false, special }),
  ) as [number[], number[]];
  return free.length !== plain.length || free.some((id, i) => id !== plain[i]);
}

/**
 * Ids of a conversation up to where the answer begins: those of the rendered text; where a message spells a special token, piece by
 * piece, so that it stays text.
 * @throws TokenizerError where there is no template, or it refuses the messages
 */
export function chatIds(
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  options: ChatTemplateOptions = { addGenerationPrompt: true },
): number[] {
  if (messages.some(({ content }) => typeof content === 'string' && spellsSpecial(tokenizer, content)))
    return chatPieces(tokenizer, messages, options).flatMap((piece) => pieceIds(tokenizer, piece));
  return tokenizer.encodeIds(applyChatTemplate(tokenizer, messages, options), { addSpecialTokens: false });
}

/** A conversation that leaves room for an answer. */
export interface FittingChat {
  readonly ids: number[];
  /** Messages from the front that were left out. */
  readonly dropped: number;
}

/**
 * The latest part of a conversation that is at most `room` tokens long: the oldest question goes with its answer, a system message stays.
 * @throws GenerationError when the last message alone is longer
 */
export function fittingChat(tokenizer: Tokenizer, messages: readonly ChatMessage[], room: number): FittingChat {
  const system = messages.filter(({ role }) => role === 'system');
  const turns = messages.filter(({ role }) => role !== 'system');
  const starts = turns.flatMap(({ role }, i) => (role === 'user' ? [i] : []));
  let shortest = 0;
  for (const start of starts) {
    const ids = chatIds(tokenizer, [...system, ...turns.slice(start)]);
    if (ids.length <= room) return { ids, dropped: start };
    shortest = ids.length;
  }
  throw new GenerationError(
    `chat: expected a last message of at most ${room} tokens with its frame, got ${shortest}; say less, or ask for a shorter answer`,
  );
}
