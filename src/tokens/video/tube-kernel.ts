// One kernel for tubes of all shapes: TubeViT stretches it to each shape by trilinear interpolation. Interpolation is linear, so instead of
// stretching the kernel to the tube, the tube can be folded back onto the kernel (the transposed map): same product, one length for all.

/** Interpolation from `from` to `to` points: for each target two sources and the share of the second (torch, `align_corners=False`). */
function stretch(from: number, to: number): { low: Int32Array; high: Int32Array; share: Float64Array } {
  const [low, high, share] = [new Int32Array(to), new Int32Array(to), new Float64Array(to)];
  for (let i = 0; i < to; i++) {
    const at = Math.max(0, ((i + 0.5) * from) / to - 0.5);
    low[i] = Math.min(from - 1, Math.floor(at));
    high[i] = Math.min(from - 1, Math.floor(at) + 1);
    share[i] = at - Math.floor(at);
  }
  return { low, high, share };
}

/** Folds the middle axis of `[outer, size, inner]` onto `kernel` points. */
function foldAxis(data: Float64Array, outer: number, size: number, inner: number, kernel: number): Float64Array {
  if (size === kernel) return data;
  const { low, high, share } = stretch(kernel, size);
  const out = new Float64Array(outer * kernel * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < size; i++) {
      const second = share[i] as number;
      const [toLow, toHigh] = [(o * kernel + (low[i] as number)) * inner, (o * kernel + (high[i] as number)) * inner];
      for (let k = 0; k < inner; k++) {
        const value = data[(o * size + i) * inner + k] as number;
        out[toLow + k] = (out[toLow + k] as number) + (1 - second) * value;
        out[toHigh + k] = (out[toHigh + k] as number) + second * value;
      }
    }
  }
  return out;
}

/**
 * A tube `[C, t, h, w]` in the coordinates of the shared kernel `[C, …kernel]`: its inner product with the kernel equals the inner product
 * of the tube with the kernel interpolated to the tube's size.
 */
export function resampleTube(
  tube: Float32Array,
  channels: number,
  size: readonly [number, number, number],
  kernel: readonly [number, number, number],
): Float32Array {
  const [t, h, w] = size;
  let folded = foldAxis(Float64Array.from(tube), channels, t, h * w, kernel[0]);
  folded = foldAxis(folded, channels * kernel[0], h, w, kernel[1]);
  folded = foldAxis(folded, channels * kernel[0] * kernel[1], w, 1, kernel[2]);
  return Float32Array.from(folded);
}
