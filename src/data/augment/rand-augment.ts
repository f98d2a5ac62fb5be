// RandAugment (Cubuk et al. 2020) with torchvision's fourteen operations and strengths: some of them, drawn anew for every picture.
import type { Random } from '../../array/index.ts';
import type { Picture } from '../../tokens/index.ts';
import {
  brightened,
  contrasted,
  equalized,
  posterized,
  saturated,
  sharpened,
  solarized,
  stretched,
} from './picture-colour.ts';
import { transformed, turned } from './picture-geometry.ts';

/** Strengths go from 0 to this. */
export const STRONGEST = 30;

/** One operation at a share of its full strength, −1 to 1; the sign is drawn where both directions are meaningful. */
export interface Operation {
  readonly signed: boolean;
  readonly apply: (source: Picture, share: number, fill: number) => Picture;
}

const enhanced =
  (change: (source: Picture, factor: number) => Picture): Operation['apply'] =>
  (source, share) =>
    change(source, 1 + 0.9 * share);

/** Names of operations. */
export type OperationName =
  | 'Identity'
  | `Shear${'X' | 'Y'}`
  | `Translate${'X' | 'Y'}`
  | 'Rotate'
  | 'Brightness'
  | 'Color'
  | 'Contrast'
  | 'Sharpness'
  | 'Posterize'
  | 'Solarize'
  | 'AutoContrast'
  | 'Equalize';

/** torchvision's operations by its names; at strength 0 all but AutoContrast and Equalize change nothing. */
export const operations: Readonly<Record<OperationName, Operation>> = {
  Identity: { signed: false, apply: (source) => source },
  ShearX: {
    signed: true,
    apply: (source, share, fill) => transformed(source, [1, 0.3 * share, 0, 0, 1, 0], 'nearest', fill),
  },
  ShearY: {
    signed: true,
    apply: (source, share, fill) => transformed(source, [1, 0, 0, 0.3 * share, 1, 0], 'nearest', fill),
  },
  TranslateX: { signed: true, apply: (source, share, fill) => moved(source, share * source.width, 0, fill) },
  TranslateY: { signed: true, apply: (source, share, fill) => moved(source, 0, share * source.height, fill) },
  Rotate: { signed: true, apply: (source, share, fill) => turned(source, 30 * share, 'nearest', fill) },
  Brightness: { signed: true, apply: enhanced(brightened) },
  Color: { signed: true, apply: enhanced(saturated) },
  Contrast: { signed: true, apply: enhanced(contrasted) },
  Sharpness: { signed: true, apply: enhanced(sharpened) },
  Posterize: { signed: false, apply: (source, share) => posterized(source, 8 - Math.round(4 * share)) },
  Solarize: { signed: false, apply: (source, share) => (share === 0 ? source : solarized(source, 255 * (1 - share))) },
  AutoContrast: { signed: false, apply: (source) => stretched(source) },
  Equalize: { signed: false, apply: (source) => equalized(source) },
};

/** By whole pixels, at most 150 of every 331 of the side. */
function moved(source: Picture, x: number, y: number, fill: number): Picture {
  const pixels = (distance: number): number => Math.trunc((150 / 331) * distance);
  return transformed(source, [1, 0, -pixels(x), 0, 1, -pixels(y)], 'nearest', fill);
}

/** `count` operations one after the other, each drawn from `names`, at `strength` of 0 to 30. */
export function randAugmented(
  source: Picture,
  random: Random,
  options: {
    readonly names: readonly OperationName[];
    readonly count: number;
    readonly strength: number;
    readonly fill: number;
  },
): Picture {
  const { names, count, strength, fill } = options;
  let result = source;
  for (let i = 0; i < count; i++) {
    const { signed, apply } = operations[names[random.integer(names.length)] as OperationName];
    const negative = random.uniform() < 0.5;
    const share = (signed && negative ? -1 : 1) * (strength / STRONGEST);
    result = apply(result, share, fill);
  }
  return result;
}
