// What changes scores before a token is chosen: plain functions in one table, in the order in which Transformers 5 applies them
// (generation/utils.py, `_get_logits_processor`; generation/logits_process.py). In beam search they see log-probabilities.
import { GenerationError } from './generation-error.ts';
import { entropyOf, kthLargest, logSoftmax, logSumExp, probabilitiesOf, ranked, type Scores } from './scores.ts';
import { asList, type ResolvedSettings } from './settings.ts';

/** What a processor may look at. */
export interface RowContext {
  /** The row so far: padding on the left, prompt, what was written. */
  readonly ids: readonly number[];
  /** How many of them are padding. */
  readonly padding: number;
  /** Tokens of the prompt, padding included. */
  readonly promptLength: number;
  /** What the encoder reads; of a decoder-only model the prompt. */
  readonly source: readonly number[];
}

/** Changes the scores of one row in place; `-Infinity` bans a token. */
export type LogitsProcessor = (scores: Scores, context: RowContext) => void;

/** A processor with the name that shows in explanations. */
export interface NamedProcessor {
  readonly name: string;
  readonly process: LogitsProcessor;
}

type Maker = (settings: ResolvedSettings) => LogitsProcessor | undefined;

const BANNED = Number.NEGATIVE_INFINITY;

function ban(scores: Scores, ids: Iterable<number>): void {
  for (const id of ids) scores[id] = BANNED;
}

function only(scores: Scores, ids: readonly number[]): void {
  scores.fill(BANNED);
  for (const id of ids) scores[id] = 0;
}

/** Divides positive scores of `ids` by `penalty` and multiplies negative ones, each once (CTRL, Keskar et al. 2019). */
function penalize(scores: Scores, ids: Iterable<number>, penalty: number): void {
  for (const id of new Set(ids)) {
    if (id >= scores.length) continue;
    const score = scores[id] as number;
    scores[id] = score < 0 ? score * penalty : score / penalty;
  }
}

/** What followed the last `size - 1` tokens of `ids` wherever they occur in `text`. */
function* continuations(text: readonly number[], ids: readonly number[], size: number): Generator<number> {
  const start = ids.length + 1 - size;
  if (start < 0) return;
  for (let at = 0; at + size <= text.length; at++) {
    let same = 0;
    while (same < size - 1 && text[at + same] === ids[start + same]) same++;
    if (same === size - 1) yield text[at + size - 1] as number;
  }
}

function badWords({ bad_words_ids, eos }: ResolvedSettings): LogitsProcessor | undefined {
  if (!bad_words_ids) return undefined;
  const words = bad_words_ids.filter((word) => !(word.length === 1 && eos.includes(word[0] as number)));
  return (scores, { ids }) => {
    for (const word of words) {
      const last = word.length - 1;
      if ((word[last] as number) >= scores.length) {
        throw new GenerationError(
          `bad_words_ids: expected ids below ${scores.length}, got ${word[last]} (the request)`,
        );
      }
      const from = ids.length - last;
      if (from >= 0 && word.slice(0, last).every((id, i) => ids[from + i] === id))
        scores[word[last] as number] = BANNED;
    }
  };
}

/** Bans all but the first `count` of `order`. */
function keepBest(scores: Scores, order: Int32Array, count: number): void {
  for (let rank = count; rank < order.length; rank++) scores[order[rank] as number] = BANNED;
}

/** Beams that sample must be able to go on though every end-of-text token were drawn. */
const leastKept = ({ num_beams, eos }: ResolvedSettings): number => (num_beams > 1 ? Math.max(1, eos.length) + 1 : 1);

function topP(settings: ResolvedSettings): LogitsProcessor | undefined {
  const { top_p } = settings;
  if (top_p >= 1) return undefined;
  const least = leastKept(settings);
  return (scores) => {
    const [order, total] = [ranked(scores), logSumExp(scores)];
    // the mass of a token and all that are less likely decides: it goes where that is at most 1 - top_p
    let [mass, count] = [0, order.length];
    while (count > least) {
      mass += Math.exp((scores[order[count - 1] as number] as number) - total);
      if (mass > 1 - top_p) break;
      count--;
    }
    keepBest(scores, order, count);
  };
}

