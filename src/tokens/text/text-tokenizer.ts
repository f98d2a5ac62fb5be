// The pipeline of `tokenizer.json`: added tokens → normalizer → pre-tokenizer → model → truncation → template → padding; and back.
import {
  type DecodeOptions,
  type DecodeStream,
  type EncodeOptions,
  type Encoding,
  type Tokenizer,
  TokenizerError,
  type TokenizerJson,
} from '../tokenizer.ts';
import { type AddedToken, AddedTokens } from './added-tokens.ts';
import type { AlignedText } from './aligned.ts';
import { type Component, Fields, refuse } from './component.ts';
import { streamOf } from './decode-stream.ts';
import { type Decoder, decoder, lossy, tokenBytes } from './decoders.ts';
import { type Padding, padded, paddingOf, type Truncation, truncated, truncationOf } from './limits.ts';
import { Bpe } from './model/bpe.ts';
import { tokenModel } from './model/index.ts';
import type { TokenModel } from './model/model.ts';
import { STRIDE, TokenSink } from './model/token-sink.ts';
import { type Normalizer, normalizer } from './normalize.ts';
import { type PostProcessor, postProcessor } from './post-process.ts';
import { beforeBytes, type PreTokenizer, preTokenizer } from './pre-tokenize.ts';
import { Strand, type TokenRun } from './strand.ts';

/** The tokenizer that a parsed `tokenizer.json` describes. @throws TokenizerError naming the component or field that is not known */
export function tokenizerFromJson(json: unknown): Tokenizer {
  if (typeof json !== 'object' || json === null || typeof (json as TokenizerJson).model !== 'object') {
    throw new TokenizerError('tokenizerFromJson: expected an object with a model (tokenizer.json)');
  }
  const fields = new Fields('tokenizer.json', json);
  fields.ignore('version', 'truncation', 'padding', 'added_tokens', 'normalizer', 'pre_tokenizer', 'model', 'decoder');
  fields.ignore('post_processor');
  fields.done();
  if (fields.has('version') && fields.any('version') !== '1.0') refuse('version', "'1.0'", fields.any('version'));
  return new TextTokenizer(json as TokenizerJson);
}

const SURROGATES = /[\ud800-\udfff]/;
const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Lone surrogates become U+FFFD, one unit long, so that places stay. */
function wellFormed(text: string): string {
  return SURROGATES.test(text) ? text.replace(LONE_SURROGATES, '\ufffd') : text;
}

class TextTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly #json: TokenizerJson;
  readonly #model: TokenModel;
  readonly #normalize: Normalizer;
  readonly #added: AddedTokens;
  readonly #cut: PreTokenizer;
  readonly #post: PostProcessor;
  readonly #decode: Decoder;
  readonly #truncation: Truncation | undefined;
  readonly #padding: Padding | undefined;
  readonly #sink = new TokenSink();
  readonly #tokenOf = (id: number): string => this.idToToken(id) ?? '';
  /** Bytes of tokens by id, where ByteLevel alone decodes. */
  #bytes: (Uint8Array | undefined)[] | undefined;

  constructor(json: TokenizerJson) {
    this.#json = json;
    this.#model = tokenModel(json.model as Component);
    this.#normalize = normalizer(json.normalizer as Component | null);
    this.#added = new AddedTokens(json.added_tokens, this.#model, this.#normalize);
    const component = json.pre_tokenizer as Component | null;
    const raw = this.#model instanceof Bpe ? beforeBytes(component) : undefined;
    this.#cut = raw && (this.#model as Bpe).readBytes() ? raw : preTokenizer(component);
    this.#post = postProcessor(json.post_processor as Component | null);
    this.#decode = decoder(json.decoder as Component | null);
    this.#truncation = truncationOf(json.truncation);
    this.#padding = paddingOf(json.padding);
    if ((json.decoder as Component | null)?.type === 'ByteLevel') this.#bytes = [];
    this.vocabSize = Math.max(this.#model.tokens.length, (this.#added.all.at(-1)?.id ?? -1) + 1);
  }

  tokenToId(token: string): number | undefined {
    return this.#added.byContent.get(token)?.id ?? this.#model.vocab.get(token);
  }

  idToToken(id: number): string | undefined {
    return this.#added.byId.get(id)?.content ?? this.#model.tokens[id];
  }

  toJSON(): TokenizerJson {
    return this.#json;
  }

  encode(text: string, options: EncodeOptions = {}): Encoding {
    return this.#finished(text, options).encoding();
  }

  encodeIds(text: string, options: EncodeOptions = {}): Int32Array {
    return this.#finished(text, options).ids();
  }

  encodeBatch(texts: readonly (string | readonly [string, string])[], options: EncodeOptions = {}): Encoding[] {
    const strands = texts.map((one) =>
      typeof one === 'string' ? this.#finished(one, options) : this.#finished(one[0], { ...options, pair: one[1] }),
    );
    const padding = this.#paddingOf(options);
    return (padding ? padded(strands, padding) : strands).map((strand) => strand.encoding());
  }

  decode(ids: ArrayLike<number>, options: DecodeOptions = {}): string {
    if (this.#bytes) return this.#decodeBytes(this.#bytes, ids, options.skipSpecialTokens === true);
    const tokens: string[] = [];
    for (let i = 0; i < ids.length; i++) {
      const token = this.#visible(ids[i] as number, options.skipSpecialTokens === true);
      if (token !== undefined) tokens.push(token);
    }
    return this.#decode(tokens).join('');
  }

  decodeStream(options: DecodeOptions = {}): DecodeStream {
    return streamOf((ids) => this.decode(ids, options));
  }

  #readable(id: number): string | undefined {
    return this.#added.decoded.get(id) ?? this.#model.tokens[id];
  }

  /** The token of an id that decoding sees. */
  #visible(id: number, skipSpecialTokens: boolean): string | undefined {
    const token = this.#readable(id);
    return token !== undefined && skipSpecialTokens && this.#added.isSpecial(token) ? undefined : token;
  }

  #decodeBytes(known: (Uint8Array | undefined)[], ids: ArrayLike<number>, skipSpecialTokens: boolean): string {
    let buffer = new Uint8Array(ids.length * 6 + 16);
    let length = 0;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      const special = skipSpecialTokens && this.#added.byId.has(id) && this.#visible(id, true) === undefined;
      if (special) continue;
      let bytes = known[id];
      if (!bytes) {
        const token = this.#readable(id);
        if (token === undefined) continue;
        bytes = known[id] = tokenBytes(token);
      }
      if (length + bytes.length > buffer.length) {
        const more = new Uint8Array((length + bytes.length) * 2);
        more.set(buffer.subarray(0, length));
        buffer = more;
      }
      if (bytes.length < 16) for (let k = 0; k < bytes.length; k++) buffer[length + k] = bytes[k] as number;
      else buffer.set(bytes, length);
      length += bytes.length;
    }
    return lossy.decode(buffer.subarray(0, length));
  }

  #finished(text: string, options: EncodeOptions): Strand {
    const { pair, addSpecialTokens = true } = options;
    this.#model.reseed?.(options.seed ?? 0);
    let strands = [Strand.ofRun(this.#run(text, options), 0)];
    if (pair !== undefined) strands.push(Strand.ofRun(this.#run(pair, options), 1));
    const truncation = this.#truncationOf(options);
    if (truncation) {
      const reserved = addSpecialTokens ? this.#post.added(pair !== undefined) : 0;
      if (reserved > truncation.maxLength)
        throw new TokenizerError(
          `encode: expected maxLength of at least the ${reserved} special tokens, got ${truncation.maxLength}; give a greater one or addSpecialTokens: false`,
        );
      strands = truncated(strands, { ...truncation, maxLength: truncation.maxLength - reserved });
    }
    const processed = this.#post.process(strands, addSpecialTokens);
    const strand =
      processed.length === 1 ? (processed[0] as Strand) : processed.reduce((all, one) => all.join(one), new Strand([]));
    const padding = this.#paddingOf(options);
    return padding ? (padded([strand], padding)[0] as Strand) : strand;
  }

  #truncationOf(options: EncodeOptions): Truncation | undefined {
    const { maxLength, truncation } = options;
    const base = this.#truncation;
    const isOnlyForPadding = options.padding === 'max_length' && truncation === undefined && !base;
    if (truncation === false || isOnlyForPadding) return undefined;
    const length = maxLength ?? base?.maxLength;
    if (length === undefined) {
      if (truncation === undefined) return undefined;
      throw new TokenizerError('encode: expected maxLength with truncation, got none');
    }
    return {
      maxLength: length,
      strategy: truncation ?? base?.strategy ?? 'longest_first',
      stride: options.stride ?? base?.stride ?? 0,
      side: options.truncationSide ?? base?.side ?? 'right',
    };
  }

  #paddingOf(options: EncodeOptions): Padding | undefined {
    const { padding } = options;
    const base = this.#padding;
    const isAsked = padding !== undefined || options.padToMultipleOf !== undefined || options.paddingSide !== undefined;
    if (padding === false || (!isAsked && !base)) return undefined;
    if (padding === undefined && !base) return undefined;
    let length: Padding['length'] = padding === 'longest' ? 'longest' : (base?.length ?? 'longest');
    if (padding === 'max_length') {
      const most =
        options.maxLength ?? this.#truncation?.maxLength ?? (typeof length === 'number' ? length : undefined);
      if (most === undefined) throw new TokenizerError('encode: expected maxLength with padding max_length, got none');
      length = most;
    }
    return {
      ...(base ?? this.#defaultPad()),
      length,
      side: options.paddingSide ?? base?.side ?? 'right',
      multipleOf: options.padToMultipleOf ?? base?.multipleOf,
    };
  }

  #defaultPad(): { readonly id: number; readonly token: string; readonly type: number } {
    for (const token of ['[PAD]', '<pad>']) {
      const id = this.tokenToId(token);
      if (id !== undefined) return { id, token, type: 0 };
    }
    throw new TokenizerError(
      'encode: expected a padding block, [PAD] or <pad> to pad with, got a tokenizer without any; add the token or padding to its tokenizer.json',
    );
  }

  #run(raw: string, options: EncodeOptions): TokenRun {
    const sink = this.#sink;
    sink.clear();
    let word = 0;
    const cutWord = (source: AlignedText, from: number, to: number): void => {
      const first = sink.length;
      this.#model.cut(source.text, from, to, sink);
      this.#place(source, first, word++);
    };
    const part = (source: AlignedText, from: number, to: number, token?: AddedToken): void => {
      if (!token) {
        this.#cut(source, from, to, cutWord);
        return;
      }
      if (from === to) return;
      const first = sink.length;
      sink.push(token.id, from, to);
      const text = source.text.slice(from, to);
      if (text !== token.content) sink.read(first, text);
      this.#place(source, first, word++);
    };
    const original = wellFormed(raw);
    this.#added.split(original, this.#normalize, options.special ?? 'allow', part);
    return {
      data: sink.data.slice(0, sink.length * STRIDE),
      length: sink.length,
      original,
      texts: sink.texts,
      tokenOf: this.#tokenOf,
    };
  }

  /** From units of the normalised text to places in the original, for the tokens from `first` on. */
  #place(source: AlignedText, first: number, word: number): void {
    const { data, length } = this.#sink;
    const { origin, starts, ends } = source;
    for (let at = first * STRIDE; at < length * STRIDE; at += STRIDE) {
      const [start, end] = [data[at + 1] as number, data[at + 2] as number];
      if (starts && ends) {
        data[at + 1] = starts[start] as number;
        data[at + 2] = ends[end - 1] as number;
      } else if (origin > 0) {
        data[at + 1] = origin + start;
        data[at + 2] = origin + end;
      }
      data[at + 3] = word;
    }
  }
}
