// A trained encoder for another input or another task: positions resampled, patch kernels resized, heads replaced, pictures turned to
// clips. Everything that was not simply copied is told.
import { float32, type NamedArrays, type NdArray } from '../array/index.ts';
import { initializeParameters, type ParameterSpec } from '../nn/index.ts';
import type { Model, PatchLayout } from './architecture.ts';
import { parameterSpecs } from './load.ts';
import { adaptChannels, inflateKernel, type KernelMethod, resamplePositions, resizeKernel } from './resample.ts';

/** One parameter that is not a copy. */
export interface Change {
  /** Our name of the target's parameter; of the source's where it was dropped. */
  readonly parameter: string;
  readonly what: 'resampled' | 'resized' | 'channels' | 'inflated' | 'copied from' | 'initialized' | 'dropped';
  /** What happened, for people: `grid 14×14 to 24×20, bicubic`. */
  readonly detail: string;
}

/** Parameters of the target, and what was changed on the way. */
export interface Adapted {
  readonly parameters: NamedArrays;
  readonly changes: readonly Change[];
}

/** Options of `adaptParameters`. */
export interface AdaptOptions {
  /** Seed of new heads. */
  readonly seed: number;
  /** How patch kernels change their size. Default: pseudo-inverse. */
  readonly kernel?: KernelMethod;
  /** Parameters that start anew though the source has them: `/^classifier\./` for other classes of the same number. */
  readonly replace?: RegExp;
}

interface Source {
  readonly model: Model;
  readonly parameters: NamedArrays;
}

interface Found {
  readonly array: NdArray;
  readonly changes: readonly Change[];
  /** The source's parameter that was used. */
  readonly from: string;
}

/** Tries to make one parameter of the target; undefined where the rule does not apply. */
type Rule = (name: string, spec: ParameterSpec, context: Context) => Found | undefined;

interface Context {
  readonly source: Source;
  readonly target: Model;
  readonly kernel: KernelMethod;
}

const sizes = (shape: readonly number[]): string => shape.join('×');

function learnedGrid(layout: PatchLayout): { special: number; grid: PatchLayout['grid'] } {
  return { special: layout.special, grid: layout.learned };
}

const positions: Rule = (name, _spec, { source, target }) => {
  const array = source.parameters[name];
  if (!/embeddings\.positions$/.test(name) || !array || !source.model.layout || !target.layout) return undefined;
  const [from, to] = [learnedGrid(source.model.layout), learnedGrid(target.layout)];
  if (from.special === to.special && sizes(from.grid) === sizes(to.grid)) return undefined;
  const tokens = from.special === to.special ? '' : `, ${from.special} special tokens to ${to.special}`;
  const detail = `grid ${sizes(from.grid)} to ${sizes(to.grid)}, bicubic${tokens}`;
  return {
    array: resamplePositions(array, from, to),
    changes: [{ parameter: name, what: 'resampled', detail }],
    from: name,
  };
};

const patchKernel: Rule = (name, spec, { source, kernel }) => {
  const array = source.parameters[name];
  if (!/embeddings\.patches\.weight$/.test(name) || array?.shape.length !== 4 || spec.shape.length !== 4)
    return undefined;
  if (sizes(array.shape) === sizes(spec.shape) || array.shape[0] !== spec.shape[0]) return undefined;
  const changes: Change[] = [];
  let made: NdArray = array;
  if (made.shape[1] !== spec.shape[1]) {
    const detail = `${made.shape[1]} channels to ${spec.shape[1]}, ${spec.shape[1] === 1 ? 'summed' : 'repeated and scaled'}`;
    changes.push({ parameter: name, what: 'channels', detail });
    made = adaptChannels(made, spec.shape[1] as number);
  }
  const [from, to] = [made.shape.slice(2), spec.shape.slice(2)];
  if (sizes(from) !== sizes(to)) {
    changes.push({ parameter: name, what: 'resized', detail: `patches ${sizes(from)} to ${sizes(to)}, ${kernel}` });
    made = resizeKernel(made, to as [number, number], kernel);
  }
  return { array: made, changes, from: name };
};

