// Pieces that every converted file needs: added tokens and templates as `tokenizer.json` spells them.
import { TokenizerError, type TokenizerJson } from '../../tokenizer.ts';

/** A token in the list `added_tokens`. */
export function addedToken(
  id: number,
  content: string,
  flags: Readonly<Partial<Record<'single_word' | 'lstrip' | 'rstrip' | 'normalized' | 'special', boolean>>> = {},
): TokenizerJson {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true, ...flags };
}

/** A template written `<s> $A </s>` with types behind colons, over known special tokens. @throws TokenizerError for a token without an id */
export function templateProcessing(single: string, pair: string, ids: ReadonlyMap<string, number>): TokenizerJson {
  const used = new Set<string>();
  const places = (text: string): unknown[] =>
    text.split(' ').map((part) => {
      const [, name = '', type = '0'] = /^(.*?)(?::(\d+))?$/.exec(part) ?? [];
      const type_id = Number(type);
      if (name === '$A' || name === '$B') return { Sequence: { id: name.slice(1), type_id } };
      used.add(name);
      return { SpecialToken: { id: name, type_id } };
    });
  const idOf = (token: string): number => {
    const id = ids.get(token);
    if (id === undefined)
      throw new TokenizerError(
        `templateProcessing: expected the token ${token} for '${single}', got a vocabulary without it`,
      );
    return id;
  };
  const parts = { single: places(single), pair: places(pair) };
  return {
    type: 'TemplateProcessing',
    ...parts,
    special_tokens: Object.fromEntries(
      [...used].map((token) => [token, { id: token, ids: [idOf(token)], tokens: [token] }]),
    ),
  };
}
