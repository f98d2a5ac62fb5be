// Clipping by the global norm and the optimizer's update as graph, behind the gradients of a traced step.
import type { NamedArrays } from '../array/index.ts';
import { scalar } from '../array/index.ts';
import { add, divide, input, maximum, multiply, parameter, sqrt, sum, type Tensor } from '../graph/index.ts';
import type { GraphRule, UpdateNumbers, UpdateSettings } from './optimizers/optimizer.ts';

/** What is updated: names, shapes and settings. */
export interface UpdatedParameter extends UpdateSettings {
  readonly name: string;
  readonly shape: readonly number[];
}

/** How it is updated. */
export interface UpdateRule {
  readonly graph: GraphRule;
  /** Names of the arrays that the optimizer keeps for each parameter. */
  readonly slots: readonly string[];
  /** Largest global norm of the gradients; none when absent. */
  readonly clipNorm?: number | undefined;
}

/** The smallest float32 that devices do not take for 0. */
const SMALLEST = 2 ** -126;

/** The graph's scalars of a step. */
const NUMBER = 'number:';

/** Under this and an input's name stands what takes its place in the next run. */
export const NEXT = 'next:';

/** Where a parameter's state is read: as `TrainStep.state` names it. */
export const slotName = (kind: string, parameterName: string): string => `${kind}/${parameterName}`;

/** Σ x², along all axes but the first and then along that: one row after the other would leave a device with one thread's work. */
function sumSquares(x: Tensor): Tensor {
  const rows = sum(multiply(x, x), { axes: [...x.shape.keys()].slice(1) });
  return rows.shape.length === 0 ? rows : sum(rows);
}

/**
 * `gradientNorm` (before clipping), and for each parameter its next weight and state. Reads weights and state under their own
 * names and the numbers of `updateFeeds`.
 */
export function updateGraph(
  parameters: readonly UpdatedParameter[],
  gradients: Readonly<Record<string, Tensor>>,
  { graph, slots, clipNorm }: UpdateRule,
): Record<string, Tensor> {
  const of = (name: string): Tensor => gradients[name] as Tensor;
  const norm = sqrt(parameters.map(({ name }) => sumSquares(of(name))).reduce((a, b) => add(a, b)));
  const limit = Math.fround(clipNorm ?? Number.POSITIVE_INFINITY);
  // exactly 1 below the limit, without a comparison, and no division by 0
  const scale = Number.isFinite(limit) ? divide(limit, maximum(norm, Math.max(limit, SMALLEST))) : undefined;
  const numbers = Object.fromEntries(
    Object.keys(graph.numbers).map((name) => [name, input(`${NUMBER}${name}`, 'float32', [])]),
  );
  const next = parameters.flatMap(({ name, shape, ...settings }): [string, Tensor][] => {
    const updated = graph.update(
      {
        ...settings,
        weight: parameter(name, 'float32', shape),
        gradient: scale ? multiply(of(name), scale) : of(name),
        slots: slots.map((kind) => parameter(slotName(kind, name), 'float32', shape)),
      },
      numbers,
    );
    return [
      [name, updated.weight],
      ...slots.map((kind, i): [string, Tensor] => [slotName(kind, name), updated.slots[i] as Tensor]),
    ];
  });
  return { gradientNorm: norm, ...Object.fromEntries(next.map(([name, tensor]) => [`${NEXT}${name}`, tensor])) };
}

/** The scalars that an update's graph reads at a step. */
export function updateFeeds({ numbers }: GraphRule, update: Pick<UpdateNumbers, 'step' | 'learningRate'>): NamedArrays {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, valueAt]) => [`${NUMBER}${name}`, scalar(valueAt(update))]),
  );
}
