// The page's second part: the view of one token, the layers and heads, the methods with their curves, distances, randomised weights.

/** The script's second part; follows `explainScript`. */
export const explainPanels = `
// The same letters come again and again: their position tells which are meant, counted from 1 in whole characters.
const lettersBefore = (end) => Array.from(scene.text.slice(0, end)).length;
const nameOf = (t) => {
  if (t < 0) return say('classifier');
  const name = '“' + story.tokens[t] + '”', place = story.places[t];
  if (!place) return name;
  if (!hasLetters) return story.where[language][t];
  const first = lettersBefore(place.start) + 1, last = lettersBefore(place.end);
  return say(first < last ? 'letters' : 'letter', { name, first, last });
};
const unit = { box: 'unitBox', band: 'unitBand', tube: 'unitTube', span: 'unitSpan', item: 'unitSpan' }[story.places[placed[0]].kind];

// the original, large
const view = hasLetters ? make('div', find('view'), '', 'letters ' + story.modality) : make('canvas', find('view'));
view.tabIndex = 0; view.setAttribute('role', 'application');
const tokensUnder = (event) => {
  if (hasLetters) return event.target.tokens ?? [];
  const box = view.getBoundingClientRect();
  return view.tokensAt((event.clientX - box.left) * view.width / box.width, (event.clientY - box.top) * view.height / box.height);
};
// Tokens in the place of the shown one, and of the kept one: another click, or Space, goes on to the next of them, else some could never be seen.
let here = [], spot = [];
const spotOf = (t) => { const [b] = boxes[t] ?? []; return b ? tokensAt(b.frame, b.x + b.w / 2, b.y + b.h / 2) : hasLetters && story.places[t] ? letters[Math.floor(middle(t))] : []; };
const keep = (t, tokens = spotOf(t)) => { pinned = t; here = spot = tokens; look(t); };
const point = (event) => {
  const under = tokensUnder(event), isSame = under[0] === here[0] && under.includes(from), t = isSame ? from : under[0];
  if (!under.length || under.join() === here.join()) return under;
  here = under;
  if (t === from) paintReading(); else look(t);
  return under;
};
view.onmousemove = point;
view.onmouseleave = () => keep(pinned, spot);
view.onclick = (event) => {
  const under = point(event), t = !under.length ? -1 : from === pinned ? under[under.indexOf(from) + 1] ?? -1 : from;
  keep(t, t < 0 ? [] : under);
};
const middleOf = (t) => { const [b] = boxes[t]; return [b.frame * 1e4 + b.y + b.h / 2, b.x + b.w / 2]; };
function towards(step) {
  const start = middleOf(pinned), far = (t) => { const there = middleOf(t), d = [there[0] - start[0], there[1] - start[1]], along = d[0] * step[0] + d[1] * step[1]; return along > 0 ? along + 3 * Math.abs(d[0] * step[1]) + 3 * Math.abs(d[1] * step[0]) : Infinity; };
  const best = placed.reduce((a, b) => far(b) < far(a) ? b : a);
  return far(best) < Infinity ? best : pinned;
}
view.onkeydown = (event) => {
  if (event.key === 'Escape') keep(-1);
  const step = arrows[event.key], turn = turns[event.key] ?? (step && hasLetters ? step[0] + step[1] : 0);
  if (!step && !turn && event.key !== ' ') return;
  event.preventDefault();
  if (event.key === ' ' && here.length) keep(here[(here.indexOf(from) + 1) % here.length], here);
  else if (!story.places[pinned]) keep(placed[0]);
  else if (turn) keep(placed[clamp(placed.indexOf(pinned) + turn, placed.length)]);
  else keep(towards(step));
};

function legend(node, least, most, signed) {
  node.textContent = '';
  make('span', node, least); make('i', node).style.background = 'linear-gradient(to right,' + (signed ? diverging : viridis).map(css) + ')'; make('span', node, most);
  if (signed) { make('span', node, say('against')); make('span', node); make('span', node, say('towards')); }
}

function paintView() {
  const values = lookOf(layer, head, from);
  if (hasLetters) paintLetters(view, values, false, from); else paintMap(view, values, false, isWide ? 1200 : 680, from);
  legend(find('scale'), '0', digits(Math.max(...placed.map((t) => values[t]))), false);
  paintReading();
}

function paintReading() {
  const values = lookOf(layer, head, from), most = placed.reduce((a, b) => values[b] > values[a] ? b : a);
  const reading = find('reading'), outside = values.reduce((sum, value, t) => story.places[t] ? sum : sum + value, 0);
  reading.textContent = '';
  const place = here.length > 1 ? ' · ' + say('here', { n: here.indexOf(from) + 1, all: here.length }) : '';
  make('b', reading, say('from', { name: nameOf(from), layer: layer + 1, head: head === heads ? say('meanHead') : say('head', { n: head + 1 }) }) + place);
  make('span', reading, say('most', { name: nameOf(most), value: digits(values[most]) }) + (placed.length < count ? ' · ' + say('outside', { value: percent(outside) }) : ''));
}

function look(t) {
  from = t;
  for (const button of find('specials').children) button.setAttribute('aria-pressed', Number(button.dataset.token) === t);
  paintView();
  if (!hasLetters) paintGrid();
}

// layers and heads
const grid = find('grid'), cells = [];
grid.style.gridTemplateColumns = 'repeat(' + (heads + 1) + ', minmax(0, ' + (isWide ? 7 : 4.5) + 'rem))';
for (let l = 0; l < layers; l++) {
  const line = make('div', grid); line.setAttribute('role', 'row');
  for (let h = 0; h <= heads; h++) {
    const button = make('button', line, '', h === heads ? 'mean' : '');
    button.type = 'button'; button.setAttribute('role', 'gridcell'); make('canvas', button);
    button.onclick = () => choose(l, h);
    cells.push(button);
  }
}
const paintGrid = () => cells.forEach((button, i) => paintThumb(button.firstChild, Math.floor(i / (heads + 1)), i % (heads + 1)));
grid.onkeydown = (event) => {
  const step = arrows[event.key]; if (!step) return;
  event.preventDefault(); choose(clamp(layer + step[0], layers), clamp(head + step[1], heads + 1));
  cells[layer * (heads + 1) + head].focus();
};
function choose(l, h) {
  layer = l; head = h;
  cells.forEach((button, i) => { const on = i === l * (heads + 1) + h; button.setAttribute('aria-selected', on); button.tabIndex = on ? 0 : -1; });
  paintView();
}

// tokens that lie nowhere
for (const t of [-1, ...story.tokens.flatMap((_, t) => story.places[t] ? [] : [t])]) {
  const button = make('button', find('specials')); button.type = 'button'; button.dataset.token = t;
  button.onclick = () => keep(t);
}

// methods
function plot(parent, name, way) {
  const map = story.maps[name], w = 130, h = 74, x = (share) => 2 + share * (w - 4), y = (value) => h - 3 - value * (h - 6), cell = make('div', parent);
  const svg = draw('svg', cell, { viewBox: '0 0 ' + w + ' ' + h, role: 'img' }), points = (values) => values.map((value, i) => x(story.shares[i]).toFixed(1) + ',' + y(value).toFixed(1));
  const { random, center } = story.baselines;
  draw('polyline', svg, { points: '2,3 2,' + (h - 3) + ' ' + (w - 2) + ',' + (h - 3), fill: 'none', stroke: 'var(--line)' });
  draw('polygon', svg, { points: [...points(random[way].high), ...points(random[way].low).reverse()].join(' '), fill: 'var(--soft)', 'fill-opacity': .22 });
  draw('polyline', svg, { points: points(random[way].mean).join(' '), fill: 'none', stroke: 'var(--soft)', 'stroke-opacity': .8 });
  draw('polyline', svg, { points: points(center[way]).join(' '), fill: 'none', stroke: 'var(--soft)', 'stroke-dasharray': '1.5 2.5' });
  draw('polyline', svg, { points: points(map.curves[way]).join(' '), fill: 'none', stroke: 'rgb(var(--accent))', 'stroke-width': 2, 'stroke-linejoin': 'round' });
  const { area, beats } = map.scores[way], all = Object.values(story.maps).map((one) => one.scores[way].area), best = way === 'deletion' ? Math.min(...all) : Math.max(...all);
  const line = make('em', cell); make('b', line, say(way) + ' ' + area.toFixed(3)); if (area === best) make('span', line, ' ★ ' + say('best'), 'good');
  make('em', cell, say(way === 'deletion' ? 'lessIsBetter' : 'moreIsBetter')); make('em', cell, say('beats', { share: Math.round(100 * beats) + ' %' }), beats >= .95 ? 'good' : '');
}
function methods() {
  const maps = find('maps'); maps.textContent = '';
  for (const name in story.maps) {
    const { relevance, isSigned, curves } = story.maps[name], card = make('figure', maps, '', 'map');
    if (hasLetters) paintLetters(make('div', card, '', 'letters small ' + story.modality), relevance, isSigned); else paintMap(make('canvas', card), relevance, isSigned, isWide ? 900 : 420);
    const most = Math.max(...placed.map((t) => relevance[t])), least = isSigned ? -largestOf(relevance) : 0;
    legend(make('div', card, '', 'legend'), digits(least), digits(isSigned ? -least : most), isSigned);
    const words = make('figcaption', card); make('b', words, say(name)); make('span', words, say(name + '?'));
    if (curves) { const plots = make('div', card, '', 'plots'); plot(plots, name, 'deletion'); plot(plots, name, 'insertion'); }
  }
  find('complete').textContent = story.completenessError === undefined ? '' : say('complete', { value: percent(story.completenessError) });
}

// distances, and weights thrown away
const line = (svg, x1, y1, x2, y2, more = {}) => draw('line', svg, { x1, y1, x2, y2, stroke: 'var(--line)', ...more });
const label = (svg, x, y, text, anchor = 'middle') => { draw('text', svg, { x, y, 'text-anchor': anchor }).textContent = text; };
function distances() {
  const svg = find('distances'), most = 1.08 * Math.max(...story.distance.flat()), x = (l) => 60 + (l + .5) * 660 / layers, y = (value) => 200 - 180 * value / most;
  svg.textContent = '';
  for (const share of [0, .5, 1]) { line(svg, 56, y(share * most), 724, y(share * most)); label(svg, 50, y(share * most) + 4, digits(share * most), 'end'); }
  story.distance.forEach((row, l) => { label(svg, x(l), 220, l + 1); row.forEach((value, h) => {
    const dot = draw('circle', svg, { cx: x(l) + (h - (heads - 1) / 2) * Math.min(10, 400 / layers / heads), cy: y(value), r: 5, fill: 'rgb(var(--accent))', 'fill-opacity': .75 });
    draw('title', dot, {}).textContent = say('layer') + ' ' + (l + 1) + ', ' + say('head', { n: h + 1 }) + ': ' + digits(value) + ' ' + say(unit);
    dot.onclick = () => { choose(l, h); find('view').scrollIntoView({ behavior: 'smooth', block: 'center' }); };
  }); });
  label(svg, 56, 12, say(unit), 'start'); label(svg, 724, 236, say('layer'), 'end');
}
const palette = ['#4c78a8', '#f58518', '#54a24b', '#b279a2', '#e45756', '#72b7b2', '#9d755d', '#eeca3b'];
function randomised() {
  const stages = story.randomised, svg = find('stages');
  if (!stages) return;
  svg.textContent = ''; find('keys').textContent = '';
  const x = (i) => 60 + i * 640 / stages.length, y = (value) => 110 - 90 * value;
  for (const value of [-1, 0, 1]) { line(svg, 56, y(value), 724, y(value)); label(svg, 50, y(value) + 4, value, 'end'); }
  stages.forEach((stage, i) => { const text = draw('text', svg, { transform: 'translate(' + (x(i + 1) + 4) + ' 214) rotate(-28)', 'text-anchor': 'end' }); text.textContent = stage.module; });
  Object.keys(stages[0].rank).forEach((name, m) => {
    draw('polyline', svg, { points: [[x(0), y(1)], ...stages.map((stage, i) => [x(i + 1), y(stage.rank[name])])].map((p) => p.join()).join(' '), fill: 'none', stroke: palette[m % palette.length], 'stroke-width': 2, 'stroke-linejoin': 'round' });
    const key = make('li', find('keys')); make('i', key).style.background = palette[m % palette.length]; make('span', key, say(name));
  });
}

// Values may have any size and sign: numbers alone, all of them, since any may be the one that was asked about.
function valueRows(parent) {
  [...story.values].sort((a, b) => b.value - a.value).forEach(({ label, value }) => {
    const row = make('div', parent, '', 'value'); make('b', row, label); make('span', row, exact(value));
  });
}
function answers() {
  const parent = find('probabilities'); parent.textContent = '';
  if (story.values) { valueRows(parent); return; }
  story.labels.map((name, i) => ({ name, value: story.probabilities[i] })).sort((a, b) => b.value - a.value).slice(0, 6).forEach(({ name, value }) => {
    const bar = make('div', parent, '', 'bar'); make('b', bar, name).title = name;
    const track = make('div', bar, '', 'track'); make('i', track).style.width = 100 * value + '%';
    make('span', bar, percent(value));
  });
}

function words() {
  document.documentElement.lang = language;
  const values = { label: story.label, orders: story.baselines ? story.baselines.orders : 0, model: story.model };
  for (const node of document.querySelectorAll('[data-say]')) node.textContent = say(node.dataset.say, values);
  document.title = say('title') + ' · ' + story.source;
  view.setAttribute('aria-label', say('looksHint'));
  find('language').textContent = say('other');
  for (const button of find('specials').children) {
    const t = Number(button.dataset.token);
    button.textContent = t < 0 ? nameOf(t) : story.tokens[t]; if (t >= 0) make('span', button, percent(story.readout[t]));
  }
  cells.forEach((button, i) => { const h = i % (heads + 1); button.title = say('layer') + ' ' + (Math.floor(i / (heads + 1)) + 1) + ', ' + (h === heads ? say('meanHead') : say('head', { n: h + 1 })); button.setAttribute('aria-label', button.title); });
  answers(); methods(); distances(); randomised(); look(from);
}

function start() {
  if (!hasLetters) paintOriginal(make('canvas', find('original')), isWide ? 1200 : 420);
  find('answers').classList.toggle('wide', isWide);
  if (hasLetters) find('original').remove();
  find('stage').classList.toggle('wide', isWide); find('maps').classList.toggle('wide', isWide && !hasLetters);
  if (scene.kind === 'spectrogram') {
    const axis = find('axis'), hertz = (share) => Math.round(scene.edges[Math.round(share * (scene.edges.length - 1))]) + ' Hz';
    make('span', axis, '0 s'); make('span', axis, '↑ ' + hertz(0) + ' – ' + hertz(1)); make('span', axis, digits(scene.seconds) + ' s');
  }
  paintGrid(); choose(layer, head); words();
  document.documentElement.dataset.ready = 'yes';
}
find('language').onclick = () => { language = language === 'zh' ? 'en' : 'zh'; words(); };
matchMedia('(prefers-color-scheme: dark)').onchange = words;
Promise.all(images.map((image) => image.decode())).then(start);
`;
