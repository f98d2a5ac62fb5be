// Added tokens: found in the text before (or after) it is normalised, leftmost and longest first, with their five flags.
import { TokenizerError } from '../tokenizer.ts';
import type { AlignedText } from './aligned.ts';
import { aligned } from './aligned.ts';
import { Fields, refuse } from './component.ts';
import type { TokenModel } from './model/model.ts';
import { Trie } from './model/trie.ts';
import type { Normalizer } from './normalize.ts';
import { whiteSpace, wordCharacters } from './unicode/properties.ts';

/** A token that is never cut, as `tokenizer.json` lists it. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Only where no word character stands next to it. */
  readonly singleWord: boolean;
  /** Takes the white space before it. */
  readonly lstrip: boolean;
  /** Takes the white space behind it. */
  readonly rstrip: boolean;
  /** Found in the normalised text, as its own normalised form. */
  readonly normalized: boolean;
  /** Not part of what a reader would see. */
  readonly special: boolean;
}

/** What special tokens in a text count as. */
export type SpecialPolicy = 'allow' | 'refuse' | 'text';

function isWordAt(text: string, unit: number): boolean {
  return wordCharacters().has(text.codePointAt(unit) as number);
}

function isWordBefore(text: string, unit: number): boolean {
  const low = text.charCodeAt(unit - 1);
  return isWordAt(text, low >= 0xdc00 && low <= 0xdfff ? unit - 2 : unit - 1);
}

const FEW = 3;

/** Looks for a set of tokens. */
class TokenFinder {
  readonly #tokens: readonly AddedToken[];
  readonly #trie = new Trie();
  readonly #root: number;
  readonly #first = new Uint8Array(0x10000);
  /** The first units as texts while they are few: looked for by the engine's own search. */
  readonly #starts: readonly string[] | undefined;
  readonly isEmpty: boolean;

  constructor(tokens: readonly AddedToken[], written: (token: AddedToken) => string) {
    this.#tokens = tokens;
    this.#root = this.#trie.root();
    for (const [i, token] of tokens.entries()) {
      const text = written(token);
      if (text === '') continue;
      this.#trie.add(this.#root, text, i);
      this.#first[text.charCodeAt(0)] = 1;
    }
    this.isEmpty = tokens.length === 0;
    const starts = new Set(tokens.map((token) => written(token)[0] ?? ''));
    this.#starts = starts.size <= FEW ? [...starts].filter((start) => start !== '') : undefined;
  }

  /** Calls `part` for everything in turn: a token with its place, or plain text. */
  split(
    text: string,
    skips: (token: AddedToken, at: number) => boolean,
    part: (from: number, to: number, token?: AddedToken) => void,
  ): void {
    if (this.#starts?.every((start) => !text.includes(start))) {
      if (text !== '') part(0, text.length);
      return;
    }
    let done = 0;
    const first = this.#first;
    for (let at = 0; at < text.length; ) {
      if (first[text.charCodeAt(at)] === 0) {
        at++;
        continue;
      }
      const { token, end } = this.#longest(text, at);
      if (!token) {
        at++;
        continue;
      }
      let [from, to] = [at, end];
      at = end;
      if (skips(token, from)) continue;
      if (token.singleWord && ((from > 0 && isWordBefore(text, from)) || (to < text.length && isWordAt(text, to))))
        continue;
      if (token.lstrip) {
        while (from > 0 && whiteSpace().has(text.charCodeAt(from - 1))) from--;
        from = Math.max(from, done);
      }
      if (token.rstrip) while (to < text.length && whiteSpace().has(text.charCodeAt(to))) to++;
      if (done < from) part(done, from);
      if (from < to) part(from, to, token);
      done = Math.max(from, to);
    }
    if (done < text.length) part(done, text.length);
  }

  #longest(text: string, at: number): { readonly token: AddedToken | undefined; readonly end: number } {
    let [found, end] = [-1, at];
    let node = this.#root;
    for (let i = at; i < text.length; i++) {
      node = this.#trie.next(node, text.charCodeAt(i));
      if (node < 0) break;
      const value = this.#trie.value(node);
      if (value >= 0) [found, end] = [value, i + 1];
    }
    return { token: this.#tokens[found], end };
  }
}

function readToken(raw: unknown, place: number): AddedToken {
  const fields = new Fields(`added_tokens[${place}]`, raw);
  const token = {
    id: fields.count('id'),
    content: fields.string('content'),
    singleWord: fields.boolean('single_word', false),
    lstrip: fields.boolean('lstrip', false),
    rstrip: fields.boolean('rstrip', false),
    normalized: fields.boolean('normalized', true),
    special: fields.boolean('special', false),
  };
  fields.done();
  return token;
}

