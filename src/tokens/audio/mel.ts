// Triangular mel filters: kaldi's (triangles in mel space) and slaney's with equal areas (librosa, Whisper). Stored without their zeros.

/** Which mel scale, and how the triangles stand on it. */
export interface MelOptions {
  /** Frequency bins of the spectrum, `size / 2 + 1`. */
  readonly bins: number;
  readonly mels: number;
  readonly rate: number;
  /** Hertz. */
  readonly low: number;
  readonly high: number;
  readonly scale: 'kaldi' | 'slaney';
}

/** Filter `m` is `weights[m]` over the bins from `starts[m]`. */
export interface MelFilters {
  readonly starts: Int32Array;
  readonly weights: readonly Float64Array[];
  /** Corner frequencies in hertz, `mels + 2`: filter `m` rises from `edges[m]`, peaks at `edges[m + 1]`, ends at `edges[m + 2]`. */
  readonly edges: Float64Array;
}

const SLANEY_STEP = 27 / Math.log(6.4);

const scales: Readonly<Record<MelOptions['scale'], { to: (hz: number) => number; from: (mel: number) => number }>> = {
  kaldi: { to: (hz) => 1127 * Math.log(1 + hz / 700), from: (mel) => 700 * (Math.exp(mel / 1127) - 1) },
  slaney: {
    to: (hz) => (hz >= 1000 ? 15 + Math.log(hz / 1000) * SLANEY_STEP : (3 * hz) / 200),
    from: (mel) => (mel >= 15 ? 1000 * Math.exp((mel - 15) / SLANEY_STEP) : (200 * mel) / 3),
  },
};

/** The filters. One that no bin falls into has no weights: its energy is 0, as in the references. */
export function melFilters(options: MelOptions): MelFilters {
  const { bins, mels, rate, low, high, scale } = options;
  const { to, from } = scales[scale];
  const [first, last] = [to(low), to(high)];
  const corners = Float64Array.from({ length: mels + 2 }, (_, m) => first + ((last - first) * m) / (mels + 1));
  const edges = corners.map(from);
  edges[0] = low;
  edges[mels + 1] = high;
  const inMel = scale === 'kaldi';
  const hertz = (bin: number): number => (bin * rate) / (2 * (bins - 1));
  const places = Float64Array.from({ length: bins }, (_, bin) => (inMel ? to(hertz(bin)) : hertz(bin)));
  const grid = inMel ? corners : edges;
  const starts = new Int32Array(mels);
  const weights = Array.from({ length: mels }, (_, m) => {
    const [left, peak, right] = [grid[m] as number, grid[m + 1] as number, grid[m + 2] as number];
    const row = places.map((at) => Math.max(0, Math.min((at - left) / (peak - left), (right - at) / (right - peak))));
    const begin = row.findIndex((weight) => weight > 0);
    if (begin < 0) return new Float64Array(0);
    starts[m] = begin;
    const area = inMel ? 1 : 2 / ((edges[m + 2] as number) - (edges[m] as number));
    return row.slice(begin, row.findLastIndex((weight) => weight > 0) + 1).map((weight) => weight * area);
  });
  return { starts, weights, edges };
}

/** The energy of filter `m` in frame `frame` of `power`, which holds `frames` numbers for each bin. */
export function melEnergy(
  { starts, weights }: MelFilters,
  m: number,
  power: Float64Array,
  frames: number,
  frame: number,
): number {
  const row = weights[m] as Float64Array;
  const start = (starts[m] as number) * frames + frame;
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += (row[i] as number) * (power[start + i * frames] as number);
  return sum;
}
