// Attention with linear biases (Press et al. 2022): scores fall with distance, by a slope of each head.
import { float32 } from '../../array/index.ts';
import {
  absolute,
  castTo,
  constant,
  type Dim,
  multiply,
  range,
  subtract,
  type Tensor,
  unsqueeze,
} from '../../graph/index.ts';

/** One slope per head; a number of heads that is no power of two takes every second slope of the next one. `alibiSlopes(2) → [1/16, 1/256]`. */
export function alibiSlopes(heads: number): number[] {
  const geometric = (n: number): number[] => Array.from({ length: n }, (_, i) => 2 ** ((-8 * (i + 1)) / n));
  const lower = 2 ** Math.floor(Math.log2(heads));
  if (lower === heads) return geometric(heads);
  return [
    ...geometric(lower),
    ...geometric(2 * lower)
      .filter((_, i) => i % 2 === 0)
      .slice(0, heads - lower),
  ];
}

/** `−slope · |i − j|` as a bias `[1, H, T, T]`; symmetric, as in DNABERT-2. Under a causal mask it is the paper's. */
export function alibiBias(heads: number, tokens: Dim): Tensor {
  const places = castTo(range(tokens), 'float32');
  const distance = absolute(subtract(unsqueeze(places, [1]), unsqueeze(places, [0])));
  const slopes = constant(
    float32(
      [heads, 1, 1],
      alibiSlopes(heads).map((slope) => -slope),
    ),
  );
  return unsqueeze(multiply(unsqueeze(distance, [0]), slopes), [0]);
}
