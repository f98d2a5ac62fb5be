// One vocabulary for both sides of a pair: joint pieces of text, or the letters that are read beside the symbols that are written.
import { DataError, type PairExample } from '../../data/index.ts';
import { type Component, type Tokenizer, tokenizerFromJson } from '../../tokens/index.ts';
import { frames, trainRecipeTokenizer } from '../tokenizer.ts';
import type { TextToTextRecipe } from './recipe.ts';

/** How a kind of target is learnt and encoded. */
interface TargetKind {
  readonly train: (pairs: readonly PairExample[], recipe: TextToTextRecipe) => Tokenizer;
  /** Ids of a target with its end, at most `maxLength`; `end` is the model's. */
  readonly encode: (tokenizer: Tokenizer, target: string, maxLength: number, end: number) => number[];
}

/** Symbols of a target. */
export const symbolsOf = (target: string): string[] => target.split(' ').filter((symbol) => symbol !== '');

/** A tokenizer of letters that also has symbols: text never becomes them, ids of them are decoded with spaces between. */
function withSymbols(letters: Tokenizer, targets: readonly string[]): Tokenizer {
  const json = letters.toJSON();
  const model = json.model as Component;
  const known = model.vocab as Readonly<Record<string, number>>;
  const symbols = [...new Set(targets.flatMap(symbolsOf))].filter((symbol) => !Object.hasOwn(known, symbol)).sort();
  const first = Object.keys(known).length;
  const vocab = { ...known, ...Object.fromEntries(symbols.map((symbol, i) => [symbol, first + i])) };
  return tokenizerFromJson({ ...json, model: { ...model, vocab }, decoder: null });
}

/** What kinds of targets there are. */
export const targetKinds: { readonly [K in TextToTextRecipe['target']]: TargetKind } = {
  text: {
    train: (pairs, { tokenizer }) =>
      trainRecipeTokenizer(
        pairs.flatMap(({ source, target }) => [source, target]),
        tokenizer,
        frames.sequence,
      ),
    encode: (tokenizer, target, maxLength, end) => {
      const { ids } = tokenizer.encode(target, { special: 'text', maxLength, padding: false });
      // a tokenizer that puts no end there, or another one than the model's
      return ids.at(-1) === end ? ids : [...ids.slice(0, maxLength - 1), end];
    },
  },
  symbols: {
    train: (pairs, { tokenizer }) =>
      withSymbols(
        trainRecipeTokenizer(
          pairs.map(({ source }) => source),
          tokenizer,
          frames.sequence,
        ),
        pairs.map(({ target }) => target),
      ),
    encode: (tokenizer, target, maxLength, end) => {
      const unknown = tokenizer.tokenToId(frames.sequence.names.unk_token as string);
      if (unknown === undefined)
        throw new DataError(
          `target symbols: expected a tokenizer with ${frames.sequence.names.unk_token}, as runs of this kind have it, got one without; set target=text`,
        );
      const ids = symbolsOf(target).map((symbol) => tokenizer.tokenToId(symbol) ?? unknown);
      return [...ids.slice(0, maxLength - 1), end];
    },
  },
};
