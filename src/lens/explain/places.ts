// Where an encoder's tokens lie in the original: special tokens nowhere, patches row by row, spans by their offsets.
import type { Place } from '../../tokens/index.ts';

/** One place a token; undefined for tokens that stand for nothing in the original. */
export type TokenPlaces = readonly (Place | undefined)[];

/** How patch tokens lie; `Model.layout` is one. */
export interface GridOfPatches {
  readonly special: number;
  readonly grid: readonly [number, number];
  readonly patch: readonly [number, number];
  readonly stride: readonly [number, number];
}

/** Boxes of pixels for the tokens of a layout. Of a spectrogram, rows are mel bins and columns frames. */
export function patchPlaces({ special, grid, patch, stride }: GridOfPatches): TokenPlaces {
  const [rows, columns] = grid;
  const boxes = Array.from(
    { length: rows * columns },
    (_, n): Place => ({
      kind: 'box',
      top: Math.floor(n / columns) * stride[0],
      left: (n % columns) * stride[1],
      height: patch[0],
      width: patch[1],
    }),
  );
  return [...new Array<undefined>(special).fill(undefined), ...boxes];
}

/** Spans of a text's tokens by their offsets; empty ones are special tokens. */
export function spanPlaces(offsets: readonly (readonly [number, number])[]): TokenPlaces {
  return offsets.map(([start, end]) => (end > start ? { kind: 'span', start, end } : undefined));
}

/** The middle of a place, in its own units: pixels down and across; mel bins and frames; frames, pixels down and across; letters. */
export function centerOf(place: Place): number[] {
  switch (place.kind) {
    case 'box':
      return [place.top + place.height / 2, place.left + place.width / 2];
    case 'band':
      return [place.startBin + place.bins / 2, place.startFrame + place.frames / 2];
    case 'tube':
      return [place.start + place.frames / 2, place.top + place.height / 2, place.left + place.width / 2];
    case 'span':
      return [(place.start + place.end) / 2];
    case 'item':
      return [place.index];
  }
}

/** Euclidean distance of two middles. */
export function distanceOf(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, i) => value - (b[i] as number)));
}
