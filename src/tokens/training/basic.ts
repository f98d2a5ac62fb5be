// The two small trainers of recipes: characters, and WordPiece, both with BERT's special tokens and template.
import type { Component } from '../text/component.ts';
import { tokenizerFromJson } from '../text/text-tokenizer.ts';
import type { Tokenizer } from '../tokenizer.ts';
import type { TrainingOptions } from './algorithms.ts';
import { trainTokenizerJson } from './train.ts';

/** Options of training. */
export interface TrainTokenizerOptions {
  readonly vocabSize: number;
  readonly minFrequency: number;
  readonly lowercase: boolean;
}

const SPECIALS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

function bertTemplate(): Component {
  const place = (kind: 'Sequence' | 'SpecialToken', id: string, type: number) => ({ [kind]: { id, type_id: type } });
  const single = [place('SpecialToken', '[CLS]', 0), place('Sequence', 'A', 0), place('SpecialToken', '[SEP]', 0)];
  const known = (token: string) => ({ id: token, ids: [SPECIALS.indexOf(token)], tokens: [token] });
  return {
    type: 'TemplateProcessing',
    single,
    pair: [...single, place('Sequence', 'B', 1), place('SpecialToken', '[SEP]', 1)],
    special_tokens: { '[CLS]': known('[CLS]'), '[SEP]': known('[SEP]') },
  };
}

function trained(texts: Iterable<string>, options: TrainingOptions): Tokenizer {
  return tokenizerFromJson(
    trainTokenizerJson(texts, { ...options, specialTokens: SPECIALS, postProcessor: bertTemplate() }),
  );
}

/** Characters (code points), the most frequent first. Everything else is `[UNK]`. */
export function trainCharTokenizer(texts: Iterable<string>, options: TrainTokenizerOptions): Tokenizer {
  const { vocabSize, minFrequency } = options;
  const normalizer = options.lowercase ? { type: 'Lowercase' } : null;
  return trained(texts, { algorithm: 'char', vocabSize, minFrequency, normalizer });
}

/** WordPiece with BERT's normaliser and pre-tokenizer. Ties go to the pair whose pieces come first in the vocabulary. */
export function trainWordPieceTokenizer(texts: Iterable<string>, options: TrainTokenizerOptions): Tokenizer {
  const { vocabSize, minFrequency } = options;
  const normalizer = {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: options.lowercase,
  };
  return trained(texts, { algorithm: 'wordpiece', vocabSize, minFrequency, normalizer });
}
