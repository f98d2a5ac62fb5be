// How a new classifier reads a text: both ways with `[CLS]` in front, or left to right up to `<eos>`.
import { DataError } from '../../data/index.ts';
import type { HubConfig } from '../../models/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { decoderConfig } from '../decoder-config.ts';
import { encoderConfig } from '../encoder-config.ts';
import type { ModelRecipe } from '../recipe.ts';
import { frames, type TokenFrame } from '../tokenizer.ts';

/** One way. */
interface Reader {
  /** Special tokens around a text. */
  readonly frame: TokenFrame;
  readonly configOf: (model: ModelRecipe, tokenizer: Tokenizer, labels: readonly string[]) => HubConfig;
}

/** The recipe's word. */
export type Architecture = 'encoder' | 'decoder';

/** Ways by the recipe's word. */
const readers: { readonly [K in Architecture]: Reader } = {
  /** An encoder (BERT, ModernBERT) with a classifier on `[CLS]`. */
  encoder: {
    frame: frames.encoder,
    configOf: (model, tokenizer, labels) => encoderConfig(model, tokenizer, 'ForSequenceClassification', labels),
  },
  /** GPT-2 with a classifier on the last token, which is `<eos>`. */
  decoder: {
    frame: frames.sequence,
    configOf: (model, tokenizer, labels) => decoderConfig(model, tokenizer, 'GPT2ForSequenceClassification', labels),
  },
};

/** The way of a recipe. @throws DataError listing the words */
export function readerOf(architecture: Architecture = 'encoder'): Reader {
  if (Object.hasOwn(readers, architecture)) return readers[architecture];
  throw new DataError(`architecture: expected one of ${Object.keys(readers).join(', ')}, got '${architecture}'`);
}
