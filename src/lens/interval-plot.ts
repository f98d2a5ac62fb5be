// Numbers with their intervals, one under the other, in groups: what is left of the line is worse, what is right of it better.
import { colorOf, escaped, svg } from './markup.ts';
import type { PageLanguage } from './replay-text.ts';
import { inLanguage, joined, type Said, saidAttributes } from './said.ts';

/** A number with its interval. */
export interface ReportInterval {
  readonly group: Said;
  readonly name: Said;
  readonly value: number;
  readonly interval: readonly [low: number, high: number];
}

/** Numbers over one axis, which has 0 in it. */
export interface ReportIntervals {
  readonly title: Said;
  /** What the axis counts. */
  readonly x: Said;
  readonly rows: readonly ReportInterval[];
}

const [WIDTH, LEFT, RIGHT, ROW, TOP] = [720, 220, 90, 22, 12];

/** The drawing, rows in their order; a group's name stands above its first row. */
export function intervalsSvg({ title, x, rows }: ReportIntervals, language: PageLanguage = 'en'): string {
  const nameOf = (said: Said): string => inLanguage(said, language);
  const label = (said: Said, attributes: string): string =>
    `<text ${attributes}${saidAttributes(said)}>${escaped(nameOf(said))}</text>`;
  const all = [0, ...rows.flatMap(({ value, interval }) => [value, ...interval])];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const across = (value: number): number => LEFT + ((value - low) / (high - low || 1)) * (WIDTH - LEFT - RIGHT);
  const groups = [...new Map(rows.map(({ group }) => [nameOf(group), group]))];
  const names = [...new Set(rows.map(({ name }) => nameOf(name)))];
  let y = TOP;
  const drawn = groups.flatMap(([groupName, group]) => {
    y += ROW;
    const head = label(group, `x="4" y="${y - 6}" font-size="13" font-weight="600"`);
    const lines = rows
      .filter((row) => nameOf(row.group) === groupName)
      .map(({ name, value, interval }) => {
        y += ROW;
        const [color, at] = [colorOf(names.indexOf(nameOf(name))), y - 10];
        const [from, to] = interval.map((end) => across(end).toFixed(1));
        return [
          label(name, `x="${LEFT - 10}" y="${at + 4}" font-size="12" text-anchor="end"`),
          `<path d="M${from} ${at}H${to}M${from} ${at - 4}v8M${to} ${at - 4}v8" stroke="${color}" stroke-width="2" fill="none"/>`,
          `<circle cx="${across(value).toFixed(1)}" cy="${at}" r="4.5" fill="${color}"/>`,
          `<text x="${Number(to) + 8}" y="${at + 4}" font-size="12">${value > 0 ? '+' : ''}${value.toFixed(1)}</text>`,
        ].join('');
      });
    return [head, ...lines];
  });
  const zero = across(0).toFixed(1);
  const axis = `<path d="M${zero} ${TOP}V${y}" stroke="currentColor" stroke-dasharray="4 4" stroke-opacity=".6"/><text x="${zero}" y="${y + 16}" font-size="12" text-anchor="middle">0</text>${label(joined(x, ' →'), `x="${LEFT}" y="${y + 34}" font-size="12"`)}`;
  return svg(WIDTH, y + 44, nameOf(title), [axis, ...drawn].join(''));
}
