// One self-contained page about one classification: no network, every number from the inspection embedded in it.

import { page } from './page.ts';
import { pageScript } from './page-script.ts';
import { dictionaries } from './page-text.ts';

/** What the page shows; `tasks` measures it. */
export interface AttentionCapture {
  readonly model: string;
  readonly text: string;
  readonly tokens: readonly string[];
  readonly labels: readonly string[];
  /** One per label, sum 1. */
  readonly probabilities: readonly number[];
  readonly prediction: string;
  /** `[layer][head][from][to]`. */
  readonly attentions: readonly (readonly (readonly (readonly number[])[])[])[];
  /** One per token. */
  readonly gradientTimesInput: readonly number[];
}

/** JSON that cannot end the script element it stands in. */
function embedded(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** FNV-1a over the capture's JSON, in hexadecimal: the page and the JSON of one capture carry the same id. */
export function captureId(capture: AttentionCapture): string {
  let hash = 0x811c9dc5;
  for (const c of JSON.stringify(capture)) hash = Math.imul(hash ^ (c.codePointAt(0) as number), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** The page as HTML. Texts are put in by the script as text, never as markup. */
export function attentionPage(capture: AttentionCapture): string {
  return page({
    title: 'Tesserae · attention',
    body: `<header><h1 data-say="title"></h1><button id="language" type="button"></button></header>
<main>
<section><h2 id="tokens-title" data-say="tokens"></h2><p class="hint" data-say="tokensHint"></p><div id="tokens" role="group" aria-labelledby="tokens-title"></div></section>
<section class="columns">
<div><h2 data-say="answer"></h2><div id="probabilities"></div></div>
<div><h2 data-say="leans"></h2><p class="hint" data-say="leansHint"></p><div id="gradients"></div></div>
</section>
<section><h2 id="heads-title" data-say="heads"></h2><p class="hint" data-say="headsHint"></p><div id="grid" role="grid" aria-labelledby="heads-title"></div></section>
<section><h2 id="chosen"></h2><p class="hint" id="map-hint" data-say="mapHint"></p><div id="scroll"><canvas id="map" tabindex="0" role="application" aria-labelledby="chosen" aria-describedby="map-hint reading"></canvas></div><p id="reading" aria-live="polite"></p></section>
</main>
<footer><span data-say="capture"></span> ${captureId(capture)}</footer>
<script type="application/json" id="capture">${embedded(capture)}</script>
<script type="application/json" id="dictionaries">${embedded(dictionaries)}</script>
<script>${pageScript}</script>`,
  });
}
