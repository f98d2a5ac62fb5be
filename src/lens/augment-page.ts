// One self-contained page that shows what augmentations do: originals beside what became of them. Every picture is a real result.
import { augmentDictionaries } from './augment-text.ts';
import { embeddedJson, escaped, fingerprint } from './markup.ts';
import { page } from './page.ts';
import type { ShownPicture } from './picture-drawing.ts';
import type { PageLanguage } from './replay-text.ts';

/** One result: a picture (a spectrogram, frames side by side) or letters. */
export interface AugmentCell {
  readonly picture?: ShownPicture;
  readonly letters?: string;
  /** What is left of the own label, in [0, 1], after mixing. */
  readonly share?: number;
}

/** An example with what became of it. */
export interface AugmentRow {
  readonly id: string;
  readonly label: string;
  readonly original: AugmentCell;
  readonly cells: readonly AugmentCell[];
}

/** One kind of augmentation. */
export interface AugmentColumn {
  readonly kind: string;
  readonly about: string;
  /** Its options, as JSON. */
  readonly options: string;
}

/** What the page tells. */
export interface AugmentStory {
  readonly source: string;
  readonly seed: number;
  /** Kinds by themselves; as many cells in every row of `each`. */
  readonly columns: readonly AugmentColumn[];
  readonly each: readonly AugmentRow[];
  /** The list as JSON, and rows with one cell a step. */
  readonly list: string;
  readonly steps: readonly AugmentRow[];
}

const style = `
body { max-width: none; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .8125rem; }
td, th { padding: .35rem .5rem; text-align: left; vertical-align: top; font-weight: 400; border-bottom: 1px solid var(--line); }
th b { font-weight: 600; } th span, td small { color: var(--soft); display: block; max-width: 14rem; }
th span, .list { font-family: ui-monospace, monospace; overflow-wrap: anywhere; font-size: .75rem; }
td img { display: block; image-rendering: pixelated; background: #888; }
.letters { font-family: ui-monospace, monospace; font-size: .75rem; width: 22em; overflow-wrap: anywhere; }
.letters b { color: rgb(var(--accent)); font-weight: 700; }
`;

const script = `
const dictionaries = JSON.parse(document.getElementById('dictionaries').textContent);
let language = document.documentElement.lang === 'zh' ? 'zh' : 'en';
function draw() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll('[data-say]')) {
    const values = JSON.parse(node.dataset.values || '{}');
    node.textContent = dictionaries[language][node.dataset.say].replace(/\\{(\\w+)\\}/g, (all, key) => values[key] ?? all);
  }
}
document.getElementById('language').onclick = () => { language = language === 'zh' ? 'en' : 'zh'; draw(); };
draw();
`;

/** The longer side of small pictures, in pixels of the page. */
const SIDE = 112;

function said(key: string, values: Readonly<Record<string, unknown>> = {}, tag = 'span'): string {
  return `<${tag} data-say="${key}" data-values="${escaped(JSON.stringify(values))}"></${tag}>`;
}

function pictureHtml({ href, width, height }: ShownPicture): string {
  const scale = Math.max(1, Math.round(SIDE / Math.max(width, height)));
  return `<img src="${escaped(href)}" width="${width * scale}" height="${height * scale}" alt="">`;
}

function lettersHtml(letters: string, original: string): string {
  const differs = Array.from(letters, (letter, i) => letter !== original[i]);
  const spans = Array.from(letters, (letter, i) => (differs[i] ? `<b>${escaped(letter)}</b>` : escaped(letter)));
  const count = differs.filter(Boolean).length;
  const note = letters === original ? '' : said('changed', { count, all: letters.length }, 'small');
  return `<div class="letters">${spans.join('')}</div>${note}`;
}

function cellHtml({ picture, letters, share }: AugmentCell, original: AugmentCell): string {
  const note = share === undefined ? '' : said('share', { share: (100 * share).toFixed(0) }, 'small');
  const body = picture ? pictureHtml(picture) : lettersHtml(letters ?? '', original.letters ?? '');
  return `<td>${body}${note}</td>`;
}

function tableHtml(heads: readonly string[], rows: readonly AugmentRow[]): string {
  const head = ['', said('original'), ...heads].map((one) => `<th>${one}</th>`).join('');
  const body = rows.map(({ id, label, original, cells }) => {
    const all = [original, ...cells].map((cell) => cellHtml(cell, original)).join('');
    return `<tr><td>${escaped(label)}<small>${escaped(id)}</small></td>${all}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

/** The page as HTML. Starts in `language`; a button changes it. */
export function augmentPage(story: AugmentStory, language: PageLanguage = 'en'): string {
  const { source, seed, columns, each, list, steps } = story;
  const heads = columns.map(
    ({ kind, about, options }) => `<b>${escaped(kind)}</b><br>${escaped(about)}<span>${escaped(options)}</span>`,
  );
  const stepHeads = (steps[0]?.cells ?? []).map((_, i) => said('step', { n: i + 1 }));
  const body = `<header>${said('title', { source }, 'h1')}<button id="language" type="button" data-say="other"></button></header>
<main>
${said('each', {}, 'h2')}${said('eachHint', { seed }, 'p')}${tableHtml(heads, each)}
${said('list', {}, 'h2')}${said('listHint', {}, 'p')}<p class="list">${escaped(list)}</p>${tableHtml(stepHeads, steps)}
</main>
<footer>${fingerprint(JSON.stringify(story))}</footer>`;
  return page({
    language,
    title: `Tesserae · ${source}`,
    style,
    body: `${body}
<script type="application/json" id="dictionaries">${embeddedJson(augmentDictionaries)}</script>
<script>${script}</script>`,
  });
}
