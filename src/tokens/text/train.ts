// Vocabularies from a corpus: characters, and WordPiece by merging the most frequent pair (as `tokenizers` trains it).
import type { Tokenizer } from '../tokenizer.ts';
import { aligned } from './aligned.ts';
import { type Component, normalizer } from './normalize.ts';
import { preTokenizer, wordsOf } from './pre-tokenize.ts';
import { tokenizerFromJson } from './text-tokenizer.ts';

/** Options of training. */
export interface TrainTokenizerOptions {
  readonly vocabSize: number;
  readonly minFrequency: number;
  readonly lowercase: boolean;
}

/** Every code point a word: how character tokenizers are written in `tokenizer.json`. */
const CHARACTERS = '[\\s\\S]';

const PAD = '[PAD]';
const UNK = '[UNK]';
const SPECIALS = [PAD, UNK, '[CLS]', '[SEP]', '[MASK]'];

interface Parts {
  readonly normalizer: Component | null;
  readonly preTokenizer: Component;
  readonly model: Component;
  readonly decoder: Component;
}

function assemble(parts: Parts): Tokenizer {
  const special = (content: string, id: number) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const place = (kind: 'Sequence' | 'SpecialToken', id: string, type: number) => ({ [kind]: { id, type_id: type } });
  const single = [place('SpecialToken', '[CLS]', 0), place('Sequence', 'A', 0), place('SpecialToken', '[SEP]', 0)];
  const known = (token: string) => ({ id: token, ids: [SPECIALS.indexOf(token)], tokens: [token] });
  return tokenizerFromJson({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIALS.map(special),
    normalizer: parts.normalizer,
    pre_tokenizer: parts.preTokenizer,
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: [...single, place('Sequence', 'B', 1), place('SpecialToken', '[SEP]', 1)],
      special_tokens: { '[CLS]': known('[CLS]'), '[SEP]': known('[SEP]') },
    },
    decoder: parts.decoder,
    model: parts.model,
  });
}

function byCount(counts: ReadonlyMap<string, number>, minFrequency: number): string[] {
  return [...counts]
    .filter(([, count]) => count >= minFrequency)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([token]) => token);
}

function numbered(tokens: readonly string[]): Record<string, number> {
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}

/** Characters (code points), the most frequent first. Everything else is `[UNK]`. */
export function trainCharTokenizer(texts: Iterable<string>, options: TrainTokenizerOptions): Tokenizer {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const point of options.lowercase ? text.toLowerCase() : text) counts.set(point, (counts.get(point) ?? 0) + 1);
  }
  const vocab = [...SPECIALS, ...byCount(counts, options.minFrequency)].slice(0, options.vocabSize);
  return assemble({
    normalizer: options.lowercase ? { type: 'Lowercase' } : null,
    preTokenizer: { type: 'Split', pattern: { Regex: CHARACTERS }, behavior: 'Isolated', invert: false },
    model: { type: 'WordLevel', vocab: numbered(vocab), unk_token: UNK },
    decoder: { type: 'Fuse' },
  });
}

/** WordPiece with BERT's normaliser and pre-tokenizer. Ties go to the pair whose pieces come first in the vocabulary. */
export function trainWordPieceTokenizer(texts: Iterable<string>, options: TrainTokenizerOptions): Tokenizer {
  const clean: Component = {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: options.lowercase,
  };
  const cutter: Component = { type: 'BertPreTokenizer' };
  const [normalize, cut] = [normalizer(clean), preTokenizer(cutter)];
  const words = new Map<string, number>();
  for (const raw of texts) {
    for (const word of wordsOf(normalize(aligned(raw)), cut)) words.set(word, (words.get(word) ?? 0) + 1);
  }
  const vocab = mergePairs(words, options);
  return assemble({
    normalizer: clean,
    preTokenizer: cutter,
    model: {
      type: 'WordPiece',
      vocab: numbered(vocab),
      unk_token: UNK,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  });
}

interface Word {
  pieces: number[];
  readonly count: number;
}

/** Counts of neighbouring pairs, kept up to date word by word. */
class Pairs {
  readonly #counts = new Map<number, number>();
  readonly #places = new Map<number, Set<Word>>();

  add(word: Word, sign: 1 | -1): void {
    for (let i = 0; i + 1 < word.pieces.length; i++) {
      const key = pairKey(word.pieces[i] as number, word.pieces[i + 1] as number);
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + sign * word.count);
      let places = this.#places.get(key);
      if (!places) this.#places.set(key, (places = new Set()));
      places.add(word);
    }
  }

  /** The most frequent pair; of equal ones the smaller key. */
  best(): { readonly key: number; readonly count: number } {
    let best = { key: -1, count: 0 };
    for (const [key, count] of this.#counts) {
      if (count > best.count || (count === best.count && key < best.key)) best = { key, count };
    }
    return best;
  }

  /** Words in which the pair may occur; the pair is forgotten. */
  take(key: number): Iterable<Word> {
    const places = this.#places.get(key) ?? [];
    this.#places.delete(key);
    this.#counts.delete(key);
    return places;
  }
}

const SPAN = 2 ** 20;
const pairKey = (a: number, b: number): number => a * SPAN + b;

function mergePairs(counts: ReadonlyMap<string, number>, options: TrainTokenizerOptions): string[] {
  const vocab = [...SPECIALS];
  const ids = new Map<string, number>();
  const idOf = (token: string): number => {
    let id = ids.get(token);
    if (id === undefined) {
      id = vocab.push(token) - 1;
      ids.set(token, id);
    }
    return id;
  };
  const ordered = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const point of [...new Set(ordered.flatMap(([word]) => [...word]))].sort()) idOf(point);
  const words = ordered.map(
    ([word, count]): Word => ({ pieces: Array.from(word, (point, i) => idOf(i === 0 ? point : `##${point}`)), count }),
  );
  const pairs = new Pairs();
  for (const word of words) pairs.add(word, 1);
  while (vocab.length < options.vocabSize) {
    const { key, count } = pairs.best();
    if (count < Math.max(1, options.minFrequency)) break;
    const [left, right] = [Math.floor(key / SPAN), key % SPAN];
    const merged = idOf((vocab[left] as string) + (vocab[right] as string).replace(/^##/, ''));
    for (const word of pairs.take(key)) {
      const pieces = joined(word.pieces, [left, right], merged);
      if (pieces.length === word.pieces.length) continue;
      pairs.add(word, -1);
      word.pieces = pieces;
      pairs.add(word, 1);
    }
    pairs.take(key);
  }
  return vocab.slice(0, options.vocabSize);
}

/** `joined([1, 2, 3, 1, 2], [1, 2], 4) → [4, 3, 4]`. */
function joined(pieces: readonly number[], [left, right]: readonly [number, number], merged: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < pieces.length; i++) {
    if (pieces[i] === left && pieces[i + 1] === right) {
      result.push(merged);
      i++;
    } else result.push(pieces[i] as number);
  }
  return result;
}
