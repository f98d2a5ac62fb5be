// One self-contained page that shows a text cut in several ways. No network; texts are put in as text, never as markup.
import type { Comparison } from '../tokens/index.ts';
import { compareDictionaries } from './compare-text.ts';
import { embeddedJson } from './markup.ts';
import { page } from './page.ts';
import type { PageLanguage } from './replay-text.ts';

const style = `
.token { border-radius: .25rem; padding: .1rem .1rem; white-space: pre-wrap; }
.token.unknown { background-image: repeating-linear-gradient(45deg, transparent 0 4px, rgb(var(--accent) / .5) 4px 6px); }
.row { border-top: 1px solid var(--line); padding: .75rem 0; } .row h2 { margin: 0; } .line { font-size: 1.1rem; line-height: 2; }
.facts { color: var(--soft); font-size: .875rem; font-variant-numeric: tabular-nums; }
.names { font-family: ui-monospace, monospace; font-size: .8rem; color: var(--soft); overflow-wrap: anywhere; }
`;

const script = `
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const comparison = read('comparison'), dictionaries = read('dictionaries'), find = (id) => document.getElementById(id);
let language = document.documentElement.lang === 'zh' ? 'zh' : 'en';
const say = (key) => dictionaries[language][key];
const make = (tag, parent, text = '', kind = '') => { const node = document.createElement(tag); node.textContent = text; if (kind) node.className = kind; parent.append(node); return node; };
const colour = (i) => 'hsl(' + (i * 67 + 20) % 360 + ' 70% 60% / .28)';
function paint(parent, text, tokens) {
  const line = make('div', parent, '', 'line');
  let at = 0, shown = -1, node;
  tokens.forEach((token, i) => {
    if (token.start > at) make('span', line, text.slice(at, token.start));
    if (token.end > Math.max(at, token.start)) {
      node = make('span', line, text.slice(Math.max(at, token.start), token.end), 'token' + (token.unknown ? ' unknown' : ''));
      node.style.backgroundColor = colour(i); node.title = token.token;
    } else if (node) node.title += ' ' + token.token;
    at = Math.max(at, token.end);
  });
  if (at < text.length) make('span', line, text.slice(at));
}
function draw() {
  for (const node of document.querySelectorAll('[data-say]')) node.textContent = say(node.dataset.say);
  document.documentElement.lang = language;
  find('language').textContent = say('other');
  find('text').textContent = say('text') + ': ' + comparison.text;
  find('wrong').textContent = say('misspelt') + ': ' + comparison.misspelling;
  const rows = find('rows');
  rows.replaceChildren();
  for (const row of comparison.rows) {
    const box = make('div', rows, '', 'row');
    make('h2', box, row.name);
    paint(box, comparison.text, row.tokens);
    make('div', box, row.tokens.map((token) => token.token).join(' · '), 'names');
    make('div', box, [row.count + ' ' + say('tokens'), row.charactersPerToken.toFixed(2) + ' ' + say('characters'), row.bytesPerToken.toFixed(2) + ' ' + say('bytes'), row.fertility.toFixed(2) + ' ' + say('fertility'), row.unknown + ' ' + say('unknown')].join(' · '), 'facts');
    paint(box, comparison.misspelling, row.misspelt.tokens);
    make('div', box, say('effect') + ': ' + row.misspelt.count + ' · ' + row.misspelt.survived + ' ' + say('survived') + ' · ' + row.misspelt.unknown + ' ' + say('unknown'), 'facts');
  }
}
find('language').onclick = () => { language = language === 'zh' ? 'en' : 'zh'; draw(); };
draw();
`;

/** The page as HTML. Starts in `language`; a button changes it. */
export function comparePage(comparison: Comparison, language: PageLanguage = 'en'): string {
  return page({
    language,
    title: 'Tesserae · tokens',
    style,
    body: `<header><h1 data-say="title"></h1><button id="language" type="button"></button></header>
<p class="hint" data-say="hint"></p>
<p id="text"></p>
<p id="wrong"></p>
<main id="rows"></main>
<script type="application/json" id="comparison">${embeddedJson(comparison)}</script>
<script type="application/json" id="dictionaries">${embeddedJson(compareDictionaries)}</script>
<script>${script}</script>`,
  });
}
