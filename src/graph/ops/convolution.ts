// Convolutions, pooling and resizing. Channels first: x `[B, C, …]`, weight `[out, in / group, …]` as in PyTorch and ONNX.
import { float32 } from '../../array/index.ts';
import { createTensor, currentPath, describe, ShapeError, type Tensor } from '../tensor.ts';
import { transpose } from './movement.ts';
import { matmul } from './product.ts';
import { constant } from './source.ts';

/** Options of convolutions; one number per spatial axis, or one for all. */
export interface ConvOptions {
  readonly stride?: number | readonly number[];
  readonly padding?: number | readonly number[];
  readonly dilation?: number | readonly number[];
  readonly group?: number;
}

function perAxis(value: number | readonly number[] | undefined, rank: number, otherwise: number): number[] {
  if (Array.isArray(value)) return [...value];
  return Array.from({ length: rank }, () => (value as number | undefined) ?? otherwise);
}

function fixedSizes(operation: string, x: Tensor): number[] {
  return x.shape.slice(1).map((dim) => {
    if (typeof dim === 'number') return dim;
    throw new ShapeError(operation, 'fixed sizes after the batch', describe(x), currentPath());
  });
}

/** Convolution over one, two or three spatial axes; no bias (add it after). */
export function conv(x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor {
  const rank = x.shape.length - 2;
  const [channels = 0, ...places] = fixedSizes('Conv', x);
  const [out, perGroup, ...kernel] = weight.shape as number[];
  const group = options.group ?? 1;
  if (weight.shape.length !== x.shape.length || perGroup === undefined || perGroup * group !== channels) {
    throw new ShapeError(
      'Conv',
      `a weight for ${channels} channels in ${group} groups`,
      describe(weight),
      currentPath(),
    );
  }
  const strides = perAxis(options.stride, rank, 1);
  const padding = perAxis(options.padding, rank, 0);
  const dilations = perAxis(options.dilation, rank, 1);
  const sizes = places.map((size, i) => {
    const reach = (dilations[i] as number) * ((kernel[i] as number) - 1) + 1;
    return Math.floor((size + 2 * (padding[i] as number) - reach) / (strides[i] as number)) + 1;
  });
  if (sizes.some((size) => size < 1)) {
    throw new ShapeError('Conv', `places at least as large as the kernel [${kernel}]`, describe(x), currentPath());
  }
  const attributes = { strides, pads: [...padding, ...padding], dilations, group };
  return createTensor('Conv', [x, weight], attributes, {
    dtype: x.dtype,
    shape: [x.shape[0] as number, out as number, ...sizes],
  });
}

/** Transposed convolution; weight `[in, out / group, …]`. */
export function convTranspose(
  x: Tensor,
  weight: Tensor,
  options: ConvOptions & { readonly outputPadding?: number | readonly number[] } = {},
): Tensor {
  const rank = x.shape.length - 2;
  const [channels = 0, ...places] = fixedSizes('ConvTranspose', x);
  const [into, perGroup = 0, ...kernel] = weight.shape as number[];
  if (into !== channels) {
    throw new ShapeError('ConvTranspose', `a weight for ${channels} channels`, describe(weight), currentPath());
  }
  const group = options.group ?? 1;
  const strides = perAxis(options.stride, rank, 1);
  const padding = perAxis(options.padding, rank, 0);
  const dilations = perAxis(options.dilation, rank, 1);
  const outputPadding = perAxis(options.outputPadding, rank, 0);
  const sizes = places.map((size, i) => {
    const reach = (dilations[i] as number) * ((kernel[i] as number) - 1) + 1;
    return (size - 1) * (strides[i] as number) - 2 * (padding[i] as number) + reach + (outputPadding[i] as number);
  });
  const attributes = { strides, pads: [...padding, ...padding], dilations, group, outputPadding };
  const shape = [x.shape[0] as number, perGroup * group, ...sizes];
  return createTensor('ConvTranspose', [x, weight], attributes, { dtype: x.dtype, shape });
}

/** Mean over windows; padding counts as zeros. */
export function averagePool(
  x: Tensor,
  kernel: readonly number[],
  options: Omit<ConvOptions, 'dilation' | 'group'> = {},
): Tensor {
  const [channels = 0, ...places] = fixedSizes('AveragePool', x);
  const strides = options.stride === undefined ? [...kernel] : perAxis(options.stride, kernel.length, 1);
  const padding = perAxis(options.padding, kernel.length, 0);
  const sizes = places.map(
    (size, i) => Math.floor((size + 2 * (padding[i] as number) - (kernel[i] as number)) / (strides[i] as number)) + 1,
  );
  const attributes = { kernel, strides, pads: [...padding, ...padding] };
  return createTensor('AveragePool', [x], attributes, {
    dtype: x.dtype,
    shape: [x.shape[0] as number, channels, ...sizes],
  });
}

/** Weights of a 1-D kernel at distance `t`. */
const kernels = {
  bilinear: (t: number): number => Math.max(0, 1 - Math.abs(t)),
  /** Keys' cubic with a = −0.75, as torch.nn.functional.interpolate. */
  bicubic: (t: number): number => {
    const [a, d] = [-0.75, Math.abs(t)];
    if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
    return d < 2 ? ((d - 5) * d + 8) * d * a - 4 * a : 0;
  },
} as const;

/** The matrix `[to, from]` that resizes one axis: half-pixel centres, edges repeated, no antialias. */
export function resizeMatrix(from: number, to: number, mode: keyof typeof kernels): Float32Array {
  const matrix = new Float32Array(to * from);
  const reach = mode === 'bicubic' ? 2 : 1;
  for (let i = 0; i < to; i++) {
    const centre = ((i + 0.5) * from) / to - 0.5;
    const clamped = mode === 'bilinear' ? Math.max(centre, 0) : centre;
    const base = Math.floor(clamped);
    for (let j = base - reach + 1; j <= base + reach; j++) {
      const at = i * from + Math.min(Math.max(j, 0), from - 1);
      matrix[at] = (matrix[at] as number) + kernels[mode](clamped - j);
    }
  }
  return matrix;
}

/** The last two axes resized as torch.nn.functional.interpolate(align_corners=False) does: a matrix product per axis. */
export function resize(x: Tensor, size: readonly [number, number], mode: keyof typeof kernels): Tensor {
  const [height, width] = x.shape.slice(-2) as [number, number];
  const rows = constant(float32([size[0], height], resizeMatrix(height, size[0], mode)));
  const columns = constant(float32([size[1], width], resizeMatrix(width, size[1], mode)));
  return matmul(matmul(rows, x), transpose(columns));
}
