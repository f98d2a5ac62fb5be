// Truncation and padding: cutting to a length with overlapping windows, filling up to one.
import { TokenizerError } from '../tokenizer.ts';
import { Fields, refuse } from './component.ts';
import { Strand } from './strand.ts';

/** Which text gives way. */
export type TruncationStrategy = 'longest_first' | 'only_first' | 'only_second';

/** How to cut. */
export interface Truncation {
  readonly maxLength: number;
  readonly strategy: TruncationStrategy;
  /** How many tokens neighbouring windows share. */
  readonly stride: number;
  /** The side that is cut off first. */
  readonly side: 'left' | 'right';
}

/** How to fill up. */
export interface Padding {
  /** A length, or that of the longest of a batch. */
  readonly length: number | 'longest';
  readonly side: 'left' | 'right';
  readonly multipleOf: number | undefined;
  readonly id: number;
  readonly type: number;
  readonly token: string;
}

/** The block `truncation` of the file. */
export function truncationOf(block: unknown): Truncation | undefined {
  if (block === undefined || block === null) return undefined;
  const fields = new Fields('truncation', block);
  const names = { LongestFirst: 'longest_first', OnlyFirst: 'only_first', OnlySecond: 'only_second' } as const;
  const strategy = fields.choice('strategy', ['LongestFirst', 'OnlyFirst', 'OnlySecond']);
  const truncation: Truncation = {
    maxLength: fields.count('max_length'),
    strategy: names[strategy],
    stride: fields.count('stride', 0),
    side: fields.choice('direction', ['Left', 'Right'], 'Right') === 'Left' ? 'left' : 'right',
  };
  fields.done();
  return truncation;
}

/** The block `padding` of the file. */
export function paddingOf(block: unknown): Padding | undefined {
  if (block === undefined || block === null) return undefined;
  const fields = new Fields('padding', block);
  const strategy = fields.any('strategy');
  const fixed = (strategy as { Fixed?: unknown } | null)?.Fixed;
  if (strategy !== 'BatchLongest' && !(Number.isSafeInteger(fixed) && (fixed as number) >= 0))
    refuse('padding.strategy', 'BatchLongest or { Fixed }, a whole number >= 0', strategy);
  const padding: Padding = {
    length: typeof fixed === 'number' ? fixed : 'longest',
    side: fields.choice('direction', ['Left', 'Right']) === 'Left' ? 'left' : 'right',
    multipleOf: fields.has('pad_to_multiple_of') ? fields.count('pad_to_multiple_of') : undefined,
    id: fields.count('pad_id'),
    type: fields.count('pad_type_id', 0),
    token: fields.string('pad_token'),
  };
  fields.ignore('pad_to_multiple_of');
  fields.done();
  return padding;
}

/** Windows of at most `room` tokens; the first is the encoding, the others its overflow. */
function windows(strand: Strand, room: number, { stride, side }: Truncation): Strand {
  const { length } = strand;
  if (room >= length) return strand;
  if (room === 0) return new Strand([], [new Strand(strand.parts)]);
  if (stride >= room)
    throw new TokenizerError(
      `encode: expected a stride below the room for tokens of the text, got stride ${stride} and room for ${room}; make maxLength greater or stride smaller`,
    );
  const parts: Strand[] = [];
  const step = room - stride;
  if (side === 'right') {
    for (let start = 0; ; start += step) {
      parts.push(strand.slice(start, Math.min(start + room, length)));
      if (start + room >= length) break;
    }
  } else {
    for (let stop = length; ; stop -= step) {
      parts.push(strand.slice(Math.max(0, stop - room), stop));
      if (stop - room <= 0) break;
    }
  }
  return new Strand((parts[0] as Strand).parts, parts.slice(1));
}

/** Lengths of two texts together within `most`: the longer one gives way, then both get half, the odd place to the longer. */
function shared(first: number, second: number, most: number): [number, number] {
  const shorter = Math.min(first, second);
  let longer = shorter > most ? shorter : Math.max(shorter, most - shorter);
  let less = shorter;
  if (less + longer > most) {
    less = Math.floor(most / 2);
    longer = less + (most % 2);
  }
  return first > second ? [longer, less] : [less, longer];
}

/** One or two texts cut to `truncation.maxLength` together. @throws TokenizerError when that cannot be */
export function truncated(strands: readonly Strand[], truncation: Truncation): Strand[] {
  const { maxLength, strategy } = truncation;
  const cut = (strand: Strand, room: number): Strand => windows(strand, room, truncation);
  if (maxLength === 0) return strands.map((strand) => cut(strand, 0));
  const [first, second] = strands as [Strand, Strand | undefined];
  const excess = first.length + (second?.length ?? 0) - maxLength;
  if (excess <= 0) return [...strands];
  if (strategy === 'longest_first') {
    if (!second) return [cut(first, maxLength)];
    const [a, b] = shared(first.length, second.length, maxLength);
    return [cut(first, a), cut(second, b)];
  }
  const target = strategy === 'only_first' ? first : second;
  if (!target)
    throw new TokenizerError(
      'encode: expected a pair for truncation only_second, got one text; use only_first or give a pair',
    );
  if (target.length <= excess)
    throw new TokenizerError(
      `encode: expected a text of more than ${excess} tokens for truncation ${strategy} to ${maxLength}, got ${target.length}; use longest_first or a greater maxLength`,
    );
  return strands.map((strand) => (strand === target ? cut(strand, strand.length - excess) : strand));
}

/** Longer than any model reads: what asks for more means no limit, and would fill the memory. */
const MOST_PADDED = 2 ** 24;

/** A batch filled up to one length. @throws TokenizerError for more tokens than can be meant */
export function padded(strands: readonly Strand[], padding: Padding): Strand[] {
  let length = padding.length;
  if (length === 'longest') length = strands.reduce((most, strand) => Math.max(most, strand.length), 0);
  const { multipleOf } = padding;
  if (multipleOf !== undefined && multipleOf > 0) length = Math.ceil(length / multipleOf) * multipleOf;
  if (length > MOST_PADDED)
    throw new TokenizerError(`encode: expected padding to at most ${MOST_PADDED} tokens, got ${length}`);
  const target = length;
  return strands.map((strand) => strand.padded(target, padding, padding.side === 'left'));
}
