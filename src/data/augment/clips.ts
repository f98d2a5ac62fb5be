// Augmentations of clips: those of pictures, with the same draws for every frame, and those of time.
import { Random } from '../../array/index.ts';
import { type Clip, type Picture, pickFrames } from '../../tokens/index.ts';
import { between, happens, type Maker, maker, PROBABILITY } from './maker.ts';
import { pictureMakers, withoutAlpha } from './pictures.ts';

/** Frames `indices` at the clip's own times: as many frames as before, other ones shown. */
function shownAgain(clip: Clip, indices: readonly number[]): Clip {
  return { ...clip, frames: indices.map((i) => clip.frames[i] as Picture) };
}

/** A maker of pictures for clips: every frame sees the same random numbers. */
function everyFrame({ make, ...rest }: Maker<Picture>): Maker<Clip> {
  return {
    ...rest,
    make: (options) => {
      const change = make(options);
      return (one, random) => {
        const seed = random.word();
        return { ...one, frames: one.frames.map((frame) => change(withoutAlpha(frame), new Random({ seed }))) };
      };
    },
  };
}

const timeMakers: Readonly<Record<string, Maker<Clip>>> = {
  'drop-frames': maker({
    about: 'a frame is lost with probability `rate`: the one before is shown on',
    initial: { rate: 0.1 },
    ranges: { rate: PROBABILITY },
    make:
      ({ rate }) =>
      (one: Clip, random) => {
        let shown = 0;
        const indices = one.frames.map((_, i) => {
          if (i === 0 || !happens(random, rate)) shown = i;
          return shown;
        });
        return shownAgain(one, indices);
      },
  }),
  'temporal-crop': maker({
    about: 'a part of the time, its share drawn between two numbers',
    initial: { share: [0.5, 1] },
    ranges: { share: [1e-3, 1] },
    make:
      ({ share }) =>
      (one: Clip, random) => {
        const count = Math.max(1, Math.round(between(random, share) * one.frames.length));
        const start = random.integer(one.frames.length - count + 1);
        const next = one.times[start + count] ?? one.end;
        const kept = pickFrames(
          one,
          Array.from({ length: count }, (_, i) => start + i),
        );
        return { ...kept, end: next };
      },
  }),
  speed: maker({
    about: 'faster or slower by a factor drawn between two numbers; as many frames as before, the last one held',
    initial: { factor: [0.8, 1.25] },
    ranges: { factor: [0.01, 100] },
    make:
      ({ factor }) =>
      (one: Clip, random) => {
        const speed = between(random, factor);
        const last = one.frames.length - 1;
        return shownAgain(
          one,
          one.frames.map((_, i) => Math.min(last, Math.floor(i * speed))),
        );
      },
  }),
};

/** Augmentations of clips by kind: those of pictures, and of time. */
export const clipMakers: Readonly<Record<string, Maker<Clip>>> = {
  ...Object.fromEntries(Object.entries(pictureMakers).map(([kind, one]) => [kind, everyFrame(one)])),
  ...timeMakers,
};
