// Normalizers of `tokenizer.json`, as functions of aligned text. A component or field that is not known is refused by name.
import { AlignedBuilder, AlignedText, mapCodePoints, prepend, replaceMatches, transform } from './aligned.ts';
import { applyCharsmap, bytesOfBase64, Charsmap } from './charsmap.ts';
import { type Component, type Fields, isAbsent, type Makers, make } from './component.ts';
import { patternOf } from './pattern/matcher.ts';
import { decompose, decomposition, recompose } from './unicode/forms.ts';
import {
  accents,
  bertAccents,
  bertChinese,
  bertRemoved,
  canonical,
  combiningClasses,
  lowered,
  memo,
  whiteSpace,
} from './unicode/properties.ts';
import { BYTE_CHARACTERS, utf8Length, writeUtf8 } from './utf8.ts';

export type { Component } from './component.ts';

/** Changes a text and keeps track of places. The same object comes back if nothing changes. */
export type Normalizer = (text: AlignedText) => AlignedText;

/** Remembers what a function of code points gave. */
function remembered(replace: (code: number) => string | undefined): (code: number) => string | undefined {
  const known: (string | null | undefined)[] = new Array(0x500);
  const rare = new Map<number, string | undefined>();
  return (code) => {
    if (code < 0x500) {
      let result = known[code];
      if (result === undefined) known[code] = result = replace(code) ?? null;
      return result ?? undefined;
    }
    if (!rare.has(code)) rare.set(code, replace(code));
    return rare.get(code);
  };
}

function sequence(steps: readonly Normalizer[]): Normalizer {
  if (steps.length === 1) return steps[0] as Normalizer;
  return (text) => {
    let current = text;
    for (const step of steps) current = step(current);
    return current;
  };
}

type Form = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/** Code points that can join the one before them. */
const seconds = memo((): ReadonlySet<number> => {
  const found = new Set<number>();
  for (const [from, to] of canonical().ranges()) {
    for (let code = from; code <= to; code++) {
      const parts = decomposition(code, 'NFD') ?? [];
      if (parts.length > 1) found.add(parts.at(-1) as number);
    }
  }
  return found;
});

/** Whether a code point is left alone by the form whatever stands around it. */
function inertTest(form: Form): (code: number) => boolean {
  const [kind, composes] = [form.length === 4 ? 'NFKD' : 'NFD', form.endsWith('C')] as const;
  const limit = form === 'NFC' ? 0x300 : form === 'NFD' ? 0xc0 : 0xa0;
  const known = new Uint8Array(0x10000);
  const compute = (code: number): boolean => {
    if (combiningClasses()[code] !== 0) return false;
    if (!composes) return decomposition(code, kind) === undefined;
    if ((code >= 0x1161 && code <= 0x11c2) || seconds().has(code)) return false;
    const single = recompose(decompose(String.fromCodePoint(code), kind));
    return single.codes.length === 1 && single.codes[0] === code;
  };
  return (code) => {
    if (code < limit) return true;
    if (code > 0xffff) return compute(code);
    if (known[code] === 0) known[code] = compute(code) ? 1 : 2;
    return known[code] === 1;
  };
}

function form(name: Form): Normalizer {
  const isInert = inertTest(name);
  const kind = name.length === 4 ? 'NFKD' : 'NFD';
  const apply = (part: AlignedText): AlignedText => {
    const split = decompose(part.text, kind);
    const { codes, changes } = name.endsWith('C') ? recompose(split) : split;
    return transform(part, codes, changes);
  };
  return (source) => {
    const { text } = source;
    let builder: AlignedBuilder | undefined;
    let [kept, previous] = [0, 0];
    for (let at = 0; at < text.length; ) {
      let code = text.codePointAt(at) as number;
      let next = at + (code > 0xffff ? 2 : 1);
      if (isInert(code)) {
        previous = at;
        at = next;
        continue;
      }
      for (; next < text.length; next += code > 0xffff ? 2 : 1) {
        code = text.codePointAt(next) as number;
        if (isInert(code)) break;
      }
      builder ??= new AlignedBuilder(text.length);
      const from = Math.max(kept, previous);
      builder.copy(source, kept, from);
      const changed = apply(source.slice(from, next));
      builder.copy(changed, 0, changed.text.length);
      kept = next;
      previous = next;
      at = next;
    }
    if (!builder) return source;
    builder.copy(source, kept, text.length);
    return builder.build(source.origin);
  };
}

function stripAccents(source: AlignedText): AlignedText {
  const drop = accents();
  return mapCodePoints(source, (code) => (drop.has(code) ? '' : undefined));
}

const lowercase: Normalizer = (text) => mapCodePoints(text, lowered);

