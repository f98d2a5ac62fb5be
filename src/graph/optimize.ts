// Graph clean-up: small passes, each a rewriting of single nodes, applied inputs first. None changes a value beyond rounding.
import { commonSubexpressions } from './passes/common-subexpressions.ts';
import { foldConstants } from './passes/fold-constants.ts';
import { foldScale } from './passes/fold-scale.ts';
import { foldTransposes } from './passes/fold-transposes.ts';
import { joinFirst } from './passes/join-first.ts';
import { narrow } from './passes/narrow.ts';
import { neutralElements } from './passes/neutral-elements.ts';
import { type Pass, rewrite } from './passes/rewrite.ts';
import { turnOperands } from './passes/turn-operands.ts';
import { unitAxes } from './passes/unit-axes.ts';
import type { Tensor } from './tensor.ts';

/** The passes in the order they run. */
export const passes: readonly Pass[] = [
  narrow,
  joinFirst,
  foldConstants,
  unitAxes,
  neutralElements,
  foldTransposes,
  foldScale,
  turnOperands,
  commonSubexpressions,
];

/** The same values computed by fewer and faster nodes. Dead nodes vanish by themselves: a graph is what its outputs reach. */
export function optimize(outputs: readonly Tensor[], chosen: readonly Pass[] = passes): Tensor[] {
  return chosen.reduce<Tensor[]>((current, pass) => rewrite(current, pass), [...outputs]);
}
