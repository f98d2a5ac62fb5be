// A spectrogram as a sequence of overlapping patches, frequency first (AST, Gong et al. 2021), each with its box in seconds and hertz.
import { type NdArray, ndArray } from '../../array/index.ts';
import { cutPatches } from '../image/patches.ts';
import { type Band, type Units, UnitsError } from '../units.ts';
import type { Spectrogram } from './filter-bank.ts';

/** Sizes as `[mel bins, frames]`. */
export interface SpectrogramLayout {
  readonly patch: readonly [number, number];
  readonly stride: readonly [number, number];
}

/** AST's: 16 × 16 every 10. */
export const astLayout: SpectrogramLayout = { patch: [16, 16], stride: [10, 10] };

/** How many patches fit: `⌊(size − patch) / stride⌋ + 1` along frequency and time; what is left over is not covered. */
export function patchCounts(frames: number, mels: number, layout: SpectrogramLayout): [number, number] {
  const along = (size: number, axis: 0 | 1): number =>
    size < layout.patch[axis] ? 0 : Math.floor((size - layout.patch[axis]) / layout.stride[axis]) + 1;
  return [along(mels, 0), along(frames, 1)];
}

/**
 * Cuts `[T, F]` into patches: all times of the lowest band, then of the next one up. Vectors are `[bins, frames]` flattened, the order of a
 * convolution's weight `[D, 1, bins, frames]`. 1,212 patches for 1024 × 128 with AST's layout. `restore` gives the part that patches
 * cover, `[T′, F′]`.
 * @throws UnitsError when not a single patch fits
 */
export function cutSpectrogram(spectrogram: Spectrogram, layout: SpectrogramLayout): Units<Band, NdArray<'float32'>> {
  const { features, meaning } = spectrogram;
  const [frames = 0, mels = 0] = features.shape;
  const [rows, columns] = patchCounts(frames, mels, layout);
  if (rows === 0 || columns === 0) {
    const least = `${layout.patch[1]} frames of ${layout.patch[0]} mel bins`;
    throw new UnitsError(`cutSpectrogram: expected at least ${least}, got ${frames} of ${mels}; pad the sound`);
  }
  const bins = (rows - 1) * layout.stride[0] + layout.patch[0];
  const times = (columns - 1) * layout.stride[1] + layout.patch[1];
  const turned = new Float32Array(bins * times);
  for (let f = 0; f < bins; f++) {
    for (let t = 0; t < times; t++) turned[f * times + t] = features.data[t * mels + f] as number;
  }
  const units = cutPatches(ndArray('float32', [1, bins, times], turned), layout);
  const second = (sample: number): number => (sample + meaning.offset) / meaning.rate;
  return {
    ...units,
    modality: 'audio',
    axes: ['frequency', 'time'],
    places: units.places.map(({ top, left, height, width }) => ({
      kind: 'band',
      startFrame: left,
      frames: width,
      startBin: top,
      bins: height,
      from: second(left * meaning.hop),
      to: second((left + width - 1) * meaning.hop + meaning.frame),
      low: meaning.edges[top] as number,
      high: meaning.edges[top + height + 1] as number,
    })),
    restore: (given) => {
      const { data } = units.restore(given);
      const out = new Float32Array(bins * times);
      for (let f = 0; f < bins; f++) {
        for (let t = 0; t < times; t++) out[t * bins + f] = data[f * times + t] as number;
      }
      return ndArray('float32', [times, bins], out);
    },
  };
}
