// Meanings of norms, cross-entropy, convolutions.
import type { Ops } from '../operations.ts';
import type { Meanings } from './meaning.ts';
import { build, indexOf, placeOf, read, type Value } from './values.ts';

/** Applies `f` to every line along an axis; `f` gives a line of the same length. */
function lines(x: Value, axis: number, f: (line: number[]) => number[]): Value {
  return build(x.shape, (place) => {
    const values = Array.from({ length: x.shape[axis] as number }, (_, i) =>
      read(
        x,
        place.map((at, a) => (a === axis ? i : at)),
      ),
    );
    return f(values)[place[axis] as number] as number;
  });
}

function softmaxLine(values: readonly number[]): number[] {
  const largest = Math.max(...values);
  const exps = values.map((value) => Math.exp(value - largest));
  const total = exps.reduce((a, b) => a + b, 0);
  return exps.map((value) => value / total);
}

function logSoftmaxLine(values: readonly number[]): number[] {
  const largest = Math.max(...values);
  const total = Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
  return values.map((value) => value - largest - total);
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const rowOf = (x: Value, place: readonly number[]): number[] =>
  Array.from({ length: x.shape.at(-1) as number }, (_, i) => read(x, [...place.slice(0, -1), i]));

type Normal = 'Softmax' | 'LogSoftmax' | 'LayerNormalization' | 'RMSNormalization' | 'CrossEntropy';

/** Norms and cross-entropy. */
export const normalizeMeanings: Meanings<Normal> = {
  Softmax: ([x], { attributes: { axis } }) => [lines(x as Value, axis, softmaxLine)],
  LogSoftmax: ([x], { attributes: { axis } }) => [lines(x as Value, axis, logSoftmaxLine)],
  LayerNormalization: ([input, scale, bias], { attributes: { epsilon } }, { shapes }) => {
    const x = input as Value;
    const statistics = (place: readonly number[]): [number, number] => {
      const row = rowOf(x, place);
      const centre = mean(row);
      return [centre, 1 / Math.sqrt(mean(row.map((value) => (value - centre) ** 2)) + epsilon)];
    };
    const y = build(x.shape, (place) => {
      const [centre, inverse] = statistics(place);
      const channel = [place.at(-1) as number];
      return (read(x, place) - centre) * inverse * read(scale as Value, channel) + read(bias as Value, channel);
    });
    return [
      y,
      build(shapes[1] as number[], (place) => statistics(place)[0]),
      build(shapes[2] as number[], (place) => statistics(place)[1]),
    ];
  },
  RMSNormalization: ([input, scale], { attributes: { epsilon } }) => {
    const x = input as Value;
    return [
      build(x.shape, (place) => {
        const root = Math.sqrt(mean(rowOf(x, place).map((value) => value * value)) + epsilon);
        return (read(x, place) / root) * read(scale as Value, [place.at(-1) as number]);
      }),
    ];
  },
  CrossEntropy: ([logits, labels], { attributes: { smoothing } }, { shapes }) => {
    const probabilities = lines(logits as Value, 1, softmaxLine);
    // not the logarithm of the probability, which may be 0
    const logs = lines(logits as Value, 1, logSoftmaxLine);
    const loss = build(shapes[0] as number[], (place) => {
      const chosen = read(logs, [...place, read(labels as Value, place)]);
      return -(1 - smoothing) * chosen - smoothing * mean(rowOf(logs, [...place, 0]));
    });
    return [loss, probabilities];
  },
};

/** Calls `visit` for every product of a convolution: places in the input, the weight and the output. */
function convolve(
  x: readonly number[],
  weight: readonly number[],
  y: readonly number[],
  window: Ops['Conv'],
  visit: (input: number[], kernel: number[], output: number[]) => void,
): void {
  const { strides, pads, dilations, group } = window;
  const [outPerGroup, inPerGroup] = [(weight[0] as number) / group, weight[1] as number];
  const outputs = y.reduce((a, b) => a * b, 1);
  const kernels = weight.slice(1).reduce((a, b) => a * b, 1);
  for (let o = 0; o < outputs; o++) {
    const output = placeOf(o, y);
    const channel = output[1] as number;
    for (let k = 0; k < kernels; k++) {
      const kernel = placeOf(k, weight.slice(1));
      const places = output
        .slice(2)
        .map(
          (at, i) =>
            at * (strides[i] as number) + (kernel[i + 1] as number) * (dilations[i] as number) - (pads[i] as number),
        );
      if (places.some((at, i) => at < 0 || at >= (x[i + 2] as number))) continue;
      const from = Math.floor(channel / outPerGroup) * inPerGroup + (kernel[0] as number);
      visit([output[0] as number, from, ...places], [channel, ...kernel], output);
    }
  }
}

/** Convolutions and pooling. */
export const convolutionMeanings: Meanings<'Conv' | 'ConvTranspose' | 'AveragePool'> = {
  Conv: ([x, weight], { attributes }, { shapes }) => {
    const [input, kernel, shape] = [x as Value, weight as Value, shapes[0] as number[]];
    const data = new Float64Array(shape.reduce((a, b) => a * b, 1));
    convolve(input.shape, kernel.shape, shape, attributes, (from, by, to) => {
      const at = indexOf(to, shape);
      data[at] = (data[at] as number) + read(input, from) * read(kernel, by);
    });
    return [{ shape, data }];
  },
  // the input gradient of a convolution with the same weight: roles of input and output are swapped
  ConvTranspose: ([x, weight], { attributes }, { shapes }) => {
    const [input, kernel, shape] = [x as Value, weight as Value, shapes[0] as number[]];
    const data = new Float64Array(shape.reduce((a, b) => a * b, 1));
    convolve(shape, kernel.shape, input.shape, attributes, (from, by, to) => {
      const at = indexOf(from, shape);
      data[at] = (data[at] as number) + read(input, to) * read(kernel, by);
    });
    return [{ shape, data }];
  },
  AveragePool: ([x], { attributes: { kernel, strides, pads } }, { shapes }) => {
    const input = x as Value;
    const area = kernel.reduce((a, b) => a * b, 1);
    return [
      build(shapes[0] as number[], (place) => {
        let sum = 0;
        for (let k = 0; k < area; k++) {
          const at = placeOf(k, kernel).map(
            (offset, i) => (place[i + 2] as number) * (strides[i] as number) + offset - (pads[i] as number),
          );
          if (at.every((p, i) => p >= 0 && p < (input.shape[i + 2] as number)))
            sum += read(input, [...place.slice(0, 2), ...at]);
        }
        return sum / area;
      }),
    ];
  },
};
