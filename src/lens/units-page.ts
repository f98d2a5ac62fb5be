// One page, the same story for every modality: the original, the units with their places, ids or vectors, positions, and the sum that
// enters the Transformer, with real numbers. Self-contained.
import { type EmbeddedUnits, embedUnits } from '../data/index.ts';
import { countOf, type Units, UnitsError, type UnitValues } from '../tokens/index.ts';
import { embeddedJson, escaped, fingerprint } from './markup.ts';
import { page } from './page.ts';
import { unitsScript } from './units-script.ts';
import { placeText, unitsDictionaries } from './units-text.ts';

/** What the page tells. */
export interface UnitsStory {
  /** File name, or a few words. */
  readonly source: string;
  readonly units: Units;
  /** SVG of the original; elements with class `unit` and `data-unit` belong to units. */
  readonly original: string;
  /** SVG of the sequence, if there is more to see than a list. */
  readonly strip?: string;
  /** Width of the matrix that is shown; 12 when left out. */
  readonly dim?: number;
  readonly seed?: number;
}

/** Numbers are kept for this many units. */
const KEPT = 1500;
const HEAD = 6;

const style = `
svg { max-width: 100%; height: auto; display: block; margin: .5rem 0; }
.unit { cursor: pointer; }
rect.unit.on, .unit.on > rect { stroke: #ff2d55; stroke-width: 3; stroke-opacity: 1; }
tr.unit.on td { background: color-mix(in srgb, rgb(var(--accent)) 18%, transparent); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .8125rem; font-variant-numeric: tabular-nums; }
td, th { padding: .15rem .5rem; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--line); font-weight: 400; }
#numbers td, .matrix td { text-align: right; font-family: ui-monospace, monospace; padding: .15rem .3rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0 0 .5rem; font-size: .875rem; }
dt { color: var(--soft); } dd { margin: 0; }
#panel { position: sticky; bottom: 0; background: var(--paper); border-top: 1px solid var(--line); padding: .5rem 0; }
`;

const rounded = (values: ArrayLike<number>): number[] => Array.from(values, (value) => Number(value.toFixed(4)));

function valueText(values: UnitValues, n: number): string {
  if (values.kind === 'ids') return String(values.ids.data[n]);
  if (values.kind === 'vectors') {
    const [, length = 0] = values.vectors.shape;
    const head = rounded(values.vectors.data.subarray(n * length, n * length + Math.min(HEAD, length)));
    return `[${head.join(', ')}${length > HEAD ? ', …' : ''}]`;
  }
  const [from, to] = [values.offsets[n] as number, values.offsets[n + 1] as number];
  const parts: string[] = [];
  for (let at = from; at < to; at++)
    parts.push(`${rounded(values.weights.data.subarray(at, at + 1))[0]}·${values.ids.data[at]}`);
  return parts.join(' + ');
}

function unitRows(units: Units, embedded: EmbeddedUnits): Record<string, unknown>[] {
  const [, dim = 0] = embedded.sum.shape;
  const axes = units.axes.length;
  const row = (array: { data: Float32Array }, n: number): number[] =>
    rounded(array.data.subarray(n * dim, (n + 1) * dim));
  return units.places.slice(0, KEPT).map((place, n) => ({
    name: units.names[n],
    place: { en: placeText(place, 'en'), zh: placeText(place, 'zh') },
    value: valueText(units.values, n),
    position: Array.from(units.positions.data.slice(n * axes, (n + 1) * axes), Number),
    own: row(embedded.units, n),
    encoded: row(embedded.positions, n),
    sum: row(embedded.sum, n),
  }));
}

const valueKeys = { ids: 'valuesIds', vectors: 'valuesVectors', bags: 'valuesBags' } as const;

/** The page as HTML. @throws UnitsError for no units */
export function unitsPage(story: UnitsStory): string {
  const { source, units, original, strip = '', dim = 12, seed = 0 } = story;
  const count = countOf(units);
  if (count === 0) throw new UnitsError('unitsPage: expected units, got none');
  const { values } = units;
  const facts = {
    count,
    dim,
    seed,
    axes: units.axes.join(', '),
    length: values.kind === 'vectors' ? values.vectors.shape[1] : 0,
    size: values.kind === 'vectors' ? 0 : values.size,
    kept: Math.min(KEPT, count),
    rest: Math.max(0, count - 12),
  };
  const rows = unitRows(units, embedUnits(units, { dim, seed }));
  const capture = embeddedJson({ modality: units.modality, facts, units: rows });
  const section = (key: string, hint: string, body: string): string =>
    `<section><h2 data-say="${key}"></h2><p class="hint" data-say="${hint}"></p>${body}</section>`;
  const matrix = (id: string): string => `<div class="scroll"><table class="matrix" id="${id}"></table></div>`;
  return page({
    title: `Tesserae · ${source}`,
    style,
    body: `<header><h1 data-say="title"></h1><button id="language" type="button"></button></header>
<p class="hint"><span data-say="source"></span>: ${escaped(source)}</p>
<main>
${section('original', 'originalHint', `<div class="scroll">${original}</div>`)}
${section('units', 'unitsHint', `${strip}<div class="scroll"><table><tbody id="list"></tbody></table></div><p class="hint" id="more" data-say="more"></p>`)}
${section('values', valueKeys[values.kind], matrix('own'))}
${section('positions', 'positionsHint', matrix('encoded'))}
${section('sum', 'sumHint', matrix('sums'))}
<div id="panel"><h2 id="chosen"></h2><dl id="facts"></dl><div class="scroll"><table id="numbers"></table></div></div>
</main>
<footer>${fingerprint(capture)}</footer>
<script type="application/json" id="story">${capture}</script>
<script type="application/json" id="dictionaries">${embeddedJson(unitsDictionaries)}</script>
<script>${unitsScript}</script>`,
  });
}
