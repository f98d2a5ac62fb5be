// Chat templates: messages to the text that a model was trained on, by the Jinja template that comes with its tokenizer.
import { Template } from '@huggingface/jinja';
import { type Tokenizer, TokenizerError } from '../tokenizer.ts';

/** One message of a conversation. Templates may read other fields too. */
export interface ChatMessage {
  readonly role: string;
  readonly content: unknown;
  readonly [field: string]: unknown;
}

/** Options of {@link applyChatTemplate}. */
export interface ChatTemplateOptions {
  /** A template instead of the tokenizer's, or the name of one of its several. */
  readonly template?: string;
  /** End with the beginning of the assistant's answer. */
  readonly addGenerationPrompt?: boolean;
  /** Descriptions of functions that the model may call. */
  readonly tools?: readonly unknown[];
  /** More variables of the template. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/**
 * The text of a conversation. Encode it with `addSpecialTokens: false`: the template has put them in already.
 * @throws TokenizerError where there is no template, or it refuses the messages
 */
export function applyChatTemplate(
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  options: ChatTemplateOptions = {},
): string {
  const templates = tokenizer.config?.chatTemplates ?? {};
  const { template: wanted = options.tools && templates.tool_use ? 'tool_use' : 'default' } = options;
  const source = templates[wanted] ?? (options.template === undefined ? undefined : wanted);
  if (source === undefined)
    throw new TokenizerError(
      `applyChatTemplate: expected a tokenizer with a chat template, got ${Object.keys(templates).join(', ') || 'none'} (tokenizer_config.json); take a model that was trained to chat, or give options.template`,
    );
  try {
    return new Template(source).render({
      messages,
      add_generation_prompt: options.addGenerationPrompt ?? false,
      // none where there are none, as in the reference: templates ask `is not none` as well as `is defined`
      tools: options.tools ?? null,
      documents: null,
      ...tokenizer.config?.specialTokens,
      ...options.variables,
    });
  } catch (error) {
    throw new TokenizerError(
      `applyChatTemplate: expected messages that the template takes, got: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}
