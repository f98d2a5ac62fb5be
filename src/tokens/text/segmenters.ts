// Pre-tokenizers of our own, for what `tokenizer.json` has no component: words of languages without spaces, and graphemes. Files with
// them load in Tesserae only; converting them for others is refused.
import { type Fields, refuse } from './component.ts';
import type { PreTokenizer } from './pre-tokenize.ts';
import { graphemeEnd } from './unicode/graphemes.ts';

/** Types of components that Python's `tokenizers` does not know. */
export const ownPreTokenizers: readonly string[] = ['TesseraeWords', 'TesseraeGraphemes'];

/** Units that are segmented at once: the engine's time grows with the square of a text in a language without spaces. */
const WINDOW = 256;
/** Longest window, where nothing was found to cut at. */
const LONGEST = 8192;
/** Segments at the end of a window that may look different when more text is seen. */
const OPEN = 3;

/** Visits the segments of a text in order, in time that grows with its length. `index` counts from the start of the text. */
export function eachSegment(
  segmenter: Intl.Segmenter,
  text: string,
  visit: (segment: Pick<Intl.SegmentData, 'index' | 'segment' | 'isWordLike'>) => void,
): void {
  let window = WINDOW;
  for (let at = 0; at < text.length; ) {
    // Not between the halves of a surrogate pair.
    const end = at + window + ((text.charCodeAt(at + window - 1) & 0xfc00) === 0xd800 ? 1 : 0);
    const isLast = end >= text.length;
    const segments = Array.from(segmenter.segment(text.slice(at, end)));
    const sure = isLast ? segments.length : segments.length - OPEN;
    if (sure < 1 && window < LONGEST) {
      window *= 2;
      continue;
    }
    const kept = segments.slice(0, Math.max(1, sure));
    for (const { index, segment, isWordLike } of kept)
      visit({ index: at + index, segment, ...(isWordLike === undefined ? {} : { isWordLike }) });
    at += kept.reduce((sum, { segment }) => sum + segment.length, 0);
    window = WINDOW;
  }
}

/**
 * `TesseraeWords`: segments of `Intl.Segmenter` for `locale` (`zh`, `ja`, `th`; `und` for none), white space and punctuation among them, so
 * that the words joined are the text. Where words end is the engine's dictionary: it may differ between versions of Node and browsers.
 */
export function segmentedWords(fields: Fields): PreTokenizer {
  const locale = fields.string('locale');
  let segmenter: Intl.Segmenter;
  try {
    segmenter = new Intl.Segmenter(locale, { granularity: 'word' });
  } catch {
    return refuse(`${fields.where}.locale`, 'a language such as zh, ja or th', locale);
  }
  return (source, from, to, emit) => {
    eachSegment(segmenter, source.text.slice(from, to), ({ index, segment }) =>
      emit(source, from + index, from + index + segment.length),
    );
  };
}

/** `TesseraeGraphemes`: what people call characters (extended grapheme clusters): `e` with its accents, a flag, a family of emoji. By our own tables. */
export const graphemes: PreTokenizer = (source, from, to, emit) => {
  const text = source.text.slice(from, to);
  for (let at = 0; at < text.length; ) {
    const end = graphemeEnd(text, at);
    emit(source, from + at, from + end);
    at = end;
  }
};
