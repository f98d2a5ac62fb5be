// The pipeline of `tokenizer.json`: added tokens → normalizer → pre-tokenizer → model → template → decoder.
import { type EncodeOptions, type Encoding, type Tokenizer, TokenizerError, type TokenizerJson } from '../tokenizer.ts';
import { aligned } from './aligned.ts';
import { tokenModel } from './models.ts';
import { type Component, normalizer } from './normalize.ts';
import { preTokenizer } from './pre-tokenize.ts';

interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
}

/** One token before templates. */
interface Token {
  readonly id: number;
  readonly offset: [number, number];
  readonly word: number | null;
}

/** Special tokens around one text and around a pair; a number stands for the text's place. */
interface Template {
  readonly single: readonly (number | 'A' | 'B')[];
  readonly pair: readonly (number | 'A' | 'B')[];
  readonly pairTypes: readonly number[];
}

type Post = Component & {
  readonly single?: unknown[];
  readonly pair?: unknown[];
  readonly special_tokens?: Record<string, { ids: number[] }>;
};

function template(post: Post | null | undefined): Template {
  if (!post) return { single: ['A'], pair: ['A', 'B'], pairTypes: [0, 0] };
  if (post.type === 'BertProcessing') {
    const [cls, sep] = [(post.cls as [string, number])[1], (post.sep as [string, number])[1]];
    return { single: [cls, 'A', sep], pair: [cls, 'A', sep, 'B', sep], pairTypes: [0, 0, 0, 1, 1] };
  }
  if (post.type !== 'TemplateProcessing')
    throw new TokenizerError(
      `post_processor: expected TemplateProcessing or BertProcessing, got '${post.type}' (tokenizer.json)`,
    );
  const read = (part: unknown): { place: number | 'A' | 'B'; type: number } => {
    const { Sequence, SpecialToken } = part as Record<string, { id: string; type_id: number }>;
    if (Sequence) return { place: Sequence.id as 'A' | 'B', type: Sequence.type_id };
    const id = SpecialToken && post.special_tokens?.[SpecialToken.id]?.ids[0];
    if (!SpecialToken || id === undefined)
      throw new TokenizerError(
        `post_processor: expected known special tokens, got ${JSON.stringify(part)} (tokenizer.json)`,
      );
    return { place: id, type: SpecialToken.type_id };
  };
  const [single, pair] = [(post.single ?? []).map(read), (post.pair ?? []).map(read)];
  return {
    single: single.map((part) => part.place),
    pair: pair.map((part) => part.place),
    pairTypes: pair.map((part) => part.type),
  };
}

