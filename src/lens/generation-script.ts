// What the next-token page does: plain JavaScript as text, since it runs in the reader's browser.

/** The script. */
export const generationScript = `
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const story = read('story'), dictionaries = read('dictionaries'), find = (id) => document.getElementById(id);
let language = document.documentElement.lang === 'zh' ? 'zh' : 'en', chosen = [0, 0];
const say = (key) => dictionaries[language][key];
const make = (tag, parent, text = '', kind = '') => { const node = document.createElement(tag); node.textContent = text; if (kind) node.className = kind; parent.append(node); return node; };
const draw = (tag, parent, attributes, text) => { const node = document.createElementNS('http://www.w3.org/2000/svg', tag); for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value); if (text !== undefined) node.textContent = text; parent.append(node); return node; };
const visible = (text) => text === '' ? '∅' : text.replace(/\\n/g, '⏎').replace(/ /g, '␣');
const percent = (value) => (100 * value).toFixed(value < .001 ? 3 : 1) + ' %';

function bar(parent, value, kind) {
  const cell = make('td', parent), track = make('div', cell, '', 'share');
  make('i', track, '', kind).style.width = 100 * value + '%';
  make('span', track, percent(value));
}

function showStep() {
  const step = story.rows[chosen[0]].steps[chosen[1]], box = find('step');
  box.replaceChildren();
  if (!step) return;
  const facts = [say('step') + ' ' + (step.step + 1)];
  if (step.token !== undefined) facts.push(say('chosen') + ' ' + visible(step.token), say('surprisal') + ' ' + step.surprisal.toFixed(2) + ' ' + say('bits'));
  facts.push(say('entropy') + ' ' + step.entropy.toFixed(2) + ' → ' + step.entropyAfter.toFixed(2) + ' ' + say('bits'));
  make('p', box, facts.join(' · '), 'facts');
  const table = make('table', box), head = make('tr', make('thead', table)), body = make('tbody', table);
  for (const name of [say('candidate'), say('raw'), ...step.processors]) make('th', head, name);
  for (const candidate of step.candidates) {
    const line = make('tr', body, '', candidate.id === step.id ? 'written' : '');
    make('th', line, visible(candidate.token)).title = candidate.id;
    bar(line, candidate.probability, '');
    candidate.after.forEach((value, i) => bar(line, value, value === (i ? candidate.after[i - 1] : candidate.probability) ? 'same' : ''));
  }
  if (step.processors.length === 0) make('p', box, say('none'), 'hint');
}

function select(row, at) {
  chosen = [row, at];
  for (const button of document.querySelectorAll('#rows button')) {
    const on = button.dataset.at === row + ':' + at;
    button.setAttribute('aria-pressed', on); button.tabIndex = on ? 0 : -1;
  }
  showStep();
}

function showRows() {
  const box = find('rows');
  box.replaceChildren();
  story.rows.forEach((row, r) => {
    const line = make('div', box, '', 'line');
    make('span', line, (story.tree ? say('beam') : say('row')) + ' ' + (r + 1), 'names');
    make('span', line, row.prompt.join(''), 'prompt');
    row.steps.forEach((step, at) => {
      const button = make('button', line, step.token === undefined ? '' + (step.step + 1) : visible(step.token));
      button.type = 'button'; button.dataset.at = r + ':' + at;
      button.style.background = 'rgb(var(--accent) / ' + Math.min(.7, (step.surprisal ?? step.entropy) / 14).toFixed(3) + ')';
      button.onclick = button.onfocus = () => select(r, at);
    });
  });
  box.onkeydown = (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key], steps = story.rows[chosen[0]].steps.length;
    if (!move) return;
    event.preventDefault();
    document.querySelector('#rows button[data-at="' + chosen[0] + ':' + Math.max(0, Math.min(steps - 1, chosen[1] + move)) + '"]')?.focus();
  };
}

function showTree() {
  find('treeBox').hidden = !story.tree;
  if (!story.tree) return;
  const { nodes, returned } = story.tree, best = new Set(), wide = 96, high = 22, places = [], filled = {};
  for (let at of returned) while (at >= 0) { best.add(at); at = nodes[at].parent; }
  nodes.forEach((node, at) => {
    const key = node.step, line = filled[key] = (filled[key] ?? -1) + 1;
    places[at] = [40 + (node.step + .5) * wide, 16 + line * high];
  });
  const svg = find('tree');
  svg.replaceChildren();
  const size = [80 + wide * (1 + Math.max(...nodes.map((node) => node.step))), 32 + high * Math.max(...Object.values(filled))];
  svg.setAttribute('viewBox', '0 0 ' + size.join(' ')); svg.setAttribute('width', size[0]); svg.setAttribute('height', size[1]);
  nodes.forEach((node, at) => {
    const [x, y] = places[at], [a, b] = node.parent < 0 ? [8, 16] : places[node.parent], from = node.parent < 0 ? a : a + 30, to = x - 30;
    const kind = best.has(at) ? 'best' : node.fate;
    draw('path', svg, { d: 'M' + from + ' ' + b + ' C' + (from + 18) + ' ' + b + ' ' + (to - 18) + ' ' + y + ' ' + to + ' ' + y, class: kind });
    if (node.fate === 'ended') draw('rect', svg, { x: x - 30, y: y - 9, width: 60, height: 18, rx: 9, class: 'end' });
    const label = draw('text', svg, { x, y: y + 4, 'text-anchor': 'middle', class: kind }, visible(node.token).slice(0, 8));
    draw('title', label, {}, visible(node.token) + ' · ' + say('sum') + ' ' + node.sum.toFixed(3) + (node.score === undefined ? '' : ' · ' + say('score') + ' ' + node.score.toFixed(3)));
  });
}

function words() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll('[data-say]')) node.textContent = say(node.dataset.say);
  find('language').textContent = say('other');
  showRows(); showTree(); select(...chosen);
}
find('language').onclick = () => { language = language === 'zh' ? 'en' : 'zh'; words(); };
words();
`;
