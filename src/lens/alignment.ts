// What was looked at when each token was written: the cross-attention of an encoder-decoder as a matrix, for the terminal, as a picture
// and as a page. Bahdanau et al. 2015 draw it so (figure 3).
import { escaped, fingerprint, svg } from './markup.ts';
import { page } from './page.ts';
import type { PageLanguage } from './replay-text.ts';

/** The matrix with the tokens on both sides; `tasks` measures it. */
export interface AlignmentCapture {
  readonly model: string;
  readonly source: string;
  readonly target: string;
  readonly sourceTokens: readonly string[];
  /** With the end, where it was written. */
  readonly targetTokens: readonly string[];
  /** Layer of the decoder, from 1, and its head; null for the mean of all heads. */
  readonly layer: number;
  readonly head: number | null;
  /** `[target][source]`: each row is a distribution. */
  readonly weights: readonly (readonly number[])[];
}

const en = {
  title: 'Where it looked while it wrote',
  hint: 'Each row is a token that was written; the darker a cell, the more the model looked at the token above. Point at a cell for its value.',
  head: 'decoder layer {layer}, head {head}',
  mean: 'decoder layer {layer}, mean of all heads',
  capture: 'All numbers come from one run of the model, capture',
};

const zh: Record<keyof typeof en, string> = {
  title: '写出每个 token 时模型在看哪里',
  hint: '每一行是一个写出的 token；格子越深，模型越注意上方的 token。指向格子可看数值。',
  head: '解码器第 {layer} 层，第 {head} 头',
  mean: '解码器第 {layer} 层，各头平均',
  capture: '所有数字来自模型的同一次运行，编号',
};

const dictionaries: Readonly<Record<PageLanguage, Readonly<Record<keyof typeof en, string>>>> = { en, zh };

function placeOf({ layer, head }: AlignmentCapture, language: PageLanguage): string {
  const text = head === null ? dictionaries[language].mean : dictionaries[language].head;
  return text.replace('{layer}', String(layer)).replace('{head}', String(head));
}

const SHADES = ' ░▒▓█';

/** Rows of shades, two columns a token; source tokens stand on end above them. */
export function alignmentText(capture: AlignmentCapture): string {
  const { sourceTokens, targetTokens, weights } = capture;
  const letters = sourceTokens.map((token) => [...token]);
  const height = Math.max(0, ...letters.map((token) => token.length));
  const left = Math.max(0, ...targetTokens.map((token) => [...token].length));
  const heads = Array.from({ length: height }, (_, row) => {
    const cells = letters.map((token) => token[row - height + token.length] ?? ' ');
    return `${' '.repeat(left)}  ${cells.map((letter) => `${letter} `).join('')}`.trimEnd();
  });
  const rows = targetTokens.map((token, t) => {
    const cells = (weights[t] ?? []).map((weight) => (SHADES[Math.min(4, Math.floor(weight * 5))] as string).repeat(2));
    return `${token.padStart(left)}  ${cells.join('')}`.trimEnd();
  });
  return [...heads, ...rows, `(${placeOf(capture, 'en')})`].join('\n');
}

const CELL = 26;
const LETTER = 9;

/** The matrix as an SVG: source tokens above, what was written on the left. */
export function alignmentSvg(capture: AlignmentCapture, language: PageLanguage = 'en'): string {
  const { sourceTokens, targetTokens, weights } = capture;
  const room = (tokens: readonly string[]): number =>
    20 + LETTER * Math.max(1, ...tokens.map((one) => [...one].length));
  const [left, top] = [room(targetTokens), room(sourceTokens)];
  const above = sourceTokens.map((token, s) => {
    const [x, y] = [left + s * CELL + CELL / 2, top - 8];
    return [...token].length <= 2
      ? `<text x="${x}" y="${y}" text-anchor="middle">${escaped(token)}</text>`
      : `<text transform="translate(${x + 5} ${y}) rotate(-90)">${escaped(token)}</text>`;
  });
  const rows = targetTokens.map((token, t) => {
    const y = top + t * CELL;
    const cells = (weights[t] ?? []).map((weight, s) => {
      const reading = escaped(`${token} ← ${sourceTokens[s]}: ${weight.toFixed(3)}`);
      return `<rect x="${left + s * CELL}" y="${y}" width="${CELL - 1}" height="${CELL - 1}" fill="#b24a24" fill-opacity="${weight.toFixed(3)}"><title>${reading}</title></rect>`;
    });
    return `<text x="${left - 8}" y="${y + 18}" text-anchor="end">${escaped(token)}</text>${cells.join('')}`;
  });
  const [width, height] = [left + CELL * sourceTokens.length + 10, top + CELL * targetTokens.length + 10];
  const body = `<g font-size="15" font-family="ui-monospace, monospace">${above.join('')}${rows.join('')}</g>`;
  return svg(width, height, `${capture.source} → ${capture.target} (${placeOf(capture, language)})`, body);
}

/** One self-contained page about one text and what it became: no network, no script. */
export function alignmentPage(capture: AlignmentCapture, language: PageLanguage = 'en'): string {
  const say = dictionaries[language];
  return page({
    language,
    title: `Tesserae · ${say.title}`,
    style: ` svg { max-width: 100%; height: auto; }`,
    body: `<header><h1>${escaped(say.title)}</h1></header>
<p>${escaped(capture.source)} → ${escaped(capture.target)}</p>
<p class="hint">${escaped(say.hint)}</p>
<main>${alignmentSvg(capture, language)}</main>
<p class="hint">${escaped(placeOf(capture, language))}</p>
<footer>${escaped(say.capture)} ${fingerprint(JSON.stringify(capture))}</footer>`,
  });
}
