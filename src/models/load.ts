// Parameters of a model from a checkpoint, and back. Nothing is silently initialised: a missing or unexpected name is an error.
import { cast, type NamedArrays, type NdArray, type Shape } from '../array/index.ts';
import { CheckpointError, type CheckpointSource, nearestNames } from '../checkpoints/index.ts';
import { trace } from '../graph/index.ts';
import { initializeParameters, Module, type ParameterSpec } from '../nn/index.ts';
import type { Model } from './architecture.ts';
import { declareInputs } from './inputs.ts';
import { fileNames } from './names.ts';

/** Parameters in float32 under our names, and what the file calls each. */
export interface LoadedParameters {
  readonly parameters: NamedArrays;
  readonly fileNames: ReadonlyMap<string, string>;
  /** Our names of those the file lacks, when `missing: 'initialize'` allowed it. */
  readonly initialized: readonly string[];
}

/** What to do about parameters that the file lacks. */
export type MissingPolicy = 'error' | { readonly initialize: { readonly seed: number } };

/** What a model's forward pass declares: traced once on symbolic inputs, computing nothing. */
export function parameterSpecs(model: Model): ReadonlyMap<string, ParameterSpec> {
  const module = Module.root({ training: false });
  trace(() => {
    const required = Object.keys(model.inputs).filter((name) => !model.inputs[name]?.optional);
    model.forward(module, declareInputs(model, required));
  });
  return module.context.specs;
}

/**
 * Reads every parameter of `model` from `source`.
 * @throws CheckpointError listing missing, unexpected and wrongly shaped names, each with the nearest match
 */
export async function loadParameters(
  model: Model,
  source: CheckpointSource,
  missing: MissingPolicy = 'error',
): Promise<LoadedParameters> {
  const specs = parameterSpecs(model);
  const stored = new Set(source.names());
  const found = new Map<string, string>();
  for (const ours of specs.keys()) {
    const name = fileNames(ours, model.weights).find((candidate) => stored.has(candidate));
    if (name !== undefined) found.set(ours, name);
  }
  const lacking = [...specs.keys()].filter((ours) => !found.has(ours));
  const absent = lacking.filter((ours) => !specs.get(ours)?.isBuffer);
  report(model, source, {
    specs,
    stored,
    found,
    absent: missing === 'error' ? absent : [],
    strict: missing === 'error',
  });
  const loaded: Record<string, NdArray> = {};
  for (const [ours, name] of found) loaded[ours] = cast(await source.read(name), 'float32');
  const fresh = new Map(lacking.map((ours) => [ours, specs.get(ours) as ParameterSpec]));
  Object.assign(loaded, initializeParameters(fresh, missing === 'error' ? 0 : missing.initialize.seed));
  const parameters = Object.fromEntries([...specs.keys()].map((ours) => [ours, loaded[ours] as NdArray]));
  return { parameters, fileNames: found, initialized: absent };
}

interface Findings {
  readonly specs: ReadonlyMap<string, ParameterSpec>;
  readonly stored: ReadonlySet<string>;
  readonly found: ReadonlyMap<string, string>;
  readonly absent: readonly string[];
  /** Whether unexpected names are errors; a new head makes the old one unexpected. */
  readonly strict: boolean;
}

function nearest(where: string, name: string, candidates: readonly string[]): string {
  const [near] = nearestNames(name, candidates);
  return near === undefined ? '' : ` (nearest ${where}: '${near}')`;
}

function report(model: Model, source: CheckpointSource, { specs, stored, found, absent, strict }: Findings): void {
  const used = new Set(found.values());
  const ignored = (name: string): boolean => model.weights.ignored.some((pattern) => pattern.test(name));
  const unexpected = [...stored].filter((name) => !used.has(name) && !ignored(name));
  const problems = absent.map((ours) => {
    const name = fileNames(ours, model.weights)[0] as string;
    return `missing '${name}'${nearest('in the file', name, unexpected)}`;
  });
  const expected = absent.map((ours) => fileNames(ours, model.weights)[0] as string);
  if (strict) problems.push(...unexpected.map((name) => `unexpected '${name}'${nearest('expected', name, expected)}`));
  for (const [ours, name] of found) {
    const expected = (specs.get(ours) as ParameterSpec).shape;
    const got = source.info(name).shape as Shape;
    if (expected.join() !== got.join()) problems.push(`'${name}': expected shape [${expected}], got [${got}]`);
  }
  if (problems.length === 0) return;
  const shown = problems.slice(0, 20).join('\n  ');
  const more = problems.length > 20 ? `\n  … and ${problems.length - 20} more` : '';
  throw new CheckpointError(
    `loadParameters: expected the parameters of ${model.className}, got a file that differs (${source.where}):\n  ${shown}${more}\n` +
      `Check that config.json belongs to these weights; to train a new head on them, load with missing: initialize.`,
  );
}

/** Parameters under the names of files, to be saved beside the model's configuration. */
export function toFileNames(model: Model, parameters: NamedArrays): NamedArrays {
  return Object.fromEntries(
    Object.entries(parameters).map(([ours, array]) => [fileNames(ours, model.weights)[0] as string, array]),
  );
}
