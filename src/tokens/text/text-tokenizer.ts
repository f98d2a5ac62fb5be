// The pipeline of `tokenizer.json`: added tokens → normalizer → pre-tokenizer → model → truncation → template → padding; and back.
import {
  type DecodeOptions,
  type DecodeStream,
  type EncodeInput,
  type EncodeOptions,
  type Encoding,
  type Tokenizer,
  type TokenizerConfig,
  TokenizerError,
  type TokenizerJson,
} from '../tokenizer.ts';
import { type AddedToken, AddedTokens } from './added-tokens.ts';
import type { AlignedText } from './aligned.ts';
import { ByteJoiner } from './byte-joiner.ts';
import { type Component, Fields, refuse } from './component.ts';
import { streamOf } from './decode-stream.ts';
import { BYTE_TOKEN, type Decoder, decoder } from './decoders.ts';
import { type Padding, padded, paddingOf, type Truncation, truncated, truncationOf } from './limits.ts';
import { Bpe } from './model/bpe.ts';
import { tokenModel } from './model/index.ts';
import type { TokenModel } from './model/model.ts';
import { STRIDE, TokenSink } from './model/token-sink.ts';
import { type Normalizer, normalizer } from './normalize.ts';
import { type PostProcessor, postProcessor } from './post-process.ts';
import { beforeBytes, type PreTokenizer, preTokenizer } from './pre-tokenize.ts';
import { cutsRaw, place, RawWords } from './raw-words.ts';
import { Strand, type TokenRun } from './strand.ts';

/** The tokenizer that a parsed `tokenizer.json` describes. @throws TokenizerError naming the component or field that is not known */
export function tokenizerFromJson(json: unknown, config?: TokenizerConfig): Tokenizer {
  const model = (json as TokenizerJson | null | undefined)?.model;
  if (typeof json !== 'object' || typeof model !== 'object' || model === null || Array.isArray(model)) {
    throw new TokenizerError('tokenizerFromJson: expected an object with a model (tokenizer.json)');
  }
  const fields = new Fields('tokenizer.json', json);
  fields.ignore('version', 'truncation', 'padding', 'added_tokens', 'normalizer', 'pre_tokenizer', 'model', 'decoder');
  fields.ignore('post_processor');
  fields.done();
  if (fields.has('version') && fields.any('version') !== '1.0') refuse('version', "'1.0'", fields.any('version'));
  return new TextTokenizer(json as TokenizerJson, config);
}

const SURROGATES = /[\ud800-\udfff]/;
const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** `String.prototype.isWellFormed` where the engine has it. */
const isWellFormed: (this: string) => boolean =
  (String.prototype as { isWellFormed?: () => boolean }).isWellFormed ??
  function (this: string): boolean {
    return !SURROGATES.test(this);
  };

/** Lone surrogates become U+FFFD, one unit long, so that places stay. */
function wellFormed(text: string): string {
  return isWellFormed.call(text) ? text : text.replace(LONE_SURROGATES, '\ufffd');
}

/** Takes an added token, or text between them. */
type TakePart = (source: AlignedText, from: number, to: number, token?: AddedToken) => void;

const unchanged: Normalizer = (text) => text;

/** Ids around one text. */
interface Frame {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

const NO_FRAME: Frame = { before: [], after: [] };

const SHORT = 32;

/** A plain list for short texts, where a typed array costs more to make than it saves. */
function numbersOf({ data, length }: TokenSink): ArrayLike<number> {
  if (length > SHORT) return data.slice(0, length * STRIDE);
  const numbers = new Array<number>(length * STRIDE);
  for (let i = 0; i < numbers.length; i++) numbers[i] = data[i] as number;
  return numbers;
}

/** The tokenizer of a `tokenizer.json`. */
export class TextTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly config: TokenizerConfig | undefined;
  readonly #json: TokenizerJson;
  readonly #model: TokenModel;
  readonly #normalize: Normalizer;
  readonly #added: AddedTokens;
  readonly #cut: PreTokenizer;
  /** Where texts may be cut before they are normalised. */
  readonly #rawWords: RawWords | undefined;
  readonly #post: PostProcessor;
  readonly #decode: Decoder;
  readonly #truncation: Truncation | undefined;
  readonly #padding: Padding | undefined;
  readonly #sink = new TokenSink();
  /** Words so far of the text that the sink is being filled with. */
  #word = 0;
  #knownFrame: Frame | null | undefined;
  readonly #tokenOf = (id: number): string => this.idToToken(id) ?? '';
  /** Where ByteLevel alone decodes. */
  readonly #joinBytes: ByteJoiner | undefined;

