// Spans in tagged sequences and their scores, as seqeval 1.2 defines them: lenient (its default, conlleval's rules) and strict.
import { DataError } from '../dataset.ts';

/** A span of tokens with a type. */
export interface Span {
  readonly type: string;
  readonly start: number;
  /** After the last token. */
  readonly end: number;
}

/** How spans are read: any prefixes leniently, or exactly one scheme, where a span that breaks its rules is none. */
export type SpanScheme = 'lenient' | 'IOB2' | 'IOBES' | 'BILOU';

interface StrictScheme {
  readonly prefixes: string;
  readonly begins: string;
  readonly continues: string;
  /** Prefixes after which nothing continues a span. */
  readonly closes: string;
  /** Whether a span has to end with a closing prefix. */
  readonly mustClose: boolean;
}

const strictSchemes: Readonly<Record<Exclude<SpanScheme, 'lenient'>, StrictScheme>> = {
  IOB2: { prefixes: 'IOB', begins: 'B', continues: 'I', closes: '', mustClose: false },
  IOBES: { prefixes: 'IOBES', begins: 'BS', continues: 'IE', closes: 'ES', mustClose: true },
  BILOU: { prefixes: 'BILOU', begins: 'BU', continues: 'IL', closes: 'LU', mustClose: true },
};

/** The spans of one sequence of labels. @throws DataError for a prefix that a strict scheme does not have */
export function spansOf(labels: readonly string[], scheme: SpanScheme = 'lenient'): Span[] {
  return scheme === 'lenient' ? lenientSpans(labels) : strictSpans(labels, scheme);
}

function lenientSpans(labels: readonly string[]): Span[] {
  const spans: Span[] = [];
  let [prefix, type, start] = ['O', '', 0];
  for (let i = 0; i <= labels.length; i++) {
    const label = labels[i] ?? 'O';
    const next = label[0] ?? 'O';
    const rest = label.slice(1);
    const nextType = (rest.includes('-') ? rest.slice(rest.indexOf('-') + 1) : rest) || '_';
    const changes = type !== nextType;
    const isInside = prefix !== 'O' && prefix !== '.';
    const ends = 'ES'.includes(prefix) || ('BI'.includes(prefix) && 'BSO'.includes(next)) || (isInside && changes);
    if (ends) spans.push({ type, start, end: i });
    const starts =
      'BS'.includes(next) ||
      ('ESO'.includes(prefix) && 'EI'.includes(next)) ||
      (next !== 'O' && next !== '.' && changes);
    if (starts) start = i;
    [prefix, type] = [next, nextType];
  }
  return spans;
}

function strictSpans(labels: readonly string[], name: Exclude<SpanScheme, 'lenient'>): Span[] {
  const scheme = strictSchemes[name];
  const tags = labels.map((label) => {
    const prefix = label[0] ?? '';
    if (prefix === '' || !scheme.prefixes.includes(prefix))
      throw new DataError(`spansOf: expected a label of the scheme ${name}, got '${label}'`);
    return { prefix, type: label.slice(1).replace(/^-+|-+$/g, '') || '_' };
  });
  const spans: Span[] = [];
  for (let i = 0; i < tags.length; ) {
    const first = tags[i] as { prefix: string; type: string };
    let [end, last] = [i + 1, first];
    if (scheme.begins.includes(first.prefix)) {
      for (let next = tags[end]; next; next = tags[++end]) {
        const goesOn = !scheme.closes.includes(last.prefix) || scheme.closes === '';
        if (!goesOn || !scheme.continues.includes(next.prefix) || next.type !== first.type) break;
        last = next;
      }
      if (!scheme.mustClose || scheme.closes.includes(last.prefix)) spans.push({ type: first.type, start: i, end });
    }
    i = end;
  }
  return spans;
}

/** Precision, recall and F1; 0 where a denominator is 0. */
export interface SpanScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Scores over all spans. */
export interface SpanReport extends SpanScores {
  /** Means over the types. */
  readonly macro: SpanScores;
  /** Means weighted by how many true spans a type has. */
  readonly weighted: SpanScores;
  /** By type, sorted by name, with the number of true spans. */
  readonly types: ReadonlyMap<string, SpanScores & { readonly support: number }>;
}