function typical(settings: ResolvedSettings): LogitsProcessor | undefined {
  const { typical_p } = settings;
  if (typical_p >= 1) return undefined;
  const least = leastKept(settings);
  return (scores) => {
    const [entropy, total] = [entropyOf(scores), logSumExp(scores)];
    const nearness = Float32Array.from(scores, (score) => -Math.abs(total - score - entropy));
    const order = ranked(scores, nearness);
    let [mass, last] = [0, 0];
    for (; last < order.length - 1; last++) {
      mass += Math.exp((scores[order[last] as number] as number) - total);
      if (!(mass < typical_p)) break;
    }
    const furthest = nearness[order[last] as number] as number;
    let count = Math.max(least, last + 1);
    while (count < order.length && (nearness[order[count] as number] as number) >= furthest) count++;
    keepBest(scores, order, count);
  };
}

/** Bans what `isUnlikely` says of a probability, but never the `least` best tokens. */
function cut(scores: Scores, least: number, isUnlikely: (probability: number) => boolean): void {
  const [probabilities, bound] = [probabilitiesOf(scores), kthLargest(scores, least)];
  for (let i = 0; i < scores.length; i++) {
    if ((scores[i] as number) < bound && isUnlikely(probabilities[i] as number)) scores[i] = BANNED;
  }
}

/** For every sort of generation. */
const always = {
  encoder_repetition_penalty: ({ encoder_repetition_penalty: penalty }) =>
    penalty === 1 ? undefined : (scores, { source }) => penalize(scores, source, 1 / penalty),
  repetition_penalty: ({ repetition_penalty: penalty }) =>
    penalty === 1 ? undefined : (scores, { ids, padding }) => penalize(scores, ids.slice(padding), penalty),
  no_repeat_ngram_size: ({ no_repeat_ngram_size: size }) =>
    size === 0 ? undefined : (scores, { ids }) => ban(scores, [...continuations(ids, ids, size)]),
  encoder_no_repeat_ngram_size: ({ encoder_no_repeat_ngram_size: size }) =>
    size === 0 ? undefined : (scores, { ids, source }) => ban(scores, [...continuations(source, ids, size)]),
  bad_words_ids: badWords,
  min_length: ({ min_length, eos }) =>
    min_length === 0 || eos.length === 0
      ? undefined
      : (scores, { ids }) => {
          if (ids.length < min_length) ban(scores, eos);
        },
  forced_bos_token_id: ({ forced_bos_token_id: id }) =>
    id === undefined
      ? undefined
      : (scores, { ids }) => {
          if (ids.length === 1) only(scores, [id]);
        },
  forced_eos_token_id: ({ forced_eos_token_id, max_length }) =>
    asList(forced_eos_token_id).length === 0
      ? undefined
      : (scores, { ids }) => {
          if (ids.length === max_length - 1) only(scores, asList(forced_eos_token_id));
        },
  remove_invalid_values: ({ remove_invalid_values }) =>
    !remove_invalid_values
      ? undefined
      : (scores) => {
          const most = 3.4028234663852886e38;
          for (let i = 0; i < scores.length; i++) {
            const score = scores[i] as number;
            scores[i] = Number.isNaN(score) ? 0 : Math.max(-most, Math.min(most, score));
          }
        },
  exponential_decay_length_penalty: ({ exponential_decay_length_penalty: decay, eos }) =>
    decay === undefined
      ? undefined
      : (scores, { ids, promptLength }) => {
          const late = ids.length - promptLength - decay[0];
          // an id may be listed twice
          for (const id of late > 0 ? new Set(eos) : []) {
            const score = scores[id] as number;
            if (Number.isFinite(score)) scores[id] = score + Math.abs(score) * (decay[1] ** late - 1);
          }
        },
  suppress_tokens: ({ suppress_tokens }) =>
    suppress_tokens === undefined ? undefined : (scores) => ban(scores, asList(suppress_tokens)),
  begin_suppress_tokens: ({ begin_suppress_tokens, forced_bos_token_id }) =>
    begin_suppress_tokens === undefined
      ? undefined
      : (scores, { ids, promptLength }) => {
          const begin = promptLength > 1 || forced_bos_token_id === undefined ? promptLength : promptLength + 1;
          if (ids.length === begin) ban(scores, asList(begin_suppress_tokens));
        },
} satisfies Readonly<Record<string, Maker>>;

