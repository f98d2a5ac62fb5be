// From the states of tokens to one vector, with Transformers.js' names.
import { type NdArray, ndArray } from '../../array/index.ts';
import { DataError } from '../../data/index.ts';

/** How the states of a text's tokens become one vector; `none`: they do not. */
export type Pooling = 'none' | 'mean' | 'cls' | 'first_token' | 'eos' | 'last_token';

type Row = NdArray<'float32'>;

const rowAt = ({ shape, data }: Row, place: number): Row => {
  const [, width = 0] = shape;
  return ndArray('float32', [width], data.slice(place * width, (place + 1) * width));
};
const first = (row: Row): Row => rowAt(row, 0);
const last = (row: Row): Row => rowAt(row, (row.shape[0] as number) - 1);

function mean({ shape, data }: Row): Row {
  const [count = 0, width = 0] = shape;
  const sums = new Float64Array(width);
  for (let at = 0; at < data.length; at += width)
    for (let i = 0; i < width; i++) sums[i] = (sums[i] as number) + (data[at + i] as number);
  return ndArray(
    'float32',
    [width],
    Float32Array.from(sums, (sum) => sum / count),
  );
}

const poolings: Readonly<Record<Pooling, (row: Row) => Row>> = {
  none: (row) => row,
  mean,
  cls: first,
  first_token: first,
  eos: last,
  last_token: last,
};

/** Pools the states `[T, D]` of real tokens to `[D]`; what is one vector already stays as it is. @throws DataError for an unknown word */
export function pool(row: Row, pooling: Pooling): Row {
  if (!Object.hasOwn(poolings, pooling))
    throw new DataError(`pooling: expected one of ${Object.keys(poolings).join(', ')}, got '${pooling}'`);
  return row.shape.length === 1 ? row : poolings[pooling](row);
}
