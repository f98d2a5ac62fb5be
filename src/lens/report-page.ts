// A self-contained page of tables, attention patterns and plots in both languages. No network; texts are put in as text.
import { intervalsSvg, type ReportIntervals } from './interval-plot.ts';
import { colorOf, escaped, svg } from './markup.ts';
import { page } from './page.ts';
import type { ShownPicture } from './picture-drawing.ts';
import type { PageLanguage } from './replay-text.ts';
import { inLanguage, joined, type Said, saidAttributes } from './said.ts';

/** A table with its heading. */
export interface ReportTable {
  readonly title: Said;
  readonly head: readonly Said[];
  readonly rows: readonly (readonly Said[])[];
}

/** Weights in [0, 1], `[T][S]`: row t looks at column s. */
export interface ReportPattern {
  readonly title: Said;
  readonly pattern: readonly (readonly number[])[];
}

/** Lines over one axis, which is drawn in powers of two. */
export interface ReportPlot {
  readonly title: Said;
  readonly x: Said;
  readonly y: Said;
  readonly lines: readonly { readonly name: Said; readonly points: readonly (readonly [x: number, y: number])[] }[];
  /** A place on the axis that is marked. */
  readonly mark?: { readonly x: number; readonly label: Said };
}

/** What a page shows. */
export interface Report {
  readonly title: Said;
  readonly about: Said;
  readonly tables: readonly ReportTable[];
  readonly patterns: readonly ReportPattern[];
  readonly plot?: ReportPlot;
  readonly intervals?: ReportIntervals;
  /** Rows of pictures under a head. */
  readonly pictures?: { readonly head: readonly Said[]; readonly rows: readonly (readonly ShownPicture[])[] };
}

const CELL = 14;

/** An element with a text that the page's button turns into the other language. */
function element(tag: string, said: Said, language: PageLanguage, attributes = ''): string {
  const all = attributes === '' ? '' : ` ${attributes}`;
  return `<${tag}${all}${saidAttributes(said)}>${escaped(inLanguage(said, language))}</${tag}>`;
}

/** One pattern: the darker, the more weight; a place of exactly no weight is crossed out. */
export function patternSvg({ title, pattern }: ReportPattern, language: PageLanguage = 'en'): string {
  const columns = pattern[0]?.length ?? 0;
  const cells = pattern.flatMap((row, t) =>
    row.map((weight, s) => {
      const [x, y] = [s * CELL, t * CELL];
      const none = `<path d="M${x + 4} ${y + 4}l6 6m0 -6l-6 6" stroke="currentColor" stroke-opacity=".35"/>`;
      const box = `<rect x="${x}" y="${y}" width="${CELL - 1}" height="${CELL - 1}" fill="#4c78a8" fill-opacity="${Math.sqrt(weight).toFixed(3)}" stroke="currentColor" stroke-opacity=".2"/>`;
      return weight === 0 ? box + none : box;
    }),
  );
  return svg(columns * CELL, pattern.length * CELL, inLanguage(title, language), cells.join(''));
}

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [640, 360, 56, 44];

/** The plot, with the lines' names beside their ends. */
export function plotSvg({ title, x, y, lines, mark }: ReportPlot, language: PageLanguage = 'en'): string {
  const label = (said: Said, attributes: string): string => element('text', said, language, attributes);
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
    return `<path d="${path.join('')}" fill="none" stroke="${colorOf(i)}" stroke-width="2"/>${label(name, `x="${across(endX) + 8}" y="${up(endY) + 4}" font-size="12" fill="${colorOf(i)}"`)}`;
  });
  const ticks = [...new Set(all.map(([at]) => at))].map(
    (at) => `<text x="${across(at)}" y="${HEIGHT - BOTTOM + 16}" font-size="12" text-anchor="middle">${at}</text>`,
  );
  const levels = [low, (low + high) / 2, high].map(
    (value) => `<text x="${LEFT - 8}" y="${up(value) + 4}" font-size="12" text-anchor="end">${value.toFixed(2)}</text>`,
  );
  const marked = mark
    ? `<path d="M${across(mark.x)} 12V${HEIGHT - BOTTOM}" stroke="currentColor" stroke-dasharray="4 4" stroke-opacity=".5"/>${label(mark.label, `x="${across(mark.x) + 4}" y="14" font-size="11"`)}`
    : '';
  const names = label(joined(x, ' → · ↑ ', y), `x="${LEFT}" y="${HEIGHT - 8}" font-size="12"`);
  return svg(WIDTH, HEIGHT, inLanguage(title, language), [...drawn, ...ticks, ...levels, marked, names].join(''));
}