/** For sampling, after the others and after the caller's own. */
const whenSampling = {
  temperature: ({ temperature }) =>
    temperature === 1
      ? undefined
      : (scores) => {
          for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / temperature;
        },
  top_k: (settings) => {
    const count = Math.max(settings.top_k, leastKept(settings));
    return settings.top_k === 0
      ? undefined
      : (scores) => {
          const bound = kthLargest(scores, count);
          for (let i = 0; i < scores.length; i++) if ((scores[i] as number) < bound) scores[i] = BANNED;
        };
  },
  top_p: topP,
  min_p: (settings) =>
    settings.min_p === undefined
      ? undefined
      : (scores) => {
          const most = Math.exp(kthLargest(scores, 1) - logSumExp(scores));
          const bound = (settings.min_p as number) * most;
          cut(scores, leastKept(settings), (probability) => probability < bound);
        },
  typical_p: typical,
  epsilon_cutoff: (settings) =>
    settings.epsilon_cutoff === 0 || settings.epsilon_cutoff === 1
      ? undefined
      : (scores) => cut(scores, leastKept(settings), (probability) => probability < settings.epsilon_cutoff),
  eta_cutoff: (settings) => {
    const { eta_cutoff: epsilon } = settings;
    return epsilon === 0 || epsilon === 1
      ? undefined
      : (scores) => {
          const eta = Math.min(epsilon, Math.sqrt(epsilon) * Math.exp(-entropyOf(scores)));
          cut(scores, leastKept(settings), (probability) => probability < eta);
        };
  },
} satisfies Readonly<Record<string, Maker>>;

const last = {
  renormalize_logits: ({ renormalize_logits }) => (renormalize_logits ? logSoftmax : undefined),
} satisfies Readonly<Record<string, Maker>>;

/** How many of a row's scores a processor lowers at most, where that is known; what it raises does not depend on the other scores. */
const lowered: { readonly [name in keyof typeof always]?: (settings: ResolvedSettings) => number } = {
  bad_words_ids: ({ bad_words_ids }) => bad_words_ids?.length ?? 0,
  min_length: ({ eos }) => eos.length,
  forced_bos_token_id: () => 0,
  forced_eos_token_id: () => 0,
  suppress_tokens: ({ suppress_tokens }) => asList(suppress_tokens).length,
  begin_suppress_tokens: ({ begin_suppress_tokens }) => asList(begin_suppress_tokens).length,
};

/** How many of a row's best scores must be known so that the best `count` are among them after the processors; undefined: all. */
export function scoresNeeded(
  count: number,
  processors: readonly NamedProcessor[],
  settings: ResolvedSettings,
): number | undefined {
  const most = processors.map(({ name }) =>
    Object.hasOwn(lowered, name) ? lowered[name as keyof typeof lowered]?.(settings) : undefined,
  );
  return most.reduce((sum, one) => (sum === undefined || one === undefined ? undefined : sum + one), count);
}

/** Names of the processors that come with the library, in their order. */
export const processorNames: readonly string[] = [always, whenSampling, last].flatMap((table) => Object.keys(table));

/** The processors that `settings` ask for, with the caller's own before those of sampling. */
export function processorsFor(
  settings: ResolvedSettings,
  own: readonly NamedProcessor[] = [],
): readonly NamedProcessor[] {
  const made = (table: Readonly<Record<string, Maker>>): NamedProcessor[] =>
    Object.entries(table).flatMap(([name, make]) => {
      const process = make(settings);
      return process ? [{ name, process }] : [];
    });
  return [...made(always), ...own, ...(settings.do_sample ? made(whenSampling) : []), ...made(last)];
}
