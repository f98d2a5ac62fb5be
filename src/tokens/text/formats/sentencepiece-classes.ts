// SentencePiece's `.model` beside a `tokenizer_config.json`: what the class that it names makes of the pieces (fairseq's order, tokens
// behind them) and puts around texts, as Transformers' AutoTokenizer does.
import { TokenizerError, type TokenizerJson } from '../../tokenizer.ts';
import { templateProcessing } from './json-parts.ts';
import { type SentencePieceModel, sentencePieceJson } from './sentencepiece.ts';
import { classNameOf } from './tokenizer-config.ts';

type Raw = Readonly<Record<string, unknown>>;
type Piece = SentencePieceModel['pieces'][number];

/** One text and a pair, as {@link templateProcessing} reads them. */
type Template = readonly [single: string, pair: string];

/** What a class makes of a model. */
interface SentencePieceClass {
  readonly model?: (model: SentencePieceModel, raw: Raw) => SentencePieceModel;
  readonly template: (raw: Raw) => Template | undefined;
  /** A token that takes the white space before it. */
  readonly lstrip?: string;
}

const UNKNOWN = 2;
const CONTROL = 3;
const UNUSED = 5;

const control = (piece: string): Piece => ({ piece, score: 0, type: CONTROL });

/** The tokens behind the pieces that are not among them. */
function behind(model: SentencePieceModel, tokens: readonly string[]): SentencePieceModel {
  const known = new Set(model.pieces.map(({ piece }) => piece));
  return { ...model, pieces: [...model.pieces, ...tokens.filter((token) => !known.has(token)).map(control)] };
}

/** fairseq's order: four tokens in place of SentencePiece's three, so that every piece comes one later. */
function fairseq(model: SentencePieceModel, tokens: readonly string[]): SentencePieceModel {
  const first = [control('<s>'), control('<pad>'), control('</s>'), { piece: '<unk>', score: 0, type: UNKNOWN }];
  return behind({ ...model, pieces: [...first, ...model.pieces.slice(3)], unknownId: 3 }, tokens);
}

function camembert(model: SentencePieceModel): SentencePieceModel {
  const unused = (piece: string, score = 0): Piece => ({ piece, score, type: UNUSED });
  const unknown = { piece: '<unk>', score: 0, type: UNKNOWN };
  const first = [unused('<s>NOTUSED'), control('<pad>'), unused('</s>NOTUSED'), unknown, unused('<unk>NOTUSED', -100)];
  return behind({ ...model, pieces: [...first, ...model.pieces.slice(1)], unknownId: 3 }, ['<mask>']);
}

const MBART_LANGUAGES =
  'ar_AR cs_CZ de_DE en_XX es_XX et_EE fi_FI fr_XX gu_IN hi_IN it_IT ja_XX kk_KZ ko_KR lt_LT lv_LV my_MM ne_NP nl_XX ro_RO ru_RU si_LK tr_TR vi_VN zh_CN'.split(
    ' ',
  );

/** T5's places to fill, the last of them first. */
function extraIds(raw: Raw): string[] {
  const count = raw.extra_ids ?? 100;
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0 || count > 100_000)
    throw new TokenizerError(
      `loadTokenizer: expected extra_ids as a whole number from 0 to 100,000, got ${JSON.stringify(count)} (tokenizer_config.json)`,
    );
  return Array.from({ length: count }, (_, i) => `<extra_id_${count - 1 - i}>`);
}

function llama(raw: Raw): Template | undefined {
  const [bos, eos] = [raw.add_bos_token === false ? '' : '<s> ', raw.add_eos_token === true ? ' </s>' : ''];
  return bos + eos === ''
    ? undefined
    : [`${bos}$A${eos}`, `${bos}$A${eos} ${bos.trim() && '<s>:1 '}$B:1${eos && ' </s>:1'}`];
}

const ROBERTA: Template = ['<s> $A </s>', '<s> $A </s> </s> $B </s>'];
const BERT: Template = ['[CLS] $A [SEP]', '[CLS] $A [SEP] $B:1 [SEP]:1'];

const classes: Readonly<Record<string, SentencePieceClass>> = {
  Albert: { template: () => BERT },
  Camembert: { model: camembert, template: () => ROBERTA, lstrip: '<mask>' },
  DebertaV2: {
    model: (model) => behind(model, ['[CLS]', '[SEP]', '[UNK]', '[PAD]', '[MASK]']),
    template: () => BERT,
  },
  Llama: { template: llama },
  MBart: {
    model: (model) => fairseq(model, [...MBART_LANGUAGES, '<mask>']),
    template: (raw) => {
      const language = typeof raw.src_lang === 'string' ? raw.src_lang : 'en_XX';
      return [`$A </s> ${language}`, `$A $B </s> ${language}`];
    },
    lstrip: '<mask>',
  },
  T5: {
    model: (model, raw) => behind(model, [...extraIds(raw), '</s>', '<unk>', '<pad>']),
    template: () => ['$A </s>', '$A </s> $B </s>'],
  },
  XLMRoberta: { model: (model) => fairseq(model, ['<mask>']), template: () => ROBERTA },
};

/** Classes that stand for no conventions of their own. */
const PLAIN = new Set(['', 'PreTrained', 'TokenizersBackend']);

/**
 * The `tokenizer.json` of a model under a parsed `tokenizer_config.json`; without a class in it as {@link sentencePieceJson} has it.
 * @throws TokenizerError for a class whose conventions are not known here, and where the model lacks a token of its template
 */
export function sentencePieceClassJson(model: SentencePieceModel, raw: Raw): TokenizerJson {
  const name = classNameOf(raw);
  if (PLAIN.has(name)) return sentencePieceJson(model);
  const known = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (!known)
    throw new TokenizerError(
      `loadTokenizer: expected a SentencePiece tokenizer_class of ${Object.keys(classes).join(', ')}, got ${JSON.stringify(raw.tokenizer_class)} (tokenizer_config.json); save it as tokenizer.json with Transformers, or take tokenizer_class out for SentencePiece’s own ids`,
    );
  const changed = known.model?.(model, raw) ?? model;
  const json = sentencePieceJson(changed);
  const added = (json.added_tokens as { content: string }[]).map((token) =>
    token.content === known.lstrip ? { ...token, lstrip: true } : token,
  );
  const template = known.template(raw);
  if (!template) return { ...json, added_tokens: added };
  const ids = new Map(changed.pieces.map(({ piece }, id) => [piece, id]));
  return { ...json, added_tokens: added, post_processor: templateProcessing(template[0], template[1], ids) };
}
