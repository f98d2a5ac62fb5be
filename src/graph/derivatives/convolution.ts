// Derivatives of convolutions: each is made of convolutions again.
import { float32 } from '../../array/index.ts';
import type { Dim } from '../dim.ts';
import type { Ops } from '../operations.ts';
import { concat, constant, convTranspose, slice, split, transpose } from '../ops/index.ts';
import { createTensor, type Tensor } from '../tensor.ts';
import { type Derivatives, only } from './derivative.ts';

type Window = Ops['Conv'];

const half = (pads: readonly number[]): readonly number[] => pads.slice(0, pads.length / 2);
const swapFirst = (x: Tensor): Tensor => transpose(x, [1, 0, ...[...x.shape.keys()].slice(2)]);

/** The input's gradient of `conv(x, w)`: the transposed convolution, stretched to the places that the strides skipped. */
function inputGradient(dy: Tensor, x: Tensor, weight: Tensor, window: Window): Tensor {
  const { strides, dilations, group } = window;
  const padding = half(window.pads);
  const outputPadding = strides.map((stride, i) => {
    const [size, kernel] = [x.shape[i + 2] as number, weight.shape[i + 2] as number];
    const reach = (dilations[i] as number) * (kernel - 1) + 1;
    return size - (((dy.shape[i + 2] as number) - 1) * stride - 2 * (padding[i] as number) + reach);
  });
  return convTranspose(dy, weight, { stride: strides, padding, dilation: dilations, group, outputPadding });
}

/** The weight's gradient for one group: x and dy trade batch for channels, strides trade places with dilations. */
function groupWeightGradient(dy: Tensor, x: Tensor, weightShape: readonly Dim[], window: Window): Tensor {
  const { strides, dilations, pads } = window;
  const kernel = weightShape.slice(2) as number[];
  const [image, filter] = [swapFirst(x), swapFirst(dy)];
  const padding = half(pads);
  const sizes = kernel.map((_, i) => {
    const reach = (strides[i] as number) * ((filter.shape[i + 2] as number) - 1) + 1;
    return (
      Math.floor(((image.shape[i + 2] as number) + 2 * (padding[i] as number) - reach) / (dilations[i] as number)) + 1
    );
  });
  const attributes = { strides: dilations, dilations: strides, pads, group: 1 };
  const shape = [image.shape[0] as Dim, filter.shape[0] as Dim, ...sizes];
  const wide = createTensor('Conv', [image, filter], attributes, { dtype: x.dtype, shape });
  const cut = kernel.reduce(
    (inner, size, i) => (inner.shape[i + 2] === size ? inner : slice(inner, i + 2, 0, size)),
    wide,
  );
  return swapFirst(cut);
}

function weightGradient(dy: Tensor, x: Tensor, weight: Tensor, window: Window): Tensor {
  const { group } = window;
  const parts = (t: Tensor): readonly Tensor[] =>
    group === 1
      ? [t]
      : split(
          t,
          Array.from({ length: group }, () => (t.shape[1] as number) / group),
          1,
        );
  const shape = [(weight.shape[0] as number) / group, ...weight.shape.slice(1)];
  const [images, filters] = [parts(x), parts(dy)];
  return concat(
    images.map((image, i) => groupWeightGradient(filters[i] as Tensor, image, shape, window)),
    0,
  );
}

function conv(x: Tensor, weight: Tensor, window: Window, shape: readonly Dim[]): Tensor {
  return createTensor('Conv', [x, weight], window, { dtype: x.dtype, shape });
}

/** Convolutions and pooling. */
export const convolutionDerivatives: Derivatives<'Conv' | 'ConvTranspose' | 'AveragePool'> = {
  Conv: (dy, { inputs, attributes }) => {
    const [x, weight] = inputs as [Tensor, Tensor];
    return [inputGradient(only(dy), x, weight, attributes), weightGradient(only(dy), x, weight, attributes)];
  },
  // the transposed convolution is the input gradient of a convolution, so the roles of x and dy are swapped
  ConvTranspose: (dy, { inputs, attributes }) => {
    const [x, weight] = inputs as [Tensor, Tensor];
    const { strides, pads, dilations, group } = attributes;
    const window = { strides, pads, dilations, group };
    return [conv(only(dy), weight, window, x.shape), weightGradient(x, only(dy), weight, window)];
  },
  AveragePool: (dy, { inputs, attributes: { kernel, strides, pads } }) => {
    const x = inputs[0] as Tensor;
    const channels = x.shape[1] as number;
    const area = kernel.reduce((a, b) => a * b, 1);
    const weight = constant(float32([channels, 1, ...kernel], new Float32Array(channels * area).fill(1 / area)));
    const window = { strides, pads, dilations: kernel.map(() => 1), group: channels };
    return [inputGradient(only(dy), x, weight, window)];
  },
};
