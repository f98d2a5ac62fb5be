// Augmentations of pictures. Draws follow torchvision's transforms (ColorJitter, RandomResizedCrop, RandomErasing), pixels follow Pillow.
import type { Random } from '../../array/index.ts';
import { type Picture, type ResizeFilter, resizePicture, rgbOf } from '../../tokens/index.ts';
import { DataError } from '../dataset.ts';
import { between, happens, type Maker, maker, PROBABILITY } from './maker.ts';
import { brightened, contrasted, hueTurned, saturated } from './picture-colour.ts';
import { type Cut, cropped, flipped, mirrored, turned } from './picture-geometry.ts';
import { type OperationName, operations, randAugmented, STRONGEST } from './rand-augment.ts';

const BYTE = [0, 255] as const;

/** A part with a share of the area and a ratio of sides, both drawn; the middle when ten draws do not fit. */
function drawCut(
  { height, width }: Picture,
  random: Random,
  scale: readonly [number, number],
  ratio: readonly [number, number],
): Cut | undefined {
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = height * width * between(random, scale);
    const aspect = Math.exp(between(random, [Math.log(ratio[0]), Math.log(ratio[1])]));
    const [w, h] = [Math.round(Math.sqrt(area * aspect)), Math.round(Math.sqrt(area / aspect))];
    if (w < 1 || h < 1 || w > width || h > height) continue;
    return { top: random.integer(height - h + 1), left: random.integer(width - w + 1), height: h, width: w };
  }
  return undefined;
}

/** The largest part in the middle whose ratio lies inside the range. */
function middle({ height, width }: Picture, [low, high]: readonly [number, number]): Cut {
  const own = width / height;
  const w = own > high ? Math.max(1, Math.round(height * high)) : width;
  const h = own < low ? Math.max(1, Math.round(width / low)) : height;
  return { top: Math.floor((height - h) / 2), left: Math.floor((width - w) / 2), height: h, width: w };
}

const filters: readonly ResizeFilter[] = ['nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos'];

function oneOf<T extends string>(option: string, value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw new DataError(`augment: expected ${option} among ${known.join(', ')}, got ${JSON.stringify(value)}`);
}

/** A random factor about 1, as ColorJitter draws it. */
const factor = (random: Random, strength: number): number => between(random, [Math.max(0, 1 - strength), 1 + strength]);

function jittered(
  source: Picture,
  random: Random,
  strengths: Readonly<Record<'brightness' | 'contrast' | 'saturation' | 'hue', number>>,
): Picture {
  const [brightness, contrast, saturation] = [strengths.brightness, strengths.contrast, strengths.saturation].map(
    (one) => factor(random, one),
  ) as [number, number, number];
  const hue = between(random, [-strengths.hue, strengths.hue]);
  const steps: readonly ((one: Picture) => Picture)[] = [
    (one) => brightened(one, brightness),
    (one) => contrasted(one, contrast),
    (one) => saturated(one, saturation),
    (one) => (strengths.hue === 0 ? one : hueTurned(one, hue)),
  ];
  return random.shuffled(steps).reduce((one, step) => step(one), source);
}

/** A rectangle of noise or of one value. */
function erased(source: Picture, cut: Cut, random: Random, fill: number): Picture {
  const { width, channels } = source;
  const data = new Uint8Array(source.data);
  for (let y = cut.top; y < cut.top + cut.height; y++) {
    const row = data.subarray((y * width + cut.left) * channels, (y * width + cut.left + cut.width) * channels);
    if (fill >= 0) row.fill(fill);
    else for (let i = 0; i < row.length; i++) row[i] = random.word() >>> 24;
  }
  return { ...source, data };
}

