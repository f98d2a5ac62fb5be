// Pre-tokenizers of our own, for what `tokenizer.json` has no component: words of languages without spaces, and graphemes. Files with
// them load in Tesserae only; converting them for others is refused.
import { type Fields, refuse } from './component.ts';
import type { PreTokenizer } from './pre-tokenize.ts';
import { graphemeEnd } from './unicode/graphemes.ts';

/** Types of components that Python's `tokenizers` does not know. */
export const ownPreTokenizers: readonly string[] = ['TesseraeWords', 'TesseraeGraphemes'];

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
    for (const { index, segment } of segmenter.segment(source.text.slice(from, to)))
      emit(source, from + index, from + index + segment.length);
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
