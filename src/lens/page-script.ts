// What the page does: plain JavaScript as text, since it runs in the reader's browser.

/** The script. */
export const pageScript = `
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const capture = read('capture'), dictionaries = read('dictionaries'), find = (id) => document.getElementById(id);
const layers = capture.attentions.length, heads = capture.attentions[0].length, count = capture.tokens.length;
let language = navigator.language.startsWith('zh') ? 'zh' : 'en', layer = 0, head = 0, token = 0, other = 0;
const say = (key, values = {}) => dictionaries[language][key].replace(/\\{(\\w+)\\}/g, (_, name) => values[name]);
const make = (tag, parent, text = '') => { const node = document.createElement(tag); node.textContent = text; parent.append(node); return node; };
const accent = () => getComputedStyle(document.documentElement).getPropertyValue('--accent').trim();
const tint = (value) => 'rgb(' + accent() + ' / ' + Math.sqrt(Math.min(1, value)).toFixed(3) + ')';
const clamp = (value, size) => Math.max(0, Math.min(size - 1, value));
const cells = [];
const arrows = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function paint(canvas, weights, cell) {
  canvas.width = canvas.height = count * cell;
  const context = canvas.getContext('2d');
  weights.forEach((row, y) => row.forEach((value, x) => { context.fillStyle = tint(value); context.fillRect(x * cell, y * cell, cell, cell); }));
}

function bars(parent, rows, signed) {
  parent.replaceChildren();
  const largest = Math.max(1e-12, ...rows.map((row) => Math.abs(row.value)));
  for (const row of rows) {
    const line = make('div', parent); line.className = 'bar';
    make('b', line, row.name).title = row.name;
    const track = make('div', line), bar = make('i', track), share = 100 * Math.abs(row.value) / (signed ? 2 * largest : 1);
    track.className = 'track'; bar.style.width = share + '%';
    if (signed) { bar.style.left = (row.value < 0 ? 50 - share : 50) + '%'; bar.style.opacity = row.value < 0 ? .45 : 1; }
    make('span', line, signed ? row.value.toFixed(3) : (100 * row.value).toFixed(1) + ' %');
  }
}

function drawMap() {
  const cell = Math.max(8, Math.min(28, Math.floor(600 / count))), margin = 110, canvas = find('map'), context = canvas.getContext('2d');
  canvas.width = margin + count * cell; canvas.height = margin + count * cell;
  const style = getComputedStyle(document.body);
  context.font = Math.min(14, cell) + 'px ' + style.fontFamily; context.fillStyle = style.color; context.textBaseline = 'middle';
  capture.tokens.forEach((name, i) => {
    context.textAlign = 'right'; context.fillText(name.slice(0, 12), margin - 6, margin + (i + .5) * cell);
    context.save(); context.translate(margin + (i + .5) * cell, margin - 6); context.rotate(-Math.PI / 2); context.textAlign = 'left'; context.fillText(name.slice(0, 12), 0, 0); context.restore();
  });
  capture.attentions[layer][head].forEach((row, y) => row.forEach((value, x) => {
    context.fillStyle = tint(value); context.fillRect(margin + x * cell, margin + y * cell, cell - 1, cell - 1);
  }));
  context.strokeStyle = 'rgb(' + accent() + ')'; context.strokeRect(margin, margin + token * cell, count * cell, cell);
  context.lineWidth = 2; context.strokeRect(margin + other * cell, margin + token * cell, cell, cell);
  canvas.onkeydown = (event) => {
    const step = arrows[event.key]; if (!step) return;
    event.preventDefault(); token = clamp(token + step[0], count); select(clamp(other + step[1], count));
    const scroll = find('scroll'), x = margin + (other + .5) * cell, y = canvas.getBoundingClientRect().top + margin + (token + .5) * cell;
    if (x - cell < scroll.scrollLeft || x + cell > scroll.scrollLeft + scroll.clientWidth) scroll.scrollLeft = x - scroll.clientWidth / 2;
    if (y - cell < 0 || y + cell > innerHeight) scrollBy(0, y - innerHeight / 2);
  };
  canvas.onmousemove = (event) => {
    const box = canvas.getBoundingClientRect(), place = (at) => Math.floor((at - margin) / cell);
    const x = place(event.clientX - box.left), y = place(event.clientY - box.top);
    if (x >= 0 && y >= 0 && x < count && y < count) tell(y, x);
  };
}

function tell(from, to) {
  find('reading').textContent = say('reading', { from: capture.tokens[from], to: capture.tokens[to], value: capture.attentions[layer][head][from][to].toFixed(4) });
}

/** Without a token to look at: the one that the chosen token looks at most. */
function select(to) {
  find('chosen').textContent = say('head', { layer: layer + 1, head: head + 1 });
  cells.forEach((button, i) => { const on = i === layer * heads + head; button.setAttribute('aria-selected', on); button.tabIndex = on ? 0 : -1; });
  const row = capture.attentions[layer][head][token];
  [...find('tokens').children].forEach((button, i) => { button.setAttribute('aria-pressed', i === token); button.tabIndex = i === token ? 0 : -1; button.style.background = tint(row[i]); button.title = row[i].toFixed(4); });
  other = to ?? row.indexOf(Math.max(...row));
  tell(token, other);
  drawMap();
}

function words() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll('[data-say]')) node.textContent = say(node.dataset.say);
  document.title = 'Tesserae · ' + say('title');
  cells.forEach((button, i) => button.setAttribute('aria-label', say('head', { layer: Math.floor(i / heads) + 1, head: i % heads + 1 })));
  find('language').textContent = say('other');
  select();
}

capture.tokens.forEach((name, i) => {
  const button = make('button', find('tokens'), name);
  button.type = 'button';
  button.onmouseenter = button.onfocus = button.onclick = () => { token = i; select(); };
});
find('tokens').onkeydown = (event) => {
  const step = arrows[event.key]; if (!step) return;
  event.preventDefault(); find('tokens').children[clamp(token + step[0] + step[1], count)].focus();
};
find('grid').style.gridTemplateColumns = 'repeat(' + heads + ', minmax(2.5rem, 6rem))';
capture.attentions.forEach((row, l) => {
  const line = make('div', find('grid')); line.setAttribute('role', 'row');
  row.forEach((weights, h) => {
    const button = make('button', line); button.type = 'button'; button.setAttribute('role', 'gridcell');
    paint(make('canvas', button), weights, 4);
    button.onclick = button.onfocus = () => { layer = l; head = h; select(); };
    cells.push(button);
  });
});
find('grid').onkeydown = (event) => {
  const step = arrows[event.key]; if (!step) return;
  event.preventDefault(); cells[clamp(layer + step[0], layers) * heads + clamp(head + step[1], heads)].focus();
};
const ranked = capture.labels.map((name, i) => ({ name, value: capture.probabilities[i] })).sort((a, b) => b.value - a.value);
bars(find('probabilities'), ranked, false);
if (!ranked.length) find('probabilities').textContent = capture.prediction;
const leaning = capture.tokens.map((name, i) => ({ name, value: capture.gradientTimesInput[i] })).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
bars(find('gradients'), leaning.slice(0, 12), true);
find('language').onclick = () => { language = language === 'zh' ? 'en' : 'zh'; words(); };
matchMedia('(prefers-color-scheme: dark)').onchange = () => { cells.forEach((button, i) => paint(button.firstChild, capture.attentions[Math.floor(i / heads)][i % heads], 4)); select(other); };
words();
`;
