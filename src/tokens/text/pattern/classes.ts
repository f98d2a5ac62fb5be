// Character classes of Oniguruma's syntax as sets of code points: escapes, properties, brackets, case folding.
import { TokenizerError } from '../../tokenizer.ts';
import { CodePointSet } from '../unicode/code-points.ts';
import { alphabetic, categories, lowered, memo, regexSpace, regexWord, scripts } from '../unicode/properties.ts';

/** Where a pattern is being read. */
export interface Cursor {
  readonly pattern: string;
  at: number;
}

/** @throws TokenizerError naming the construct and its place */
export function unsupported(cursor: Cursor, construct: string): never {
  throw new TokenizerError(
    `pattern: expected a construct that can be translated, got ${construct} at ${cursor.at} of /${cursor.pattern}/ (tokenizer.json); write the pattern without it`,
  );
}

const one = (...codes: number[]): CodePointSet =>
  CodePointSet.of(...codes.map((code): [number, number] => [code, code]));
const group = (name: string): CodePointSet => categories().get(name) ?? one();
const HEX = CodePointSet.of([48, 57], [65, 70], [97, 102]);

const named: Readonly<Record<string, () => CodePointSet>> = {
  alphabetic,
  alpha: alphabetic,
  digit: () => group('Nd'),
  alnum: () => alphabetic().union(group('Nd')),
  space: regexSpace,
  whitespace: regexSpace,
  word: regexWord,
  xdigit: () => HEX,
  blank: () => group('Zs').union(one(9)),
  cntrl: () => group('Cc'),
  punct: () => group('P').union(group('S')),
  ascii: () => CodePointSet.of([0, 127]),
  any: () => CodePointSet.of([0, 0x10ffff]),
  graph: () => group('Cc').union(group('Cs')).union(group('Cn')).union(regexSpace()).complement(),
  print: () => group('Cc').union(group('Cs')).union(group('Cn')).complement(),
};
const posix = [
  'alpha',
  'digit',
  'alnum',
  'space',
  'word',
  'xdigit',
  'blank',
  'cntrl',
  'punct',
  'ascii',
  'graph',
  'print',
];

const long: Readonly<Record<string, string>> = {
  letter: 'L',
  uppercaseletter: 'Lu',
  lowercaseletter: 'Ll',
  titlecaseletter: 'Lt',
  modifierletter: 'Lm',
  otherletter: 'Lo',
  mark: 'M',
  nonspacingmark: 'Mn',
  spacingmark: 'Mc',
  enclosingmark: 'Me',
  number: 'N',
  decimalnumber: 'Nd',
  letternumber: 'Nl',
  othernumber: 'No',
  punctuation: 'P',
  symbol: 'S',
  separator: 'Z',
  other: 'C',
  control: 'Cc',
};

function property(cursor: Cursor, raw: string): CodePointSet {
  const isNegated = raw.startsWith('^');
  const name = (isNegated ? raw.slice(1) : raw).toLowerCase().replace(/[ _-]/g, '');
  const short = [...categories().keys()].find((category) => category.toLowerCase() === name) ?? long[name];
  const set =
    (short === undefined ? undefined : categories().get(short)) ??
    (Object.hasOwn(named, name) ? named[name]?.() : undefined) ??
    scripts().get(name);
  if (!set) return unsupported(cursor, `the property \\p{${raw}}`);
  return isNegated ? set.complement() : set;
}

const simple: Readonly<Record<string, () => CodePointSet>> = {
  d: () => group('Nd'),
  D: () => group('Nd').complement(),
  w: regexWord,
  W: () => regexWord().complement(),
  s: regexSpace,
  S: () => regexSpace().complement(),
  h: () => HEX,
  H: () => HEX.complement(),
};

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, a: 7, e: 27 };

function digits(cursor: Cursor, shape: RegExp): string {
  shape.lastIndex = cursor.at;
  const found = shape.exec(cursor.pattern);
  if (!found) return unsupported(cursor, `'\\${cursor.pattern[cursor.at - 1]}'`);
  cursor.at += found[0].length;
  return found[1] as string;
}

/** The class or character after a backslash (the cursor is behind the backslash), undefined if it is something else. */
export function escaped(cursor: Cursor): CodePointSet | undefined {
  const letter = cursor.pattern[cursor.at] ?? '';
  if (letter === '') unsupported(cursor, 'a backslash at the end');
  const set = simple[letter];
  if (set) {
    cursor.at++;
    return set();
  }
  if (letter === 'p' || letter === 'P') {
    const close = cursor.pattern[cursor.at + 1] === '{' ? cursor.pattern.indexOf('}', cursor.at) : -1;
    if (close < 0) return unsupported(cursor, `\\${letter} without {…}`);
    const found = property(cursor, cursor.pattern.slice(cursor.at + 2, close));
    cursor.at = close + 1;
    return letter === 'P' ? found.complement() : found;
  }
  const code = controls[letter];
  if (code !== undefined) {
    cursor.at++;
    return one(code);
  }
  if (letter === 'x' || letter === 'u') {
    cursor.at++;
    const braced = letter === 'x' && cursor.pattern[cursor.at] === '{';
    const hex = digits(
      cursor,
      letter === 'u' ? /([0-9a-fA-F]{4})/y : braced ? /\{([0-9a-fA-F]{1,6})\}/y : /([0-9a-fA-F]{1,2})/y,
    );
    return one(Number.parseInt(hex, 16));
  }
  if (letter === '0') return one(Number.parseInt(digits(cursor, /(0[0-7]{0,2})/y), 8));
  if (/[0-9A-Za-z]/.test(letter)) return undefined;
  const point = cursor.pattern.codePointAt(cursor.at) as number;
  cursor.at += point > 0xffff ? 2 : 1;
  return one(point);
}

