// `tokenizer_config.json`: what `AutoTokenizer` adds to a vocabulary. Longest input, sides, named special tokens, chat templates,
// more added tokens.
import { type TokenizerConfig, TokenizerError, type TokenizerJson } from '../../tokenizer.ts';

const NAMED = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'] as const;

/** Lengths from here on mean "no limit" in the files. */
const NO_LIMIT = 1e15;

type Raw = Readonly<Record<string, unknown>>;

/** The class in Transformers, without the words that all have: `Bert`, '' where none is named. */
export function classNameOf(raw: Raw): string {
  return String(raw.tokenizer_class ?? '').replace(/(Tokenizer)?(Fast)?$/, '');
}

function contentOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const content = (value as { content?: unknown } | null | undefined)?.content;
  return typeof content === 'string' ? content : undefined;
}

function templatesOf(raw: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof raw === 'string') return { default: raw };
  if (!Array.isArray(raw)) return undefined;
  return Object.fromEntries(
    raw.map((one: { name?: unknown; template?: unknown }) => {
      if (typeof one?.name !== 'string' || typeof one.template !== 'string')
        throw new TokenizerError(
          `readTokenizerConfig: expected chat templates with name and template, got ${JSON.stringify(one).slice(0, 80)} (tokenizer_config.json)`,
        );
      return [one.name, one.template];
    }),
  );
}

/** The settings of a parsed `tokenizer_config.json`; `more` holds `special_tokens_map.json`, `jinja` the text of `chat_template.jinja`. */
export function readTokenizerConfig(raw: Raw, more: Raw = {}, jinja?: string): TokenizerConfig {
  const specialTokens: Record<string, string> = {};
  for (const name of NAMED) {
    const content = contentOf(raw[`${name}_token`]) ?? contentOf(more[`${name}_token`]);
    if (content !== undefined) specialTokens[`${name}_token`] = content;
  }
  const length = raw.model_max_length;
  const side = (name: string): 'left' | 'right' | undefined =>
    raw[name] === 'left' || raw[name] === 'right' ? (raw[name] as 'left' | 'right') : undefined;
  const [paddingSide, truncationSide] = [side('padding_side'), side('truncation_side')];
  const chatTemplates = jinja === undefined ? templatesOf(raw.chat_template) : { default: jinja };
  return {
    specialTokens,
    ...(typeof raw.tokenizer_class === 'string' ? { tokenizerClass: raw.tokenizer_class } : {}),
    ...(typeof length === 'number' && length < NO_LIMIT ? { modelMaxLength: length } : {}),
    ...(paddingSide ? { paddingSide } : {}),
    ...(truncationSide ? { truncationSide } : {}),
    ...(chatTemplates ? { chatTemplates } : {}),
  };
}

/** The `tokenizer.json` with the tokens of `added_tokens_decoder` that it lacks, in the order of their ids. */
export function withConfiguredTokens(json: TokenizerJson, raw: Raw): TokenizerJson {
  const decoder = (raw.added_tokens_decoder ?? {}) as Readonly<Record<string, Raw | null>>;
  const listed = json.added_tokens ?? [];
  // What is no list of tokens is refused by whoever reads them.
  if (!Array.isArray(listed)) return json;
  const present = new Set(listed.map((token: { content?: unknown } | null) => token?.content));
  const more = Object.entries(decoder)
    .filter(([, token]) => !present.has(token?.content))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([id, token]) => ({
      id: Number(id),
      content: token?.content,
      single_word: token?.single_word ?? false,
      lstrip: token?.lstrip ?? false,
      rstrip: token?.rstrip ?? false,
      normalized: token?.normalized ?? true,
      special: token?.special ?? false,
    }));
  return more.length === 0 ? json : { ...json, added_tokens: [...listed, ...more] };
}
