// Tensors that come from nowhere: inputs, constants, ranges, sizes, dropout masks.
import { type DType, fromNumbers, type NdArray, ndArray, scalar } from '../../array/index.ts';
import type { Dim, Dims } from '../dim.ts';
import { createTensor, currentPath, type Tensor } from '../tensor.ts';

/** A value fed at run time under `name`. Sizes may be symbolic: `input('input_ids', 'int64', ['batch', 'tokens'])`. */
export function input(name: string, dtype: DType, shape: Dims): Tensor {
  return createTensor('Input', [], { name, trainable: false }, { dtype, shape });
}

/** A trainable input: gradients can be asked for by its name. */
export function parameter(name: string, dtype: DType, shape: Dims): Tensor {
  return createTensor('Input', [], { name, trainable: true }, { dtype, shape });
}

/** A fixed value, stored in the graph. Numbers become float32 scalars. */
export function constant(value: NdArray | number): Tensor {
  const array = typeof value === 'number' ? scalar(value) : value;
  return createTensor('Constant', [], { value: array }, { dtype: array.dtype, shape: array.shape });
}

/** A scalar constant of the element type of `like`. */
export function constantLike(value: number, like: Tensor): Tensor {
  return constant(fromNumbers(like.dtype, [], [value]));
}

/** An int64 vector constant. */
export function integers(values: readonly number[]): Tensor {
  return constant(ndArray('int64', [values.length], BigInt64Array.from(values, BigInt)));
}

/** A tensor of one value, whose shape may be symbolic. */
export function full(shape: Dims, value: number, dtype: DType = 'float32'): Tensor {
  return createTensor('ConstantOfShape', [], { shape, value, dtype }, { dtype, shape });
}

/** `0, 1, …, size − 1`, int64 `[size]`. */
export function range(size: Dim): Tensor {
  return createTensor('Range', [], { size }, { dtype: 'int64', shape: [size] });
}

/** A size as an int64 scalar: how symbolic sizes enter arithmetic. */
export function dimValue(dim: Dim): Tensor {
  return createTensor('DimValue', [], { dim }, { dtype: 'int64', shape: [] });
}

/**
 * A dropout mask: 0 with probability `rate`, else `1 / (1 − rate)`. The runner feeds it from (seed, step, site),
 * where the site is the module path plus `name`.
 */
export function randomMask(name: string, rate: number, shape: Dims): Tensor {
  const path = currentPath();
  const site = path ? `${path}.${name}` : name;
  return createTensor('RandomMask', [], { site, rate, shape }, { dtype: 'float32', shape });
}
