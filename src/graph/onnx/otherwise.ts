// Inputs that count while a switch is on; while it is off, values computed in the model stand in their place (ONNX `If`). How a merged
// decoder takes the encoder's keys and values from the cache, or makes them at the first step.
import { nodesOf, type Tensor } from '../tensor.ts';
import { Emitter, type Message } from './emitter.ts';
import { type SizeNames, valueInfo } from './value-info.ts';
import type { ModelInput } from './write.ts';
import { writeNodes } from './write-nodes.ts';

/** A switch and what it replaces. */
export interface Otherwise {
  /** The switch: one more input, bool `[1]`. */
  readonly condition: string;
  /** By the name of the replaced input, what is computed while the switch is off. */
  readonly values: Readonly<Record<string, Tensor>>;
  /** Symbolic sizes of the replaced inputs that are called differently there: while the switch is off they may be 0. */
  readonly sizeNames?: SizeNames;
}

interface Surroundings {
  /** Names of the values outside: inputs and parameters. */
  readonly names: Map<Tensor, string>;
  /** Inputs whose axes give the symbolic sizes. */
  readonly sized: readonly ModelInput[];
}

/** Writes the `If`. Returns, for each replaced input, the name of the value that counts. */
export function emitOtherwise(
  emitter: Emitter,
  { condition, values }: Otherwise,
  { names, sized }: Surroundings,
): Record<string, string> {
  const inner = new Emitter(emitter.backend, [], 'otherwise/');
  for (const { name, shape } of sized) inner.bindSymbols(name, shape);
  inner.markRead(Object.values(values));
  writeNodes(inner, nodesOf(Object.values(values)), names);
  emitter.initializers.push(...inner.initializers);
  const replaced = Object.entries(values);
  const outputOf = (name: string, tensor: Tensor): Message => valueInfo({ ...tensor, name });
  const made = {
    name: 'otherwise',
    node: inner.finalNodes(),
    output: replaced.map(([, tensor]) => outputOf(names.get(tensor) as string, tensor)),
  };
  const kept = {
    name: 'given',
    node: replaced.map(([name]) => ({
      name: `given/${name}`,
      opType: 'Identity',
      input: [name],
      output: [`given/${name}`],
    })),
    output: replaced.map(([name, tensor]) => outputOf(`given/${name}`, tensor)),
  };
  const attributes = { then_branch: { graph: kept }, else_branch: { graph: made } };
  const chosen = emitter.emitAll('If', [condition], { attributes, outputs: replaced.length });
  return Object.fromEntries(replaced.map(([name], i) => [name, chosen[i] as string]));
}
