// Windows of a grid as rows, so that a convolution with few, large kernels becomes one matrix product: on the CPU that is faster than
// convolving, most of all backwards and in three dimensions.
import { ndArray } from '../array/index.ts';
import { constant, type Dim, gather, reshape, slice, type Tensor, transpose } from '../graph/index.ts';

/** Windows along each axis after the channels. */
export interface WindowOptions {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  /** Where the first window begins. Default: 0 on every axis. */
  readonly offset?: readonly number[];
}

/** How many windows fit along each axis: `⌊(length − offset − size) / stride⌋ + 1`, 0 where none does. */
export function windowGrid(lengths: readonly number[], { size, stride, offset = [] }: WindowOptions): number[] {
  return lengths.map((length, axis) => {
    const room = length - (offset[axis] ?? 0) - (size[axis] as number);
    return room < 0 ? 0 : Math.floor(room / (stride[axis] as number)) + 1;
  });
}

const volume = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** `[B, C, …lengths] → [B, windows, C · ∏ size]`, the last axis of the windows fastest; the order of a kernel `[D, C, …size]`. */
export function windowsOf(x: Tensor, options: WindowOptions): Tensor {
  return options.size.join() === options.stride.join() ? tiles(x, options) : gathered(x, options);
}

/** Windows side by side: nothing is read twice, so reshaping is enough. */
function tiles(x: Tensor, options: WindowOptions): Tensor {
  const { size, offset = [] } = options;
  const [batch, channels, ...lengths] = x.shape as [Dim, number, ...number[]];
  const grid = windowGrid(lengths, options);
  const used = grid.reduce((part, count, axis) => {
    const [start, length] = [offset[axis] ?? 0, count * (size[axis] as number)];
    return length === lengths[axis] ? part : slice(part, axis + 2, start, start + length);
  }, x);
  const parts = reshape(used, [batch, channels, ...grid.flatMap((count, axis) => [count, size[axis] as number])]);
  const axes = grid.map((_, axis) => 2 + 2 * axis);
  const rows = transpose(parts, [0, ...axes, 1, ...axes.map((axis) => axis + 1)]);
  return reshape(rows, [batch, volume(grid), channels * volume(size)]);
}

/** The place of element `i` of a box of `sizes`, where a step along an axis moves by `pace`. */
function placeOf(i: number, sizes: readonly number[], pace: (axis: number) => number): number {
  let [rest, place] = [i, 0];
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    place += (rest % (sizes[axis] as number)) * pace(axis);
    rest = Math.floor(rest / (sizes[axis] as number));
  }
  return place;
}

/** Windows that overlap or leave gaps: one gather over the flattened places. */
function gathered(x: Tensor, options: WindowOptions): Tensor {
  const { size, stride, offset = [] } = options;
  const [batch, channels, ...lengths] = x.shape as [Dim, number, ...number[]];
  const grid = windowGrid(lengths, options);
  const steps = lengths.map((_, axis) => volume(lengths.slice(axis + 1)));
  const first = offset.reduce((sum, start, axis) => sum + start * (steps[axis] as number), 0);
  const pace = (axis: number): number => (stride[axis] as number) * (steps[axis] as number);
  const starts = Array.from({ length: volume(grid) }, (_, i) => first + placeOf(i, grid, pace));
  const inside = Array.from({ length: volume(size) }, (_, i) => placeOf(i, size, (axis) => steps[axis] as number));
  const places = Int32Array.from(starts.flatMap((start) => inside.map((place) => start + place)));
  const indices = constant(ndArray('int32', [starts.length, inside.length], places));
  const cut = gather(reshape(x, [batch, channels, volume(lengths)]), indices, 2);
  return reshape(transpose(cut, [0, 2, 1, 3]), [batch, starts.length, channels * inside.length]);
}
