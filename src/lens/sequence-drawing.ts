// A sequence of letters with its tokens under it, each under the letters it covers; overlapping tokens on steps.
import type { Span, Units } from '../tokens/index.ts';
import { colorOf, escaped, svg } from './markup.ts';

const PER_ROW = 60;
const LETTER = 11;
const STEP = 15;

/** Ids below the tokens, when the units have them. */
function idOf(units: Units, n: number): string {
  return units.values.kind === 'ids' ? String(units.values.ids.data[n]) : '';
}

/** Levels that overlapping tokens need: as many as cover one letter. */
function levelsOf(places: readonly Span[]): number {
  const [first, second] = places.filter(({ start, end }) => end > start);
  if (!first || !second || second.start >= first.end) return 1;
  return Math.ceil((first.end - first.start) / Math.max(1, second.start - first.start));
}

/** The first `most` letters with the tokens that lie in them. */
export function sequenceSvg(sequence: string, units: Units<Span>, most = 300): string {
  const shown = Math.min(most, sequence.length);
  const levels = levelsOf(units.places);
  const high = 22 + levels * STEP + (levels === 1 ? 14 : 0) + 12;
  const rows = Math.ceil(shown / PER_ROW);
  const parts: string[] = [];
  for (let row = 0; row < rows; row++) {
    const letters = sequence.slice(row * PER_ROW, Math.min(shown, (row + 1) * PER_ROW));
    const text = Array.from(letters, (letter, i) => `<tspan x="${i * LETTER + LETTER / 2}">${escaped(letter)}</tspan>`);
    parts.push(
      `<text y="${row * high + 14}" font-family="monospace" font-size="14" text-anchor="middle">${text.join('')}</text>`,
    );
  }
  let index = 0;
  units.places.forEach(({ start, end }, n) => {
    if (end <= start) return;
    const level = index++ % levels;
    for (let from = start; from < Math.min(end, shown); ) {
      const row = Math.floor(from / PER_ROW);
      const to = Math.min(end, (row + 1) * PER_ROW, shown);
      const [x, y] = [(from % PER_ROW) * LETTER, row * high + 22 + level * STEP];
      const width = (to - from) * LETTER - 2;
      const id =
        from === start && levels === 1
          ? `<text x="${x + width / 2}" y="${y + 24}" font-size="10" text-anchor="middle">${idOf(units, n)}</text>`
          : '';
      parts.push(
        `<g class="unit" data-unit="${n}"><rect x="${x + 1}" y="${y}" width="${width}" height="${STEP - 3}" rx="3" fill="${colorOf(n)}" fill-opacity=".55"/>${id}</g>`,
      );
      from = to;
    }
  });
  return svg(PER_ROW * LETTER + 4, rows * high, `${shown} of ${sequence.length} letters`, parts.join(''));
}

/** Items as sums of their features: 苹果 = 红色 + 水果 + 球体. */
export function conceptsSvg(
  items: readonly { readonly name: string; readonly features: ReadonlyMap<string, number> }[],
): string {
  const line = 30;
  const widthOf = (text: string): number =>
    Array.from(text).reduce((sum, c) => sum + ((c.codePointAt(0) ?? 0) > 0x2e7f ? 15 : 8), 0);
  let width = 300;
  const rows = items.map(({ name, features }, n) => {
    let x = widthOf(name) + 12;
    const chips = [...features].map(([feature, weight], i) => {
      const label = weight === 1 ? feature : `${Number(weight.toFixed(3))} · ${feature}`;
      const sign = `<text x="${x}" y="19" font-size="14">${i === 0 ? '=' : '+'}</text>`;
      const wide = widthOf(label) + 14;
      const chip = `<rect x="${x + 14}" y="4" width="${wide}" height="21" rx="6" fill="${colorOf(i)}" fill-opacity=".35"/><text x="${x + 21}" y="19" font-size="14">${escaped(label)}</text>`;
      x += wide + 22;
      return sign + chip;
    });
    width = Math.max(width, x);
    return `<g class="unit" data-unit="${n}" transform="translate(0 ${n * line})"><text x="0" y="19" font-size="14" font-weight="600">${escaped(name)}</text>${chips.join('')}</g>`;
  });
  return svg(Math.ceil(width), items.length * line, `${items.length} items`, rows.join(''));
}
