// A text with its tokens in place: every token a box around its letters, with its id and offsets below. Tokens that share letters (bytes of
// one character) share a box; special tokens stand where they are in the sequence.
import type { Span, Units } from '../tokens/index.ts';
import { colorOf, escaped, svg } from './markup.ts';

const WIDTH = 720;
const LINE = 58;
const SMALL = 6.2;

/** Letters between or inside tokens, with the tokens that cover them. */
interface Chip {
  readonly text: string;
  readonly tokens: readonly number[];
}

/** How many pixels a text takes; Chinese and the like, and emoji, are wide. */
function widthOf(text: string): number {
  return Array.from(text).reduce((sum, c) => sum + ((c.codePointAt(0) as number) > 0x2e7f ? 15 : 9), 0);
}

/** Line breaks and tabs as signs: a text on one line. */
export const visible = (text: string): string => text.replace(/\r?\n|\r/g, '↵').replaceAll('\t', '→');

/** The text as boxes in order: tokens joined where they share letters, and what no token covers. */
function chipsOf(text: string, units: Units<Span>): Chip[] {
  const chips: Chip[] = [];
  let at = 0;
  let open: { start: number; end: number; tokens: number[] } | undefined;
  const close = (): void => {
    if (open) chips.push({ text: text.slice(open.start, open.end), tokens: open.tokens });
    at = open ? open.end : at;
    open = undefined;
  };
  units.places.forEach(({ start, end }, n) => {
    if (end <= start) {
      close();
      chips.push({ text: units.names[n] as string, tokens: [n] });
    } else if (open && start < open.end) {
      open.tokens.push(n);
      open.end = Math.max(open.end, end);
    } else {
      close();
      if (start > at) chips.push({ text: text.slice(at, start), tokens: [] });
      open = { start: Math.max(start, at), end, tokens: [n] };
    }
  });
  close();
  if (at < text.length) chips.push({ text: text.slice(at), tokens: [] });
  return chips;
}

/** The first `most` tokens of a text, coloured in place with ids and offsets `start–end` (UTF-16 units, `end` not included). */
export function textSvg(text: string, units: Units<Span>, most = 400): string {
  const idOf = (n: number): string => (units.values.kind === 'ids' ? String(units.values.ids.data[n]) : '');
  const offsets = (n: number): string => {
    const { start, end } = units.places[n] as Span;
    return end > start ? `${start}–${end}` : '';
  };
  const partWidth = (n: number): number => 6 + SMALL * Math.max(idOf(n).length, offsets(n).length);
  const parts: string[] = [];
  let [x, row, widest] = [0, 0, WIDTH];
  for (const chip of chipsOf(text, units)) {
    if ((chip.tokens[0] ?? 0) >= most) break;
    const label = visible(chip.text);
    const shares = chip.tokens.map(partWidth);
    const least = shares.reduce((sum, share) => sum + share, 0);
    const width = Math.max(widthOf(label) + (chip.tokens.length > 0 ? 4 : 0), least);
    if (x > 0 && x + width > WIDTH) [x, row] = [0, row + 1];
    const y = row * LINE;
    let left = x;
    chip.tokens.forEach((n, i) => {
      const wide = (width * (shares[i] as number)) / least;
      const middle = left + wide / 2;
      const small = (line: number, said: string): string =>
        `<text x="${middle.toFixed(1)}" y="${y + line}" font-size="10" text-anchor="middle" xml:space="preserve">${said}</text>`;
      const isEmpty = offsets(n) === '';
      parts.push(
        `<g class="unit" data-unit="${n}"><rect x="${left.toFixed(1)}" y="${y + 2}" width="${(wide - 2).toFixed(1)}" height="22" rx="4" fill="${colorOf(n)}" fill-opacity="${isEmpty ? '.15' : '.45'}"/>${small(36, idOf(n))}${small(48, offsets(n))}</g>`,
      );
      left += wide;
    });
    parts.push(
      `<text x="${(x + width / 2).toFixed(1)}" y="${y + 18}" font-family="monospace" font-size="14" text-anchor="middle" xml:space="preserve" pointer-events="none">${escaped(label)}</text>`,
    );
    x += width;
    widest = Math.max(widest, x);
    if (/[\r\n]$/.test(chip.text)) [x, row] = [0, row + 1];
  }
  const shown = Math.min(most, units.places.length);
  const rows = row + (x > 0 ? 1 : 0);
  return svg(Math.ceil(widest), Math.max(1, rows) * LINE, `${shown} of ${units.places.length} tokens`, parts.join(''));
}
