// Another kind of token in one file: time series. Windows of several channels, each normalised by its own mean and deviation (as PatchTST,
// Nie et al. 2023), so that the Transformer sees shapes; `restore` gives the series back. Run: npx tsx examples/15-a-modality-of-your-own.ts
import { float32 } from '../src/array/index.ts';
import { collateUnits, embedUnits } from '../src/data/index.ts';
import {
  checkSameShape,
  featureStatistics,
  positionsFrom,
  type Span,
  type Units,
  UnitsError,
  type UnitValues,
  vectorsOf,
} from '../src/tokens/index.ts';

/** Channels of equal length → windows of `size`, one channel after the other; positions are (channel, window). */
export function cutSeries(channels: readonly Float32Array[], size: number): Units<Span, Float32Array[]> {
  const length = channels[0]?.length ?? 0;
  if (length === 0 || length % size !== 0) {
    throw new UnitsError(
      `cutSeries: expected a length that ${size} divides, got ${length}\nPad to ${Math.ceil(length / size) * size}.`,
    );
  }
  const windows = length / size;
  const cells = channels.flatMap((_, c) => Array.from({ length: windows }, (__, w) => [c, w] as const));
  const scales = channels.map((channel) => featureStatistics([float32([length], channel)]));
  const data = Float32Array.from({ length: channels.length * length }, (_, i) => {
    const { mean, deviation } = scales[Math.floor(i / length)] as (typeof scales)[0];
    return ((channels[Math.floor(i / length)]?.[i % length] as number) - mean) / (deviation || 1);
  });
  const values: UnitValues = { kind: 'vectors', vectors: float32([cells.length, size], data) };
  return {
    modality: 'series',
    values,
    places: cells.map(([, w]) => ({ kind: 'span', start: w * size, end: (w + 1) * size })),
    positions: positionsFrom(cells, 2),
    axes: ['channel', 'window'],
    names: cells.map(([c, w]) => `channel ${c}, window ${w}`),
    restore: (given = values) => {
      checkSameShape(values, given);
      const { data: numbers } = vectorsOf(given);
      return scales.map(({ mean, deviation }, c) =>
        numbers.slice(c * length, (c + 1) * length).map((value) => value * deviation + mean),
      );
    },
  };
}

const days = 14;
const warmth = Float32Array.from({ length: days * 24 }, (_, h) => 15 + 6 * Math.sin((2 * Math.PI * h) / 24) + h / 100);
const demand = Float32Array.from({ length: days * 24 }, (_, h) => 900 - 40 * Math.cos((2 * Math.PI * h) / 24));
const units = cutSeries([warmth, demand], 24);
console.log(units.places.length, 'tokens of a day each;', units.names[15], units.places[15]);
console.log('batch', collateUnits([units]).vectors?.shape, 'sum', embedUnits(units, { dim: 8, seed: 0 }).sum.shape);
console.log('back, noon of the first day:', units.restore()[0]?.[12], 'was', warmth[12]);
