// Rotary positions (Su et al. 2021): pairs of a head's channels turned by an angle that grows with the position.
import { float32 } from '../../array/index.ts';
import {
  add,
  castTo,
  concat,
  constant,
  cos,
  type Dim,
  dimValue,
  multiply,
  range,
  sin,
  split,
  subtract,
  type Tensor,
  unsqueeze,
} from '../../graph/index.ts';

/** How far each position turns each pair of channels: cosines and sines, `[B or 1, 1, T, K / 2]`. */
export interface Turns {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

/** Turns of positions `[B or 1, T]` by frequencies `[K / 2]`; `scale` multiplies cosines and sines (YaRN, LongRoPE). */
export function turnsAt(positions: Tensor, frequencies: Tensor, scale = 1): Turns {
  const angles = unsqueeze(multiply(unsqueeze(castTo(positions, 'float32'), [-1]), frequencies), [1]);
  const scaled = (x: Tensor): Tensor => (scale === 1 ? x : multiply(x, scale));
  return { cos: scaled(cos(angles)), sin: scaled(sin(angles)) };
}

/** Turns x `[B, H, T, K]`, the first half of K paired with the second (Llama, GPT-NeoX). */
export function turn(x: Tensor, turns: Turns): Tensor {
  const half = (x.shape.at(-1) as number) / 2;
  const [first, second] = split(x, [half, half], -1) as [Tensor, Tensor];
  const turned = subtract(multiply(first, turns.cos), multiply(second, turns.sin));
  return concat([turned, add(multiply(second, turns.cos), multiply(first, turns.sin))], -1);
}

/** `theta^(−2i / headDim)` for each pair of channels. */
export function rotaryFrequencies(headDim: number, theta = 10000): number[] {
  return Array.from({ length: headDim / 2 }, (_, i) => theta ** ((-2 * i) / headDim));
}

/** The positions `[1, tokens]` of tokens that come after `past` others. */
export function positionsFrom(past: Dim, tokens: Dim): Tensor {
  const places = range(tokens);
  return unsqueeze(past === 0 ? places : add(places, dimValue(past)), [0]);
}

/**
 * A map for `attention`'s `rotate`: positions from 0, one set of frequencies.
 * @param start first position, for tokens after a cache
 */
export function rotary(headDim: number, theta = 10000, start?: Tensor): (x: Tensor) => Tensor {
  const frequencies = constant(float32([headDim / 2], rotaryFrequencies(headDim, theta)));
  return (x) => {
    const places = unsqueeze(range(x.shape[2] as Dim), [0]);
    return turn(x, turnsAt(start ? add(places, start) : places, frequencies));
  };
}
