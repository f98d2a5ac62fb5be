// Meanings of sources, reductions, products, movements, indexing.
import { getNumber } from '../../array/index.ts';
import { evaluateDim } from '../dim.ts';
import type { Ops } from '../operations.ts';
import type { Meaning, Meanings } from './meaning.ts';
import { build, copy, indexOf, placeOf, read, type Value } from './values.ts';

type Sources = 'Constant' | 'ConstantOfShape' | 'Range' | 'DimValue';

/** Sources that need no feed. */
export const sourceMeanings: Meanings<Sources> = {
  Constant: (_, { attributes: { value } }) => [build(value.shape, (_place, i) => getNumber(value, i))],
  ConstantOfShape: (_, { attributes: { value } }, { shapes }) => [build(shapes[0] as number[], () => value)],
  Range: (_inputs, _node, { shapes }) => [build(shapes[0] as number[], (_place, i) => i)],
  DimValue: (_, { attributes: { dim } }, { sizes }) => [build([], () => evaluateDim(dim, sizes))],
};

/** Regions: values pass. */
export const regionMeanings: Meanings<'Recompute' | 'Barrier'> = {
  Recompute: (inputs, { attributes: { results } }) => inputs.slice(0, results),
  Barrier: ([x]) => [x as Value],
};

type Reduced = 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin';

/** All elements that fall on one place of the result, reduced by `f`. */
function reduced(f: (values: number[]) => number): Meaning<Reduced> {
  return ([input], node) => {
    const x = input as Value;
    const { axes, keepdims } = node.attributes;
    const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const groups = Array.from({ length: kept.reduce((a, b) => a * b, 1) }, (): number[] => []);
    x.data.forEach((value, i) => {
      const place = placeOf(i, x.shape).map((at, axis) => (axes.includes(axis) ? 0 : at));
      groups[indexOf(place, kept)]?.push(value);
    });
    const shape = keepdims ? kept : x.shape.filter((_, axis) => !axes.includes(axis));
    return [{ shape, data: Float64Array.from(groups, f) }];
  };
}

const total = (values: number[]): number => values.reduce((a, b) => a + b, 0);

/** Places along one axis, the others fixed. */
function line(x: Value, place: readonly number[], axis: number): number[] {
  return Array.from({ length: x.shape[axis] as number }, (_, i) =>
    read(
      x,
      place.map((at, a) => (a === axis ? i : at)),
    ),
  );
}

/** Reductions and selections. */
export const reduceMeanings: Meanings<Reduced | 'ArgMax' | 'CumSum' | 'TopK'> = {
  ReduceSum: reduced(total) as Meaning<'ReduceSum'>,
  ReduceMean: reduced((values) => total(values) / values.length) as Meaning<'ReduceMean'>,
  ReduceMax: reduced((values) => Math.max(...values)) as Meaning<'ReduceMax'>,
  ReduceMin: reduced((values) => Math.min(...values)) as Meaning<'ReduceMin'>,
  ArgMax: ([x], { attributes: { axis, keepdims } }, { shapes }) => [
    build(shapes[0] as number[], (place) => {
      const full = keepdims ? [...place] : [...place.slice(0, axis), 0, ...place.slice(axis)];
      const values = line(x as Value, full, axis);
      return values.indexOf(Math.max(...values));
    }),
  ],
  CumSum: ([x], { attributes: { axis, exclusive, reverse } }, { shapes }) => [
    build(shapes[0] as number[], (place) => {
      const at = place[axis] as number;
      const isIn = (i: number): boolean => (i === at ? !exclusive : reverse ? i > at : i < at);
      return total(line(x as Value, place, axis).filter((_, i) => isIn(i)));
    }),
  ],
  TopK: ([x], { attributes: { axis } }, { shapes }) => {
    const order = (place: readonly number[]): number => {
      const values = line(
        x as Value,
        place.map((at, a) => (a === axis ? 0 : at)),
        axis,
      );
      const ranked = [...values.keys()].sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
      return ranked[place[axis] as number] as number;
    };
    const shape = shapes[0] as number[];
    return [
      build(shape, (place) =>
        read(
          x as Value,
          place.map((at, a) => (a === axis ? order(place) : at)),
        ),
      ),
      build(shape, order),
    ];
  },
};

/** `Σ_k op(a)[…, i, k] op(b)[…, k, j]`, times alpha. */
function product(
  a: Value,
  b: Value,
  shape: readonly number[],
  { transA = false, transB = false, alpha = 1, firstB = false }: Partial<Ops['FusedMatMul']>,
): Value {
  const inner = a.shape.at(transA ? -2 : -1) as number;
  return build(shape, (place) => {
    const [batch, i, j] = [place.slice(0, -2), place.at(-2) as number, place.at(-1) as number];
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      const [row, column] = transB ? [j, k] : [k, j];
      const right = firstB ? [row, ...batch, column] : [...batch, row, column];
      sum += read(a, [...batch, ...(transA ? [k, i] : [i, k])]) * read(b, right);
    }
    return alpha * sum;
  });
}

/** Products. */
export const productMeanings: Meanings<'MatMul' | 'FusedMatMul' | 'Gemm'> = {
  MatMul: ([a, b], _node, { shapes }) => [product(a as Value, b as Value, shapes[0] as number[], {})],
  FusedMatMul: ([a, b], { attributes }, { shapes }) => [
    product(a as Value, b as Value, shapes[0] as number[], attributes),
  ],
  Gemm: ([a, b, c], { attributes }, { shapes }) => {
    const y = product(a as Value, b as Value, shapes[0] as number[], attributes);
    return [c ? build(y.shape, (place) => read(y, place) + read(c, place)) : y];
  },
};

