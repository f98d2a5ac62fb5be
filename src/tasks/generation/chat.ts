// Conversations as ids: the tokenizer's chat template around what was said. Special tokens that somebody writes, in a message, in what
// stands beside it, in a tool or in a document to answer from, are text.
import { applyChatTemplate, type ChatMessage, type ChatTemplateOptions, type Tokenizer } from '../../tokens/index.ts';
import { GenerationError } from './generation-error.ts';

/** A stretch of a conversation's text: what the template wrote, or what was given to it. */
export interface ChatPiece {
  readonly text: string;
  /** Whether it is the template's own; what is not comes from somebody. */
  readonly isTemplate: boolean;
  /** The message whose content it is, or a part of it. */
  readonly message?: ChatMessage;
}

/** A place for what was given: characters of the private use area, which templates copy as they are. */
const OPEN = '\u{F0000}';
const placeholder = (index: number): string => `${OPEN}${index}\u{F0001}`;
const PLACEHOLDER = /\u{F0000}(\d+)\u{F0001}/u;

/** A value of lists and objects with every text in it, names of fields too, replaced. */
function withTexts(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((one) => withTexts(one, replace));
  if (typeof value !== 'object' || value === null) return value;
  // as the template will see them
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [replace(key), withTexts(one, replace)]));
}

/** The special tokens of a tokenizer: their ids, and everything that one of them begins with. */
interface Specials {
  readonly ids: ReadonlySet<number>;
  readonly beginnings: ReadonlySet<string>;
  readonly longest: number;
}

const known = new WeakMap<Tokenizer, Specials>();

function specialsOf(tokenizer: Tokenizer): Specials {
  const before = known.get(tokenizer);
  if (before) return before;
  const listed = (tokenizer.toJSON().added_tokens ?? []) as readonly { content: string; special?: boolean }[];
  const contents = listed.filter(({ special }) => special === true).map(({ content }) => content);
  const specials: Specials = {
    ids: new Set(contents.map((content) => tokenizer.tokenToId(content) as number)),
    beginnings: new Set(contents.flatMap((content) => Array.from(content, (_, at) => content.slice(0, at)).slice(1))),
    longest: contents.reduce((most, { length }) => Math.max(most, length), 0),
  };
  known.set(tokenizer, specials);
  return specials;
}

function spellsSpecial(tokenizer: Tokenizer, content: string): boolean {
  const [free, plain] = (['allow', 'text'] as const).map((special) =>
    tokenizer.encodeIds(content, { addSpecialTokens: false, special }),
  ) as [number[], number[]];
  return free.length !== plain.length || free.some((id, i) => id !== plain[i]);
}

/** Whether a text ends in the beginning of a special token, so that what comes behind it could end it, or looks like one of our places. */
function couldBegin(tokenizer: Tokenizer, text: string): boolean {
  const { beginnings, longest } = specialsOf(tokenizer);
  for (let length = 1; length < Math.min(longest, text.length + 1); length++)
    if (beginnings.has(text.slice(-length))) return true;
  return text.includes(OPEN);
}

/** What the messages say, the tools and the variables, as the template takes them. */
type Given = readonly [messages: readonly ChatMessage[], options: ChatTemplateOptions];

/** Everything that is not the template's, with its texts replaced: contents by one function, whatever else by the other. */
function replaced(
  [messages, options]: Given,
  content: (text: string, message: ChatMessage) => string,
  other: (text: string) => string,
): Given {
  const contentOf = (message: ChatMessage): unknown => {
    const value = message.content;
    if (value === null || value === undefined) return value;
    if (typeof value !== 'object') return content(String(value), message);
    // parts of a content: only what they say; templates ask for the rest
    if (!Array.isArray(value)) return withTexts(value, other);
    return value.map((part) => {
      if (typeof part === 'string') return content(part, message);
      const text = (part as { text?: unknown } | null)?.text;
      const rest = withTexts(part, other);
      return typeof text === 'string' ? { ...(rest as object), text: content(text, message) } : rest;
    });
  };
  const marked = messages.map((message) => {
    const { content: _, ...fields } = message;
    return { ...(withTexts(fields, other) as ChatMessage), content: contentOf(message) };
  });
  const { tools, variables } = options;
  return [
    marked,
    {
      ...options,
      ...(tools ? { tools: withTexts(tools, other) as readonly unknown[] } : {}),
      ...(variables ? { variables: withTexts(variables, other) as Readonly<Record<string, unknown>> } : {}),
    },
  ];
}

/**
 * The rendered conversation, cut where contents begin and end, and all else that was given and spells special tokens: fields of messages,
 * tools, variables. @throws TokenizerError where there is no template
 */
export function chatPieces(
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  options: ChatTemplateOptions = {},
): ChatPiece[] {
  const given: Omit<ChatPiece, 'isTemplate'>[] = [];
  const mark = (piece: Omit<ChatPiece, 'isTemplate'>): string => placeholder(given.push(piece) - 1);
  const marked = replaced(
    [messages, options],
    (text, message) => mark({ text, message }),
    (text) => (couldBegin(tokenizer, text) || spellsSpecial(tokenizer, text) ? mark({ text }) : text),
  );
  // split with one group: text and group take turns
  return applyChatTemplate(tokenizer, ...marked)
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

/**
 * Ids of a conversation up to where the answer begins: those of the rendered text; where something that was given (a message in whatever
 * form, its role and other fields, a tool, a variable) would become a special token, alone or together with what stands beside it, piece
 * by piece, so that it stays text.
 * @throws TokenizerError where there is no template, or it refuses the messages
 */
export function chatIds(
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  options: ChatTemplateOptions = { addGenerationPrompt: true },
): number[] {
  let [isSly, isSuspicious] = [false, false];
  const look = (text: string): string => {
    isSuspicious ||= couldBegin(tokenizer, text);
    isSly ||= spellsSpecial(tokenizer, text);
    return text;
  };
  replaced([messages, options], look, look);
  const whole = (): number[] =>
    tokenizer.encodeIds(applyChatTemplate(tokenizer, messages, options), { addSpecialTokens: false });
  if (!isSly && !isSuspicious) return whole();
  const apart = chatPieces(tokenizer, messages, options).flatMap((piece) => pieceIds(tokenizer, piece));
  if (isSly) return apart;
  const ids = whole();
  const special = specialsOf(tokenizer).ids;
  const [all, ours] = [ids, apart].map((some) => some.filter((id) => special.has(id)).join(' '));
  return all === ours ? ids : apart;
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
