// Synthetic pictures whose object is known to the pixel: one coloured shape at a random place on a noisy ground with stray lines. The
// class is the shape alone; colour, size and place say nothing. What explanations are measured against, since here the truth is known.
import { float32, type NdArray, Random } from '../array/index.ts';

/** Whether the point (x, y), in units of the shape's radius, lies on the shape; x to the right, y down. */
const shapes = {
  disc: (x: number, y: number) => x * x + y * y <= 1,
  ring: (x: number, y: number) => x * x + y * y <= 1 && x * x + y * y >= 0.3,
  cross: (x: number, y: number) =>
    Math.max(Math.abs(x), Math.abs(y)) <= 1 && Math.min(Math.abs(x), Math.abs(y)) <= 0.33,
  triangle: (x: number, y: number) => y <= 0.9 && y >= -1 && Math.abs(x) <= (y + 1) / 1.9,
} as const;

/** Names of the classes, in the order of labels. */
export const SHAPES: readonly string[] = Object.keys(shapes);

/** Pictures with their classes and objects. */
export interface ShapePictures {
  /** In [0, 1], `[N, 3, S, S]`. */
  readonly pixels: NdArray<'float32'>;
  /** Indices into `SHAPES`. */
  readonly labels: readonly number[];
  /** 1 on the object, `[S · S]` each. */
  readonly masks: readonly Uint8Array[];
}

/** `count` pictures of `size` × `size` pixels; picture i is a function of (seed, i) alone. */
export function shapePictures(count: number, { seed, size = 32 }: { seed: number; size?: number }): ShapePictures {
  const data = new Float32Array(count * 3 * size * size);
  const drawn = Array.from({ length: count }, (_, i) =>
    drawOne(
      new Random({ seed, step: i, site: 'shapes' }),
      size,
      data.subarray(i * 3 * size * size, (i + 1) * 3 * size * size),
    ),
  );
  return {
    pixels: float32([count, 3, size, size], data),
    labels: drawn.map(({ label }) => label),
    masks: drawn.map(({ mask }) => mask),
  };
}

function drawOne(random: Random, size: number, out: Float32Array): { label: number; mask: Uint8Array } {
  const label = random.integer(SHAPES.length);
  const isOn = Object.values(shapes)[label] as (x: number, y: number) => boolean;
  const between = (least: number, most: number): number => least + random.uniform() * (most - least);
  const color = (): number[] => [0, 1, 2].map(() => random.uniform());
  const [ground, ink] = [color(), color()];
  // the shape must stand out from its ground
  const widest = ground.map((value, c) => Math.abs(value - (ink[c] as number)));
  const loud = widest.indexOf(Math.max(...widest));
  ink[loud] = (ground[loud] as number) > 0.5 ? 0.05 : 0.95;
  const radius = between(0.19, 0.25) * size;
  const [cx, cy] = [between(radius, size - radius), between(radius, size - radius)];
  const lines = Array.from({ length: 3 }, () => ({
    angle: between(0, Math.PI),
    at: between(0.1, 0.9) * size,
    color: color(),
  }));
  const mask = new Uint8Array(size * size);
  const plane = size * size;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = y * size + x;
      const line = lines.find((one) => {
        const away = (x - size / 2) * Math.cos(one.angle) + (y - size / 2) * Math.sin(one.angle) + size / 2 - one.at;
        return Math.abs(away) < 0.6;
      });
      const on = isOn((x + 0.5 - cx) / radius, (y + 0.5 - cy) / radius);
      mask[at] = on ? 1 : 0;
      const flat = on ? ink : (line?.color ?? ground);
      for (let c = 0; c < 3; c++)
        out[c * plane + at] = Math.min(1, Math.max(0, (flat[c] as number) + between(-0.17, 0.17)));
    }
  }
  return { label, mask };
}
