// Convolutions, pooling and resizing. Channels first: x `[B, C, …]`, weight `[out, in / group, …]` as in PyTorch and ONNX.
import { float32 } from '../../array/index.ts';
import type { Dim } from '../dim.ts';
import type { Ops } from '../operations.ts';
import { createTensor, currentPath, describe, ShapeError, type Tensor } from '../tensor.ts';
import { requireSameType } from './axis.ts';
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

type PerAxis = number | readonly number[];

/** One number for each spatial axis. @throws ShapeError for a wrong count, or a number below `least` */
function perAxis(operation: string, x: Tensor, value: PerAxis, least: number): number[] {
  const rank = x.shape.length - 2;
  const list = typeof value === 'number' ? Array.from({ length: rank }, () => value) : [...value];
  if (list.length !== rank || list.some((one) => !Number.isInteger(one) || one < least)) {
    const expected = `${rank} whole numbers of at least ${least}, one per spatial axis`;
    throw new ShapeError(operation, expected, `[${list}] for ${describe(x)}`, currentPath());
  }
  return list;
}

/** The window's numbers, with their defaults. */
function windowOf(
  operation: string,
  x: Tensor,
  options: ConvOptions,
): Omit<Ops['Conv'], 'pads'> & { padding: number[] } {
  const { stride = 1, padding = 0, dilation = 1, group = 1 } = options;
  return {
    strides: perAxis(operation, x, stride, 1),
    padding: perAxis(operation, x, padding, 0),
    dilations: perAxis(operation, x, dilation, 1),
    group,
  };
}

function requirePlaces(operation: string, sizes: readonly number[], x: Tensor, kernel: readonly number[]): void {
  if (sizes.some((size) => size < 1)) {
    const expected = `places, with their padding, at least as large as the kernel [${kernel}]`;
    throw new ShapeError(operation, expected, `${describe(x)}, which leaves [${sizes}]`, currentPath());
  }
}

/** @throws ShapeError unless all sizes are numbers, those of the kernel at least 1 */
function requireKernel(operation: string, weight: Tensor): void {
  if (weight.shape.some((dim, axis) => typeof dim !== 'number' || (axis > 1 && dim < 1)))
    throw new ShapeError(operation, 'a weight of fixed sizes, its kernel at least 1', describe(weight), currentPath());
}

function fixedSizes(operation: string, x: Tensor): number[] {
  if (x.shape.length < 3) throw new ShapeError(operation, '[batch, channels, places…]', describe(x), currentPath());
  return x.shape.slice(1).map((dim) => {
    if (typeof dim === 'number') return dim;
    throw new ShapeError(operation, 'fixed sizes after the batch', describe(x), currentPath());
  });
}

/** Convolution over one, two or three spatial axes; no bias (add it after). */
export function conv(x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor {
  const [channels = 0, ...places] = fixedSizes('Conv', x);
  const [out = 0, perGroup = 0, ...kernel] = weight.shape as number[];
  const { padding, ...window } = windowOf('Conv', x, options);
  const { strides, dilations, group } = window;
  requireSameType('Conv', x, weight);
  requireKernel('Conv', weight);
  if (weight.shape.length !== x.shape.length || perGroup * group !== channels || out % group !== 0) {
    const expected = `a weight for ${channels} channels in ${group} groups`;
    throw new ShapeError('Conv', expected, `${describe(weight)} for ${describe(x)}`, currentPath());
  }
  const sizes = places.map((size, i) => {
    const reach = (dilations[i] as number) * ((kernel[i] as number) - 1) + 1;
    return Math.floor((size + 2 * (padding[i] as number) - reach) / (strides[i] as number)) + 1;
  });
  requirePlaces('Conv', sizes, x, kernel);
  const shape = [x.shape[0] as Dim, out, ...sizes];
  return createTensor('Conv', [x, weight], { ...window, pads: [...padding, ...padding] }, { dtype: x.dtype, shape });
}

/** Transposed convolution; weight `[in, out / group, …]`. */
export function convTranspose(
  x: Tensor,
  weight: Tensor,
  options: ConvOptions & { readonly outputPadding?: number | readonly number[] } = {},
): Tensor {
  const [channels = 0, ...places] = fixedSizes('ConvTranspose', x);
  const [into, perGroup = 0, ...kernel] = weight.shape as number[];
  const { padding, ...window } = windowOf('ConvTranspose', x, options);
  const { strides, dilations, group } = window;
  const outputPadding = perAxis('ConvTranspose', x, options.outputPadding ?? 0, 0);
  requireSameType('ConvTranspose', x, weight);
  requireKernel('ConvTranspose', weight);
  if (places.includes(0))
    throw new ShapeError('ConvTranspose', 'at least one place along every axis', describe(x), currentPath());
  if (weight.shape.length !== x.shape.length || into !== channels || channels % group !== 0) {
    const expected = `a weight for ${channels} channels in ${group} groups`;
    throw new ShapeError('ConvTranspose', expected, `${describe(weight)} for ${describe(x)}`, currentPath());
  }
  if (outputPadding.some((extra, i) => extra >= (strides[i] as number))) {
    const expected = `an output padding below the stride [${strides}], as ONNX Runtime wants it`;
    throw new ShapeError('ConvTranspose', expected, `[${outputPadding}] for ${describe(x)}`, currentPath());
  }
  const sizes = places.map((size, i) => {
    const reach = (dilations[i] as number) * ((kernel[i] as number) - 1) + 1;
    return (size - 1) * (strides[i] as number) - 2 * (padding[i] as number) + reach + (outputPadding[i] as number);
  });
  requirePlaces('ConvTranspose', sizes, x, kernel);
  const attributes = { ...window, pads: [...padding, ...padding], outputPadding };
  const shape = [x.shape[0] as Dim, perGroup * group, ...sizes];
  return createTensor('ConvTranspose', [x, weight], attributes, { dtype: x.dtype, shape });
}

/** Mean over windows; padding counts as zeros. */
export function averagePool(
  x: Tensor,
  kernel: readonly number[],
  options: Omit<ConvOptions, 'dilation' | 'group'> = {},
): Tensor {
  const [channels = 0, ...places] = fixedSizes('AveragePool', x);
  perAxis('AveragePool', x, kernel, 1);
  const { strides, padding } = windowOf('AveragePool', x, { stride: kernel, ...options });
  const sizes = places.map(
    (size, i) => Math.floor((size + 2 * (padding[i] as number) - (kernel[i] as number)) / (strides[i] as number)) + 1,
  );
  requirePlaces('AveragePool', sizes, x, kernel);
  const attributes = { kernel, strides, pads: [...padding, ...padding] };
  const shape = [x.shape[0] as Dim, channels, ...sizes];
  return createTensor('AveragePool', [x], attributes, { dtype: x.dtype, shape });
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
  const [height, width] = x.shape.slice(-2);
  if (typeof height !== 'number' || typeof width !== 'number') {
    throw new ShapeError('resize', 'two last axes of fixed size', describe(x), currentPath());
  }
  const rows = constant(float32([size[0], height], resizeMatrix(height, size[0], mode)));
  const columns = constant(float32([size[1], width], resizeMatrix(width, size[1], mode)));
  return matmul(matmul(rows, x), transpose(columns));
}
