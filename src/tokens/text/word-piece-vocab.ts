// BERT's `vocab.txt`: one token a line, the line number is the id.
import { type Tokenizer, TokenizerError, type TokenizerJson } from '../tokenizer.ts';
import { tokenizerFromJson } from './text-tokenizer.ts';

/** BERT's tokenizer over a vocabulary. @throws TokenizerError when a special token is missing or a token occurs twice */
export function wordPieceFromVocab(
  lines: readonly string[],
  options: { readonly lowercase?: boolean } = {},
): Tokenizer {
  const tokens = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  const vocab = new Map(tokens.map((token, id) => [token, id]));
  if (vocab.size !== tokens.length)
    throw new TokenizerError(
      `wordPieceFromVocab: expected every token once, got ${tokens.length - vocab.size} twice (vocab.txt)`,
    );
  const id = (token: string): number => {
    const found = vocab.get(token);
    if (found === undefined)
      throw new TokenizerError(
        `wordPieceFromVocab: expected the token ${token}, got a vocabulary without it (vocab.txt)`,
      );
    return found;
  };
  const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].filter((token) => vocab.has(token));
  return tokenizerFromJson({
    version: '1.0',
    added_tokens: specials.map((content) => ({
      id: id(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: options.lowercase ?? true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'BertProcessing', sep: ['[SEP]', id('[SEP]')], cls: ['[CLS]', id('[CLS]')] },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocab),
    },
  });
}

/** The `tokenizer.json` of a file, with what `tokenizer_config.json` says beside it. @throws TokenizerError as {@link wordPieceFromVocab} */
export function vocabTxtJson(text: string, settings: Readonly<Record<string, unknown>>): TokenizerJson {
  const flag = (name: string): boolean | undefined =>
    typeof settings[name] === 'boolean' ? (settings[name] as boolean) : undefined;
  const json = wordPieceFromVocab(text.split(/\r?\n/), { lowercase: flag('do_lower_case') ?? true }).toJSON();
  return {
    ...json,
    normalizer: {
      ...(json.normalizer as object),
      strip_accents: flag('strip_accents') ?? null,
      handle_chinese_chars: flag('tokenize_chinese_chars') ?? true,
    },
  };
}
