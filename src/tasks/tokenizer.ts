// The tokenizer that a run trains for itself: an algorithm, and a frame of special tokens that fits the kind of model.
import { jsonText } from '../checkpoints/index.ts';
import {
  type Component,
  type Tokenizer,
  type TrainingOptions,
  tokenizerFromJson,
  trainTokenizer,
} from '../tokens/index.ts';
import type { TokenizerRecipe } from './recipe.ts';

/** Special tokens around a text: which there are, how `tokenizer_config.json` calls them, and where they stand. */
export interface TokenFrame {
  /** By the names of Transformers: `pad_token`, `cls_token`, …; ids follow this order. */
  readonly names: Readonly<Record<string, string>>;
  /** What stands around one text; `A` is the text. */
  readonly single: readonly string[];
  /** What stands around a pair; `A` and `B` are the texts. */
  readonly pair: readonly string[];
  /** Special tokens without a name there: those of a chat's roles. Their ids follow. */
  readonly more?: readonly string[];
  /** How a conversation becomes a text (Jinja). */
  readonly chatTemplate?: string;
}

const specialTokensOf = ({ names, more = [] }: TokenFrame): string[] => [...Object.values(names), ...more];

/** Frames by the kind of model. */
export const frames: Readonly<Record<'encoder' | 'sequence' | 'decoder' | 'chat', TokenFrame>> = {
  /** As BERT: `[CLS] A [SEP]`, `[CLS] A [SEP] B [SEP]`. */
  encoder: {
    names: { pad_token: '[PAD]', unk_token: '[UNK]', cls_token: '[CLS]', sep_token: '[SEP]', mask_token: '[MASK]' },
    single: ['[CLS]', 'A', '[SEP]'],
    pair: ['[CLS]', 'A', '[SEP]', 'B', '[SEP]'],
  },
  /** As encoder-decoders: the text, then its end. `<bos>` starts what the decoder writes. */
  sequence: {
    names: { pad_token: '<pad>', unk_token: '[UNK]', bos_token: '<bos>', eos_token: '<eos>' },
    single: ['A', '<eos>'],
    pair: ['A', '<eos>', 'B', '<eos>'],
  },
  /** As decoders: nothing around a text; who writes prompts puts `<bos>` and `<eos>`. */
  decoder: {
    names: { pad_token: '<pad>', unk_token: '[UNK]', bos_token: '<bos>', eos_token: '<eos>' },
    single: ['A'],
    pair: ['A', 'B'],
  },
  /** As decoders that talk: `<bos>`, then of each message its role, its content and `<eos>`. */
  chat: {
    names: { pad_token: '<pad>', unk_token: '[UNK]', bos_token: '<bos>', eos_token: '<eos>' },
    single: ['A'],
    pair: ['A', 'B'],
    more: ['<|system|>', '<|user|>', '<|assistant|>'],
    chatTemplate:
      "{{ bos_token }}{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + eos_token }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}",
  },
};

const bertNormalizer = (lowercase: boolean): Component => ({
  type: 'BertNormalizer',
  clean_text: true,
  handle_chinese_chars: true,
  strip_accents: null,
  lowercase,
});
const plainNormalizer = (lowercase: boolean): Component | null => (lowercase ? { type: 'Lowercase' } : null);
/** Spaces become `▁` in front of words, so that joining the pieces gives the text back. */
const metaspace: Component = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true };
/** Words with their space; marks are words of their own, as SentencePiece has them. */
const spacedWords: Component = {
  type: 'Sequence',
  pretokenizers: [metaspace, { type: 'Punctuation', behavior: 'Isolated' }],
};

