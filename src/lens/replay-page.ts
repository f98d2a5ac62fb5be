// One self-contained page that replays the training of a tokenizer, with step buttons. No network; texts are put in as text, never as markup.
import type { Replay } from '../tokens/index.ts';
import { embeddedJson } from './markup.ts';
import { page } from './page.ts';
import { replayScript } from './replay-script.ts';
import { type PageLanguage, replayDictionaries } from './replay-text.ts';

const style = `
nav { display: flex; gap: .5rem; align-items: center; position: sticky; top: 0; background: var(--paper); padding: .5rem 0; z-index: 1; }
nav b { flex: 1; text-align: center; font-weight: 600; }
.word { display: inline-flex; align-items: center; gap: .15rem; margin: .15rem 1rem .15rem 0; }
.piece { border: 1px solid var(--line); border-radius: .3rem; padding: .05rem .35rem; font-family: ui-monospace, monospace; white-space: pre; }
.piece.new { border-color: rgb(var(--accent)); background: rgb(var(--accent) / .18); }
.piece.gone { opacity: .45; text-decoration: line-through; }
.times, td.number { color: var(--soft); font-variant-numeric: tabular-nums; }
td.number { text-align: right; }
table { border-collapse: collapse; font-size: .9rem; } td, th { padding: .15rem .6rem .15rem 0; text-align: left; font-weight: 400; }
tr.gone { opacity: .45; text-decoration: line-through; }
tr.chosen { color: rgb(var(--accent)); font-weight: 600; }
ol { margin: .25rem 0; padding-left: 1.5rem; } .lattice { display: flex; flex-wrap: wrap; gap: .25rem; }
button:disabled { opacity: .4; cursor: default; }
`;

/** The page as HTML. Starts in `language`; a button changes it. */
export function replayPage(replay: Replay, language: PageLanguage = 'en'): string {
  return page({
    language,
    title: 'Tesserae · tokenizer',
    style,
    body: `<header><h1 data-say="title"></h1><button id="language" type="button"></button></header>
<p class="hint" id="about"></p>
<nav id="steps"><button id="first" type="button"></button><button id="previous" type="button"></button><b id="place" aria-live="polite"></b><button id="next" type="button"></button><button id="last" type="button"></button></nav>
<main id="view"></main>
<section><h2 data-say="words"></h2><div id="words"></div></section>
<script type="application/json" id="replay">${embeddedJson(replay)}</script>
<script type="application/json" id="dictionaries">${embeddedJson(replayDictionaries)}</script>
<script>${replayScript}</script>`,
  });
}
