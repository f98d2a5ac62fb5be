// Clips of one drawing that moves on a plain ground, in eight ways that no single frame tells: more of what `moving-emoji-mp4` shows.
import type { Random } from '../../array/index.ts';
import type { Clip, Picture } from '../../tokens/index.ts';

/** Frames of a clip, their side in pixels, and how many there are in a second. */
const [FRAMES, SIDE, RATE] = [16, 64, 8];
/** Points along each side of a pixel at which the drawing is read. */
const POINTS = 2;

/** Where the drawing is: its middle and its side in pixels, and its turn in radians, clockwise. */
interface Pose {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly turn: number;
}

/** A number drawn evenly from a range. */
type Draw = (low: number, high: number) => number;
/** A motion, from 0 at the first frame to 1 at the last. */
type Motion = (at: number) => Pose;

/** Straight on, `x` and `y` by the given signs. */
const straight =
  (dx: number, dy: number) =>
  (draw: Draw): Motion => {
    const [far, across, size] = [draw(26, 36), draw(14, 50), draw(19, 25)];
    const middle = SIDE / 2 + draw(-4, 4);
    return (at) => ({
      x: dx === 0 ? across : middle + dx * far * (at - 0.5),
      y: dy === 0 ? across : middle + dy * far * (at - 0.5),
      ...{ size, turn: 0 },
    });
  };

const turning =
  (sign: number) =>
  (draw: Draw): Motion => {
    const [x, y, size, first, all] = [draw(20, 44), draw(20, 44), draw(19, 28), draw(0, 2), draw(1.2, 2.2)];
    return (at) => ({ x, y, size, turn: Math.PI * (first + sign * all * at) });
  };

/** Between two sizes. */
const sizing =
  (grows: boolean) =>
  (draw: Draw): Motion => {
    const [x, y, small, large] = [draw(22, 42), draw(22, 42), draw(8, 14), draw(30, 40)];
    return (at) => ({ x, y, size: small + (large - small) * (grows ? at : 1 - at), turn: 0 });
  };

const motions: Readonly<Record<string, (draw: Draw) => Motion>> = {
  down: straight(0, 1),
  grow: sizing(true),
  left: straight(-1, 0),
  right: straight(1, 0),
  rotate_ccw: turning(-1),
  rotate_cw: turning(1),
  shrink: sizing(false),
  up: straight(0, -1),
};

/** The names of the motions, sorted. */
export const motionNames: readonly string[] = Object.keys(motions);

/** A drawing with its colours times their opacity, and one transparent pixel around it: `[height + 2, width + 2, 4]`. */
function inked({ width, height, data }: Picture): Float64Array {
  const ink = new Float64Array((height + 2) * (width + 2) * 4);
  for (let i = 0; i < width * height; i++) {
    const place = ((Math.floor(i / width) + 1) * (width + 2) + (i % width) + 1) * 4;
    const opacity = (data[i * 4 + 3] as number) / 255;
    for (let c = 0; c < 3; c++) ink[place + c] = opacity * (data[i * 4 + c] as number);
    ink[place + 3] = opacity;
  }
  return ink;
}

/** A square drawing of `side` pixels as `inked` gives it. */
interface Drawing {
  readonly side: number;
  readonly ink: Float64Array;
}

/** Adds the drawing's colour at `(u, v)`, in its own pixels, to `sum`: red, green, blue times opacity, and opacity. */
function addColour({ side, ink }: Drawing, u: number, v: number, sum: Float64Array): void {
  const left = Math.floor(u);
  const top = Math.floor(v);
  if (left < -1 || top < -1 || left >= side || top >= side) return;
  const [right, below] = [u - left, v - top];
  const line = (side + 2) * 4;
  const place = (top + 1) * line + (left + 1) * 4;
  for (let c = 0; c < 4; c++) {
    const at = place + c;
    const above = (1 - right) * (ink[at] as number) + right * (ink[at + 4] as number);
    const under = (1 - right) * (ink[at + line] as number) + right * (ink[at + line + 4] as number);
    sum[c] = (sum[c] as number) + (1 - below) * above + below * under;
  }
}

/** The drawing in its pose on a plain ground. */
function posed(drawing: Drawing, { x, y, size, turn }: Pose, ground: Uint8Array): Picture {
  const data = ground.slice();
  const reach = Math.ceil(size * 0.75) + 1;
  const scale = drawing.side / size;
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  const middle = drawing.side / 2 - 0.5;
  const sum = new Float64Array(4);
  for (let row = Math.max(0, Math.floor(y - reach)); row < Math.min(SIDE, y + reach); row++) {
    for (let column = Math.max(0, Math.floor(x - reach)); column < Math.min(SIDE, x + reach); column++) {
      sum.fill(0);
      for (let point = 0; point < POINTS * POINTS; point++) {
        const dx = column + ((point % POINTS) + 0.5) / POINTS - x;
        const dy = row + (Math.floor(point / POINTS) + 0.5) / POINTS - y;
        addColour(drawing, cos * dx + sin * dy + middle, cos * dy - sin * dx + middle, sum);
      }
      if (sum[3] === 0) continue;
      const opacity = (sum[3] as number) / POINTS ** 2;
      for (let c = 0; c < 3; c++)
        data[(row * SIDE + column) * 3 + c] = (sum[c] as number) / POINTS ** 2 + (1 - opacity) * (ground[c] as number);
    }
  }
  return { height: SIDE, width: SIDE, channels: 3, data };
}

/** A clip of 16 frames, 64 × 64, two seconds: `drawing` (RGBA, square) moves as the name says, from where and how fast `random` decides. */
export function movingClip(drawing: Picture, motion: string, random: Random): Clip {
  const draw: Draw = (low, high) => low + (high - low) * random.uniform();
  const poseAt = (motions[motion] as (draw: Draw) => Motion)(draw);
  const colour = [draw(30, 230), draw(30, 230), draw(30, 230)];
  const inky: Drawing = { side: drawing.width, ink: inked(drawing) };
  const ground = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => colour[i % 3] as number);
  return {
    frames: Array.from({ length: FRAMES }, (_, i) => posed(inky, poseAt(i / (FRAMES - 1)), ground)),
    times: Array.from({ length: FRAMES }, (_, i) => i / RATE),
    end: FRAMES / RATE,
  };
}
