// Regular expressions of `tokenizer.json`, written for Oniguruma, as JavaScript expressions. Classes become explicit ranges from our
// own Unicode tables. What has no exact counterpart is refused with the construct named.
import { TokenizerError } from '../../tokenizer.ts';
import { CodePointSet } from '../unicode/code-points.ts';
import { bracket, type Cursor, escaped, folded, printed, unsupported, wordClass } from './classes.ts';

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly extended: boolean;
}

/** A piece of the translated expression; `set` where it matches exactly one code point of a set. */
interface Atom {
  readonly source: string;
  readonly set?: CodePointSet;
  /** Assertions cannot be repeated in JavaScript. */
  readonly isAssertion?: boolean;
  readonly ways?: Ways;
}

/** In how many ways a piece can match, as far as that can be seen from how it is written. */
interface Ways {
  /** It can match nothing. */
  readonly isNullable: boolean;
  /** It can be a repetition without end and nothing else: repeated, it divides what it matches in exponentially many ways. */
  readonly isLoose: boolean;
  /** Such a repetition of a repetition stands at its end: it will be tried in all ways if what comes next does not match. */
  readonly isOpen: boolean;
}

const ONE_WAY: Ways = { isNullable: false, isLoose: false, isOpen: false };
const NO_WIDTH: Ways = { ...ONE_WAY, isNullable: true };

/** The ways of pieces one after the other. */
function waysOf(pieces: readonly Ways[]): Ways {
  const solid = pieces.filter(({ isNullable }) => !isNullable);
  const isOnly = (piece: Ways): boolean => solid.length === 0 || (solid.length === 1 && solid[0] === piece);
  return {
    isNullable: solid.length === 0,
    isLoose: pieces.some((piece) => piece.isLoose && isOnly(piece)),
    isOpen: pieces.at(-1)?.isOpen === true,
  };
}

const ANY = CodePointSet.of([0, 0x10ffff]);
const NOT_NEWLINE = CodePointSet.of([10, 10]).complement();
const START = '(?<![\\s\\S])';
const END = '(?![\\s\\S])';

const assertions: Readonly<Record<string, () => string>> = {
  A: () => START,
  z: () => END,
  Z: () => `(?=\\n?${END})`,
  b: () => wordBoundary(true),
  B: () => wordBoundary(false),
};

function wordBoundary(isEdge: boolean): string {
  const word = printed(wordClass());
  return isEdge
    ? `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`
    : `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`;
}

class Translator {
  readonly #cursor: Cursor;
  #groups = 0;
  #atomic = 0;

  constructor(pattern: string) {
    this.#cursor = { pattern, at: 0 };
  }

  translate(): string {
    const { source } = this.#alternatives({ ignoreCase: false, dotAll: false, extended: false });
    if (this.#cursor.at < this.#cursor.pattern.length)
      unsupported(this.#cursor, 'a closing parenthesis without its opening one');
    return source;
  }

  get #next(): string {
    return this.#cursor.pattern[this.#cursor.at] ?? '';
  }

  #take(text: string): boolean {
    const found = this.#cursor.pattern.startsWith(text, this.#cursor.at);
    if (found) this.#cursor.at += text.length;
    return found;
  }

  #alternatives(flags: Flags): { readonly source: string; readonly ways: Ways } {
    let source = '';
    const branches: Ways[][] = [[]];
    while (this.#cursor.at < this.#cursor.pattern.length && this.#next !== ')') {
      if (this.#take('|')) {
        source += '|';
        branches.push([]);
        continue;
      }
      const from = this.#cursor.at;
      const term = this.#term(flags);
      if (term.source === '') continue;
      const pieces = branches.at(-1) as Ways[];
      if (pieces.at(-1)?.isOpen) {
        this.#cursor.at = from;
        unsupported(this.#cursor, 'a repetition of a repetition before more, which may try texts for hours');
      }
      pieces.push(term.ways ?? ONE_WAY);
      source += term.source;
    }
    const all = branches.map(waysOf);
    const some = (name: keyof Ways): boolean => all.some((ways) => ways[name]);
    return { source, ways: { isNullable: some('isNullable'), isLoose: some('isLoose'), isOpen: some('isOpen') } };
  }

