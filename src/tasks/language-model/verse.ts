// Poems that a model wrote: are their lines of one length, and are they new? Each line is shown with the training line nearest to it.
import { edits } from '../../data/index.ts';
import { percent } from '../reporting.ts';

/** A written line and the nearest one of the training text. */
export interface NearLine {
  readonly line: string;
  readonly nearest: string;
  /** Insertions, deletions and replacements of characters between the two; 0: copied. */
  readonly edits: number;
}

/** One written poem. */
export interface WrittenPoem {
  readonly text: string;
  /** Every line has as many characters as the first, and there are two at least. */
  readonly has_equal_lines: boolean;
  readonly lines: readonly NearLine[];
}

/** What was measured of a set of poems. */
export interface VerseEvaluation {
  readonly poems: number;
  /** How many have lines of equal length. */
  readonly equal_lines: number;
  /** Share of the training text's own poems with lines of equal length. */
  readonly training_share: number;
  readonly lines: number;
  /** Lines that stand in the training text as they are. */
  readonly copied_lines: number;
  readonly written: readonly WrittenPoem[];
}

/** A poem's lines: what stands between its punctuation marks and line ends. */
export const linesOf = (poem: string): string[] => poem.split(/[\p{P}\s]+/u).filter((line) => line !== '');

/** Poems of a text that has a blank line between two. */
export const poemsOf = (text: string): string[] => text.split(/\n{2,}/).filter((poem) => poem.trim() !== '');

/** Whether there are two lines at least, all of one length in characters. */
export function hasEqualLines(poem: string): boolean {
  const lengths = linesOf(poem).map((line) => [...line].length);
  return lengths.length > 1 && lengths.every((length) => length === lengths[0]);
}

/** Finds the line nearest to another: exact, by an index of characters. */
export class LineIndex {
  readonly #lines: readonly string[];
  readonly #places = new Map<string, number[]>();

  constructor(lines: Iterable<string>) {
    this.#lines = [...new Set(lines)];
    this.#lines.forEach((line, i) => {
      for (const character of new Set(line)) {
        const places = this.#places.get(character);
        if (places) places.push(i);
        else this.#places.set(character, [i]);
      }
    });
  }

  /** The nearest by edits of the lines that share a character with it; '' with all its characters as edits when none does. */
  nearest(line: string): NearLine {
    const characters = [...line];
    const shared = new Map<number, number>();
    for (const character of new Set(characters))
      for (const i of this.#places.get(character) ?? []) shared.set(i, (shared.get(i) ?? 0) + 1);
    const different = new Set(characters).size;
    const atLeast = (i: number): number => different - (shared.get(i) as number);
    const order = [...shared.keys()].sort((a, b) => atLeast(a) - atLeast(b));
    let best: NearLine | undefined;
    for (const i of order) {
      // every different character that the other line lacks costs one edit
      if (best && atLeast(i) >= best.edits) break;
      const other = this.#lines[i] as string;
      const distance = edits(characters, [...other]);
      if (!best || distance < best.edits) best = { line, nearest: other, edits: distance };
    }
    return best ?? { line, nearest: '', edits: characters.length };
  }
}

/** Measures written poems against the text that the model was trained on. */
export function evaluateVerse(poems: readonly string[], training: string): VerseEvaluation {
  const known = poemsOf(training);
  const index = new LineIndex(known.flatMap(linesOf));
  const written = poems.map(
    (text): WrittenPoem => ({
      ...{ text, has_equal_lines: hasEqualLines(text) },
      lines: linesOf(text).map((line) => index.nearest(line)),
    }),
  );
  const lines = written.flatMap((poem) => poem.lines);
  return {
    poems: poems.length,
    equal_lines: written.filter((poem) => poem.has_equal_lines).length,
    training_share: known.filter(hasEqualLines).length / Math.max(1, known.length),
    lines: lines.length,
    copied_lines: lines.filter((near) => near.edits === 0).length,
    written,
  };
}

/** Poems that are shown to people. */
const SHOWN = 3;

/** For people: the counts, and some poems line by line. */
export function reportVerse(verse: VerseEvaluation): string {
  const { poems, equal_lines, training_share, lines, copied_lines, written } = verse;
  const shown = written
    .slice(0, SHOWN)
    .flatMap((poem) => [
      '',
      ...poem.lines.map(
        (near) => `  ${near.line}  (${near.edits === 0 ? 'copied' : `${near.edits} from ${near.nearest}`})`,
      ),
    ]);
  return [
    `  poems with lines of one length: ${equal_lines} of ${poems} (of the training poems ${percent(training_share)})`,
    `  lines that stand in the training text: ${copied_lines} of ${lines}`,
    ...shown,
  ].join('\n');
}