function tableHtml({ title, head, rows }: ReportTable, language: PageLanguage): string {
  const line = (cells: readonly Said[], tag: 'th' | 'td'): string =>
    `<tr>${cells.map((cell) => element(tag, cell, language)).join('')}</tr>`;
  return `${element('h2', title, language)}<div class="wide"><table><thead>${line(head, 'th')}</thead><tbody>${rows.map((row) => line(row, 'td')).join('')}</tbody></table></div>`;
}

/** Pixels a side that small pictures are drawn at least. */
const SIDE = 112;

function picturesHtml({ head, rows }: NonNullable<Report['pictures']>, language: PageLanguage): string {
  const cell = ({ href, width, height }: ShownPicture): string => {
    const scale = Math.max(1, Math.round(SIDE / Math.max(width, height)));
    return `<td><img src="${escaped(href)}" width="${width * scale}" height="${height * scale}" alt=""></td>`;
  };
  const heads = head.map((one) => element('th', one, language)).join('');
  return `<div class="wide"><table><thead><tr>${heads}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('')}</tbody></table></div>`;
}

const style = `
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; } .wide { overflow-x: auto; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
figure { display: inline-block; margin: 0 1.5rem 1rem 0; vertical-align: top; } figcaption { color: var(--soft); font-size: .875rem; max-width: 16rem; }
svg { max-width: 100%; height: auto; } img { display: block; image-rendering: pixelated; }
`;

const script = `
let language = document.documentElement.lang;
document.getElementById('language').onclick = () => {
  language = language === 'zh' ? 'en' : 'zh';
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll('[data-zh]')) node.textContent = node.dataset[language];
};
`;

/** What the button says: the other language. */
const other: Said = { en: '中文', zh: 'English' };

/** The page. Starts in `language`; a button changes it. */
export function reportPage(report: Report, language: PageLanguage = 'en'): string {
  const { title, about, tables, patterns, plot, intervals, pictures } = report;
  const say = (tag: string, said: Said, attributes = ''): string => element(tag, said, language, attributes);
  const figures = patterns.map(
    (pattern) => `<figure>${patternSvg(pattern, language)}${say('figcaption', pattern.title)}</figure>`,
  );
  return page({
    language,
    title: inLanguage(title, language),
    style,
    body: `<header>${say('h1', title)}${say('button', other, 'id="language" type="button"')}</header>
<main>${say('p', about)}${tables.map((table) => tableHtml(table, language)).join('\n')}
${figures.join('\n')}
${plot ? `${say('h2', plot.title)}${plotSvg(plot, language)}` : ''}
${pictures ? picturesHtml(pictures, language) : ''}
${intervals ? `${say('h2', intervals.title)}${intervalsSvg(intervals, language)}` : ''}
</main>
<script>${script}</script>`,
  });
}

/** Columns of a terminal: Chinese letters take two. */
const columnsOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (/[\u2e80-\u9fff\uff00-\uff60]/.test(letter) ? 2 : 1), 0);

/** The tables as text, columns aligned. */
export function reportText({ tables }: Pick<Report, 'tables'>, language: PageLanguage = 'en'): string {
  const plain = (cells: readonly Said[]): string[] => cells.map((cell) => inLanguage(cell, language));
  return tables
    .map(({ title, head, rows }) => {
      const all = [head, ...rows].map(plain);
      const widths = head.map((_, c) => Math.max(...all.map((row) => columnsOf(row[c] as string))));
      const filledUp = (cell: string, c: number): string => cell + ' '.repeat((widths[c] as number) - columnsOf(cell));
      const lines = all.map((row) => `  ${row.map(filledUp).join('  ')}`.trimEnd());
      return [inLanguage(title, language), ...lines].join('\n');
    })
    .join('\n\n');
}
