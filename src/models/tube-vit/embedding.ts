// Clips to tokens (Piergiovanni et al. 2023): sparse tubes of several shapes, all by one kernel that is stretched to each shape, and
// fixed positions in frames and pixels, so that tubes of every shape share one space.
import { float32, type NdArray } from '../../array/index.ts';
import {
  add,
  concat,
  constant,
  matmul,
  reshape,
  resizeMatrix,
  slice,
  type Tensor,
  tap,
  transpose,
} from '../../graph/index.ts';
import { type Module, project, sinusoidTable, truncatedNormalInit, windowsOf, zerosInit } from '../../nn/index.ts';
import { tokenFor } from '../picture-embedding.ts';
import { type Triple, type Tube, type TubeVitConfig, tubeGrid } from './config.ts';

/** The kernel `[D, C, T, H, W]` in another size: trilinear, corners not aligned, no antialias, as torch.nn.functional.interpolate. */
export function stretchKernel(kernel: Tensor, to: Triple): Tensor {
  const [out, channels, ...from] = kernel.shape as [number, number, number, number, number];
  const matrix = (axis: number): Tensor => {
    const [a, b] = [from[axis] as number, to[axis] as number];
    return constant(float32([b, a], resizeMatrix(a, b, 'bilinear')));
  };
  let x = kernel;
  if (from[2] !== to[2]) x = matmul(x, transpose(matrix(2)));
  if (from[1] !== to[1]) x = matmul(matrix(1), x);
  if (from[0] === to[0]) return x;
  const flat = matmul(matrix(0), reshape(x, [out, channels, from[0], to[1] * to[2]]));
  return reshape(flat, [out, channels, ...to]);
}

/** Where the middles of a tube's tokens lie, in frames and pixels; frames vary slowest. */
export function tubePlaces(tube: Tube, clip: Triple): Triple[] {
  const [frames, rows, columns] = tubeGrid(tube, clip);
  const middle = (axis: number, i: number): number =>
    i * (tube.stride[axis] as number) + (tube.offset[axis] as number) + Math.floor((tube.size[axis] as number) / 2);
  const places: Triple[] = [];
  for (let t = 0; t < frames; t++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++) places.push([middle(0, t), middle(1, y), middle(2, x)]);
  return places;
}

/** Positions `[1, 1 + N, D]`: a third of the width for frames, rows, columns each, sines before cosines; zero for the class token. */
export function tubePositions(tubes: readonly Tube[], clip: Triple, dim: number): NdArray<'float32'> {
  const places = tubes.flatMap((tube) => tubePlaces(tube, clip));
  const third = dim / 3;
  const sines = sinusoidTable(Math.max(...clip) + 1, third, 'half-split');
  const table = new Float32Array((1 + places.length) * dim);
  places.forEach((place, i) => {
    place.forEach((at, axis) => {
      table.set(sines.data.subarray(at * third, (at + 1) * third), (1 + i) * dim + axis * third);
    });
  });
  return float32([1, 1 + places.length, dim], table);
}

/** Clips `[B, F, C, H, W]` to the stream `[B, 1 + N, D]`; tubes that do not fit a smaller clip are left out. */
export function embedClip(module: Module, clip: Tensor, config: TubeVitConfig): Tensor {
  const { dim, channels, tubes, kernel: size, initDeviation } = config;
  const [, frames, , height, width] = clip.shape as [unknown, number, number, number, number];
  const initialize = truncatedNormalInit(initDeviation);
  const kernel = module.parameter('kernel', [dim, channels, ...size], initialize);
  const biases = module.parameter('bias', [tubes.length, dim], zerosInit);
  const extent: Triple = [frames, height, width];
  const fitting = tubes.filter((tube) => !tubeGrid(tube, extent).includes(0));
  const x = transpose(clip, [0, 2, 1, 3, 4]);
  const tokens = fitting.map((tube) => {
    const width = channels * tube.size.reduce((a, b) => a * b, 1);
    const weight = reshape(stretchKernel(kernel, tube.size), [dim, width]);
    const i = tubes.indexOf(tube);
    return add(project(windowsOf(x, tube), weight), slice(biases, 0, i, i + 1));
  });
  const token = module.parameter('cls_token', [1, 1, dim], initialize);
  const first = tokenFor(token, tokens[0] as Tensor);
  const placed = add(concat([first, ...tokens], 1), constant(tubePositions(fitting, extent, dim)));
  return tap('output', module.dropout(placed, config.dropout));
}
