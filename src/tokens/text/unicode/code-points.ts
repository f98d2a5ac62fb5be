// Sets and classes of code points, read from the compressed tables that scripts/make-unicode-tables.py makes. Nothing here asks
// the engine for a property, so that ids stay the same when Node or the browser is updated.

const LIMIT = 0x110000;

/** A set of code points: a byte for each below U+10000, binary search above. */
export class CodePointSet {
  /** Where the set begins and ends, in turn: inside from `edges[0]` up to before `edges[1]`, … */
  readonly edges: readonly number[];
  #low: Uint8Array | undefined;

  constructor(edges: readonly number[]) {
    this.edges = edges;
  }

  /** From alternating run lengths in base 36, first the run outside. */
  static parse(runs: string): CodePointSet {
    let at = 0;
    return new CodePointSet(runs.split(' ').map((run) => (at += Number.parseInt(run, 36))));
  }

  /** From inclusive ranges in any order. */
  static of(...ranges: readonly (readonly [number, number])[]): CodePointSet {
    const sorted = ranges.filter(([from, to]) => to >= from).sort((a, b) => a[0] - b[0]);
    const edges: number[] = [];
    for (const [from, to] of sorted) {
      const last = edges.length - 1;
      if (last > 0 && from <= (edges[last] as number)) edges[last] = Math.max(edges[last] as number, to + 1);
      else edges.push(from, to + 1);
    }
    return new CodePointSet(edges);
  }

  has(code: number): boolean {
    if (code < 0x10000) {
      this.#low ??= this.flags(0x10000);
      return this.#low[code] === 1;
    }
    const { edges } = this;
    let [low, high] = [0, edges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((edges[middle] as number) <= code) low = middle + 1;
      else high = middle;
    }
    return low % 2 === 1;
  }

  /** One byte for each of the first code points: 1 inside. */
  flags(length: number = LIMIT): Uint8Array {
    const flags = new Uint8Array(length);
    for (const [from, to] of this.ranges()) {
      if (from >= length) break;
      flags.fill(1, from, Math.min(length, to + 1));
    }
    return flags;
  }

  /** Inclusive ranges, ascending. */
  ranges(): [number, number][] {
    const ranges: [number, number][] = [];
    for (let i = 0; i < this.edges.length; i += 2)
      ranges.push([this.edges[i] as number, (this.edges[i + 1] ?? LIMIT) - 1]);
    return ranges;
  }

  union(other: CodePointSet): CodePointSet {
    return CodePointSet.of(...this.ranges(), ...other.ranges());
  }

  complement(): CodePointSet {
    const { edges } = this;
    const flipped = edges[0] === 0 ? edges.slice(1) : [0, ...edges];
    if (flipped.length % 2 === 1) flipped.push(LIMIT);
    if (flipped.at(-1) === flipped.at(-2)) flipped.length -= 2;
    return new CodePointSet(flipped);
  }

  intersection(other: CodePointSet): CodePointSet {
    return this.complement().union(other.complement()).complement();
  }
}

/** Runs of equal class, as `[first, last, name]`; a symbol without a name is named by itself. */
export function parseRuns(runs: string, names: ReadonlyMap<string, string>): [number, number, string][] {
  const found: [number, number, string][] = [];
  let at = 0;
  for (const [, length = '', symbol = ''] of runs.matchAll(/([0-9a-z]+)([^0-9a-z]+)/g)) {
    const end = at + Number.parseInt(length, 36);
    found.push([at, end - 1, names.get(symbol) ?? symbol]);
    at = end;
  }
  return found;
}

/** `symbol + name` entries of which the symbols have `width` characters. */
export function symbolNames(entries: string, width: number): Map<string, string> {
  return new Map(entries.split(' ').map((entry) => [entry.slice(0, width), entry.slice(width)]));
}
