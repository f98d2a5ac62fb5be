// One self-contained page about one explained input of any modality: where each token looks, what the answer rests on by several methods, how
// these fare when tested. Works without network; every number is in the explanation that `--json` prints.
import { type NdArray, numberToFloat16 } from '../../array/index.ts';
import { embeddedJson, escaped, fingerprint } from '../markup.ts';
import { page } from '../page.ts';
import { placeText } from '../units-text.ts';
import { type Explanation, explanationJson, type Scene } from './explanation.ts';
import { explainPanels } from './page-panels.ts';
import { explainScript } from './page-script.ts';
import { explainStyle } from './page-style.ts';
import { type ExplainTextKey, explainDictionaries } from './page-text.ts';

/** Patterns of all layers in half precision (three digits), little-endian, base64: a twelve-layer model's page stays below 16 MB. */
function packed(patterns: readonly NdArray<'float32'>[]): string {
  const parts: string[] = [];
  for (const { data } of patterns) {
    const halves = Uint16Array.from(data, numberToFloat16);
    const bytes = new Uint8Array(halves.buffer);
    for (let at = 0; at < bytes.length; at += 8192) parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  }
  return btoa(parts.join(''));
}

const section = (id: string, title: ExplainTextKey, hint: ExplainTextKey, body: string): string =>
  `<section id="${id}"><h2 data-say="${title}"></h2><p class="hint" data-say="${hint}"></p>${body}</section>`;

/** What is said of the answer and of its tests: by what the model gives, and by whether it was judged. */
function hintsOf({ values, baselines }: Explanation): Readonly<Record<'answer' | 'rests', ExplainTextKey>> {
  if (values) return { answer: 'answerHintValues', rests: 'restsHintValues' };
  return { answer: 'answerHint', rests: baselines ? 'restsHint' : 'restsHintPlain' };
}

const looks = `<div class="stage" id="stage">
<div><div class="frame"><div id="view"></div><div class="axis" id="axis"></div></div><div class="legend" id="scale"></div><p id="reading" aria-live="polite"></p></div>
<div><div id="specials"></div><h3 data-say="grid"></h3><p class="hint" data-say="gridHint"></p><div id="grid" role="grid"></div></div>
</div>`;

/** The page as HTML. Texts are put in by the script as text, never as markup. @throws RangeError when no token has a place */
export function explainPage(explanation: Explanation, scene: Scene): string {
  const { attentions, places, source } = explanation;
  if (!places.some((place) => place)) throw new RangeError('explainPage: expected tokens with places, got none');
  const { attentions: _, ...told } = explanationJson({ ...explanation, attentions: [] });
  const [heads = 0] = attentions[0]?.shape ?? [];
  const where = (language: 'en' | 'zh'): string[] => places.map((place) => (place ? placeText(place, language) : ''));
  const story = embeddedJson({
    ...told,
    where: { en: where('en'), zh: where('zh') },
    layers: attentions.length,
    heads,
    patterns: packed(attentions),
  });
  const randomised = explanation.randomised
    ? section(
        'randomised',
        'randomised',
        'randomisedHint',
        '<svg class="chart" id="stages" viewBox="0 0 740 270" role="img"></svg><ul class="keys" id="keys"></ul>',
      )
    : '';
  const hints = hintsOf(explanation);
  return page({
    title: `Tesserae · ${source}`,
    style: explainStyle,
    body: `<header><h1 data-say="title"></h1><button id="language" type="button"></button></header>
<p class="hint">${escaped(source)}</p>
<main>
${section('answer', 'answer', hints.answer, '<div id="answers"><div id="original"></div><div id="probabilities"></div></div>')}
${section('looks', 'looks', 'looksHint', looks)}
${section('rests', 'rests', hints.rests, '<div class="maps" id="maps"></div><p class="hint" id="complete"></p><p class="hint" data-say="caution"></p>')}
${section('far', 'distance', 'distanceHint', '<svg class="chart" id="distances" viewBox="0 0 740 240" role="img"></svg>')}
${randomised}
</main>
<footer><span data-say="capture"></span> ${fingerprint(story)}</footer>
<script type="application/json" id="story">${story}</script>
<script type="application/json" id="scene">${embeddedJson(scene)}</script>
<script type="application/json" id="dictionaries">${embeddedJson(explainDictionaries)}</script>
<script>${explainScript}${explainPanels}</script>`,
  });
}