  constructor(json: TokenizerJson, config: TokenizerConfig | undefined) {
    this.#json = json;
    this.config = config;
    this.#model = tokenModel(json.model as Component);
    this.#normalize = normalizer(json.normalizer as Component | null);
    this.#added = new AddedTokens(json.added_tokens, this.#model, this.#normalize);
    const component = json.pre_tokenizer as Component | null;
    const raw = this.#model instanceof Bpe ? beforeBytes(component) : undefined;
    this.#cut = raw && (this.#model as Bpe).readBytes() ? raw : preTokenizer(component);
    if (!this.#added.needNormalized && cutsRaw(json.normalizer as Component | null, component, this.#model))
      this.#rawWords = new RawWords(this.#normalize, this.#cut, this.#model);
    this.#post = postProcessor(json.post_processor as Component | null);
    this.#decode = decoder(json.decoder as Component | null);
    this.#truncation = truncationOf(json.truncation);
    this.#padding = paddingOf(json.padding);
    const isBytes = (json.decoder as Component | null)?.type === 'ByteLevel';
    this.#joinBytes = isBytes ? new ByteJoiner((id) => this.#readable(id)) : undefined;
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
    return this.#finished(this.runsOf(text, options), options).encoding();
  }

  encodeIds(text: string, options: EncodeOptions = {}): number[] {
    const { addSpecialTokens = true } = options;
    const frame = addSpecialTokens ? this.#frame() : NO_FRAME;
    const isPlain = frame && options.pair === undefined && !this.#truncationOf(options) && !this.#paddingOf(options);
    if (!isPlain) return this.idsOf(this.runsOf(text, options), options);
    this.#model.reseed?.(options.seed ?? 0);
    this.#fill(wellFormed(text), options, this.#takeIds);
    const { data, length } = this.#sink;
    const { before, after } = frame;
    const ids = new Array<number>(before.length + length + after.length);
    let at = 0;
    for (let i = 0; i < before.length; i++) ids[at++] = before[i] as number;
    for (let i = 0; i < length * STRIDE; i += STRIDE) ids[at++] = data[i] as number;
    for (let i = 0; i < after.length; i++) ids[at++] = after[i] as number;
    return ids;
  }

  /** The special tokens around one text, undefined where the post-processor does more than that. */
  #frame(): Frame | undefined {
    if (this.#knownFrame === undefined) {
      const run: TokenRun = {
        data: new Int32Array(),
        length: 0,
        original: '',
        texts: undefined,
        tokenOf: this.#tokenOf,
      };
      const strands = this.#post.process([Strand.ofRun(run, 0)], true);
      const parts = strands.flatMap((strand) => strand.parts);
      const middle = parts.findIndex((part) => 'run' in part);
      const idsOf = (some: typeof parts): number[] => some.flatMap((part) => ('run' in part ? [] : [...part.ids]));
      const isFrame = parts.filter((part) => 'run' in part).length === 1;
      this.#knownFrame = isFrame
        ? { before: idsOf(parts.slice(0, middle)), after: idsOf(parts.slice(middle + 1)) }
        : null;
    }
    return this.#knownFrame ?? undefined;
  }

  encodeBatch(texts: readonly EncodeInput[], options: EncodeOptions = {}): Encoding[] {
    return this.encodings(
      texts.map((one) => this.runsOf(one, options)),
      options,
    );
  }

