// A sound as waveform, spectrogram and patches on one time axis.
import type { NdArray } from '../array/index.ts';
import type { Band, Picture, Spectrogram, Units } from '../tokens/index.ts';
import { svg } from './markup.ts';
import type { ShownPicture } from './picture-drawing.ts';

const WIDTH = 672;
const WAVE = 90;
const SPECTRUM = 256;
const LEFT = 56;

/** Dark blue over green to yellow: five points of the viridis map (van der Walt and Smith 2015). */
const map: readonly (readonly [number, number, number])[] = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

/** A spectrogram `[T, F]` as a picture of T × F pixels, low frequencies at the bottom, colours from the least to the largest value. */
export function heatPicture(features: NdArray<'float32'>): Picture {
  const [frames = 0, bins = 0] = features.shape;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of features.data) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const data = new Uint8Array(frames * bins * 3);
  for (let t = 0; t < frames; t++) {
    for (let f = 0; f < bins; f++) {
      const share = most > least ? ((features.data[t * bins + f] as number) - least) / (most - least) : 0;
      const at = share * (map.length - 1);
      const low = Math.min(map.length - 2, Math.floor(at));
      const [from, to] = [map[low], map[low + 1]] as [(typeof map)[0], (typeof map)[0]];
      for (let c = 0; c < 3; c++) {
        const value = (from[c] as number) + (at - low) * ((to[c] as number) - (from[c] as number));
        data[((bins - 1 - f) * frames + t) * 3 + c] = Math.round(value);
      }
    }
  }
  return { height: bins, width: frames, channels: 3, data };
}

function waveform(samples: Float32Array, width: number): string {
  const per = Math.max(1, samples.length / width);
  // drawn as high as the loudest moment allows
  const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const columns = Array.from({ length: Math.min(width, samples.length) }, (_, x) => {
    let [low, high] = [0, 0];
    for (let i = Math.floor(x * per); i < Math.min(samples.length, (x + 1) * per); i++) {
      low = Math.min(low, samples[i] as number);
      high = Math.max(high, samples[i] as number);
    }
    const y = (value: number): string => ((1 - value / peak) * (WAVE / 2)).toFixed(1);
    return `M${x} ${y(low)}V${y(high + 0.01 * peak)}`;
  });
  return `<path d="${columns.join('')}" stroke="#4c78a8" fill="none"/>`;
}

/** What `soundSvg` draws. */
export interface ShownSound {
  /** `heatPicture` as an address. */
  readonly heat: ShownPicture;
  readonly samples: Float32Array;
  readonly spectrogram: Spectrogram;
}

/** Waveform above, spectrogram below, patches outlined, hertz and seconds at the edges. */
export function soundSvg({ heat, samples, spectrogram }: ShownSound, units: Units<Band>): string {
  const { meaning } = spectrogram;
  const inner = WIDTH - LEFT;
  const [x, y] = [inner / heat.width, SPECTRUM / heat.height];
  const seconds = (heat.width * meaning.hop) / meaning.rate;
  const wide = Math.max(1, Math.min(inner, Math.round((inner * samples.length) / meaning.rate / seconds)));
  const patches = units.places.map(({ startFrame, frames, startBin, bins }, n) => {
    const top = SPECTRUM - (startBin + bins) * y;
    return `<rect class="unit" data-unit="${n}" x="${(startFrame * x).toFixed(2)}" y="${top.toFixed(2)}" width="${(frames * x).toFixed(2)}" height="${(bins * y).toFixed(2)}" fill="transparent" stroke="#fff" stroke-opacity=".45"/>`;
  });
  const hertz = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const edge = meaning.edges[Math.round(share * (meaning.edges.length - 1))] as number;
    return `<text x="${LEFT - 4}" y="${(WAVE + 8 + SPECTRUM * (1 - share) + 3).toFixed(1)}" font-size="10" text-anchor="end">${Math.round(edge)} Hz</text>`;
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<text x="${LEFT + share * inner}" y="${WAVE + SPECTRUM + 22}" font-size="10" text-anchor="${share === 1 ? 'end' : 'start'}">${(share * seconds).toFixed(2)} s</text>`,
  );
  const picture = `<image href="${heat.href}" width="${inner}" height="${SPECTRUM}" preserveAspectRatio="none"/>`;
  const body = `<g transform="translate(${LEFT} 0)">${waveform(samples, wide)}</g><g transform="translate(${LEFT} ${WAVE + 8})">${picture}${patches.join('')}</g>${hertz.join('')}${ticks.join('')}`;
  return svg(WIDTH, WAVE + SPECTRUM + 28, `${units.places.length} patches of a spectrogram`, body);
}
