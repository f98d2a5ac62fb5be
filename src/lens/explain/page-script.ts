// What the page does: plain JavaScript as text, since it runs in the reader's browser. This part reads the numbers and paints maps over the
// original; page-panels.ts fills the page with them. No network; texts are put in as text, never as markup.

/** The script's first part. */
export const explainScript = `
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const story = read('story'), scene = read('scene'), dictionaries = read('dictionaries');
const find = (id) => document.getElementById(id), count = story.tokens.length, { layers, heads } = story;
let language = (navigator.language || 'en').startsWith('zh') ? 'zh' : 'en', layer = layers - 1, head = heads, pinned = -1, from = -1;
const say = (key, values = {}) => dictionaries[language][key].replace(/[{](.*?)[}]/g, (_, name) => values[name]);
const make = (tag, parent, text = '', className = '') => { const node = document.createElement(tag); node.textContent = text; if (className) node.className = className; parent.append(node); return node; };
const draw = (tag, parent, attributes) => { const node = document.createElementNS('http://www.w3.org/2000/svg', tag); for (const name in attributes) node.setAttribute(name, attributes[name]); parent.append(node); return node; };
const clamp = (value, size) => Math.max(0, Math.min(size - 1, value));
const digits = (value) => value === 0 ? '0' : Math.abs(value) >= .001 && Math.abs(value) < 1000 ? Number(value.toPrecision(3)).toString() : value.toExponential(1);
// Of answers, which may have any size: six digits, what float32 holds.
const exact = (value) => Number(value.toPrecision(6)).toString();
const percent = (value) => (100 * value).toFixed(1) + ' %';
const accent = () => 'rgb(' + getComputedStyle(document.documentElement).getPropertyValue('--accent').trim() + ')';
const arrows = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const turns = { PageUp: -1, PageDown: 1 };

// patterns: half precision, [layer][head][from][to]
const half = (h) => { const e = h >> 10 & 31, f = h & 1023; return (h & 32768 ? -1 : 1) * (e ? 2 ** (e - 15) * (1 + f / 1024) : f * 2 ** -24); };
const patterns = Float32Array.from(new Uint16Array(Uint8Array.from(atob(story.patterns), (c) => c.charCodeAt(0)).buffer), half);

// Where token t looks, [count]; head === heads is the mean of all, t === -1 what the classifier reads.
function lookOf(l, h, t) {
  const out = new Float32Array(count), chosen = h === heads ? Array.from({ length: heads }, (_, i) => i) : [h];
  for (const one of chosen) for (let s = 0; s < count; s++) {
    const weight = (t < 0 ? story.readout[s] : s === t ? 1 : 0) / chosen.length;
    if (weight) for (let i = 0, at = ((l * heads + one) * count + s) * count; i < count; i++) out[i] += weight * patterns[at + i];
  }
  return out;
}

// Rectangles of a token on the drawing; low frequencies lie at the bottom.
const boxesOf = {
  box: (p) => [{ frame: 0, x: p.left, y: p.top, w: p.width, h: p.height }],
  band: (p) => [{ frame: 0, x: p.startFrame, y: scene.height - p.startBin - p.bins, w: p.frames, h: p.bins }],
  tube: (p) => Array.from({ length: p.frames }, (_, i) => ({ frame: p.start + i, x: p.left, y: p.top, w: p.width, h: p.height })),
  span: () => [], item: () => [],
};
const boxes = story.places.map((place) => place ? boxesOf[place.kind](place) : []);
const placed = story.places.flatMap((place, t) => place ? [t] : []);
// All tokens over a point of the drawing, the nearest middle first; equally near ones (short and long tubes of one corner) in their order.
const tokensAt = (frame, x, y) => placed
  .flatMap((t) => boxes[t].filter((b) => b.frame === frame && x >= b.x && y >= b.y && x < b.x + b.w && y < b.y + b.h).map((b) => ({ t, far: Math.hypot(x - b.x - b.w / 2, y - b.y - b.h / 2) })))
  .sort((a, b) => a.far - b.far).map(({ t }) => t);
const hasLetters = scene.kind === 'letters', frames = scene.kind === 'pictures' ? scene.frames : scene.kind === 'spectrogram' ? [scene.href] : [];
const images = frames.map((href) => { const image = new Image(); image.src = href; return image; });
const columns = frames.length > 12 ? 8 : frames.length > 1 ? 4 : 1;
const isWide = scene.kind !== 'pictures' || frames.length > 1 || scene.width > 1.6 * scene.height;

const viridis = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
const diverging = [[33, 102, 172], [146, 197, 222], [247, 247, 247], [244, 165, 130], [178, 24, 43]];
function colorAt(stops, share) {
  const at = Math.max(0, Math.min(1, share)) * (stops.length - 1), low = Math.min(stops.length - 2, Math.floor(at));
  return stops[low].map((value, c) => value + (at - low) * (stops[low + 1][c] - value));
}
// Red, green, blue and opacity of a value in [-1, 1] or [0, 1].
const shadeOf = (value, signed) => signed ? [...colorAt(diverging, (value + 1) / 2), .1 + .8 * Math.abs(value)] : [...colorAt(viridis, value), .3 + .4 * Math.max(0, value)];
const css = ([r, g, b, a = 1]) => 'rgb(' + Math.round(r) + ' ' + Math.round(g) + ' ' + Math.round(b) + ' / ' + a.toFixed(3) + ')';
const largestOf = (values) => Math.max(1e-12, ...placed.map((t) => Math.abs(values[t])));

// Values spread over the rectangles of their tokens, the mean where they overlap; scaled to the largest; NaN where no token lies.
function raster(values, scale) {
  const [w, h] = [Math.max(1, Math.round(scene.width * scale)), Math.max(1, Math.round(scene.height * scale))], most = largestOf(values);
  return frames.map((_, frame) => {
    const sum = new Float32Array(w * h), times = new Uint16Array(w * h);
    for (const t of placed) for (const box of boxes[t]) {
      if (box.frame !== frame) continue;
      for (let y = Math.floor(box.y * scale); y < Math.min(h, Math.max(box.y * scale + 1, (box.y + box.h) * scale)); y++)
        for (let x = Math.floor(box.x * scale); x < Math.min(w, Math.max(box.x * scale + 1, (box.x + box.w) * scale)); x++) { sum[y * w + x] += values[t] / most; times[y * w + x]++; }
    }
    return { w, h, values: sum.map((value, i) => times[i] ? value / times[i] : NaN) };
  });
}

function layer2d({ w, h, values }, signed, opaque) {
  const canvas = document.createElement('canvas'); canvas.width = w; canvas.height = h;
  const context = canvas.getContext('2d'), data = context.createImageData(w, h);
  values.forEach((value, i) => {
    const [r, g, b, a] = Number.isNaN(value) ? [0, 0, 0, 0] : shadeOf(value, signed);
    data.data.set([r, g, b, 255 * (opaque && a ? 1 : a)], 4 * i);
  });
  context.putImageData(data, 0, 0);
  return canvas;
}

// Frames in rows on a canvas of 'width' of its own pixels: for each the place of its corner; and how far pixels of the original are stretched.
function sheet(canvas, width) {
  const gap = frames.length > 1 ? 6 : 0, cell = (width - gap * (columns - 1)) / columns, scale = cell / scene.width, high = scene.height * scale;
  const tall = scene.kind === 'spectrogram' ? width * .36 : high;
  canvas.width = width; canvas.height = Math.round(Math.ceil(frames.length / columns) * (tall + gap) - gap);
  const context = canvas.getContext('2d'); context.imageSmoothingEnabled = false;
  return { context, gap, cell, tall, sx: scale, sy: tall / scene.height, corners: frames.map((_, frame) => [(frame % columns) * (cell + gap), Math.floor(frame / columns) * (tall + gap)]) };
}

// The original as the model reads it, with the outlines of its tokens where they do not hide it.
function paintOriginal(canvas, width) {
  const { context, cell, tall, sx, sy, corners } = sheet(canvas, width), isFine = frames.length > 1 || placed.length > 600;
  corners.forEach(([x, y], frame) => {
    context.drawImage(images[frame], x, y, cell, tall);
    context.strokeStyle = 'rgb(255 255 255 / .35)';
    if (!isFine) for (const t of placed) for (const box of boxes[t]) context.strokeRect(x + box.x * sx, y + box.y * sy, box.w * sx, box.h * sy);
  });
}

// The original in grey with a map over it.
function paintMap(canvas, values, signed, width, chosen = -1) {
  const { context, gap, cell, tall, sx, sy, corners } = sheet(canvas, width);
  raster(values, Math.min(1, 512 / scene.width)).forEach((map, frame) => {
    const [x, y] = corners[frame];
    context.filter = 'grayscale(1) contrast(.85)'; context.drawImage(images[frame], x, y, cell, tall); context.filter = 'none';
    context.drawImage(layer2d(map, signed), x, y, cell, tall);
    if (chosen < 0) return;
    context.strokeStyle = '#fff'; context.lineWidth = 4;
    for (const pass of [0, 1]) {
      for (const box of boxes[chosen]) if (box.frame === frame) context.strokeRect(x + box.x * sx, y + box.y * sy, box.w * sx, box.h * sy);
      context.strokeStyle = accent(); context.lineWidth = 2;
    }
  });
  canvas.tokensAt = (px, py) => {
    const [c, r] = [Math.floor(px / (cell + gap)), Math.floor(py / (tall + gap))];
    return tokensAt(r * columns + c, (px - c * (cell + gap)) / sx, (py - r * (tall + gap)) / sy);
  };
}

// Tokens over each letter, the nearest middle first; the letter's colour is their mean.
const middle = (t) => (story.places[t].start + story.places[t].end - 1) / 2;
const letters = hasLetters ? Array.from({ length: scene.text.length }, (_, i) => placed.filter((t) => story.places[t].start <= i && i < story.places[t].end).sort((a, b) => Math.abs(middle(a) - i) - Math.abs(middle(b) - i))) : [];
function paintLetters(node, values, signed, chosen = -1) {
  const most = largestOf(values);
  if (!node.firstChild) for (const character of scene.text) { const span = make('span', node, character); span.length = character.length; }
  let at = 0;
  for (const span of node.children) {
    const own = letters[at], value = own.reduce((sum, t) => sum + values[t] / most / own.length, 0);
    span.style.background = own.length ? css([...colorAt(signed ? diverging : viridis, signed ? (value + 1) / 2 : value), signed ? .75 * Math.abs(value) : .6 * Math.abs(value)]) : '';
    span.className = chosen >= 0 && own.includes(chosen) ? 'on' : '';
    span.tokens = own;
    at += span.length;
  }
}

// A small picture of a head: the map of the chosen token, or the whole pattern of a text.
function paintThumb(canvas, l, h) {
  if (!hasLetters) {
    const maps = raster(lookOf(l, h, from), Math.min(1, 48 / scene.width)), [{ w, h: tall }] = maps;
    canvas.width = w * columns; canvas.height = tall * Math.ceil(maps.length / columns); canvas.style.aspectRatio = scene.kind === 'spectrogram' ? '25 / 9' : canvas.width + ' / ' + canvas.height;
    maps.forEach((map, i) => canvas.getContext('2d').drawImage(layer2d(map, false, true), (i % columns) * w, Math.floor(i / columns) * tall));
    return;
  }
  const side = Math.min(count, 64), step = count / side, values = new Float32Array(side * side);
  for (let y = 0; y < side; y++) { const row = lookOf(l, h, Math.floor(y * step)); for (let x = 0; x < side; x++) values[y * side + x] = row[Math.floor(x * step)]; }
  const most = Math.max(1e-12, ...values), made = layer2d({ w: side, h: side, values: values.map((value) => value / most) }, false, true);
  canvas.width = canvas.height = side; canvas.getContext('2d').drawImage(made, 0, 0);
}
`;
