// The units page's script: choosing a unit marks it everywhere and shows its numbers. No network, nothing put in as markup.

/** JavaScript. */
export const unitsScript = `
const story = JSON.parse(document.getElementById('story').textContent);
const dictionaries = JSON.parse(document.getElementById('dictionaries').textContent);
const find = (id) => document.getElementById(id);
let language = (navigator.language || 'en').startsWith('zh') ? 'zh' : 'en', chosen = 0;
const say = (key, values = {}) => dictionaries[language][key].replace(/\\{(\\w+)\\}/g, (_, name) => values[name]);
const make = (name, parent, text, className) => { const node = document.createElement(name); if (text !== undefined) node.textContent = text; if (className) node.className = className; parent.append(node); return node; };
const number = (value) => (value < 0 ? '−' : ' ') + Math.abs(value).toFixed(3);

function row(table, label, values, most) {
  const line = make('tr', table); make('th', line, label);
  for (const value of values) {
    const cell = make('td', line, number(value)), share = Math.min(1, Math.abs(value) / most);
    cell.style.background = 'color-mix(in srgb, ' + (value < 0 ? '#4c78a8' : '#f58518') + ' ' + Math.round(55 * share) + '%, transparent)';
  }
}

function choose(n) {
  chosen = Math.max(0, Math.min(story.units.length - 1, n));
  for (const node of document.querySelectorAll('.unit.on')) node.classList.remove('on');
  for (const node of document.querySelectorAll('.unit[data-unit="' + chosen + '"]')) node.classList.add('on');
  const unit = story.units[chosen];
  find('chosen').textContent = say('unit', { n: chosen }) + ' · ' + unit.name;
  const facts = find('facts'); facts.textContent = '';
  for (const [key, text] of [['place', unit.place[language]], ['value', unit.value], ['position', '(' + unit.position.join(', ') + ')']]) { make('dt', facts, say(key)); make('dd', facts, text); }
  const table = find('numbers'); table.textContent = '';
  const most = Math.max(...unit.own.map(Math.abs), ...unit.encoded.map(Math.abs), ...unit.sum.map(Math.abs));
  row(table, say('rowUnit'), unit.own, most); row(table, say('rowPosition'), unit.encoded, most); row(table, say('rowSum'), unit.sum, most);
}

function matrix(id, key) {
  const table = find(id), rows = story.units.slice(0, 8);
  table.textContent = '';
  const most = Math.max(...rows.flatMap((unit) => unit[key].map(Math.abs)));
  rows.forEach((unit, n) => { row(table, unit.name, unit[key], most); table.lastChild.className = 'unit'; table.lastChild.dataset.unit = n; });
}

function words() {
  document.documentElement.lang = language;
  const values = { ...story.facts, modality: dictionaries[language][story.modality] ?? story.modality };
  for (const node of document.querySelectorAll('[data-say]')) node.textContent = say(node.dataset.say, values);
  document.title = say('title', values);
  find('language').textContent = say('other');
  const list = find('list'); list.textContent = '';
  for (const [n, unit] of story.units.slice(0, 12).entries()) {
    const line = make('tr', list); line.className = 'unit'; line.dataset.unit = n;
    for (const text of [n, unit.name, unit.place[language], unit.value, '(' + unit.position.join(', ') + ')']) make('td', line, text);
  }
  find('more').hidden = story.facts.rest === 0;
  matrix('own', 'own'); matrix('encoded', 'encoded'); matrix('sums', 'sum');
  choose(chosen);
}

for (const type of ['click', 'mouseover']) document.addEventListener(type, (event) => {
  const node = event.target.closest('[data-unit]');
  if (node && Number(node.dataset.unit) < story.units.length) choose(Number(node.dataset.unit));
});
document.addEventListener('keydown', (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step) { event.preventDefault(); choose(chosen + step); }
});
find('language').onclick = () => { language = language === 'zh' ? 'en' : 'zh'; words(); };
words();
`;
