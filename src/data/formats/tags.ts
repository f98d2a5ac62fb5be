// Span labels from one way of tagging to another. IOB2: `B-` begins, `I-` goes on. IOBES adds `E-` (last) and `S-` (alone).
import { type Span, spansOf } from '../metrics/entities.ts';

/** Ways of tagging that models are trained with. */
export type TagScheme = 'IOB2' | 'IOBES';

type Write = (span: Span) => string[];

const inside = (length: number, type: string): string[] => Array.from({ length }, () => `I-${type}`);

const writers: Readonly<Record<TagScheme, Write>> = {
  IOB2: ({ type, start, end }) => [`B-${type}`, ...inside(end - start - 1, type)],
  IOBES: ({ type, start, end }) =>
    end - start === 1 ? [`S-${type}`] : [`B-${type}`, ...inside(end - start - 2, type), `E-${type}`],
};

/**
 * Labels of any of the ways, read leniently, in the given one: `retag(['B-PER', 'I-PER', 'O'], 'IOBES')` gives
 * `['B-PER', 'E-PER', 'O']`. From IOB2 to IOBES and back gives the same labels.
 */
export function retag(labels: readonly string[], scheme: TagScheme): string[] {
  const tagged = labels.map(() => 'O');
  for (const span of spansOf(labels)) tagged.splice(span.start, span.end - span.start, ...writers[scheme](span));
  return tagged;
}

/** All labels of a way for the types in `labels` (of any way): `O` first, then by name. */
export function tagsOf(labels: readonly string[], scheme: TagScheme): string[] {
  const types = new Set(labels.filter((label) => label !== 'O').map((label) => label.slice(2)));
  const all = [...types].flatMap((type) => [1, 2, 3].flatMap((end) => writers[scheme]({ type, start: 0, end })));
  return ['O', ...[...new Set(all)].sort()];
}

/** The way that a set of labels follows. */
export function schemeOf(labels: readonly string[]): TagScheme {
  return labels.some((label) => /^[ES]-/.test(label)) ? 'IOBES' : 'IOB2';
}

/** The label of what goes on with a span: `B-PER` becomes `I-PER`, `S-PER` and `E-PER` too. */
export function goOn(label: string): string {
  return label.replace(/^[BES]-/, 'I-');
}

/** How many labels go on with a span that there is none of: `I-` (or `E-`) at the start, after `O`, after an end, or after another type. */
export function strayTags(labels: readonly string[]): number {
  return labels.filter((label, i) => {
    if (!/^[IE]-/.test(label)) return false;
    const before = labels[i - 1] ?? 'O';
    return !/^[BI]-/.test(before) || before.slice(2) !== label.slice(2);
  }).length;
}

/** Whether a scheme allows a label after another; `O` stands for what is before the start and after the end. */
export function mayFollow(before: string, label: string, scheme: TagScheme): boolean {
  const goesOn = /^[IE]-/.test(label);
  const isOpen = /^[BI]-/.test(before);
  if (goesOn) return isOpen && before.slice(2) === label.slice(2);
  return !(scheme === 'IOBES' && isOpen);
}
