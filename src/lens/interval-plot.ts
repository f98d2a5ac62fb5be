// Numbers with their intervals, one under the other, in groups: what is left of the line is worse, what is right of it better.
import { colorOf, escaped, svg } from './markup.ts';

/** A number with its interval. */
export interface ReportInterval {
  readonly group: string;
  readonly name: string;
  readonly value: number;
  readonly interval: readonly [low: number, high: number];
}

/** Numbers over one axis, which has 0 in it. */
export interface ReportIntervals {
  readonly title: string;
  /** What the axis counts. */
  readonly x: string;
  readonly rows: readonly ReportInterval[];
}

const [WIDTH, LEFT, RIGHT, ROW, TOP] = [720, 220, 90, 22, 12];

/** The drawing, rows in their order; a group's name stands above its first row. */
export function intervalsSvg({ title, x, rows }: ReportIntervals): string {
  const all = [0, ...rows.flatMap(({ value, interval }) => [value, ...interval])];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const across = (value: number): number => LEFT + ((value - low) / (high - low || 1)) * (WIDTH - LEFT - RIGHT);
  const groups = [...new Set(rows.map(({ group }) => group))];
  const names = [...new Set(rows.map(({ name }) => name))];
  let y = TOP;
  const drawn = groups.flatMap((group) => {
    y += ROW;
    const head = `<text x="4" y="${y - 6}" font-size="13" font-weight="600">${escaped(group)}</text>`;
    const lines = rows
      .filter((row) => row.group === group)
      .map(({ name, value, interval }) => {
        y += ROW;
        const [color, at] = [colorOf(names.indexOf(name)), y - 10];
        const [from, to] = interval.map((end) => across(end).toFixed(1));
        return [
          `<text x="${LEFT - 10}" y="${at + 4}" font-size="12" text-anchor="end">${escaped(name)}</text>`,
          `<path d="M${from} ${at}H${to}M${from} ${at - 4}v8M${to} ${at - 4}v8" stroke="${color}" stroke-width="2" fill="none"/>`,
          `<circle cx="${across(value).toFixed(1)}" cy="${at}" r="4.5" fill="${color}"/>`,
          `<text x="${Number(to) + 8}" y="${at + 4}" font-size="12">${value > 0 ? '+' : ''}${value.toFixed(1)}</text>`,
        ].join('');
      });
    return [head, ...lines];
  });
  const zero = across(0).toFixed(1);
  const axis = `<path d="M${zero} ${TOP}V${y}" stroke="currentColor" stroke-dasharray="4 4" stroke-opacity=".6"/><text x="${zero}" y="${y + 16}" font-size="12" text-anchor="middle">0</text><text x="${LEFT}" y="${y + 34}" font-size="12">${escaped(x)} →</text>`;
  return svg(WIDTH, y + 44, title, [axis, ...drawn].join(''));
}