/** How each kind differs from what `trainTokenizer` takes by itself. */
const settings: {
  readonly [K in TokenizerRecipe['kind']]: (recipe: TokenizerRecipe) => Partial<TrainingOptions>;
} = {
  char: ({ lowercase }) => ({ normalizer: plainNormalizer(lowercase) }),
  word: ({ lowercase }) => ({ normalizer: bertNormalizer(lowercase), preTokenizer: { type: 'BertPreTokenizer' } }),
  wordpiece: ({ lowercase }) => ({ normalizer: bertNormalizer(lowercase) }),
  bpe: ({ lowercase }) => ({ normalizer: plainNormalizer(lowercase), preTokenizer: spacedWords, decoder: metaspace }),
  'byte-bpe': ({ lowercase }) => ({ normalizer: plainNormalizer(lowercase) }),
  unigram: ({ lowercase }) => ({
    normalizer: { type: 'Sequence', normalizers: [{ type: 'NFKC' }, ...(lowercase ? [{ type: 'Lowercase' }] : [])] },
  }),
};

/** Trains the recipe's tokenizer on texts, with the special tokens of the frame. @throws TokenizerError */
export function trainRecipeTokenizer(texts: Iterable<string>, recipe: TokenizerRecipe, frame: TokenFrame): Tokenizer {
  const { kind, vocabSize, minFrequency } = recipe;
  const specialTokens = specialTokensOf(frame);
  const postProcessor = templateOf(frame);
  return trainTokenizer(texts, {
    ...{ algorithm: kind, vocabSize, minFrequency, specialTokens, postProcessor },
    ...settings[kind](recipe),
  });
}

/** `TemplateProcessing` of a frame; null when nothing stands around a text. */
export function templateOf(frame: TokenFrame): Component | null {
  const specialTokens = specialTokensOf(frame);
  const place = (mark: string, i: number, marks: readonly string[]) => {
    const type = marks.indexOf('B') >= 0 && i > marks.indexOf('B') - 1 ? 1 : 0;
    return mark === 'A' || mark === 'B'
      ? { Sequence: { id: mark, type_id: type } }
      : { SpecialToken: { id: mark, type_id: type } };
  };
  if (frame.single.length === 1) return null;
  const used = [...new Set(frame.pair)].filter((mark) => mark !== 'A' && mark !== 'B');
  const known = (token: string) => ({ id: token, ids: [specialTokens.indexOf(token)], tokens: [token] });
  return {
    type: 'TemplateProcessing',
    single: frame.single.map(place),
    pair: frame.pair.map(place),
    special_tokens: Object.fromEntries(used.map((token) => [token, known(token)])),
  };
}

/** A tokenizer over given words that spaces separate; ids are places in the list, which must begin with the frame's special tokens. */
export function wordTokenizer(words: readonly string[], frame: TokenFrame): Tokenizer {
  return tokenizerFromJson({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specialTokensOf(frame).map((content, id) => ({
      ...{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
    })),
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: templateOf(frame),
    decoder: null,
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
      unk_token: frame.names.unk_token,
    },
  });
}

/** Files of another model's tokenizer for a run whose rows are of at most `maxLength` tokens: its texts are cut there ever after. */
export function filesForLength(files: Readonly<Record<string, string>>, maxLength: number): Record<string, string> {
  const name = 'tokenizer_config.json';
  const config = JSON.parse(files[name] ?? '{}') as { readonly model_max_length?: unknown };
  return config.model_max_length === maxLength
    ? { ...files }
    : { ...files, [name]: jsonText({ ...config, model_max_length: maxLength }) };
}

/** `tokenizer.json` and `tokenizer_config.json` of a tokenizer with the frame's special tokens; longer texts than `maxLength` tokens are cut. */
export function tokenizerFiles(
  tokenizer: Tokenizer,
  frame: TokenFrame,
  maxLength: number | undefined,
): Record<string, string> {
  const config = {
    ...{ tokenizer_class: 'PreTrainedTokenizerFast', model_max_length: maxLength, ...frame.names },
    ...(frame.more ? { additional_special_tokens: frame.more } : {}),
    ...(frame.chatTemplate === undefined ? {} : { chat_template: frame.chatTemplate }),
  };
  return {
    'tokenizer.json': `${JSON.stringify(tokenizer.toJSON())}\n`,
    'tokenizer_config.json': jsonText(config),
  };
}
