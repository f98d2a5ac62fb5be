// A clip as a contact sheet, each tube drawn on every frame it lasts, and a time line of the tubes.
import type { Tube, Units } from '../tokens/index.ts';
import { colorOf, svg } from './markup.ts';

/** Frames as addresses a page can show, their common size and times. */
export interface ShownClip {
  readonly hrefs: readonly string[];
  readonly width: number;
  readonly height: number;
  /** Seconds. */
  readonly times: readonly number[];
}

const WIDTH = 672;
const GAP = 6;
const LINE = 14;

/** One colour for each kind of tube. */
function kinds(units: Units<Tube>): Map<string, number> {
  const found = new Map<string, number>();
  for (const place of units.places) {
    const key = kindOf(place);
    if (!found.has(key)) found.set(key, found.size);
  }
  return found;
}

const kindOf = ({ frames, height, width }: Tube): string => `${frames}×${height}×${width}`;

/** The contact sheet. A tube's outline is on all of its frames, so its extent in time can be seen. */
export function contactSheetSvg(clip: ShownClip, units: Units<Tube>): string {
  const columns = Math.min(clip.hrefs.length, clip.hrefs.length > 12 ? 8 : 4);
  const cell = (WIDTH - GAP * (columns - 1)) / columns;
  const scale = cell / clip.width;
  const high = clip.height * scale + LINE + GAP;
  const colors = kinds(units);
  const frames = clip.hrefs.map((href, t) => {
    const [x, y] = [(t % columns) * (cell + GAP), Math.floor(t / columns) * high];
    const outlines = units.places.map((place, n) => {
      const { start, frames: length, top, left, height, width } = place;
      if (t < start || t >= start + length) return '';
      const color = colorOf(colors.get(kindOf(place)) as number);
      return `<rect class="unit" data-unit="${n}" x="${left}" y="${top}" width="${width}" height="${height}" fill="transparent" stroke="${color}" vector-effect="non-scaling-stroke"/>`;
    });
    const time = `<text x="0" y="${clip.height * scale + LINE - 3}" font-size="10">${t}: ${(clip.times[t] ?? 0).toFixed(2)} s</text>`;
    return `<g transform="translate(${x.toFixed(2)} ${y.toFixed(2)})"><g transform="scale(${scale.toFixed(4)})"><image href="${href}" width="${clip.width}" height="${clip.height}" style="image-rendering:pixelated"/>${outlines.join('')}</g>${time}</g>`;
  });
  const rows = Math.ceil(clip.hrefs.length / columns);
  return svg(
    WIDTH,
    Math.ceil(rows * high),
    `${clip.hrefs.length} frames, ${units.places.length} tubes`,
    frames.join(''),
  );
}

/** A bar for each distinct extent in time, with how many tubes have it. */
export function tubeTimesSvg(clip: ShownClip, units: Units<Tube>): string {
  const colors = kinds(units);
  const bars = new Map<string, { place: Tube; count: number; first: number }>();
  units.places.forEach((place, n) => {
    const key = `${kindOf(place)} ${place.start}`;
    const bar = bars.get(key);
    if (bar) bar.count++;
    else bars.set(key, { place, count: 1, first: n });
  });
  const shown = [...bars.values()].slice(0, 40);
  const step = (WIDTH - 180) / clip.hrefs.length;
  const body = shown.map(({ place, count, first }, i) => {
    const color = colorOf(colors.get(kindOf(place)) as number);
    return `<g class="unit" data-unit="${first}"><rect x="${180 + place.start * step}" y="${i * 18 + 3}" width="${place.frames * step}" height="12" rx="2" fill="${color}"/><text x="0" y="${i * 18 + 13}" font-size="11">${count} × ${kindOf(place)}</text></g>`;
  });
  return svg(WIDTH, shown.length * 18 + 4, 'extents in time', body.join(''));
}
