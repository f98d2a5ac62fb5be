// Normal forms C, D, KC, KD (UAX 15) over the code points that `unicode-normalization-alignments` knows. Decompositions of one code
// point come from the engine (they never change once assigned); which ones decompose, the combining classes and the order of
// composition are ours. Results come as code points with "changes", the reference's way of saying what replaced what.
import { canonical, combiningClasses, compatible } from './properties.ts';

/** Code points and, for each: 0 replaces the next one, 1 was inserted, -n replaces one and removes n after it. */
export interface Changes {
  readonly codes: number[];
  readonly changes: number[];
}

const [S, L, V, T] = [0xac00, 0x1100, 0x1161, 0x11a7];
const [SYLLABLES, LEADS, VOWELS, TAILS] = [11172, 19, 21, 28];

type Form = 'NFD' | 'NFKD';
const cache: Readonly<Record<Form, Map<number, readonly number[] | undefined>>> = { NFD: new Map(), NFKD: new Map() };

/** The full decomposition of a code point, undefined if it has none. */
export function decomposition(code: number, form: Form): readonly number[] | undefined {
  if (code < 0xa0) return undefined;
  const known = cache[form];
  if (known.has(code)) return known.get(code);
  const isKnown =
    (form === 'NFKD' && compatible().has(code)) || canonical().has(code) || (code >= S && code < S + SYLLABLES);
  const result = isKnown
    ? Array.from(String.fromCodePoint(code).normalize(form), (point) => point.codePointAt(0) as number)
    : undefined;
  known.set(code, result);
  return result;
}

const composed = new Map<number, number>();

/** The composite of two code points, -1 if there is none. */
function compose(first: number, second: number): number {
  if (first >= L && first < L + LEADS && second >= V && second < V + VOWELS)
    return S + ((first - L) * VOWELS + (second - V)) * TAILS;
  if (first >= S && first < S + SYLLABLES && second > T && second < T + TAILS)
    return (first - S) % TAILS === 0 ? first + second - T : -1;
  const key = first * 0x110000 + second;
  let result = composed.get(key);
  if (result === undefined) {
    const text = String.fromCodePoint(first, second).normalize('NFC');
    const code = text.codePointAt(0) as number;
    result = text.length === (code > 0xffff ? 2 : 1) && canonical().has(code) ? code : -1;
    composed.set(key, result);
  }
  return result;
}

/** Canonical or compatible decomposition, in canonical order. */
export function decompose(text: string, form: Form): Changes {
  const classes = combiningClasses();
  const [codes, changes]: [number[], number[]] = [[], []];
  let pending = 0;
  const push = (code: number, change: number): void => {
    const order = classes[code] as number;
    if (order === 0) {
      codes.push(code);
      changes.push(change);
      pending = codes.length;
      return;
    }
    let at = codes.length;
    while (at > pending && (classes[codes[at - 1] as number] as number) > order) at--;
    codes.splice(at, 0, code);
    changes.splice(at, 0, change);
  };
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i) as number;
    if (code > 0xffff) i++;
    const parts = decomposition(code, form);
    if (parts) for (let k = 0; k < parts.length; k++) push(parts[k] as number, k === 0 ? 0 : 1);
    else push(code, 0);
  }
  return { codes, changes };
}

/** Canonical composition of a decomposed text. */
export function recompose({ codes, changes }: Changes): Changes {
  const classes = combiningClasses();
  const result: { codes: number[]; changes: number[] } = { codes: [], changes: [] };
  let starter = -1;
  let last = 0;
  for (let i = 0; i < codes.length; i++) {
    const [code, change] = [codes[i] as number, changes[i] as number];
    const order = classes[code] as number;
    const isBlocked = last > 0 && last >= order;
    if (starter >= 0 && !isBlocked) {
      const composite = compose(result.codes[starter] as number, code);
      if (composite >= 0) {
        result.codes[starter] = composite;
        result.changes[starter] = (result.changes[starter] as number) + change - 1;
        continue;
      }
    }
    result.codes.push(code);
    result.changes.push(change);
    if (order === 0) {
      starter = result.codes.length - 1;
      last = 0;
    } else if (starter >= 0) last = order;
  }
  return result;
}