  /** The tokens of a text, or of a text and its pair, before anything is cut off or put around them. */
  runsOf(input: EncodeInput, options: EncodeOptions): TokenRun[] {
    this.#model.reseed?.(options.seed ?? 0);
    const [text, pair] = typeof input === 'string' ? [input, options.pair] : input;
    return pair === undefined ? [this.#run(text, options)] : [this.#run(text, options), this.#run(pair, options)];
  }

  /** A batch from the tokens of its texts: cut off, put around, filled up. */
  encodings(batch: readonly (readonly TokenRun[])[], options: EncodeOptions): Encoding[] {
    const strands = batch.map((runs) => this.#finished(runs, options));
    const padding = this.#paddingOf(options);
    return (padding ? padded(strands, padding) : strands).map((strand) => strand.encoding());
  }

  /** Ids from the tokens of a text. */
  idsOf(runs: readonly TokenRun[], options: EncodeOptions): number[] {
    return this.#finished(runs, options).ids();
  }

  /** A run whose numbers come from elsewhere, such as another thread. */
  runFrom(text: string, data: Int32Array, texts: ReadonlyMap<number, string> | undefined): TokenRun {
    return { data, length: data.length / STRIDE, original: wellFormed(text), texts, tokenOf: this.#tokenOf };
  }

  decode(ids: ArrayLike<number>, options: DecodeOptions = {}): string {
    if (this.#joinBytes) {
      const isHidden = (id: number): boolean => this.#added.byId.has(id) && this.#visible(id, true) === undefined;
      return this.#joinBytes.decode(ids, options.skipSpecialTokens === true ? isHidden : undefined);
    }
    const tokens: string[] = [];
    for (let i = 0; i < ids.length; i++) {
      const token = this.#visible(ids[i] as number, options.skipSpecialTokens === true);
      if (token !== undefined) tokens.push(token);
    }
    return this.#decode(tokens).join('');
  }

  decodeStream(options: DecodeOptions = {}): DecodeStream {
    // A run of bytes that turns out not to be UTF-8 reads differently as a whole.
    const hasBytes = JSON.stringify(this.#json.decoder ?? null).includes('"ByteFallback"');
    const isOpen = (id: number): boolean => hasBytes && BYTE_TOKEN.test(this.#readable(id) ?? '');
    return streamOf((ids) => this.decode(ids, options), isOpen);
  }

  #readable(id: number): string | undefined {
    return this.#added.decoded.get(id) ?? this.#model.tokens[id];
  }

  /** The token of an id that decoding sees. */
  #visible(id: number, skipSpecialTokens: boolean): string | undefined {
    const token = this.#readable(id);
    return token !== undefined && skipSpecialTokens && this.#added.isSpecial(token) ? undefined : token;
  }

  #finished(runs: readonly TokenRun[], options: EncodeOptions): Strand {
    const { addSpecialTokens = true } = options;
    let strands = runs.map((run, i) => Strand.ofRun(run, i));
    const truncation = this.#truncationOf(options);
    if (truncation) {
      const reserved = addSpecialTokens ? this.#post.added(runs.length > 1) : 0;
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
    const length = maxLength ?? base?.maxLength ?? (truncation ? this.config?.modelMaxLength : undefined);
    if (length === undefined) {
      if (truncation === undefined) return undefined;
      throw new TokenizerError('encode: expected maxLength with truncation, got none');
    }
    return {
      maxLength: length,
      strategy: truncation ?? base?.strategy ?? 'longest_first',
      stride: options.stride ?? base?.stride ?? 0,
      side: options.truncationSide ?? base?.side ?? this.config?.truncationSide ?? 'right',
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
      side: options.paddingSide ?? base?.side ?? this.config?.paddingSide ?? 'right',
      multipleOf: options.padToMultipleOf ?? base?.multipleOf,
    };
  }

  #defaultPad(): { readonly id: number; readonly token: string; readonly type: number } {
    const named = this.config?.specialTokens.pad_token;
    for (const token of [...(named === undefined ? [] : [named]), '[PAD]', '<pad>']) {
      const id = this.tokenToId(token);
      if (id !== undefined) return { id, token, type: 0 };
    }
    throw new TokenizerError(
      'encode: expected a padding block, [PAD] or <pad> to pad with, got a tokenizer without any; add the token or padding to its tokenizer.json',
    );
  }

  #run(raw: string, options: EncodeOptions): TokenRun {
    const original = wellFormed(raw);
    this.#fill(original, options);
    const sink = this.#sink;
    return {
      data: numbersOf(sink),
      length: sink.length,
      original,
      texts: sink.texts,
      tokenOf: this.#tokenOf,
    };
  }

  /** Fills the sink with the tokens of one text. */
  #fill(text: string, options: EncodeOptions, take: TakePart = this.#takePart): void {
    this.#sink.clear();
    this.#word = 0;
    const raw = this.#rawWords !== undefined;
    this.#added.split(text, raw ? unchanged : this.#normalize, options.special ?? 'allow', raw ? this.#takeRaw : take);
  }

  readonly #takeRaw: TakePart = (source, from, to, token) => {
    if (token) this.#takePart(source, from, to, token);
    else this.#word = (this.#rawWords as RawWords).cut(source, this.#sink, this.#word);
  };

  readonly #cutWord = (source: AlignedText, from: number, to: number): void =>
    this.#model.cut(source.text, from, to, this.#sink);

  /** Ids alone: places stay those of the normalised text. */
  readonly #takeIds: TakePart = (source, from, to, token) => {
    if (token) this.#sink.push(token.id, from, to);
    else this.#cut(source, from, to, this.#cutWord);
  };

  readonly #takeWord = (source: AlignedText, from: number, to: number): void => {
    const first = this.#sink.length;
    this.#model.cut(source.text, from, to, this.#sink);
    place(this.#sink, source, first, this.#word++);
  };

  readonly #takePart: TakePart = (source, from, to, token) => {
    if (!token) {
      this.#cut(source, from, to, this.#takeWord);
      return;
    }
    const first = this.#sink.length;
    this.#sink.push(token.id, from, to);
    const text = source.text.slice(from, to);
    if (text !== token.content) this.#sink.read(first, text);
    place(this.#sink, source, first, this.#word++);
  };
}
