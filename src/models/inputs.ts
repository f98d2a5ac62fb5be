// Which inputs a run may have, and the symbolic tensors of those it has.
import { input } from '../graph/index.ts';
import type { InputSpec, Inputs, Model } from './architecture.ts';
import { CACHE_PREFIX } from './cache.ts';

/**
 * Symbolic inputs of a run that is given the arrays of these names, with the shapes that go together.
 * @throws RangeError for a name that the model does not have, a missing one, or a part of a cache without the rest
 */
export function declareInputs(model: Model, given: readonly string[]): Inputs {
  const specs: Readonly<Record<string, InputSpec>> = { ...model.precomputed, ...model.inputs };
  const names = new Set(given);
  const fail = (expected: string, got: string): never => {
    throw new RangeError(`forward: expected ${expected}, got ${got} (${model.className})`);
  };
  const unknown = given.filter((name) => !specs[name]);
  if (unknown.length > 0) fail(`inputs among ${Object.keys(specs).join(', ')}`, unknown.join(', '));
  const lacking = Object.entries(model.inputs).filter(
    ([name, spec]) => !spec.optional && !names.has(name) && !spec.unless?.some((other) => names.has(other)),
  );
  if (lacking.length > 0) {
    const wanted = lacking.map(([name, { unless = [] }]) => [name, ...unless].join(' or '));
    fail(`the input ${wanted.join(', ')}`, given.join(', '));
  }
  const kindOf = (name: string): string => name.replace(/\.\d+\./, '.');
  const kinds = new Set(given.filter((name) => name.startsWith(CACHE_PREFIX)).map(kindOf));
  const holes = Object.keys(specs).filter((name) => kinds.has(kindOf(name)) && !names.has(name));
  if (holes.length > 0) fail('the cache of every layer', `none for ${holes.join(', ')}`);
  const isCached = kinds.size > 0;
  return Object.fromEntries(
    given.map((name) => {
      const { dtype, shape, shapeWithCache } = specs[name] as InputSpec;
      return [name, input(name, dtype, isCached && shapeWithCache ? shapeWithCache : shape)];
    }),
  );
}
