// Counted words in one row of symbols, as the Unigram trainer reads them.
import type { WordRow } from './unigram-seeds.ts';
import type { WordSource } from './word-counts.ts';

/** Calls `visit` with every code point of UTF-16 units and the places of its units; a lone surrogate is one by itself. */
export function eachPoint(
  units: Uint16Array,
  from: number,
  to: number,
  visit: (code: number, start: number, end: number) => void,
): void {
  for (let at = from; at < to; ) {
    const start = at;
    let code = units[at++] as number;
    const low = at < to ? (units[at] as number) : 0;
    if (code >= 0xd800 && code <= 0xdbff && low >= 0xdc00 && low <= 0xdfff) {
      code = ((code - 0xd800) << 10) + low - 0xdc00 + 0x10000;
      at++;
    }
    visit(code, start, at);
  }
}

/** Words as symbols, in the order of `source`. */
export function wordRow(source: WordSource): WordRow {
  let [places, words] = [0, 0];
  const seen = new Uint8Array(0x110000);
  source.each((units, from, to) => {
    words++;
    eachPoint(units, from, to, (code) => {
      seen[code] = 1;
      places++;
    });
    places++;
  });
  const points = [0];
  const symbolOf = new Int32Array(0x110000);
  for (let code = 0; code < seen.length; code++) if (seen[code]) symbolOf[code] = points.push(code) - 1;
  const symbols = new Int32Array(places + 300);
  const starts = new Int32Array(words + 1);
  const counts = new Float64Array(words);
  let [at, index] = [0, 0];
  source.each((units, from, to, count) => {
    starts[index] = at;
    counts[index++] = count;
    eachPoint(units, from, to, (code) => {
      symbols[at++] = symbolOf[code] as number;
    });
    at++;
  });
  starts[index] = at;
  return { symbols, starts, counts, points };
}