  #term(flags: Flags): Atom {
    if (flags.extended) {
      const blank = /\s+|#.*/y;
      blank.lastIndex = this.#cursor.at;
      const found = blank.exec(this.#cursor.pattern);
      if (found) {
        this.#cursor.at += found[0].length;
        return { source: '' };
      }
    }
    let atom = this.#atom(flags);
    for (let quantified = this.#quantify(atom); quantified !== undefined; quantified = this.#quantify(atom))
      atom = { ...quantified, source: `(?:${quantified.source})` };
    return atom.isAssertion ? { ...atom, ways: NO_WIDTH } : atom;
  }

  #atom(flags: Flags): Atom {
    const letter = this.#next;
    if (letter === '(') return this.#group(flags);
    if (letter === '[') return this.#class(bracket(this.#cursor), flags);
    if (letter === '\\') return this.#escape(flags);
    if ('*+?'.includes(letter)) unsupported(this.#cursor, `'${letter}' with nothing to repeat`);
    if (letter === '.') {
      this.#cursor.at++;
      return this.#class(flags.dotAll ? ANY : NOT_NEWLINE, { ...flags, ignoreCase: false });
    }
    if (letter === '^' || letter === '$') {
      this.#cursor.at++;
      return { source: letter === '^' ? `(?:${START}|(?<=\\n)(?=[\\s\\S]))` : `(?=\\n|${END})`, isAssertion: true };
    }
    const code = this.#cursor.pattern.codePointAt(this.#cursor.at) as number;
    if (flags.ignoreCase && /^(?:ss|ff|fi|fl|st|ʼn|i\u0307)/i.test(this.#cursor.pattern.slice(this.#cursor.at)))
      unsupported(this.#cursor, 'letters that equal one other character when case is ignored');
    this.#cursor.at += code > 0xffff ? 2 : 1;
    return this.#class(CodePointSet.of([code, code]), flags);
  }

  #class(set: CodePointSet, flags: Flags): Atom {
    const full = flags.ignoreCase ? folded(set) : set;
    return { source: printed(full), set: full };
  }

  #escape(flags: Flags): Atom {
    this.#cursor.at++;
    const letter = this.#next;
    const assertion = assertions[letter];
    if (assertion) {
      this.#cursor.at++;
      return { source: assertion(), isAssertion: true };
    }
    if (letter === 'R') {
      this.#cursor.at++;
      return { source: '(?:\\r\\n|(?!\\r\\n)[\\n-\\r\\x85\\u2028\\u2029])' };
    }
    if (letter === 'N' || letter === 'O') {
      this.#cursor.at++;
      return this.#class(letter === 'N' ? NOT_NEWLINE : ANY, { ...flags, ignoreCase: false });
    }
    if (/[1-9]/.test(letter) && Number(letter) <= this.#groups) {
      this.#cursor.at++;
      return { source: `\\k<g${letter}>` };
    }
    const named = /k<([A-Za-z_]\w*)>/y;
    named.lastIndex = this.#cursor.at;
    const reference = named.exec(this.#cursor.pattern);
    if (reference) {
      this.#cursor.at += reference[0].length;
      return { source: `\\k<n${reference[1]}>` };
    }
    const set = escaped(this.#cursor);
    return set ? this.#class(set, flags) : unsupported(this.#cursor, `'\\${letter}'`);
  }

  #group(flags: Flags): Atom {
    const wrap = (open: string, inner: Flags = flags, isAssertion = false): Atom => {
      const { source, ways } = this.#alternatives(inner);
      if (!this.#take(')')) unsupported(this.#cursor, 'a group that is not closed');
      return { source: `${open}${source})`, isAssertion, ways };
    };
    this.#take('(');
    if (this.#take('?#')) {
      const close = this.#cursor.pattern.indexOf(')', this.#cursor.at);
      if (close < 0) unsupported(this.#cursor, 'a comment that is not closed');
      this.#cursor.at = close + 1;
      return { source: '(?:)', ways: NO_WIDTH };
    }
    for (const look of ['?=', '?!', '?<=', '?<!']) if (this.#take(look)) return wrap(`(${look}`, flags, true);
    if (this.#take('?:')) return wrap('(?:');
    if (this.#take('?>')) {
      const { source, ways } = wrap('(?:');
      return { source: this.#atomically(source), ways: ways?.isNullable ? NO_WIDTH : ONE_WAY };
    }
    const named = /\?<([A-Za-z_]\w*)>/y;
    named.lastIndex = this.#cursor.at;
    const name = named.exec(this.#cursor.pattern);
    if (name) {
      this.#cursor.at += name[0].length;
      return wrap(`(?<n${name[1]}>`);
    }
    const options = /\?([imx]*)(?:-([imx]*))?([:)])/y;
    options.lastIndex = this.#cursor.at;
    const found = options.exec(this.#cursor.pattern);
    if (found) {
      this.#cursor.at += found[0].length;
      const inner = withOptions(flags, found[1] ?? '', found[2] ?? '');
      if (found[3] === ':') return wrap('(?:', inner);
      const { source, ways } = this.#alternatives(inner);
      return { source: `(?:${source})`, ways };
    }
    if (this.#next === '?' || this.#next === '*')
      unsupported(this.#cursor, `the group '(${this.#cursor.pattern.slice(this.#cursor.at, this.#cursor.at + 3)}…'`);
    return wrap(`(?<g${++this.#groups}>`);
  }

  /** No way back into what matched: a look ahead, then what it saw. */
  #atomically(source: string): string {
    const name = `a${++this.#atomic}`;
    return `(?:(?=(?<${name}>${source}))\\k<${name}>)`;
  }

  /** The atom with the quantifier at the cursor, undefined if there is none. */
  #quantify(atom: Atom): Atom | undefined {
    const from = this.#cursor.at;
    const source = this.#quantified(atom);
    if (source === undefined) return undefined;
    const written = this.#cursor.pattern.slice(from, this.#cursor.at);
    const { isNullable, isLoose, isOpen } = atom.ways ?? ONE_WAY;
    const isEndless = /^[*+]|^\{\d*,\}/.test(written);
    const isPossessive = /^[*+?]\+$/.test(written);
    return {
      source,
      ways: {
        isNullable: isNullable || /^[*?]|^\{0*,|^\{0+\}/.test(written),
        isLoose: !isPossessive && (isLoose || isEndless),
        isOpen: !isPossessive && (isOpen || (isEndless && isLoose)),
      },
    };
  }

  /** How the atom is written with that quantifier. */
  #quantified(atom: Atom): string | undefined {
    const shape = /[*+?]|\{(\d+)?(,)?(\d+)?\}/y;
    shape.lastIndex = this.#cursor.at;
    const found = shape.exec(this.#cursor.pattern);
    if (!found || found[0] === '{}' || found[0] === '{,}') return undefined;
    this.#cursor.at += found[0].length;
    if (atom.isAssertion) unsupported(this.#cursor, 'an assertion that is repeated');
    const { source } = atom;
    if (found[0].length === 1) {
      if (this.#take('?')) return `${source}${found[0]}?`;
      if (!this.#take('+')) return `${source}${found[0]}`;
      if (!atom.set) return this.#atomically(`${source}${found[0]}`);
      return found[0] === '?' ? `(?:${source}|(?!${source}))` : `${source}${found[0]}(?!${source})`;
    }
    const [, from, comma, to] = found;
    if (comma === undefined) {
      const exactly = `${source}{${from}}`;
      return this.#take('?') ? `(?:${exactly})??` : exactly;
    }
    return `${source}{${from ?? 0},${to ?? ''}}${this.#take('?') ? '?' : ''}`;
  }
}

function withOptions(flags: Flags, on: string, off: string): Flags {
  const value = (letter: string, now: boolean): boolean =>
    on.includes(letter) ? true : off.includes(letter) ? false : now;
  return {
    ignoreCase: value('i', flags.ignoreCase),
    dotAll: value('m', flags.dotAll),
    extended: value('x', flags.extended),
  };
}

/** A JavaScript expression (flags g, u) that matches what Oniguruma matches. @throws TokenizerError naming what cannot be translated */
export function translatePattern(pattern: string): RegExp {
  const source = new Translator(pattern).translate();
  try {
    return new RegExp(source, 'gu');
  } catch (error) {
    throw new TokenizerError(
      `pattern: expected an expression that JavaScript can run, got ${JSON.stringify(pattern)}: ${(error as Error).message} (tokenizer.json)`,
      { cause: error },
    );
  }
}

/** All matches as `[from, to, from, to, …]`; an empty one directly behind a match does not count. */
export function matchesOf(expression: RegExp, text: string): number[] {
  const found: number[] = [];
  let at = 0;
  let last = -1;
  while (at <= text.length) {
    expression.lastIndex = at;
    const match = expression.exec(text);
    if (!match) break;
    const from = match.index;
    const to = from + match[0].length;
    if (from === to && to === last) {
      at = Math.max(at, to) + ((text.codePointAt(to) ?? 0) > 0xffff ? 2 : 1);
      continue;
    }
    found.push(from, to);
    last = to;
    at = to;
  }
  return found;
}

/** All places of a text that is not empty, as `matchesOf` gives them. */
export function occurrencesOf(needle: string, text: string): number[] {
  const found: number[] = [];
  if (needle === '') return found;
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length))
    found.push(at, at + needle.length);
  return found;
}
