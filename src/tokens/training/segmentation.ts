// How a word is cut, step by step: rules in order (BPE), longest match (WordPiece), the best path through the lattice (Unigram). For showing,
// not for speed: `tokenizerFromJson` is the fast way to the same pieces.
import type { Component } from '../text/component.ts';
import { TokenizerError } from '../tokenizer.ts';
import { joinedToken } from './bpe.ts';

/** One step of cutting a word. */
export interface SegmentationStep {
  /** The word as it is cut after this step. */
  readonly pieces: readonly string[];
  /** The rule that was applied, for BPE. */
  readonly rule?: readonly [string, string];
  /** The candidates that were tried, longest first, for WordPiece; the last one matched, if any did. */
  readonly tried?: readonly string[];
}

/** A piece that may stand in a word, for Unigram. */
export interface LatticeEdge {
  /** Places in code points. */
  readonly from: number;
  readonly to: number;
  readonly token: string;
  /** Natural logarithm of its probability. */
  readonly score: number;
  /** The best score of a path that ends with it. */
  readonly best: number;
  /** Whether it lies on the best path. */
  readonly chosen: boolean;
}

/** How a word is cut. */
export interface Segmentation {
  readonly word: string;
  readonly steps: readonly SegmentationStep[];
  /** The tokens in the end. */
  readonly tokens: readonly string[];
  readonly lattice?: readonly LatticeEdge[];
}

const UNKNOWN = '[UNK]';

function bpeSegmentation(word: string, model: Component): Segmentation {
  const vocab = new Set(Object.keys((model.vocab ?? {}) as object));
  const [prefix, suffix] = [String(model.continuing_subword_prefix ?? ''), String(model.end_of_word_suffix ?? '')];
  const unknown = String(model.unk_token ?? UNKNOWN);
  const ranks = new Map<string, number>();
  const rules = ((model.merges ?? []) as (string | [string, string])[]).map((rule) =>
    typeof rule === 'string' ? (rule.split(' ') as [string, string]) : rule,
  );
  rules.forEach(([left, right], rank) => {
    ranks.set(`${left} ${right}`, rank);
  });
  const characters = Array.from(word);
  let pieces = characters.map((character, i) => {
    const symbol = `${i > 0 ? prefix : ''}${character}${i === characters.length - 1 ? suffix : ''}`;
    return vocab.has(symbol) ? symbol : unknown;
  });
  const steps: SegmentationStep[] = [{ pieces }];
  for (;;) {
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < pieces.length; i++)
      best = Math.min(best, ranks.get(`${pieces[i]} ${pieces[i + 1]}`) ?? best);
    const rule = rules[best];
    if (!rule) break;
    pieces = applied(pieces, rule, joinedToken(rule[0], rule[1], prefix));
    steps.push({ pieces, rule });
  }
  return { word, steps, tokens: pieces };
}

/** Pieces with every occurrence of a pair joined, from the left. */
export function applied(pieces: readonly string[], [left, right]: readonly [string, string], token: string): string[] {
  const result: string[] = [];
  for (let i = 0; i < pieces.length; i++) {
    if (pieces[i] === left && pieces[i + 1] === right) {
      result.push(token);
      i++;
    } else result.push(pieces[i] as string);
  }
  return result;
}

function wordPieceSegmentation(word: string, model: Component): Segmentation {
  const vocab = new Set(Object.keys((model.vocab ?? {}) as object));
  const prefix = String(model.continuing_subword_prefix ?? '##');
  const unknown = String(model.unk_token ?? UNKNOWN);
  const characters = Array.from(word);
  const steps: SegmentationStep[] = [];
  const pieces: string[] = [];
  for (let start = 0; start < characters.length; ) {
    const tried: string[] = [];
    let end = characters.length;
    for (; end > start; end--) {
      const candidate = (start > 0 ? prefix : '') + characters.slice(start, end).join('');
      tried.push(candidate);
      if (vocab.has(candidate)) break;
    }
    if (end === start) {
      steps.push({ pieces: [unknown], tried });
      return { word, steps, tokens: [unknown] };
    }
    pieces.push(tried.at(-1) as string);
    steps.push({
      pieces: [...pieces, ...(end < characters.length ? [`…${characters.slice(end).join('')}`] : [])],
      tried,
    });
    start = end;
  }
  return { word, steps, tokens: pieces };
}

/** How far the unknown piece lies below the least likely one. */
const UNKNOWN_PENALTY = 10;

function unigramSegmentation(word: string, model: Component): Segmentation {
  const vocab = new Map(((model.vocab ?? []) as [string, number][]).map(([token, score]) => [token, score]));
  const unknownId = Number(model.unk_id ?? 0);
  const unknown = ((model.vocab ?? []) as [string, number][])[unknownId]?.[0] ?? '<unk>';
  const least = Math.min(...vocab.values()) - UNKNOWN_PENALTY;
  const characters = Array.from(word);
  const longest = Math.max(1, ...Array.from(vocab.keys(), (token) => [...token].length));
  const best = new Array<number>(characters.length + 1).fill(Number.NEGATIVE_INFINITY);
  const taken = new Array<number>(characters.length + 1).fill(-1);
  const edges: { from: number; to: number; token: string; score: number; best: number }[] = [];
  best[0] = 0;
  for (let from = 0; from < characters.length; from++) {
    const add = (to: number, token: string, score: number): void => {
      const total = (best[from] as number) + score;
      edges.push({ from, to, token, score, best: total });
      if (total <= (best[to] as number)) return;
      best[to] = total;
      taken[to] = edges.length - 1;
    };
    for (let to = from + 1; to <= Math.min(characters.length, from + longest); to++) {
      const token = characters.slice(from, to).join('');
      const score = vocab.get(token);
      if (score !== undefined) add(to, token, score);
      else if (to === from + 1) add(to, unknown, least);
    }
  }
  const chosen = new Set<number>();
  for (let at = characters.length; at > 0; ) {
    const edge = taken[at] as number;
    chosen.add(edge);
    at = (edges[edge] as { from: number }).from;
  }
  const lattice = edges.map((edge, i) => ({ ...edge, chosen: chosen.has(i) }));
  const tokens = lattice.filter((edge) => edge.chosen).map((edge) => edge.token);
  return { word, steps: [{ pieces: characters }, { pieces: tokens }], tokens, lattice };
}

const segmenters: Readonly<Record<string, (word: string, model: Component) => Segmentation>> = {
  BPE: bpeSegmentation,
  WordPiece: wordPieceSegmentation,
  Unigram: unigramSegmentation,
};

/** How a model cuts one word of its pre-tokenizer. @throws TokenizerError for a model without sub-words */
export function segmentWord(word: string, model: Component): Segmentation {
  const segment = Object.hasOwn(segmenters, model.type) ? segmenters[model.type] : undefined;
  if (!segment)
    throw new TokenizerError(`replay: expected a model of ${Object.keys(segmenters).join(', ')}, got '${model.type}'`);
  return segment(word, model);
}
