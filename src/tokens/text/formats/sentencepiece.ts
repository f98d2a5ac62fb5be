// SentencePiece's `.model` (a protocol buffer, github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto) as
// `tokenizer.json`: ids as sentencepiece gives them, up to the differences between the two encoders that docs/decisions/0017-where-tokenizers-differ.md lists.
import protobuf from 'protobufjs/minimal.js';
import { TokenizerError, type TokenizerJson } from '../../tokenizer.ts';
import { addedToken } from './json-parts.ts';

type Reader = ReturnType<typeof protobuf.Reader.create>;

/** Kinds of pieces. */
const [CONTROL, USER_DEFINED, UNUSED] = [3, 4, 5];

interface Piece {
  piece: string;
  score: number;
  type: number;
}

/** What a `.model` holds, as far as encoding needs it. */
export interface SentencePieceModel {
  readonly pieces: readonly Readonly<Piece>[];
  /** 1 Unigram, 2 BPE, 3 word, 4 char. */
  readonly modelType: number;
  readonly byteFallback: boolean;
  readonly unknownId: number;
  readonly charsmap: Uint8Array;
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
}

/** Reads the fields of one message; a field without a reader is skipped. */
function message(reader: Reader, length: number, readers: Readonly<Record<number, (reader: Reader) => void>>): void {
  const end = length < 0 ? reader.len : reader.pos + length;
  if (end > reader.len) throw new RangeError('a message longer than the file');
  while (reader.pos < end) {
    const tag = reader.uint32();
    const read = readers[tag >>> 3];
    if (read) read(reader);
    else reader.skipType(tag & 7);
  }
}

function readPiece(reader: Reader): Piece {
  const piece: Piece = { piece: '', score: 0, type: 1 };
  message(reader, reader.uint32(), {
    1: (inner) => (piece.piece = inner.string()),
    2: (inner) => (piece.score = inner.float()),
    3: (inner) => (piece.type = inner.int32()),
  });
  return piece;
}

/** @throws TokenizerError for bytes that are no SentencePiece model, or one that is cut short */
export function readSentencePiece(bytes: Uint8Array): SentencePieceModel {
  const model = {
    pieces: [] as Piece[],
    modelType: 1,
    byteFallback: false,
    unknownId: 0,
    charsmap: new Uint8Array(),
    addDummyPrefix: true,
    removeExtraWhitespaces: true,
  };
  let escapes = true;
  let asSuffix = false;
  try {
    message(protobuf.Reader.create(bytes), -1, {
      1: (reader) => model.pieces.push(readPiece(reader)),
      2: (reader) =>
        message(reader, reader.uint32(), {
          3: (inner) => (model.modelType = inner.int32()),
          24: (inner) => (asSuffix = inner.bool()),
          35: (inner) => (model.byteFallback = inner.bool()),
          40: (inner) => (model.unknownId = inner.int32()),
        }),
      3: (reader) =>
        message(reader, reader.uint32(), {
          2: (inner) => (model.charsmap = new Uint8Array(inner.bytes())),
          3: (inner) => (model.addDummyPrefix = inner.bool()),
          4: (inner) => (model.removeExtraWhitespaces = inner.bool()),
          5: (inner) => (escapes = inner.bool()),
        }),
    });
  } catch (error) {
    throw new TokenizerError(
      `readSentencePiece: expected a SentencePiece model, got ${bytes.length} bytes that end or break inside a field: ${(error as Error).message} (*.model)`,
      { cause: error },
    );
  }
  if (model.pieces.length === 0)
    throw new TokenizerError(`readSentencePiece: expected pieces, got none in ${bytes.length} bytes (*.model)`);
  if (!escapes || asSuffix)
    throw new TokenizerError(
      `readSentencePiece: expected white space written as '▁' in front of words, got ${asSuffix ? 'treat_whitespace_as_suffix' : 'escape_whitespaces: false'} (*.model)`,
    );
  return model;
}

const MARK = '▁';