/** Augmentations of pictures by kind. Alpha is dropped. Angles in degrees, `fill` 0–255. */
export const pictureMakers: Readonly<Record<string, Maker<Picture>>> = {
  flip: maker({
    about: 'left and right change places',
    initial: { probability: 0.5 },
    ranges: { probability: PROBABILITY },
    make:
      ({ probability }) =>
      (one: Picture, random) =>
        happens(random, probability) ? mirrored(one) : one,
  }),
  'flip-vertical': maker({
    about: 'top and bottom change places',
    initial: { probability: 0.5 },
    ranges: { probability: PROBABILITY },
    make:
      ({ probability }) =>
      (one: Picture, random) =>
        happens(random, probability) ? flipped(one) : one,
  }),
  'resized-crop': maker({
    about: 'a random part of the picture, resized to height × width (0: as it was)',
    initial: { scale: [0.08, 1], ratio: [3 / 4, 4 / 3], height: 0, width: 0, filter: 'bilinear' },
    ranges: { scale: [1e-4, 1], ratio: [0.01, 100], height: [0, 16384], width: [0, 16384] },
    whole: ['height', 'width'],
    make: ({ scale, ratio, height, width, filter }) => {
      const known = oneOf('resized-crop.filter', filter, filters);
      return (one: Picture, random) => {
        const part = cropped(one, drawCut(one, random, scale, ratio) ?? middle(one, ratio));
        return resizePicture(part, height || one.height, width || one.width, known);
      };
    },
  }),
  'pad-crop': maker({
    about: 'moved by up to pixels in both directions, on a ground of fill',
    initial: { pixels: 4, fill: 0 },
    ranges: { pixels: [0, 4096], fill: BYTE },
    whole: ['pixels', 'fill'],
    make:
      ({ pixels, fill }) =>
      (one: Picture, random) => {
        const [top, left] = [random.integer(2 * pixels + 1) - pixels, random.integer(2 * pixels + 1) - pixels];
        return cropped(one, { top, left, height: one.height, width: one.width }, fill);
      },
  }),
  rotate: maker({
    about: 'turned by up to degrees in both directions',
    initial: { degrees: 15, fill: 0 },
    ranges: { degrees: [0, 180], fill: BYTE },
    whole: ['fill'],
    make:
      ({ degrees, fill }) =>
      (one: Picture, random) =>
        turned(one, between(random, [-degrees, degrees]), 'bilinear', fill),
  }),
  'colour-jitter': maker({
    about: 'brightness, contrast, saturation by a factor about 1, hues turned, in random order',
    initial: { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0 },
    ranges: { brightness: [0, 10], contrast: [0, 10], saturation: [0, 10], hue: [0, 0.5] },
    make: (strengths) => (one: Picture, random) => jittered(one, random, strengths),
  }),
  'rand-augment': maker({
    about: `count of fourteen operations, at strength of 0 to ${STRONGEST}`,
    initial: { count: 2, strength: 9, fill: 0, operations: Object.keys(operations) },
    ranges: { count: [0, 20], strength: [0, STRONGEST], fill: BYTE },
    whole: ['count', 'fill'],
    make: ({ count, strength, fill, operations: given }) => {
      const names = given.map((name) =>
        oneOf('rand-augment.operations', name, Object.keys(operations) as OperationName[]),
      );
      if (names.length === 0) throw new DataError('augment: expected rand-augment.operations to name some, got none');
      return (one: Picture, random) => randAugmented(one, random, { names, count, strength, fill });
    },
  }),
  erase: maker({
    about: 'a rectangle is replaced by fill, or by noise where that is −1',
    initial: { probability: 0.25, scale: [0.02, 0.33], ratio: [0.3, 3.3], fill: -1 },
    ranges: { probability: PROBABILITY, scale: [1e-4, 1], ratio: [0.01, 100], fill: [-1, 255] },
    whole: ['fill'],
    make:
      ({ probability, scale, ratio, fill }) =>
      (one: Picture, random) => {
        if (!happens(random, probability)) return one;
        const cut = drawCut(one, random, scale, ratio);
        return cut ? erased(one, cut, random, fill) : one;
      },
  }),
};

/** The picture as augmentations take it. */
export function withoutAlpha(source: Picture): Picture {
  return source.channels === 4 ? rgbOf(source) : source;
}