/** Ids may leave a gap only below added tokens, as published rank files do; anything else is a broken file. */
function refuseHoles(model: TokenModel, added: ReadonlyMap<string, AddedToken>): void {
  const { tokens, vocab } = model;
  if (model.isList || tokens.length === vocab.size) return;
  let hole = 0;
  while (tokens[hole] !== undefined) hole++;
  const above = tokens.findIndex((token, id) => id > hole && token !== undefined && !added.has(token));
  if (above >= 0) refuse('model.vocab', 'ids without holes', `none for ${hole} but ${above} for '${tokens[above]}'`);
}

/** The added tokens of one tokenizer. */
export class AddedTokens {
  /** What decoding sees for an id: the token as it is found in a text. */
  readonly decoded: ReadonlyMap<number, string>;
  /** In the order of their ids. */
  readonly all: readonly AddedToken[];
  readonly byId: ReadonlyMap<number, AddedToken>;
  readonly byContent: ReadonlyMap<string, AddedToken>;
  readonly #raw: TokenFinder;
  readonly #normalized: TokenFinder;
  readonly #special: ReadonlySet<string>;

  /** As the reference does, a token that the model has keeps the model's id, every other one gets the next free id. */
  constructor(list: unknown, model: TokenModel, normalize: Normalizer) {
    if (list !== undefined && list !== null && !Array.isArray(list)) refuse('added_tokens', 'a list', list);
    const byContent = new Map<string, AddedToken>();
    const byId = new Map<number, AddedToken>();
    const listed = new Map<number, string>();
    // As many as the model has, which is the next id where ids have no holes.
    let next = model.vocab.size === 0 ? 0 : model.isList ? model.tokens.length : model.vocab.size;
    for (const [place, raw] of ((list ?? []) as unknown[]).entries()) {
      const token = readToken(raw, place);
      const other = listed.get(token.id);
      if (other !== undefined && other !== token.content)
        refuse(`added_tokens[${place}].id`, 'every id once', `${token.id} for '${other}' and '${token.content}'`);
      listed.set(token.id, token.content);
      if (token.content === '') continue;
      const id = byContent.get(token.content)?.id ?? model.vocab.get(token.content) ?? next++;
      byContent.set(token.content, { ...token, id });
      byId.set(id, { ...token, id });
    }
    refuseHoles(model, byContent);
    this.byContent = byContent;
    this.byId = byId;
    this.all = [...byId.values()].sort((a, b) => a.id - b.id);
    this.decoded = new Map(
      this.all.map((token) => [token.id, token.normalized ? normalize(aligned(token.content)).text : token.content]),
    );
    this.#special = new Set(this.all.filter((token) => token.special).map((token) => token.content));
    this.#raw = new TokenFinder(
      this.all.filter((token) => !token.normalized),
      (token) => token.content,
    );
    this.#normalized = new TokenFinder(
      this.all.filter((token) => token.normalized),
      (token) => this.decoded.get(token.id) as string,
    );
  }

  /** Whether some are found in normalised text only. */
  get needNormalized(): boolean {
    return !this.#normalized.isEmpty;
  }

  /** Whether a token is special, by how it is written. */
  isSpecial(content: string): boolean {
    return this.#special.has(content);
  }

  /** Cuts a text into added tokens and normalised text between them, in order. */
  split(
    text: string,
    normalize: Normalizer,
    policy: SpecialPolicy,
    part: (source: AlignedText, from: number, to: number, token?: AddedToken) => void,
  ): void {
    const between = (raw: AlignedText): void => {
      const source = normalize(raw);
      if (source.text === '') return;
      if (this.#normalized.isEmpty) {
        part(source, 0, source.text.length);
        return;
      }
      this.#normalized.split(
        source.text,
        this.#skips(policy, (at) => source.startOf(at)),
        (from, to, token) => part(source, from, to, token),
      );
    };
    const source = aligned(text);
    if (this.#raw.isEmpty) {
      if (text !== '') between(source);
      return;
    }
    this.#raw.split(
      text,
      this.#skips(policy, (at) => at),
      (from, to, token) => {
        if (token) part(source, from, to, token);
        else between(source.slice(from, to));
      },
    );
  }

  #skips(policy: SpecialPolicy, placeOf: (at: number) => number): (token: AddedToken, at: number) => boolean {
    if (policy === 'allow') return () => false;
    return (token, at) => {
      if (!this.#special.has(token.content)) return false;
      if (policy === 'refuse')
        throw new TokenizerError(
          `encode: expected text without special tokens, got '${token.content}' at ${placeOf(at)}; say special: 'text' (--special text) to read it as text`,
        );
      return true;
    };
  }
}