function scoresOf(hits: number, predicted: number, truth: number): SpanScores {
  const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  const [precision, recall] = [ratio(hits, predicted), ratio(hits, truth)];
  return { precision, recall, f1: ratio(2 * precision * recall, precision + recall) };
}

/** `[hits, predicted, true]` counts of spans per sequence, for `bootstrapCorpus` with `spanF1`. */
export function spanStatistics(
  truth: readonly (readonly string[])[],
  predicted: readonly (readonly string[])[],
  scheme: SpanScheme = 'lenient',
): number[][] {
  requireEqualLengths(truth, predicted);
  return truth.map((labels, i) => {
    const [right, found] = [spansOf(labels, scheme), spansOf(predicted[i] as readonly string[], scheme)];
    const known = new Set(right.map(keyOf));
    return [found.filter((span) => known.has(keyOf(span))).length, found.length, right.length];
  });
}

/** Micro F1 of summed `[hits, predicted, true]`. */
export function spanF1([hits = 0, predicted = 0, truth = 0]: readonly number[]): number {
  return scoresOf(hits, predicted, truth).f1;
}

const keyOf = ({ type, start, end }: Span): string => `${start} ${end} ${type}`;

function requireEqualLengths(truth: readonly (readonly string[])[], predicted: readonly (readonly string[])[]): void {
  if (truth.length !== predicted.length)
    throw new DataError(`spans: expected ${truth.length} predicted sequences, got ${predicted.length}`);
  const wrong = truth.findIndex((labels, i) => labels.length !== predicted[i]?.length);
  if (wrong >= 0)
    throw new DataError(
      `spans: expected ${truth[wrong]?.length} predicted labels, got ${predicted[wrong]?.length} (sequence ${wrong + 1})`,
    );
}

/**
 * Entity-level scores: a span counts when type, start and end are right.
 * `spanReport([['B-PER', 'I-PER', 'O']], [['B-PER', 'O', 'O']]).f1` is 0.
 * @throws DataError for sequences of different lengths, or labels that are not of a strict scheme
 */
export function spanReport(
  truth: readonly (readonly string[])[],
  predicted: readonly (readonly string[])[],
  scheme: SpanScheme = 'lenient',
): SpanReport {
  requireEqualLengths(truth, predicted);
  const counts = new Map<string, { hits: number; predicted: number; truth: number }>();
  const countOf = (type: string) => {
    const count = counts.get(type) ?? { hits: 0, predicted: 0, truth: 0 };
    counts.set(type, count);
    return count;
  };
  truth.forEach((labels, i) => {
    const right = spansOf(labels, scheme);
    const known = new Set(right.map(keyOf));
    for (const { type } of right) countOf(type).truth++;
    for (const span of spansOf(predicted[i] as readonly string[], scheme)) {
      countOf(span.type).predicted++;
      if (known.has(keyOf(span))) countOf(span.type).hits++;
    }
  });
  const rows = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const types = new Map(
    rows.map(([type, c]) => [type, { ...scoresOf(c.hits, c.predicted, c.truth), support: c.truth }]),
  );
  const sum = (pick: (count: { hits: number; predicted: number; truth: number }) => number): number =>
    rows.reduce((total, [, count]) => total + pick(count), 0);
  const support = sum((count) => count.truth);
  const mean = (weightOf: (support: number) => number): SpanScores => {
    const of = (name: keyof SpanScores): number =>
      [...types.values()].reduce((total, one) => total + one[name] * weightOf(one.support), 0);
    return { precision: of('precision'), recall: of('recall'), f1: of('f1') };
  };
  return {
    ...scoresOf(
      sum((count) => count.hits),
      sum((count) => count.predicted),
      support,
    ),
    macro: mean(() => 1 / Math.max(1, types.size)),
    weighted: mean((own) => (support === 0 ? 0 : own / support)),
    types,
  };
}
