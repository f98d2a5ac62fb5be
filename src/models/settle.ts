// A model settled for the arrays of one run: sizes that the graph needs as numbers, and switches that decide what is computed.
import { type NamedArrays, type Shape, toNumbers } from '../array/index.ts';
import type { Choices, Model } from './architecture.ts';

/** No picture size and no switch given. */
export const NO_CHOICES: Choices = { shapes: {}, switches: {} };

/** A settled model and the arrays that remain its inputs. */
export interface Settled {
  readonly model: Model;
  readonly inputs: NamedArrays;
}

/**
 * Takes the switches out of `arrays` and makes the model for them and for the arrays' sizes.
 * @throws RangeError for a switch that is no scalar 0 or 1
 */
export function settle(model: Model, arrays: NamedArrays): Settled {
  if (!model.settle) return { model, inputs: arrays };
  const names = Object.keys(arrays);
  const isSwitch = (name: string): boolean => name in (model.switches ?? {});
  const switches = names.filter(isSwitch).map((name) => {
    const [value, ...rest] = toNumbers(arrays[name] as NamedArrays[string]);
    if (rest.length > 0 || (value !== 0 && value !== 1)) {
      throw new RangeError(`forward: expected '${name}' to be one number, 0 or 1, got ${[value, ...rest].join(', ')}`);
    }
    return [name, value === 1] as const;
  });
  const kept = names
    .filter((name) => !isSwitch(name))
    .map((name) => [name, arrays[name] as NamedArrays[string]] as const);
  const shapes: Record<string, Shape> = Object.fromEntries(kept.map(([name, array]) => [name, array.shape]));
  return {
    model: model.settle({ shapes, switches: Object.fromEntries(switches) }),
    inputs: Object.fromEntries(kept),
  };
}
