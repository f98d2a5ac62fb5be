// Omniglot's pen strokes (Lake et al. 2015): where a pen was at which moment, and drawing them as a clip. Canvas 105 × 105, y downwards
// is negative in the files.
import type { Clip, Picture } from '../../tokens/index.ts';
import { DataError } from '../dataset.ts';

/** One moment of a pen. */
export interface PenPoint {
  /** 0 to 105 from the left and from the top. */
  readonly x: number;
  readonly y: number;
  /** Milliseconds from the beginning. */
  readonly time: number;
}

const CANVAS = 105;

/** The strokes of a file: lines `x,y,time`, `START`, `BREAK` where the pen leaves the paper. @throws DataError with the line */
export function parseStrokes(text: string, where: string): PenPoint[][] {
  const strokes: PenPoint[][] = [[]];
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    const word = line.trim();
    if (word === '' || word === 'START') continue;
    if (word === 'BREAK') {
      strokes.push([]);
      continue;
    }
    const [x = Number.NaN, y = Number.NaN, time = Number.NaN] = word.split(',').map(Number);
    if (![x, y, time].every(Number.isFinite)) {
      throw new DataError(
        `parseStrokes: expected x,y,time, START or BREAK, got '${word.slice(0, 40)}' (${where}, line ${i + 1})`,
      );
    }
    strokes.at(-1)?.push({ x, y: -y, time });
  }
  const drawn = strokes.filter((stroke) => stroke.length > 0);
  if (drawn.length === 0) throw new DataError(`parseStrokes: expected pen points, got none (${where})`);
  return drawn;
}

/** Ink from one point to the next: every pixel gets darker with its nearness, over about a pixel and a half. */
function ink(frame: Float32Array, size: number, from: PenPoint, to: PenPoint): void {
  const scale = size / CANVAS;
  const [x0, y0, x1, y1] = [from.x * scale, from.y * scale, to.x * scale, to.y * scale];
  const [dx, dy] = [x1 - x0, y1 - y0];
  const squared = dx * dx + dy * dy;
  const reach = 1.5;
  const range = (a: number, b: number): [number, number] => [
    Math.max(0, Math.floor(Math.min(a, b) - reach)),
    Math.min(size - 1, Math.ceil(Math.max(a, b) + reach)),
  ];
  const [[left, right], [top, bottom]] = [range(x0, x1), range(y0, y1)];
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const [px, py] = [x + 0.5 - x0, y + 0.5 - y0];
      const along = squared === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / squared));
      const distance = Math.hypot(px - along * dx, py - along * dy);
      const dark = Math.max(0, Math.min(1, reach - distance));
      if (dark > (frame[y * size + x] as number)) frame[y * size + x] = dark;
    }
  }
}

/**
 * Frames `size` × `size`, grey, dark ink on white: frame i shows what was written by `(i + 1) / frames` of the time, so the last is the
 * whole character.
 */
export function drawStrokes(
  strokes: readonly (readonly PenPoint[])[],
  { frames, size }: { readonly frames: number; readonly size: number },
): Clip {
  const last = Math.max(...strokes.flat().map(({ time }) => time));
  const paper = new Float32Array(size * size);
  const segments = strokes.flatMap((stroke) => stroke.map((to, i): [PenPoint, PenPoint] => [stroke[i - 1] ?? to, to]));
  let done = 0;
  const pictures = Array.from({ length: frames }, (_, i): Picture => {
    const until = (last * (i + 1)) / frames;
    for (let next = segments[done]; next && next[1].time <= until; next = segments[++done]) ink(paper, size, ...next);
    return {
      height: size,
      width: size,
      channels: 1,
      data: Uint8Array.from(paper, (dark) => Math.round(255 * (1 - dark))),
    };
  });
  const seconds = Math.max(last, 1) / 1000;
  return { frames: pictures, times: pictures.map((_, i) => (seconds * i) / frames), end: seconds };
}
