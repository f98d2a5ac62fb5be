// The token that stands for a hidden one.
import type { Tokenizer } from '../tokens/index.ts';

/** How masks are written where tokenizer_config.json does not say. */
export const MASKS = ['[MASK]', '<mask>'] as const;

/** The mask of a vocabulary, undefined where it has none. */
export function maskOf(tokenizer: Tokenizer): { readonly mask: string; readonly maskId: number } | undefined {
  for (const mask of [tokenizer.config?.specialTokens.mask_token, ...MASKS]) {
    const maskId = mask === undefined ? undefined : tokenizer.tokenToId(mask);
    if (mask !== undefined && maskId !== undefined) return { mask, maskId };
  }
  return undefined;
}