/** TubeViT's kernel and biases from a ViT's. */
const tubes: Rule = (name, spec, { source }) => {
  const [weight, bias] = ['weight', 'bias'].map((part) => source.parameters[`embeddings.patches.${part}`]);
  if (name === 'embeddings.kernel' && weight && weight.shape[0] === spec.shape[0] && spec.shape.length === 5) {
    const [, channels = 0, ...size] = spec.shape as number[];
    const fitted = weight.shape[1] === channels ? weight : adaptChannels(weight, channels);
    const detail = `patches ${sizes(weight.shape.slice(1))} to tubes ${sizes(spec.shape.slice(1))}, bilinear, spread over time`;
    const array = inflateKernel(fitted, size as [number, number, number]);
    return { array, changes: [{ parameter: name, what: 'inflated', detail }], from: 'embeddings.patches.weight' };
  }
  if (name !== 'embeddings.bias' || !bias || bias.shape[0] !== spec.shape[1]) return undefined;
  const [count = 0, width = 0] = spec.shape;
  const data = Float32Array.from({ length: count * width }, (_, i) => Number(bias.data[i % width]));
  const detail = `embeddings.patches.bias, for each of ${count} tubes`;
  return {
    array: float32([count, width], data),
    changes: [{ parameter: name, what: 'copied from', detail }],
    from: 'embeddings.patches.bias',
  };
};

/** A second special token starts as the first. */
const specialToken: Rule = (name, spec, { source }) => {
  const array = source.parameters['embeddings.cls_token'];
  if (name !== 'embeddings.distillation_token' || source.parameters[name] || !array) return undefined;
  if (sizes(array.shape) !== sizes(spec.shape)) return undefined;
  return {
    array,
    changes: [{ parameter: name, what: 'copied from', detail: 'embeddings.cls_token' }],
    from: 'embeddings.cls_token',
  };
};

const copy: Rule = (name, spec, { source }) => {
  const array = source.parameters[name];
  return array && sizes(array.shape) === sizes(spec.shape) ? { array, changes: [], from: name } : undefined;
};

const rules: readonly Rule[] = [positions, patchKernel, tubes, specialToken, copy];

/** What stands on an encoder, and may be new. */
const HEADS =
  /^(classifier|cls_classifier|distillation_classifier|classifier_norm|pooler|pooling|decoder|language_model)(\.|$)|mask_token$/;

/**
 * The target's parameters from a trained source with the same encoder: equal ones copied, positions and patch kernels fitted, heads
 * new where they do not fit.
 * @throws RangeError for a part of the encoder that the source lacks or has in another size
 */
export function adaptParameters(source: Source, target: Model, options: AdaptOptions): Adapted {
  const specs = parameterSpecs(target);
  const context: Context = { source, target, kernel: options.kernel ?? 'pseudo-inverse' };
  const changes: Change[] = [];
  const made: Record<string, NdArray> = {};
  const used = new Set<string>();
  for (const [name, spec] of specs) {
    const found = options.replace?.test(name) ? undefined : firstOf(rules, name, spec, context);
    if (found) {
      made[name] = found.array;
      used.add(found.from);
      changes.push(...found.changes);
      continue;
    }
    const old = source.parameters[name];
    if (!HEADS.test(name) && !options.replace?.test(name)) {
      throw new RangeError(
        `adaptParameters: expected '${name}' [${spec.shape}] in ${source.model.className}, got ${old ? `[${old.shape}]` : 'none'}; ` +
          'width, depth and heads of both models must agree',
      );
    }
    Object.assign(made, initializeParameters(new Map([[name, spec]]), options.seed));
    changes.push({
      parameter: name,
      what: 'initialized',
      detail: old ? `was ${sizes(old.shape)}, is ${sizes(spec.shape)}` : `new, ${sizes(spec.shape)}`,
    });
  }
  const dropped = Object.keys(source.parameters).filter((name) => !used.has(name));
  changes.push(
    ...dropped
      .filter((name) => !(name in made))
      .map((parameter): Change => ({ parameter, what: 'dropped', detail: `not part of ${target.className}` })),
  );
  return { parameters: made, changes };
}

function firstOf(all: readonly Rule[], name: string, spec: ParameterSpec, context: Context): Found | undefined {
  for (const rule of all) {
    const found = rule(name, spec, context);
    if (found) return found;
  }
  return undefined;
}

/** Changes for people, a line each; what was dropped is one line for every part of the source: `decoder dropped: 20 parameters, …`. */
export function changeLines(changes: readonly Change[]): string[] {
  const dropped = new Map<string, number>();
  for (const { what, parameter, detail } of changes) {
    if (what !== 'dropped') continue;
    const line = `${parameter.split('.')[0]} dropped: ${detail}`;
    dropped.set(line, (dropped.get(line) ?? 0) + 1);
  }
  return [
    ...changes
      .filter(({ what }) => what !== 'dropped')
      .map(({ parameter, what, detail }) => `${parameter} ${what}: ${detail}`),
    ...[...dropped].map(([line, count]) => `${line} (${count} parameters)`),
  ];
}
