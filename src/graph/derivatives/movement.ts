// Derivatives of operations that move elements: the way back.
import { addDims, type Dim, subtractDims } from '../dim.ts';
import { concat, pad, reshape, slice, sum, transposeBack, triangle } from '../ops/index.ts';
import type { Tensor } from '../tensor.ts';
import { type Derivatives, only, sumTo, zerosLike } from './derivative.ts';

type Movement = 'Reshape' | 'Transpose' | 'Concat' | 'Split' | 'Slice' | 'Pad' | 'Expand' | 'Tile' | 'Trilu';

/** Movements. */
export const movementDerivatives: Derivatives<Movement> = {
  Reshape: (dy, { inputs }) => [reshape(only(dy), (inputs[0] as Tensor).shape)],
  Transpose: (dy, { attributes: { perm } }) => [transposeBack(only(dy), perm)],
  Concat: (dy, { inputs, attributes: { axis } }) => {
    let start: Dim = 0;
    return inputs.map((part) => {
      const end = addDims(start, part.shape[axis] as Dim);
      const piece = slice(only(dy), axis, start, end);
      start = end;
      return piece;
    });
  },
  Split: (dys, { outputs, attributes: { axis } }) => [
    concat(
      outputs.map((out, i) => dys[i] ?? zerosLike(out)),
      axis,
    ),
  ],
  Slice: (dy, { inputs, attributes: { starts, ends, axes } }) => {
    const x = inputs[0] as Tensor;
    const before = x.shape.map((_, axis): Dim => (axes.includes(axis) ? (starts[axes.indexOf(axis)] as Dim) : 0));
    const after = x.shape.map(
      (dim, axis): Dim => (axes.includes(axis) ? subtractDims(dim, ends[axes.indexOf(axis)] as Dim) : 0),
    );
    return [pad(only(dy), [...before, ...after])];
  },
  Pad: (dy, { inputs, attributes: { pads } }) => {
    const x = inputs[0] as Tensor;
    return [
      x.shape.reduce<Tensor>((inner, dim, axis) => {
        const start = pads[axis] as Dim;
        return dim === inner.shape[axis] ? inner : slice(inner, axis, start, addDims(start, dim));
      }, only(dy)),
    ];
  },
  Expand: (dy, { inputs }) => [sumTo(only(dy), (inputs[0] as Tensor).shape)],
  Tile: (dy, { inputs, attributes: { repeats } }) => {
    const x = inputs[0] as Tensor;
    const blocks = reshape(
      only(dy),
      x.shape.flatMap((dim, axis): Dim[] => [repeats[axis] as number, dim]),
    );
    return [sum(blocks, { axes: repeats.map((_, axis) => 2 * axis) })];
  },
  Trilu: (dy, { attributes: { upper, k } }) => [triangle(only(dy), upper ? 'upper' : 'lower', k)],
};
