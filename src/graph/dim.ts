// Symbolic sizes: polynomials over named unknowns with whole coefficients, in one canonical spelling, so that equal sizes are equal strings.

/** A size: a whole number, or a canonical polynomial such as `batch*tokens` or `2*tokens+1`. */
export type Dim = number | string;

/** A symbolic shape, outermost axis first. */
export type Dims = readonly Dim[];

/** Monomial (sorted factors joined by `*`; `''` for the constant) to coefficient. */
export type Polynomial = ReadonlyMap<string, number>;

const memo = new Map<string, Polynomial>();
/** A program whose graphs keep naming new sizes must not fill the memory. */
const MEMO_LIMIT = 4096;

/** The terms of a size: `polynomialOf('2*tokens+1') → {tokens: 2, '': 1}`. */
export function polynomialOf(dim: Dim): Polynomial {
  if (typeof dim === 'number') return new Map(dim === 0 ? [] : [['', dim]]);
  const known = memo.get(dim);
  if (known) return known;
  const terms = new Map<string, number>();
  for (const term of dim.split('+')) {
    const factors = term.split('*');
    const isNumber = (factor: string): boolean => /^-?\d+$/.test(factor);
    const coefficient = factors.filter(isNumber).reduce((product, factor) => product * Number(factor), 1);
    const monomial = factors
      .filter((factor) => !isNumber(factor))
      .sort()
      .join('*');
    terms.set(monomial, (terms.get(monomial) ?? 0) + coefficient);
  }
  if (memo.size >= MEMO_LIMIT) memo.clear();
  memo.set(dim, terms);
  return terms;
}

function canonical(terms: Polynomial): Dim {
  const kept = [...terms].filter(([, coefficient]) => coefficient !== 0).sort(([a], [b]) => (a < b ? 1 : -1));
  if (kept.length === 0) return 0;
  if (kept.length === 1 && kept[0]?.[0] === '') return kept[0][1];
  return kept.map(([monomial, k]) => (monomial === '' ? `${k}` : k === 1 ? monomial : `${k}*${monomial}`)).join('+');
}

/** `a + b`. */
export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  const terms = new Map(polynomialOf(a));
  for (const [monomial, k] of polynomialOf(b)) terms.set(monomial, (terms.get(monomial) ?? 0) + k);
  return canonical(terms);
}

/** `a · b`. */
export function multiplyDims(a: Dim, b: Dim): Dim {
  // + 0: there is no negative zero
  if (typeof a === 'number' && typeof b === 'number') return a * b + 0;
  const terms = new Map<string, number>();
  for (const [left, k] of polynomialOf(a)) {
    for (const [right, l] of polynomialOf(b)) {
      const monomial = [...left.split('*'), ...right.split('*')].filter(Boolean).sort().join('*');
      terms.set(monomial, (terms.get(monomial) ?? 0) + k * l);
    }
  }
  return canonical(terms);
}

/** `a - b`. */
export function subtractDims(a: Dim, b: Dim): Dim {
  return addDims(a, multiplyDims(-1, b));
}

/** The product of all sizes; 1 for none. */
export function productOf(dims: Dims): Dim {
  return dims.reduce((product, dim) => multiplyDims(product, dim), 1 as Dim);
}

/** `a / b` when that is a size again, else undefined: `divideDims('12*batch', 'batch') → 12`. */
export function divideDims(a: Dim, b: Dim): Dim | undefined {
  if (a === b) return 1;
  const divisor = [...polynomialOf(b)];
  if (divisor.length !== 1) return undefined;
  const [factors, scale] = divisor[0] as [string, number];
  const terms = new Map<string, number>();
  for (const [monomial, k] of polynomialOf(a)) {
    const rest = monomial.split('*').filter(Boolean);
    for (const factor of factors.split('*').filter(Boolean)) {
      const at = rest.indexOf(factor);
      if (at < 0) return undefined;
      rest.splice(at, 1);
    }
    if (k % scale !== 0) return undefined;
    terms.set(rest.join('*'), k / scale);
  }
  return canonical(terms);
}

/** The names a size depends on. */
export function symbolsOf(dim: Dim): string[] {
  return [...new Set([...polynomialOf(dim).keys()].flatMap((monomial) => monomial.split('*')).filter(Boolean))];
}

/** The number a size is once its names are known. @throws RangeError for a name without a value */
export function evaluateDim(dim: Dim, sizes: Readonly<Record<string, number>>): number {
  if (typeof dim === 'number') return dim;
  let total = 0;
  for (const [monomial, coefficient] of polynomialOf(dim)) {
    let product = coefficient;
    for (const symbol of monomial.split('*').filter(Boolean)) {
      const size = sizes[symbol];
      if (size === undefined)
        throw new RangeError(`evaluateDim: expected a size for '${symbol}' in '${dim}', got none`);
      product *= size;
    }
    total += product;
  }
  return total;
}
