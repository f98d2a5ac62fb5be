// Derivatives of reading and writing at indices.
import { type Dim, productOf } from '../dim.ts';
import {
  add,
  full,
  gather,
  gatherElements,
  multiply,
  reshape,
  scatterElements,
  scatterNd,
  slice,
  transpose,
  transposeBack,
} from '../ops/index.ts';
import type { Node, Tensor } from '../tensor.ts';
import { type Derivatives, noGradient, only, sizeScalar, zerosLike } from './derivative.ts';

/** Rows added up where they were read: `[N, …]` into zeros of the table's shape. */
function scatterRows(table: Tensor, indices: Tensor, rows: Tensor): Tensor {
  const count = productOf(indices.shape);
  const flat = reshape(rows, [count, ...table.shape.slice(1)]);
  return scatterNd(full(table.shape, 0, table.dtype), reshape(indices, [count, 1]), flat, 'add');
}

function gatherDerivative(dy: Tensor, { inputs, attributes: { axis } }: Node<'Gather'>): Tensor {
  const [data, indices] = inputs as [Tensor, Tensor];
  if (axis === 0) return scatterRows(data, indices, dy);
  // the read axis to the front, rows added up, and the axis back
  const reads = [...indices.shape.keys()].map((i) => axis + i);
  const rest = [...dy.shape.keys()].filter((i) => !reads.includes(i));
  const front = [axis, ...[...data.shape.keys()].filter((i) => i !== axis)];
  const turned = { ...data, shape: front.map((i) => data.shape[i] as Dim) };
  const summed = scatterRows(turned, indices, transpose(dy, [...reads, ...rest]));
  return transposeBack(summed, front);
}

/** The sub-tensors of `data` at indices `[…, k]`: one number per place in the first k axes. */
function gatherNd(data: Tensor, indices: Tensor): Tensor {
  const depth = indices.shape.at(-1) as number;
  const lead = data.shape.slice(0, depth);
  const rest = data.shape.slice(depth);
  if (depth === 1) return gather(data, reshape(indices, indices.shape.slice(0, -1)));
  const places = lead
    .map((_, axis) => {
      const at = reshape(slice(indices, -1, axis, axis + 1), indices.shape.slice(0, -1));
      return multiply(at, sizeScalar(productOf(lead.slice(axis + 1)), indices));
    })
    .reduce((a, b) => add(a, b));
  return gather(reshape(data, [productOf(lead), ...rest]), places);
}

type Indexing = 'Gather' | 'GatherElements' | 'ScatterElements' | 'ScatterND' | 'OneHot';

/** Indexing. */
export const indexingDerivatives: Derivatives<Indexing> = {
  Gather: (dy, node) => [gatherDerivative(only(dy), node)],
  GatherElements: (dy, { inputs, attributes: { axis } }) => {
    const [data, indices] = inputs as [Tensor, Tensor];
    return [scatterElements(zerosLike(data), indices, only(dy), { axis, reduction: 'add' })];
  },
  ScatterElements: (dys, { inputs, attributes: { axis, reduction } }) => {
    const dy = only(dys);
    const [, indices, updates] = inputs as [Tensor, Tensor, Tensor];
    const data = reduction === 'add' ? dy : scatterElements(dy, indices, zerosLike(updates), { axis });
    return [data, undefined, gatherElements(dy, indices, axis)];
  },
  ScatterND: (dys, { inputs, attributes: { reduction } }) => {
    const dy = only(dys);
    const [, indices, updates] = inputs as [Tensor, Tensor, Tensor];
    const data = reduction === 'add' ? dy : scatterNd(dy, indices, zerosLike(updates));
    return [data, undefined, gatherNd(dy, indices)];
  },
  OneHot: noGradient,
};
