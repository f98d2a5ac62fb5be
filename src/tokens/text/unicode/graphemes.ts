// Extended grapheme clusters (UAX 29), as sentencepiece's maps of characters need them.
import { GRAPHEME_CLASSES, graphemeClasses } from './properties.ts';

const number = (name: string): number => GRAPHEME_CLASSES.indexOf(name);
const [CR, LF, CONTROL] = [number('CR'), number('LF'), number('Control')];
const [EXTEND, ZWJ, SPACING, PREPEND] = [number('Extend'), number('ZWJ'), number('SpacingMark'), number('Prepend')];
const [LEAD, VOWEL, TAIL, LV, LVT] = [number('L'), number('V'), number('T'), number('LV'), number('LVT')];
const [FLAG, PICTOGRAPH] = [number('Regional_Indicator'), number('Pictographic')];
const [CONSONANT, LINKER] = [number('Consonant'), number('Linker')];

/** What came before inside one cluster. */
interface Context {
  /** Regional indicators in a row. */
  flags: number;
  /** A pictograph and only extenders since. */
  isPictograph: boolean;
  /** 0: no Indic consonant, 1: one and extenders, 2: with a linker among them. */
  conjunct: number;
}

function isJoined(before: number, after: number, context: Context): boolean {
  if (before === CR) return after === LF;
  if (before === CONTROL || before === LF || after === CR || after === LF || after === CONTROL) return false;
  if (after === EXTEND || after === ZWJ || after === SPACING || after === LINKER) return true;
  if (before === PREPEND) return true;
  if (before === LEAD) return after === LEAD || after === VOWEL || after === LV || after === LVT;
  if (before === LV || before === VOWEL) return after === VOWEL || after === TAIL;
  if (before === LVT || before === TAIL) return after === TAIL;
  if (after === CONSONANT) return context.conjunct === 2;
  if (before === ZWJ && after === PICTOGRAPH) return context.isPictograph;
  return before === FLAG && after === FLAG && context.flags % 2 === 1;
}

function advance(context: Context, after: number): void {
  context.flags = after === FLAG ? context.flags + 1 : 0;
  if (after === PICTOGRAPH) context.isPictograph = true;
  else if (after !== EXTEND && after !== ZWJ && after !== LINKER) context.isPictograph = false;
  if (after === CONSONANT) context.conjunct = 1;
  else if (after === LINKER) context.conjunct = context.conjunct > 0 ? 2 : 0;
  else if (after !== EXTEND && after !== ZWJ) context.conjunct = 0;
}

/** Where the cluster that begins at `from` ends. */
export function graphemeEnd(text: string, from: number): number {
  const classes = graphemeClasses();
  const context: Context = { flags: 0, isPictograph: false, conjunct: 0 };
  let code = text.codePointAt(from) as number;
  let at = from + (code > 0xffff ? 2 : 1);
  let before = classes[code] as number;
  advance(context, before);
  while (at < text.length) {
    code = text.codePointAt(at) as number;
    const after = classes[code] as number;
    if (!isJoined(before, after, context)) return at;
    advance(context, after);
    before = after;
    at += code > 0xffff ? 2 : 1;
  }
  return at;
}
