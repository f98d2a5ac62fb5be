// Rotary positions (Su et al. 2021): pairs of a head's channels turned by an angle that grows with the position.
import { float32 } from '../../array/index.ts';
import {
  add,
  castTo,
  concat,
  constant,
  cos,
  type Dim,
  multiply,
  negate,
  range,
  sin,
  split,
  type Tensor,
  unsqueeze,
} from '../../graph/index.ts';

/**
 * A map for `attention`'s `rotate`: x `[B, H, T, K]`, the first half of K paired with the second (Llama, GPT-NeoX).
 * @param start first position, for tokens after a cache
 */
export function rotary(headDim: number, theta = 10000, start?: Tensor): (x: Tensor) => Tensor {
  const half = headDim / 2;
  const frequencies = constant(
    float32(
      [1, half],
      Float32Array.from({ length: half }, (_, i) => theta ** ((-2 * i) / headDim)),
    ),
  );
  return (x) => {
    const places = range(x.shape[2] as Dim);
    const positions = castTo(start ? add(places, start) : places, 'float32');
    const angles = multiply(unsqueeze(positions, [1]), frequencies);
    const [first, second] = split(x, [half, half], -1) as [Tensor, Tensor];
    const twice = (t: Tensor): Tensor => concat([t, t], -1);
    return add(multiply(x, twice(cos(angles))), multiply(concat([negate(second), first], -1), twice(sin(angles))));
  };
}
