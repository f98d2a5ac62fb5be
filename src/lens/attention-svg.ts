// One head's attention as a still picture: tokens on both sides, lines as strong as the attention.
import type { AttentionCapture } from './attention-page.ts';

const ROW = 26;
const WIDTH = 460;
const LEFT = 170;
const RIGHT = WIDTH - 170;

const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** An SVG of layer and head (counted from 0): from the tokens on the left to those on the right. */
export function attentionSvg(capture: AttentionCapture, layer: number, head: number): string {
  const weights = capture.attentions[layer]?.[head];
  if (!weights) {
    const sizes = `${capture.attentions.length} layers of ${capture.attentions[0]?.length ?? 0} heads`;
    throw new RangeError(`attentionSvg: expected a layer and head of ${sizes}, got ${layer} and ${head}`);
  }
  const height = ROW * (capture.tokens.length + 2);
  const middle = (i: number): number => ROW * (i + 1.5);
  const lines = weights.flatMap((row, from) =>
    row.map((value, to) =>
      value < 0.02
        ? ''
        : `<line x1="${LEFT}" y1="${middle(from)}" x2="${RIGHT}" y2="${middle(to)}" stroke-opacity="${value.toFixed(3)}"/>`,
    ),
  );
  const words = capture.tokens.map((token, i) => {
    const y = middle(i) + 5;
    return `<text x="${LEFT - 8}" y="${y}" text-anchor="end">${escaped(token)}</text><text x="${RIGHT + 8}" y="${y}">${escaped(token)}</text>`;
  });
  const { prediction, probabilities } = capture;
  const sure = probabilities.length > 0 ? ` (${(100 * Math.max(...probabilities)).toFixed(1)} %)` : '';
  const said = prediction === '' ? '' : ` → ${escaped(prediction)}${sure}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="15">
<title>Attention of layer ${layer + 1}, head ${head + 1}</title>
<rect width="100%" height="100%" fill="#fbfaf7"/>
<g stroke="#b24a24" stroke-width="3" stroke-linecap="round">${lines.join('')}</g>
<g fill="#1c1b1a">${words.join('')}</g>
<text x="${WIDTH / 2}" y="${height - 10}" text-anchor="middle" fill="#6b6862" font-size="12">layer ${layer + 1}, head ${head + 1}${said}</text>
</svg>
`;
}