/** Simple folds that lower-casing does not show. */
const FOLDS: readonly (readonly [number, number])[] = [
  [0x17f, 0x73],
  [0xb5, 0x3bc],
  [0x3c2, 0x3c3],
  [0x3d0, 0x3b2],
  [0x3d1, 0x3b8],
  [0x3d5, 0x3c6],
  [0x3d6, 0x3c0],
  [0x3f0, 0x3ba],
  [0x3f1, 0x3c1],
  [0x3f5, 0x3b5],
  [0x1e9b, 0x1e61],
  [0x345, 0x3b9],
  [0x1fbe, 0x3b9],
];

const families = memo((): ReadonlyMap<number, readonly number[]> => {
  const folds = new Map<number, number>(FOLDS);
  for (let code = 0x41; code < 0x1f000; code++) {
    const low = lowered(code);
    if (low !== undefined && low.length <= 2 && low.codePointAt(0) !== 0x69 + 0x10000)
      folds.set(code, low.codePointAt(0) as number);
  }
  folds.delete(0x130);
  const members = new Map<number, number[]>();
  for (const [code, fold] of folds) members.set(fold, [...(members.get(fold) ?? [fold]), code]);
  return new Map([...members.values()].flatMap((family) => family.map((code) => [code, family] as const)));
});

/** The set with everything that differs from a member by letter case only. */
export function folded(set: CodePointSet): CodePointSet {
  const more: [number, number][] = [];
  for (const [code, family] of families()) {
    if (set.has(code)) for (const other of family) more.push([other, other]);
  }
  return more.length === 0 ? set : CodePointSet.of(...set.ranges(), ...more);
}

function bracketItem(cursor: Cursor): CodePointSet {
  const { pattern } = cursor;
  const named = /\[:(\^?)(\w+):\]/y;
  named.lastIndex = cursor.at;
  const found = named.exec(pattern);
  if (found) {
    const [whole, negation, name = ''] = found;
    if (!posix.includes(name)) unsupported(cursor, `the class ${whole}`);
    cursor.at += whole.length;
    return property(cursor, `${negation}${name}`);
  }
  if (pattern[cursor.at] === '[') return bracket(cursor);
  if (pattern[cursor.at] === '\\') {
    cursor.at++;
    if (pattern[cursor.at] === 'b') {
      cursor.at++;
      return one(8);
    }
    return escaped(cursor) ?? unsupported(cursor, `'\\${pattern[cursor.at]}' in brackets`);
  }
  const code = pattern.codePointAt(cursor.at) as number;
  cursor.at += code > 0xffff ? 2 : 1;
  return one(code);
}

const single = (set: CodePointSet): number =>
  set.edges.length === 2 && set.edges[1] === (set.edges[0] as number) + 1 ? (set.edges[0] as number) : -1;

/** A bracket expression; the cursor is on its `[` and comes to lie behind its `]`. */
export function bracket(cursor: Cursor): CodePointSet {
  const { pattern } = cursor;
  cursor.at++;
  const isNegated = pattern[cursor.at] === '^';
  if (isNegated) cursor.at++;
  let current = one();
  let whole: CodePointSet | undefined;
  for (let isFirst = true; isFirst || pattern[cursor.at] !== ']'; isFirst = false) {
    if (cursor.at >= pattern.length) unsupported(cursor, 'a bracket that is not closed');
    if (pattern.startsWith('&&', cursor.at)) {
      cursor.at += 2;
      whole = whole ? whole.intersection(current) : current;
      current = one();
      continue;
    }
    const item = bracketItem(cursor);
    const isRange = pattern[cursor.at] === '-' && pattern[cursor.at + 1] !== ']' && single(item) >= 0;
    if (!isRange) {
      current = current.union(item);
      continue;
    }
    cursor.at++;
    const last = single(bracketItem(cursor));
    if (last < single(item)) unsupported(cursor, 'a range that runs backwards or does not end in a character');
    current = current.union(CodePointSet.of([single(item), last]));
  }
  cursor.at++;
  const set = whole ? whole.intersection(current) : current;
  return isNegated ? set.complement() : set;
}

const hex = (code: number): string => `\\u{${code.toString(16)}}`;

/** The set as a class of a JavaScript expression with the flag u. */
export function printed(set: CodePointSet): string {
  const ranges = set.ranges();
  if (ranges.length === 0) return '[]';
  return `[${ranges.map(([from, to]) => (from === to ? hex(from) : `${hex(from)}-${hex(to)}`)).join('')}]`;
}
