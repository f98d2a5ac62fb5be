// A clip: pictures with times, and which of them to keep.
import { type NdArray, ndArray } from '../../array/index.ts';
import type { Picture } from '../image/picture.ts';
import { type ImageProcessor, processPicture } from '../image/processor.ts';
import { UnitsError } from '../units.ts';

/** Pictures of one size with the second each appears; the last one is shown until `end`. */
export interface Clip {
  readonly frames: readonly Picture[];
  readonly times: readonly number[];
  readonly end: number;
}

/** Which frames of a video to keep. */
export type FrameSampling =
  /** All of them. */
  | { readonly kind: 'all' }
  /** `count` frames from first to last at even distances, as PyTorchVideo's `UniformTemporalSubsample`; repeats when there are fewer. */
  | { readonly kind: 'uniform'; readonly count: number }
  /** Frames `0, step, 2 · step, …` */
  | { readonly kind: 'every'; readonly step: number }
  /** What is on the screen at `0, 1/perSecond, 2/perSecond, …` seconds: right also when frames come at uneven times. */
  | { readonly kind: 'rate'; readonly perSecond: number };

/**
 * Indices of the frames to keep, ascending.
 * @throws UnitsError for no frames, or a count, step or rate that is not above 0
 */
export function sampleFrames(times: readonly number[], end: number, sampling: FrameSampling): number[] {
  if (times.length === 0) throw new UnitsError('sampleFrames: expected frames, got none');
  const all = times.map((_, i) => i);
  const positive = (value: number, what: string, whole: boolean): void => {
    if (value > 0 && Number.isFinite(value) && (!whole || Number.isSafeInteger(value))) return;
    throw new UnitsError(`sampleFrames: expected a ${what} above 0, got ${value}`);
  };
  switch (sampling.kind) {
    case 'all':
      return all;
    case 'uniform': {
      positive(sampling.count, 'count', true);
      const last = times.length - 1;
      const { count } = sampling;
      return Array.from({ length: count }, (_, i) => (count === 1 ? 0 : Math.floor((i * last) / (count - 1))));
    }
    case 'every':
      positive(sampling.step, 'step', true);
      return all.filter((i) => i % sampling.step === 0);
    case 'rate': {
      positive(sampling.perSecond, 'rate', false);
      const start = times[0] as number;
      const kept: number[] = [];
      // a hair of tolerance: 1/30 s is no exact number
      for (let k = 0, at = 0; start + k / sampling.perSecond < end - 1e-9; k++) {
        while (at + 1 < times.length && (times[at + 1] as number) <= start + k / sampling.perSecond + 1e-6) at++;
        kept.push(at);
      }
      return kept.length > 0 ? kept : [0];
    }
  }
}

/** Some frames of a clip; each is shown until the next one that is kept. */
export function pickFrames(clip: Clip, indices: readonly number[]): Clip {
  return {
    frames: indices.map((i) => clip.frames[i] as Picture),
    times: indices.map((i) => clip.times[i] as number),
    end: clip.end,
  };
}

/** `[C, T, H, W]` float32: every frame through the picture processor. @throws UnitsError for no frames or frames of different sizes */
export function processClip(clip: Clip, processor: ImageProcessor): NdArray<'float32'> {
  const [first, ...rest] = clip.frames.map((frame) => processPicture(frame, processor));
  if (!first) throw new UnitsError('processClip: expected frames, got none');
  const [channels, height, width] = first.shape as [number, number, number];
  const count = rest.length + 1;
  const plane = height * width;
  const out = new Float32Array(channels * count * plane);
  for (const [t, frame] of [first, ...rest].entries()) {
    if (frame.shape.join() !== first.shape.join()) {
      throw new UnitsError(`processClip: expected frames of [${first.shape}], got [${frame.shape}] (frame ${t})`);
    }
    for (let c = 0; c < channels; c++) {
      out.set(frame.data.subarray(c * plane, (c + 1) * plane), (c * count + t) * plane);
    }
  }
  return ndArray('float32', [channels, count, height, width], out);
}