/** All of BERT's steps on one code point; undefined if it stays. */
function bertMap(fields: Fields): Normalizer {
  const clean = fields.boolean('clean_text', true);
  const chinese = fields.boolean('handle_chinese_chars', true);
  const lower = fields.boolean('lowercase', true);
  const strip = fields.has('strip_accents') ? fields.boolean('strip_accents') : lower;
  fields.any('strip_accents');
  const classes = combiningClasses();
  let isOrdered = true;
  const replace = remembered((code) => {
    let text = String.fromCodePoint(code);
    if (clean) {
      if (bertRemoved().has(code)) text = '';
      else if (whiteSpace().has(code)) text = ' ';
    }
    if (chinese && bertChinese().has(code)) text = ` ${text} `;
    if (strip) {
      const parts = Array.from(text, (point) => point.codePointAt(0) as number).flatMap(
        (one) => decomposition(one, 'NFD') ?? [one],
      );
      text = String.fromCodePoint(...parts.filter((one) => !bertAccents().has(one)));
    }
    if (lower) text = Array.from(text, (point) => lowered(point.codePointAt(0) as number) ?? point).join('');
    return text === String.fromCodePoint(code) ? undefined : text;
  });
  // Marks that stay and have an order: sorting them needs their neighbours.
  const ordered = remembered((code) =>
    strip && (decomposition(code, 'NFD') ?? [code]).some((one) => classes[one] !== 0 && !bertAccents().has(one))
      ? 'yes'
      : undefined,
  );
  const [sort, drop] = [form('NFD'), bertAccents()];
  return (source) => {
    isOrdered = true;
    const mapped = mapCodePoints(source, (code) => {
      if (code >= 0x300 && isOrdered && ordered(code)) isOrdered = false;
      return replace(code);
    });
    if (isOrdered) return mapped;
    let current = source;
    if (clean)
      current = mapCodePoints(current, (code) =>
        bertRemoved().has(code) ? '' : whiteSpace().has(code) ? ' ' : undefined,
      );
    if (chinese)
      current = mapCodePoints(current, (code) =>
        bertChinese().has(code) ? ` ${String.fromCodePoint(code)} ` : undefined,
      );
    current = mapCodePoints(sort(current), (code) => (drop.has(code) ? '' : undefined));
    return lower ? lowercase(current) : current;
  };
}

function strip(left: boolean, right: boolean): Normalizer {
  return (source) => {
    const { text } = source;
    const space = whiteSpace();
    let [from, to] = [0, text.length];
    if (left) while (from < to && space.has(text.charCodeAt(from))) from++;
    if (right) while (to > from && space.has(text.charCodeAt(to - 1))) to--;
    if (from === 0 && to === text.length) return source;
    const builder = new AlignedBuilder(to - from);
    builder.copy(source, from, to);
    return builder.build(source.origin);
  };
}

const NMT_REMOVED = new Set([11, 0x7f, 0x8f, 0x9f]);
const NMT_SPACES = new Set([9, 10, 12, 13, 0x1680, 0x2028, 0x2029, 0x2581, 0xfeff, 0xfffd]);

const nmt: Normalizer = (text) =>
  mapCodePoints(text, (code) => {
    if ((code >= 1 && code <= 8) || (code >= 14 && code <= 31) || NMT_REMOVED.has(code)) return '';
    return NMT_SPACES.has(code) || (code >= 0x200b && code <= 0x200f) ? ' ' : undefined;
  });

/** Every code point as the printable characters that stand for its bytes. */
export function byteLevel(source: AlignedText): AlignedText {
  const { text } = source;
  const length = utf8Length(text, 0, text.length);
  const [bytes, starts, ends] = [new Uint8Array(length), new Int32Array(length), new Int32Array(length)];
  const units = new Int32Array(length);
  writeUtf8(text, 0, text.length, bytes, units);
  let result = '';
  for (let i = 0; i < length; i++) {
    const unit = units[i] as number;
    result += BYTE_CHARACTERS[bytes[i] as number];
    starts[i] = source.startOf(unit);
    ends[i] = source.endOf(unit);
  }
  return new AlignedText(result, source.origin, starts, ends);
}

const makers: Makers<Normalizer> = {
  BertNormalizer: bertMap,
  NFC: () => form('NFC'),
  NFD: () => form('NFD'),
  NFKC: () => form('NFKC'),
  NFKD: () => form('NFKD'),
  Lowercase: () => lowercase,
  StripAccents: () => stripAccents,
  Strip: (fields) => strip(fields.boolean('strip_left'), fields.boolean('strip_right')),
  Nmt: () => nmt,
  ByteLevel: () => byteLevel,
  Prepend: (fields) => {
    const text = fields.string('prepend');
    return (source) => prepend(source, text);
  },
  Replace: (fields) => {
    const [{ find }, content] = [patternOf(fields.where, fields.any('pattern')), fields.string('content')];
    return (source) => replaceMatches(source, find(source.text), content);
  },
  Precompiled: (fields) => {
    const map = new Charsmap(
      bytesOfBase64(fields.string('precompiled_charsmap'), `${fields.where}.precompiled_charsmap`),
    );
    return (source) => applyCharsmap(map, source);
  },
  Sequence: (fields) => sequence(fields.list('normalizers').map((one) => make('normalizer', makers, one))),
};

/** @throws TokenizerError for a component or field that is not known */
export function normalizer(component: Component | null | undefined): Normalizer {
  return isAbsent(component) ? (text) => text : make('normalizer', makers, component);
}
