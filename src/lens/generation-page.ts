// One self-contained page about how a text was written: what else every token could have been, what processors made of it, and the
// tree that beam search explored. No network; texts are put in as text, never as markup.
import { generationScript } from './generation-script.ts';
import { generationDictionaries } from './generation-text.ts';
import { embeddedJson } from './markup.ts';
import { page } from './page.ts';
import type { PageLanguage } from './replay-text.ts';

/** One candidate; probabilities in [0, 1]. */
export interface StoryCandidate {
  readonly id: number;
  readonly token: string;
  readonly probability: number;
  /** After each processor. */
  readonly after: readonly number[];
}

/** One step of one row. */
export interface StoryStep {
  /** Counted from 0. */
  readonly step: number;
  /** What was written; absent for beams. */
  readonly id?: number;
  readonly token?: string;
  /** In bits, as the entropies before and after the processors. */
  readonly surprisal?: number;
  readonly entropy: number;
  readonly entropyAfter: number;
  readonly processors: readonly string[];
  readonly candidates: readonly StoryCandidate[];
}

/** One continuation that beam search looked at. */
export interface StoryNode {
  readonly step: number;
  /** Place among the nodes; -1 for the prompt. */
  readonly parent: number;
  readonly token: string;
  readonly sum: number;
  readonly fate: 'open' | 'ended' | 'left';
  readonly score?: number;
}

/** How texts were written. */
export interface GenerationStory {
  /** One for each text; of beams one for each beam of each prompt. */
  readonly rows: readonly { readonly prompt: readonly string[]; readonly steps: readonly StoryStep[] }[];
  readonly tree?: { readonly nodes: readonly StoryNode[]; readonly returned: readonly number[] };
}

const style = `
#rows .line { margin: .5rem 0; line-height: 2; overflow-wrap: anywhere; } #rows .prompt { white-space: pre-wrap; color: var(--soft); }
#rows .names, .facts { color: var(--soft); font-size: .8rem; margin-right: .6rem; font-variant-numeric: tabular-nums; }
#rows button { padding: 0 .2rem; margin: 0 .06rem; border-color: transparent; white-space: pre; }
#rows button[aria-pressed=true] { border-color: rgb(var(--accent)); box-shadow: 0 0 0 1px rgb(var(--accent)); }
#step { overflow-x: auto; } table { border-collapse: collapse; font-size: .875rem; } th { text-align: left; font-weight: 400; padding: .1rem .6rem .1rem 0; white-space: pre; }
thead th { color: var(--soft); } tr.written > th { font-weight: 700; } td { padding: .1rem .6rem .1rem 0; min-width: 8rem; }
.share { position: relative; height: 1.2rem; } .share i { position: absolute; inset: 0 auto 0 0; background: rgb(var(--accent) / .45); border-radius: .15rem; } .share i.same { background: var(--line); }
.share span { position: relative; padding-left: .25rem; font-variant-numeric: tabular-nums; }
#scroll { overflow: auto; } #tree path { fill: none; stroke: currentColor; stroke-width: 1; opacity: .55; } #tree path.left { stroke-dasharray: 2 3; opacity: .35; } #tree path.best { stroke: rgb(var(--accent)); stroke-width: 2.5; opacity: 1; }
#tree text { font: 12px system-ui, sans-serif; fill: currentColor; } #tree text.left { opacity: .45; } #tree text.best { font-weight: 700; } #tree .end { fill: none; stroke: rgb(var(--accent)); }
`;

/** The page as HTML. Starts in `language`; a button changes it. */
export function generationPage(story: GenerationStory, language: PageLanguage = 'en'): string {
  return page({
    language,
    title: 'Tesserae · next token',
    style,
    body: `<header><h1 data-say="title"></h1><button id="language" type="button"></button></header>
<p class="hint" data-say="hint"></p>
<main id="rows"></main>
<section id="step" aria-live="polite"></section>
<section id="treeBox"><h2 data-say="tree"></h2><p class="hint" data-say="treeHint"></p><div id="scroll"><svg id="tree" xmlns="http://www.w3.org/2000/svg"></svg></div></section>
<script type="application/json" id="story">${embeddedJson(story)}</script>
<script type="application/json" id="dictionaries">${embeddedJson(generationDictionaries)}</script>
<script>${generationScript}</script>`,
  });
}
