// Conversations as ids: the tokenizer's chat template around what was said. Special tokens that somebody writes, in a message or in a
// document to answer from, are text.
import { applyChatTemplate, type ChatMessage, type ChatTemplateOptions, type Tokenizer } from '../../tokens/index.ts';
import { GenerationError } from './generation-error.ts';

/** A stretch of a conversation's text: what the template wrote, or what was given to it. */
export interface ChatPiece {
  readonly text: string;
  /** Whether it is the template's own; what is not comes from somebody. */
  readonly isTemplate: boolean;
  /** The message whose content it is. */
  readonly message?: ChatMessage;
}

/** A place for a message's content: characters of the private use area, which templates copy as they are. */
const placeholder = (index: number): string => `\u{F0000}${index}\u{F0001}`;
const PLACEHOLDER = /\u{F0000}(\d+)\u{F0001}/u;

/** A value of lists and plain objects with every text in it replaced. */
function withTexts(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((one) => withTexts(one, replace));
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withTexts(one, replace)]));
}

/** The rendered conversation, cut where contents, and variables that spell special tokens, begin and end. @throws TokenizerError where there is no template */
export function chatPieces(
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  options: ChatTemplateOptions = {},
): ChatPiece[] {
  const given: Omit<ChatPiece, 'isTemplate'>[] = [];
  const mark = (piece: Omit<ChatPiece, 'isTemplate'>): string => placeholder(given.push(piece) - 1);
  const marked = messages.map((message) => ({ ...message, content: mark({ text: String(message.content), message }) }));
  const hide = (text: string): string => (spellsSpecial(tokenizer, text) ? mark({ text }) : text);
  const variables = withTexts(options.variables ?? {}, hide) as Readonly<Record<string, unknown>>;
  // split with one group: text and group take turns
  return applyChatTemplate(tokenizer, marked, { ...options, variables })
    .split(PLACEHOLDER)
    .map((part, i): ChatPiece => {
      if (i % 2 === 0) return { text: part, isTemplate: true };
      return { ...(given[Number(part)] as (typeof given)[number]), isTemplate: false };
    })
    .filter(({ text }) => text !== '');
}

/** Ids of a piece: only the template's special tokens are special. */
export function pieceIds(tokenizer: Tokenizer, { text, isTemplate }: ChatPiece): number[] {
  return tokenizer.encodeIds(text, { addSpecialTokens: false, special: isTemplate ? 'allow' : 'text' });
}

function spellsSpecial(tokenizer: Tokenizer, content: string): boolean {
  const [free, plain] = (['allow', 'text'] as const).map((special) =>
    tokenizer.encodeIds(content, { addSpecialTokens: false, special }),
  ) as [number[], number[]];
  return free.length !== plain.length || free.some((id, i) => id !== plain[i]);
}

/**
 * Ids of a conversation up to where the answer begins: those of the rendered text; where a message or a variable of the template (a
 * document) spells a special token, piece by piece, so that it stays text.
 * @throws TokenizerError where there is no template, or it refuses the messages
 */
export function chatIds(
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  options: ChatTemplateOptions = { addGenerationPrompt: true },
): number[] {
  let isSly = messages.some(({ content }) => typeof content === 'string' && spellsSpecial(tokenizer, content));
  withTexts(options.variables, (text) => {
    isSly ||= spellsSpecial(tokenizer, text);
    return text;
  });
  if (isSly) return chatPieces(tokenizer, messages, options).flatMap((piece) => pieceIds(tokenizer, piece));
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