function decoderOf(component: Component | null | undefined): (tokens: readonly string[]) => string {
  if (!component) return (tokens) => tokens.join(' ');
  if (component.type === 'Fuse') return (tokens) => tokens.join('');
  if (component.type !== 'WordPiece')
    throw new TokenizerError(`decoder: expected WordPiece or Fuse, got '${component.type}' (tokenizer.json)`);
  const prefix = String(component.prefix ?? '##');
  return (tokens) => {
    const joined = tokens
      .map((token, i) => (i > 0 && token.startsWith(prefix) ? token.slice(prefix.length) : (i > 0 ? ' ' : '') + token))
      .join('');
    if (!(component.cleanup ?? true)) return joined;
    return joined
      .replace(/ ([.?!,])/g, '$1')
      .replace(/ ' /g, "'")
      .replace(/ (n't|'m|'s|'ve|'re)/g, '$1');
  };
}

/** The tokenizer that a parsed `tokenizer.json` describes. @throws TokenizerError naming the component that is not known */
export function tokenizerFromJson(json: unknown): Tokenizer {
  if (typeof json !== 'object' || json === null || typeof (json as TokenizerJson).model !== 'object') {
    throw new TokenizerError('tokenizerFromJson: expected an object with a model (tokenizer.json)');
  }
  return new TextTokenizer(json as TokenizerJson);
}

class TextTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly #json: TokenizerJson;
  readonly #normalize;
  readonly #preTokenize;
  readonly #model;
  readonly #template: Template;
  readonly #decode;
  readonly #added: readonly AddedToken[];
  readonly #special: ReadonlySet<number>;
  readonly #tokens = new Map<number, string>();
  readonly #ids: Map<string, number>;
  readonly #addedPattern: RegExp | undefined;

  constructor(json: TokenizerJson) {
    this.#json = json;
    this.#normalize = normalizer(json.normalizer as Component | null);
    this.#preTokenize = preTokenizer(json.pre_tokenizer as Component | null);
    this.#model = tokenModel(json.model as Component);
    this.#template = template(json.post_processor as Post | null);
    this.#decode = decoderOf(json.decoder as Component | null);
    this.#added = (json.added_tokens ?? []) as AddedToken[];
    this.#special = new Set(this.#added.filter((token) => token.special).map((token) => token.id));
    this.#ids = new Map([...this.#model.vocab, ...this.#added.map((token) => [token.content, token.id] as const)]);
    for (const [token, id] of this.#ids) this.#tokens.set(id, token);
    this.vocabSize = Math.max(-1, ...this.#tokens.keys()) + 1;
    const contents = this.#added.map((token) => token.content).sort((a, b) => b.length - a.length);
    if (contents.length > 0)
      this.#addedPattern = new RegExp(
        contents.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'),
        'g',
      );
  }

  tokenToId(token: string): number | undefined {
    return this.#ids.get(token);
  }

  idToToken(id: number): string | undefined {
    return this.#tokens.get(id);
  }

  toJSON(): TokenizerJson {
    return this.#json;
  }

  decode(ids: ArrayLike<number>, options: { readonly skipSpecialTokens?: boolean } = {}): string {
    const kept = Array.from(ids).filter(
      (id) => this.#tokens.has(id) && !(options.skipSpecialTokens && this.#special.has(id)),
    );
    return this.#decode(kept.map((id) => this.#tokens.get(id) as string));
  }

  encode(text: string, options: EncodeOptions = {}): Encoding {
    const { pair, addSpecialTokens = true, maxLength } = options;
    const parts = { A: this.#pieces(text, options), B: pair === undefined ? [] : this.#pieces(pair, options) };
    const plain = pair === undefined ? (['A'] as const) : (['A', 'B'] as const);
    const places = addSpecialTokens ? (pair === undefined ? this.#template.single : this.#template.pair) : plain;
    const types = pair === undefined ? places.map(() => 0) : addSpecialTokens ? this.#template.pairTypes : [0, 1];
    const specials = places.filter((place) => typeof place === 'number').length;
    if (maxLength !== undefined) truncateLongest(parts, Math.max(0, maxLength - specials));
    const encoding: Encoding = {
      ids: [],
      tokens: [],
      offsets: [],
      typeIds: [],
      specialTokensMask: [],
      attentionMask: [],
      wordIds: [],
      overflowing: [],
    };
    places.forEach((place, i) => {
      const tokens: readonly Token[] =
        typeof place === 'number' ? [{ id: place, offset: [0, 0], word: null }] : parts[place];
      for (const token of tokens) this.#push(encoding, token, types[i] ?? 0, typeof place === 'number');
    });
    return encoding;
  }

  #push(encoding: Encoding, token: Token, type: number, isSpecial: boolean): void {
    encoding.ids.push(token.id);
    encoding.tokens.push(this.#tokens.get(token.id) ?? '');
    encoding.offsets.push(token.offset);
    encoding.typeIds.push(type);
    encoding.specialTokensMask.push(isSpecial ? 1 : 0);
    encoding.attentionMask.push(1);
    encoding.wordIds.push(token.word);
  }

  #pieces(raw: string, options: EncodeOptions): Token[] {
    const text = wellFormed(raw);
    const tokens: Token[] = [];
    const words = { count: 0 };
    let at = 0;
    const { special = 'allow' } = options;
    if (this.#addedPattern && special !== 'text') {
      for (const match of text.matchAll(this.#addedPattern)) {
        if (special === 'refuse')
          throw new TokenizerError(`encode: expected text without special tokens, got '${match[0]}' at ${match.index}`);
        this.#cut(text.slice(at, match.index), at, tokens, words);
        const end = match.index + match[0].length;
        tokens.push({ id: this.#ids.get(match[0]) as number, offset: [match.index, end], word: words.count++ });
        at = end;
      }
    }
    this.#cut(text.slice(at), at, tokens, words);
    return tokens;
  }

  #cut(segment: string, base: number, tokens: Token[], words: { count: number }): void {
    const { text, starts, ends } = this.#normalize(aligned(segment));
    for (const [start, end] of this.#preTokenize(text)) {
      for (const piece of this.#model.cut(text.slice(start, end))) {
        const offset: [number, number] = [
          base + (starts[start + piece.start] as number),
          base + (ends[start + piece.end - 1] as number),
        ];
        tokens.push({ id: piece.id, offset, word: words.count });
      }
      words.count++;
    }
  }
}

/** Takes tokens from the end of the longer part, one by one, until both fit (the reference's `longest_first`). */
function truncateLongest(parts: { A: Token[]; B: Token[] }, room: number): void {
  let excess = parts.A.length + parts.B.length - room;
  while (excess > 0) {
    (parts.A.length >= parts.B.length ? parts.A : parts.B).pop();
    excess--;
  }
}

/** Lone surrogates become U+FFFD, one unit long, so that places stay. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}
