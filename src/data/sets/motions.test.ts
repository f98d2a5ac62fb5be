// Made clips move as they are named.
import { expect, test } from 'vitest';
import { Random } from '../../array/index.ts';
import type { Clip, Picture } from '../../tokens/index.ts';
import { motionNames, movingClip } from './motions.ts';

/** A bright arm from the middle to the right edge: its direction shows how the drawing is turned. */
const arm: Picture = {
  ...{ height: 48, width: 48, channels: 4 },
  data: Uint8Array.from({ length: 48 * 48 * 4 }, (_, i) => {
    const [x, y] = [(i >> 2) % 48, Math.floor((i >> 2) / 48)];
    return (i & 3) < 3 || (x >= 20 && y >= 20 && y < 28) ? 255 : 0;
  }),
};

/** What differs from the ground in one frame: how much, and its middle. */
function shown({ data, width }: Picture): { area: number; x: number; y: number } {
  let [area, sumX, sumY] = [0, 0, 0];
  for (let at = 0; at < data.length; at += 3) {
    const light = (data[at] as number) - (data[0] as number);
    if (light <= 0) continue;
    const [x, y] = [(at / 3) % width, Math.floor(at / 3 / width)];
    [area, sumX, sumY] = [area + light, sumX + light * x, sumY + light * y];
  }
  return { area, x: sumX / area, y: sumY / area };
}

const ends = ({ frames }: Clip) => [shown(frames[0] as Picture), shown(frames.at(-1) as Picture)] as const;
const clips = (motion: string) =>
  Array.from({ length: 8 }, (_, step) => movingClip(arm, motion, new Random({ seed: 1, step, site: 'test' })));

test('sixteen frames of 64 × 64, the same for the same seed', () => {
  expect(motionNames).toEqual(['down', 'grow', 'left', 'right', 'rotate_ccw', 'rotate_cw', 'shrink', 'up']);
  const [first] = clips('left');
  expect(first?.frames.map(({ width, height }) => [width, height])).toEqual(new Array(16).fill([64, 64]));
  const [again] = clips('left');
  for (const [i, { data }] of (first?.frames ?? []).entries())
    expect(Buffer.compare(data, again?.frames[i]?.data as Uint8Array)).toBe(0);
});

test.each([
  ['left', -1, 0],
  ['right', 1, 0],
  ['up', 0, -1],
  ['down', 0, 1],
])('%s', (motion, dx, dy) => {
  for (const clip of clips(motion)) {
    const [from, to] = ends(clip);
    expect(Math.sign(Math.round(to.x - from.x)) + 0).toBe(dx);
    expect(Math.sign(Math.round(to.y - from.y)) + 0).toBe(dy);
    expect(Math.abs(to.x - from.x) + Math.abs(to.y - from.y)).toBeGreaterThan(20);
  }
});

test.each([
  ['grow', 1],
  ['shrink', -1],
])('%s', (motion, sign) => {
  for (const clip of clips(motion)) {
    const [from, to] = ends(clip);
    expect(Math.sign(to.area - from.area)).toBe(sign);
    expect(Math.max(from.area, to.area) / Math.min(from.area, to.area)).toBeGreaterThan(4);
  }
});

test.each([
  ['rotate_cw', 1],
  ['rotate_ccw', -1],
])('%s', (motion, sign) => {
  for (const { frames } of clips(motion)) {
    // the arm's middle goes round the clip's middle of all frames
    const places = frames.map(shown);
    const middle = {
      x: places.reduce((sum, { x }) => sum + x, 0) / places.length,
      y: places.reduce((sum, { y }) => sum + y, 0) / places.length,
    };
    const angles = places.map(({ x, y }) => Math.atan2(y - middle.y, x - middle.x));
    const steps = angles.slice(1).map((angle, i) => Math.sin(angle - (angles[i] as number)));
    expect(Math.sign(steps.reduce((sum, step) => sum + step, 0))).toBe(sign);
  }
});