type Movement = 'Reshape' | 'Transpose' | 'Concat' | 'Split' | 'Slice' | 'Pad' | 'Expand' | 'Tile' | 'Trilu';

/** Movements. */
export const movementMeanings: Meanings<Movement> = {
  Reshape: ([x], _node, { shapes }) => [{ shape: shapes[0] as number[], data: (x as Value).data }],
  Transpose: ([x], { attributes: { perm } }, { shapes }) => [
    build(shapes[0] as number[], (place) =>
      read(
        x as Value,
        perm.map((_, axis) => place[perm.indexOf(axis)] as number),
      ),
    ),
  ],
  Concat: (parts, { attributes: { axis } }, { shapes }) => [
    build(shapes[0] as number[], (place) => {
      let at = place[axis] as number;
      const part = parts.find((one) => {
        if (at < (one.shape[axis] as number)) return true;
        at -= one.shape[axis] as number;
        return false;
      }) as Value;
      return read(
        part,
        place.map((p, a) => (a === axis ? at : p)),
      );
    }),
  ],
  Split: ([x], { attributes: { axis, sizes } }, { shapes }) =>
    shapes.map((shape, part) => {
      const start = sizes.slice(0, part).reduce((a, b) => a + b, 0);
      return build(shape, (place) =>
        readAt(
          x as Value,
          place.map((at, a) => (a === axis ? at + start : at)),
        ),
      );
    }),
  Slice: ([x], { attributes: { starts, axes, steps } }, { shapes, sizes }) => [
    build(shapes[0] as number[], (place) => {
      const shifted = [...place];
      axes.forEach((axis, i) => {
        shifted[axis] = evaluateDim(starts[i] as number, sizes) + (place[axis] as number) * (steps[i] as number);
      });
      return readAt(x as Value, shifted);
    }),
  ],
  Pad: ([x], { attributes: { pads, value } }, { shapes, sizes }) => [
    build(shapes[0] as number[], (place) => {
      const inner = place.map((at, axis) => at - evaluateDim(pads[axis] as number, sizes));
      const inside = inner.every((at, axis) => at >= 0 && at < ((x as Value).shape[axis] as number));
      return inside ? readAt(x as Value, inner) : value;
    }),
  ],
  Expand: ([x], _node, { shapes }) => [build(shapes[0] as number[], (place) => read(x as Value, place))],
  Tile: ([x], _node, { shapes }) => [
    build(shapes[0] as number[], (place) =>
      read(
        x as Value,
        place.map((at, axis) => at % ((x as Value).shape[axis] as number)),
      ),
    ),
  ],
  Trilu: ([x], { attributes: { upper, k } }, { shapes }) => [
    build(shapes[0] as number[], (place) => {
      const offset = (place.at(-1) as number) - (place.at(-2) as number);
      return (upper ? offset >= k : offset <= k) ? read(x as Value, place) : 0;
    }),
  ],
};

/** The element at an exact place: nothing repeats. */
function readAt(x: Value, place: readonly number[]): number {
  return x.data[indexOf(place, x.shape)] as number;
}

/** `data` with every update written or added at the place that `target` gives for it. */
function scattered(data: Value, updates: Value, isSum: boolean, target: (place: readonly number[]) => number[]): Value {
  const result = copy(data);
  updates.data.forEach((value, i) => {
    const at = indexOf(target(placeOf(i, updates.shape)), data.shape);
    result.data[at] = (isSum ? (result.data[at] as number) : 0) + value;
  });
  return result;
}

type Indexing = 'Gather' | 'GatherElements' | 'ScatterElements' | 'ScatterND' | 'OneHot';

/** Indexing. */
export const indexingMeanings: Meanings<Indexing> = {
  Gather: ([data, indices], { attributes: { axis } }, { shapes }) => [
    build(shapes[0] as number[], (place) => {
      const rank = (indices as Value).shape.length;
      const row = readAt(indices as Value, place.slice(axis, axis + rank));
      return readAt(data as Value, [...place.slice(0, axis), row, ...place.slice(axis + rank)]);
    }),
  ],
  GatherElements: ([data, indices], { attributes: { axis } }, { shapes }) => [
    build(shapes[0] as number[], (place) =>
      readAt(
        data as Value,
        place.map((at, a) => (a === axis ? readAt(indices as Value, place) : at)),
      ),
    ),
  ],
  ScatterElements: ([data, indices, updates], { attributes: { axis, reduction } }) => [
    scattered(data as Value, updates as Value, reduction === 'add', (place) =>
      place.map((at, a) => (a === axis ? readAt(indices as Value, place) : at)),
    ),
  ],
  ScatterND: ([data, indices, updates], { attributes: { reduction } }) => {
    const index = indices as Value;
    const lead = index.shape.length - 1;
    const depth = index.shape.at(-1) as number;
    return [
      scattered(data as Value, updates as Value, reduction === 'add', (place) => [
        ...Array.from({ length: depth }, (_, k) => readAt(index, [...place.slice(0, lead), k])),
        ...place.slice(lead),
      ]),
    ];
  },
  OneHot: ([indices], _node, { shapes }) => [
    build(shapes[0] as number[], (place) => (readAt(indices as Value, place.slice(0, -1)) === place.at(-1) ? 1 : 0)),
  ],
};
