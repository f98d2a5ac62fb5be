// A picture with its patches: the grid with numbers, and the sequence as a strip.
import type { Box, Units } from '../tokens/index.ts';
import { svg } from './markup.ts';

/** A picture as an address that a page can show (a data URL keeps the page self-contained), with its size in pixels. */
export interface ShownPicture {
  readonly href: string;
  readonly width: number;
  readonly height: number;
}

const WIDTH = 672;
const LABELLED = 600;

function image({ href, width, height }: ShownPicture): string {
  return `<image href="${href}" width="${width}" height="${height}" preserveAspectRatio="none" style="image-rendering:pixelated"/>`;
}

/** The picture under the outlines of its patches, numbered when there are few enough to read. */
export function pictureGridSvg(shown: ShownPicture, units: Units<Box>): string {
  const scale = WIDTH / shown.width;
  const labels = units.places.length <= LABELLED;
  const cells = units.places.map(({ top, left, height, width }, n) => {
    const size = Math.min(height, width) * 0.34;
    const text = labels
      ? `<text x="${left + 0.08 * width}" y="${top + size * 1.05}" font-size="${size.toFixed(2)}" fill="#fff" stroke="#000" stroke-width="${(size * 0.18).toFixed(2)}" paint-order="stroke">${n}</text>`
      : '';
    return `<g class="unit" data-unit="${n}"><rect x="${left}" y="${top}" width="${width}" height="${height}" fill="transparent" stroke="#fff" stroke-opacity=".75" vector-effect="non-scaling-stroke"/>${text}</g>`;
  });
  const body = `<g transform="scale(${scale})">${image(shown)}${cells.join('')}</g>`;
  return svg(WIDTH, Math.round(shown.height * scale), `${units.places.length} patches`, body);
}

/** The patches one after the other, as the Transformer reads them; at most `most` of them. */
export function pictureStripSvg(shown: ShownPicture, units: Units<Box>, most = 392): string {
  const perRow = 28;
  const cell = WIDTH / perRow;
  const count = Math.min(most, units.places.length);
  const cells = units.places.slice(0, count).map(({ top, left, height, width }, n) => {
    const [x, y] = [(n % perRow) * cell, Math.floor(n / perRow) * cell];
    return `<g class="unit" data-unit="${n}"><svg x="${x + 1}" y="${y + 1}" width="${cell - 2}" height="${cell - 2}" viewBox="${left} ${top} ${width} ${height}" preserveAspectRatio="none"><use href="#strip-picture"/></svg><rect x="${x + 1}" y="${y + 1}" width="${cell - 2}" height="${cell - 2}" fill="transparent" stroke="none"/></g>`;
  });
  const body = `<defs><g id="strip-picture">${image(shown)}</g></defs>${cells.join('')}`;
  return svg(WIDTH, Math.ceil(count / perRow) * cell, `the first ${count} of ${units.places.length} patches`, body);
}
