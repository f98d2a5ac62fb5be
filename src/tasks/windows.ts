// A text of any length as rows that the model can take: windows that overlap, and every token's scores from the window where it has the
// most around it (BERT's "max context").
import type { Model } from '../models/index.ts';
import type { Encoding, Tokenizer } from '../tokens/index.ts';
import type { TextCounter } from './encode-texts.ts';

/** A row of ids that holds the text's tokens from `first` on, `count` of them, after `lead` special ones. */
export interface TokenWindow {
  readonly ids: readonly number[];
  readonly lead: number;
  readonly first: number;
  readonly count: number;
}

/** The tokens of a whole text without special ones, and the windows over them. */
export interface WindowedText {
  readonly text: string;
  readonly tokens: Pick<Encoding, 'ids' | 'tokens' | 'offsets' | 'wordIds'>;
  readonly windows: readonly TokenWindow[];
}

/** The longest row to give a model: what its positions allow, else what it was made for. */
export function longestRow({ maxLength, config }: Model): number {
  return maxLength ?? Number(config.max_position_embeddings ?? 512);
}

/** Tokens of the longest text that is read in one piece: what positions and tokenizer allow, 512 where neither says. What is behind is cut. */
export function longestText({ maxLength }: Pick<Model, 'maxLength'>, { config }: Tokenizer): number {
  const limits = [maxLength, config?.modelMaxLength].filter((one) => one !== undefined);
  return limits.length > 0 ? Math.min(...limits) : 512;
}

/** Cuts a text into windows of at most `maxLength` tokens, special ones counted; neighbours share a quarter of that. */
export function windowsOf(tokenizer: Tokenizer, text: string, maxLength: number): WindowedText {
  const options = { special: 'text', padding: false } as const;
  const tokens = tokenizer.encode(text, { ...options, addSpecialTokens: false, truncation: false });
  const stride = Math.floor(maxLength / 4);
  const cut = tokenizer.encode(text, { ...options, maxLength, truncation: 'longest_first', stride });
  let first = 0;
  const windows = [cut, ...cut.overflowing].map(({ ids, specialTokensMask }, i, all): TokenWindow => {
    const lead = Math.max(0, specialTokensMask.indexOf(0));
    const count = specialTokensMask.filter((one) => one === 0).length;
    const at = first;
    first = at + count - (i < all.length - 1 ? stride : 0);
    return { ids, lead, first: at, count };
  });
  return { text, tokens, windows };
}

/** Which window to ask for each token, and at which place of its row. */
export function bestPlaces({ tokens, windows }: WindowedText): { readonly window: number; readonly place: number }[] {
  // windows follow one another: those that end before a token hold none of the later ones either
  let from = 0;
  return tokens.ids.map((_, t) => {
    for (let ended = windows[from]; ended && ended.first + ended.count <= t; ended = windows[from]) from++;
    let best = { window: 0, place: 0 };
    let most = -1;
    for (let window = from; window < windows.length; window++) {
      const { first, count, lead } = windows[window] as TokenWindow;
      if (first > t) break;
      const around = Math.min(t - first, first + count - 1 - t);
      if (around > most) best = { window, place: lead + t - first };
      most = Math.max(most, around);
    }
    return best;
  });
}

/** Counts texts that are read in windows; those of several windows count as longer than the model. */
export function countWindows(counter: TextCounter, texts: readonly WindowedText[]): void {
  for (const { text, tokens, windows } of texts) counter.add(text, tokens, windows.length > 1);
}
