// What the replay page does: plain JavaScript as text, since it runs in the reader's browser.

/** The script. */
export const replayScript = `
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const replay = read('replay'), dictionaries = read('dictionaries'), find = (id) => document.getElementById(id);
let language = document.documentElement.lang === 'zh' ? 'zh' : 'en', at = 0;
const isUnigram = replay.algorithm === 'unigram';
const frames = isUnigram ? replay.prunings : replay.steps;
const say = (key, values = {}) => dictionaries[language][key].replace(/\\{(\\w+)\\}/g, (_, name) => values[name]);
const make = (tag, parent, text = '', kind = '') => { const node = document.createElement(tag); node.textContent = text; if (kind) node.className = kind; parent.append(node); return node; };

function pieces(parent, list, fresh) {
  for (const piece of list) make('span', parent, piece, 'piece' + (piece === fresh ? ' new' : ''));
}
function corpus(parent, words, fresh) {
  make('h2', parent, say('corpus'));
  for (const word of words) {
    const line = make('span', parent, '', 'word');
    pieces(line, word.pieces, fresh);
    make('span', line, say('times', { count: word.count }), 'times');
  }
}
function list(parent, title, items) {
  if (items.length === 0) return;
  make('h2', parent, title);
  const box = make('div', parent, '', 'lattice');
  for (const item of items) make('span', box, item, 'piece');
}
function table(parent, heads, rows) {
  const node = make('table', parent), head = make('tr', node);
  for (const name of heads) make('th', head, name);
  for (const row of rows) {
    const line = make('tr', node, '', row.kind || '');
    row.cells.forEach((cell, i) => make('td', line, cell, i > 0 ? 'number' : ''));
  }
}
const MOST = 40;
function step(view, one) {
  const { chosen } = one, scored = chosen.score !== undefined;
  make('h2', view, say('chosen'));
  const line = make('p', view);
  pieces(line, chosen.pair); make('span', line, ' → '); make('span', line, chosen.token, 'piece new');
  if (one.tied > 1) make('span', line, ' ' + say('tied', { count: one.tied }), 'times');
  make('h2', view, say('pairs') + ' (' + one.pairs.length + ')');
  table(view, scored ? [say('pair'), say('count'), say('score')] : [say('pair'), say('count')], one.pairs.slice(0, MOST).map((pair, i) => ({
    kind: i === 0 ? 'chosen' : '',
    cells: scored ? [pair.pair.join(' '), String(pair.count), pair.count + ' / (' + pair.frequencies.join(' · ') + ') = ' + pair.score.toPrecision(3)] : [pair.pair.join(' '), String(pair.count)],
  })));
  corpus(view, one.corpus, chosen.token);
  make('h2', view, say('rules'));
  const rules = make('ol', view);
  for (const rule of one.rules) make('li', rules, rule.join(' ') );
  list(view, say('vocabulary') + ' (' + one.vocabulary.length + ')', one.vocabulary);
}
function pruning(view, one) {
  make('h2', view, say(one.kind === 'loss' ? 'pruning' : one.kind) + ' (' + one.pieces.length + ')');
  table(view, [say('pieces'), 'ln p', say('expected'), say('loss'), ''], one.pieces.slice(0, 200).map((piece) => ({
    kind: piece.kept ? '' : 'gone',
    cells: [piece.token, piece.score.toFixed(3), piece.expected === undefined ? '' : piece.expected.toFixed(3), piece.loss === undefined ? '' : piece.loss.toExponential(2), say(piece.kept ? 'kept' : 'dropped')],
  })));
}
function draw() {
  for (const node of document.querySelectorAll('[data-say]')) node.textContent = say(node.dataset.say);
  document.documentElement.lang = language;
  find('language').textContent = say('other');
  find('about').textContent = replay.algorithm + (replay.score ? ' · ' + replay.score : '');
  for (const id of ['first', 'previous', 'next', 'last']) find(id).textContent = say(id);
  find('first').disabled = find('previous').disabled = at === 0;
  find('next').disabled = find('last').disabled = at === frames.length;
  find('steps').hidden = frames.length === 0;
  find('place').textContent = at === 0 ? say('start') : say(isUnigram ? 'prunings' : 'step', { step: at, steps: frames.length });
  const view = find('view');
  view.replaceChildren();
  if (at === 0) {
    list(view, say('alphabet') + ' (' + replay.alphabet.length + ')', replay.alphabet.slice(0, 500));
    if (replay.corpus.length) corpus(view, replay.corpus);
    if (frames.length === 0 && replay.rules.length) list(view, say('rules') + ' (' + replay.rules.length + ')', replay.rules.slice(0, 500).map((rule) => rule.join(' ')));
  } else (isUnigram ? pruning : step)(view, frames[at - 1]);
  words();
}
function words() {
  const box = find('words');
  box.replaceChildren();
  for (const word of replay.words) {
    make('h2', box, word.word);
    const steps = make('ol', box);
    for (const one of word.steps) {
      const line = make('li', steps);
      if (one.rule) make('span', line, say('rule') + ' ' + one.rule.join(' ') + ': ', 'times');
      pieces(line, one.pieces);
      if (one.tried) make('span', line, '  ' + say('tried') + ': ' + one.tried.join(', '), 'times');
    }
    if (word.lattice) {
      make('p', box, say('lattice'), 'hint');
      const lattice = make('div', box, '', 'lattice');
      for (const edge of word.lattice) make('span', lattice, edge.token + ' ' + edge.score.toFixed(2) + ' [' + edge.from + ', ' + edge.to + ')', 'piece' + (edge.chosen ? ' new' : ''));
    }
    const line = make('p', box);
    make('span', line, say('result') + ' ', 'times');
    pieces(line, word.tokens);
  }
}
const go = (to) => { at = Math.max(0, Math.min(frames.length, to)); draw(); };
find('first').onclick = () => go(0);
find('previous').onclick = () => go(at - 1);
find('next').onclick = () => go(at + 1);
find('last').onclick = () => go(frames.length);
find('language').onclick = () => { language = language === 'zh' ? 'en' : 'zh'; draw(); };
document.onkeydown = (event) => { if (event.key === 'ArrowRight') go(at + 1); if (event.key === 'ArrowLeft') go(at - 1); };
draw();
`;
