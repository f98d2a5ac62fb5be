// `pipeline('text-generation', model)` with the result shapes of Transformers.js.
import { DataError } from '../../data/index.ts';
import type { ChatMessage } from '../../tokens/index.ts';
import { chatIds } from '../generation/chat.ts';
import { openGenerator } from '../generation/generator.node.ts';
import {
  GenerationError,
  type GenerationSettings,
  type Generator,
  promptIds,
  readSettings,
  writtenTexts,
} from '../generation/index.ts';
import type { Pipeline, PipelineContext } from '../pipeline.node.ts';

/** A conversation. */
export type Chat = readonly ChatMessage[];

/** Options of one call: settings of `generation_config.json`, and these. */
export interface TextGenerationOptions extends GenerationSettings {
  /** The prompt too, not only what follows. Default true; a conversation is always given whole. */
  readonly return_full_text?: boolean;
  /** Whether a text gets the tokenizer's special tokens around it. Default true; a chat template writes its own. */
  readonly add_special_tokens?: boolean;
  /** A template of conversations instead of the tokenizer's, or the name of one of its several. */
  readonly chat_template?: string;
  /** What a chat template tells of: functions that the model may call, and texts to answer from. */
  readonly tools?: readonly unknown[];
  readonly documents?: readonly unknown[];
  /** Seed of sampling. Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** One continuation. */
export interface TextGeneration {
  readonly generated_text: string;
}

/** One answer: the conversation with it at the end. */
export interface ChatGeneration {
  readonly generated_text: ChatMessage[];
}

/** A decoder that is ready to be called. */
export interface TextGenerationPipeline extends Pipeline {
  /** A list of `num_return_sequences` results for one input; one such list per input for several. Without a length, the model's own or 256 new tokens. */
  (text: string, options?: TextGenerationOptions): Promise<TextGeneration[]>;
  (texts: readonly string[], options?: TextGenerationOptions): Promise<TextGeneration[][]>;
  (chat: Chat, options?: TextGenerationOptions): Promise<ChatGeneration[]>;
  (chats: readonly Chat[], options?: TextGenerationOptions): Promise<ChatGeneration[][]>;
}

type Input = string | Chat;

const isChat = (value: unknown): value is Chat =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((one) => typeof one === 'object' && one !== null && 'role' in one && 'content' in one);

/** One entry per input, and whether a list was given. @throws DataError for anything else */
function inputsOf(given: unknown): { readonly inputs: readonly Input[]; readonly isBatched: boolean } {
  if (typeof given === 'string' || isChat(given)) return { inputs: [given], isBatched: false };
  const isList = Array.isArray(given) && given.length > 0;
  if (isList && (given.every((one) => typeof one === 'string') || given.every(isChat)))
    return { inputs: given as readonly Input[], isBatched: true };
  throw new DataError(
    `text-generation: expected a text, a conversation of messages with role and content, or a list of either, got ${JSON.stringify(given)}`,
  );
}

/** As long as the pipelines of Transformers and Transformers.js write, where neither the call nor the model says. */
const NEW_TOKENS = 256;

function idsOf(generator: Generator, inputs: readonly Input[], options: TextGenerationOptions): number[][] {
  const { tokenizer } = generator;
  const { add_special_tokens: addSpecialTokens = true, chat_template: template, tools, documents } = options;
  if (!tokenizer)
    throw new GenerationError(`text-generation: expected a tokenizer, got none (${generator.model.className})`);
  const chat = {
    addGenerationPrompt: true,
    ...(template === undefined ? {} : { template }),
    ...(tools ? { tools } : {}),
    ...(documents ? { variables: { documents } } : {}),
  };
  return inputs.flatMap((one) =>
    typeof one === 'string' ? promptIds(generator, [one], { addSpecialTokens }) : [chatIds(tokenizer, one, chat)],
  );
}

/** Opens a decoder. @throws DataError for a model that writes no text */
export async function textGenerationPipeline(model: string, context: PipelineContext): Promise<TextGenerationPipeline> {
  const generator = await openGenerator(model, context);
  if (!/(LMHeadModel|ForCausalLM)$/.test(generator.model.className)) {
    const { className } = generator.model;
    await generator.release();
    throw new DataError(`expected a model for text generation, got ${className} (${model})`);
  }
  const call = async (given: unknown, options: TextGenerationOptions = {}): Promise<never> => {
    const { return_full_text = true, seed = 0, signal } = options;
    const { inputs, isBatched } = inputsOf(given);
    const { max_length, max_new_tokens = max_length } = { ...generator.settings, ...options };
    const length = max_new_tokens === undefined ? { max_new_tokens: NEW_TOKENS } : {};
    const settings = readSettings({ ...length, ...options }, 'the options of the call');
    const prompts = idsOf(generator, inputs, options);
    const request = { prompts, settings, seed, ...(signal ? { signal } : {}) };
    const { texts, continuations } = writtenTexts(generator, await generator.generate(request));
    const each = texts.length / inputs.length;
    const results = inputs.map((one, i) =>
      Array.from({ length: each }, (_, r) => {
        const at = i * each + r;
        if (typeof one !== 'string')
          return { generated_text: [...one, { role: 'assistant', content: continuations[at] as string }] };
        return { generated_text: (return_full_text ? texts : continuations)[at] as string };
      }),
    );
    return (isBatched ? results : results[0]) as never;
  };
  return Object.assign(call, { dispose: () => generator.release() }) as TextGenerationPipeline;
}