/** Every way to put a piece together from two others, best scores first: what a merge by scores becomes as a list. */
function mergesOf(pieces: readonly Readonly<Piece>[]): [string, string][] {
  const ids = new Map<string, number>();
  for (const [id, { piece, type }] of pieces.entries()) if (type !== CONTROL && type !== UNUSED) ids.set(piece, id);
  const merges: { readonly left: string; readonly right: string; readonly score: number }[] = [];
  for (const { piece, score, type } of pieces) {
    if (type !== 1) continue;
    const points = [...piece];
    for (let cut = 1; cut < points.length; cut++) {
      const [left, right] = [points.slice(0, cut).join(''), points.slice(cut).join('')];
      if (ids.has(left) && ids.has(right)) merges.push({ left, right, score });
    }
  }
  return merges.sort((a, b) => b.score - a.score).map(({ left, right }) => [left, right]);
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return btoa(text);
}

/** How a text is brought into the form that pieces are written in. */
function normalizerOf(model: SentencePieceModel): TokenizerJson {
  const steps: TokenizerJson[] = [];
  if (model.charsmap.length > 0) steps.push({ type: 'Precompiled', precompiled_charsmap: base64(model.charsmap) });
  if (model.removeExtraWhitespaces) {
    steps.push({ type: 'Replace', pattern: { Regex: '\\A +| +\\z' }, content: '' });
    steps.push({ type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' });
  }
  // The mark goes before a leading space or mark too, which Metaspace would not do.
  if (model.addDummyPrefix) steps.push({ type: 'Prepend', prepend: MARK });
  steps.push({ type: 'Replace', pattern: { String: ' ' }, content: MARK });
  return { type: 'Sequence', normalizers: steps };
}

function preTokenizerOf(model: SentencePieceModel): TokenizerJson | null {
  // Words can be cut one by one only where no piece reaches over the mark between them.
  const split = !model.pieces.some(({ piece, type }) => type === 1 && piece.lastIndexOf(MARK) > 0);
  return split ? { type: 'Split', pattern: { String: MARK }, behavior: 'MergedWithNext', invert: false } : null;
}

function modelOf(model: SentencePieceModel): TokenizerJson {
  const { pieces, unknownId } = model;
  const unknown = pieces[unknownId]?.piece;
  if (model.modelType === 1)
    return {
      type: 'Unigram',
      unk_id: unknownId,
      vocab: pieces.map(({ piece, score }) => [piece, score]),
      byte_fallback: model.byteFallback,
    };
  const vocab = Object.fromEntries(pieces.map(({ piece }, id) => [piece, id]));
  if (model.modelType === 3) return { type: 'WordLevel', vocab, unk_token: unknown };
  if (model.modelType !== 2 && model.modelType !== 4)
    throw new TokenizerError(`readSentencePiece: expected model type 1 to 4, got ${model.modelType} (*.model)`);
  return {
    type: 'BPE',
    dropout: null,
    unk_token: unknown,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: true,
    byte_fallback: model.byteFallback,
    ignore_merges: false,
    vocab,
    merges: model.modelType === 2 ? mergesOf(pieces) : [],
  };
}

/** The `tokenizer.json` of a SentencePiece model. No special tokens are put around texts, as sentencepiece itself does. */
export function sentencePieceJson(model: SentencePieceModel): TokenizerJson {
  const added = model.pieces.flatMap(({ piece, type }, id) =>
    type === CONTROL || type === USER_DEFINED || id === model.unknownId
      ? [addedToken(id, piece, { special: type !== USER_DEFINED })]
      : [],
  );
  const decoders = [
    { type: 'Replace', pattern: { String: MARK }, content: ' ' },
    ...(model.byteFallback ? [{ type: 'ByteFallback' }] : []),
    { type: 'Fuse' },
    ...(model.removeExtraWhitespaces ? [{ type: 'Replace', pattern: { Regex: '\\A +' }, content: '' }] : []),
    ...(model.addDummyPrefix && !model.removeExtraWhitespaces
      ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }]
      : []),
  ];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: normalizerOf(model),
    pre_tokenizer: preTokenizerOf(model),
    post_processor: null,
    decoder: { type: 'Sequence', decoders },
    model: modelOf(model),
  };
}
