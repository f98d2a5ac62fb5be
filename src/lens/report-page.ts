// A self-contained page of tables, attention patterns and one plot. No script, no network; texts are put in as text.
import { intervalsSvg, type ReportIntervals } from './interval-plot.ts';
import { colorOf, escaped, svg } from './markup.ts';
import { page } from './page.ts';
import type { ShownPicture } from './picture-drawing.ts';

/** A table with its heading. */
export interface ReportTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Weights in [0, 1], `[T][S]`: row t looks at column s. */
export interface ReportPattern {
  readonly title: string;
  readonly pattern: readonly (readonly number[])[];
}

/** Lines over one axis, which is drawn in powers of two. */
export interface ReportPlot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly { readonly name: string; readonly points: readonly (readonly [x: number, y: number])[] }[];
  /** A place on the axis that is marked. */
  readonly mark?: { readonly x: number; readonly label: string };
}

/** What a page shows. */
export interface Report {
  readonly title: string;
  readonly about: string;
  readonly tables: readonly ReportTable[];
  readonly patterns: readonly ReportPattern[];
  readonly plot?: ReportPlot;
  readonly intervals?: ReportIntervals;
  /** Rows of pictures under a head. */
  readonly pictures?: { readonly head: readonly string[]; readonly rows: readonly (readonly ShownPicture[])[] };
}

const CELL = 14;

/** One pattern: the darker, the more weight; a place of exactly no weight is crossed out. */
export function patternSvg({ title, pattern }: ReportPattern): string {
  const columns = pattern[0]?.length ?? 0;
  const cells = pattern.flatMap((row, t) =>
    row.map((weight, s) => {
      const [x, y] = [s * CELL, t * CELL];
      const none = `<path d="M${x + 4} ${y + 4}l6 6m0 -6l-6 6" stroke="currentColor" stroke-opacity=".35"/>`;
      const box = `<rect x="${x}" y="${y}" width="${CELL - 1}" height="${CELL - 1}" fill="#4c78a8" fill-opacity="${Math.sqrt(weight).toFixed(3)}" stroke="currentColor" stroke-opacity=".2"/>`;
      return weight === 0 ? box + none : box;
    }),
  );
  return svg(columns * CELL, pattern.length * CELL, title, cells.join(''));
}

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [640, 360, 56, 44];

/** The plot, with the lines' names beside their ends. */
export function plotSvg({ title, x, y, lines, mark }: ReportPlot): string {
  const all = lines.flatMap(({ points }) => points);
  const span = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];
  const [left, right] = span(all.map(([at]) => Math.log2(at)));
  const [low, high] = span(all.map(([, value]) => value));
  const across = (at: number): number => LEFT + ((Math.log2(at) - left) / (right - left || 1)) * (WIDTH - LEFT - 110);
  const up = (value: number): number => 16 + ((high - value) / (high - low || 1)) * (HEIGHT - BOTTOM - 32);
  const drawn = lines.map(({ name, points }, i) => {
    const path = points.map(
      ([at, value], p) => `${p === 0 ? 'M' : 'L'}${across(at).toFixed(1)} ${up(value).toFixed(1)}`,
    );
    const [endX, endY] = points.at(-1) as readonly [number, number];
    return `<path d="${path.join('')}" fill="none" stroke="${colorOf(i)}" stroke-width="2"/><text x="${across(endX) + 8}" y="${up(endY) + 4}" font-size="12" fill="${colorOf(i)}">${escaped(name)}</text>`;
  });
  const ticks = [...new Set(all.map(([at]) => at))].map(
    (at) => `<text x="${across(at)}" y="${HEIGHT - BOTTOM + 16}" font-size="12" text-anchor="middle">${at}</text>`,
  );
  const levels = [low, (low + high) / 2, high].map(
    (value) => `<text x="${LEFT - 8}" y="${up(value) + 4}" font-size="12" text-anchor="end">${value.toFixed(2)}</text>`,
  );
  const marked = mark
    ? `<path d="M${across(mark.x)} 12V${HEIGHT - BOTTOM}" stroke="currentColor" stroke-dasharray="4 4" stroke-opacity=".5"/><text x="${across(mark.x) + 4}" y="14" font-size="11">${escaped(mark.label)}</text>`
    : '';
  const names = `<text x="${LEFT}" y="${HEIGHT - 8}" font-size="12">${escaped(x)} → · ↑ ${escaped(y)}</text>`;
  return svg(WIDTH, HEIGHT, title, [...drawn, ...ticks, ...levels, marked, names].join(''));
}

function tableHtml({ title, head, rows }: ReportTable): string {
  const line = (cells: readonly string[], tag: 'th' | 'td'): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return `<h2>${escaped(title)}</h2><div class="wide"><table><thead>${line(head, 'th')}</thead><tbody>${rows.map((row) => line(row, 'td')).join('')}</tbody></table></div>`;
}

/** Pixels a side that small pictures are drawn at least. */
const SIDE = 112;

function picturesHtml({ head, rows }: NonNullable<Report['pictures']>): string {
  const cell = ({ href, width, height }: ShownPicture): string => {
    const scale = Math.max(1, Math.round(SIDE / Math.max(width, height)));
    return `<td><img src="${escaped(href)}" width="${width * scale}" height="${height * scale}" alt=""></td>`;
  };
  const heads = head.map((one) => `<th>${escaped(one)}</th>`).join('');
  return `<div class="wide"><table><thead><tr>${heads}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('')}</tbody></table></div>`;
}

const style = `
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; } .wide { overflow-x: auto; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
figure { display: inline-block; margin: 0 1.5rem 1rem 0; vertical-align: top; } figcaption { color: var(--soft); font-size: .875rem; max-width: 16rem; }
svg { max-width: 100%; height: auto; } img { display: block; image-rendering: pixelated; }
`;

/** The page. */
export function reportPage({ title, about, tables, patterns, plot, intervals, pictures }: Report): string {
  const figures = patterns.map(
    (pattern) => `<figure>${patternSvg(pattern)}<figcaption>${escaped(pattern.title)}</figcaption></figure>`,
  );
  return page({
    title,
    style,
    body: `<main><h1>${escaped(title)}</h1><p>${escaped(about)}</p>${tables.map(tableHtml).join('\n')}
${figures.join('\n')}
${plot ? `<h2>${escaped(plot.title)}</h2>${plotSvg(plot)}` : ''}
${pictures ? picturesHtml(pictures) : ''}
${intervals ? `<h2>${escaped(intervals.title)}</h2>${intervalsSvg(intervals)}` : ''}
</main>`,
  });
}

/** The tables as text, columns aligned. */
export function reportText({ tables }: Pick<Report, 'tables'>): string {
  return tables
    .map(({ title, head, rows }) => {
      const all = [head, ...rows];
      const widths = head.map((_, c) => Math.max(...all.map((row) => (row[c] as string).length)));
      const lines = all.map((row) =>
        `  ${row.map((cell, c) => cell.padEnd(widths[c] as number)).join('  ')}`.trimEnd(),
      );
      return [title, ...lines].join('\n');
    })
    .join('\n\n');
}
