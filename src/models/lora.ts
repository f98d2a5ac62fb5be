// Low-rank adapters of a model: trained beside frozen weights, merged into them, and written as PEFT writes them.
import { cast, type NamedArrays, type NdArray } from '../array/index.ts';
import { CheckpointError, type CheckpointSource } from '../checkpoints/index.ts';
import { type LoraOptions, loraScale, type ParameterSpec } from '../nn/index.ts';
import type { Model } from './architecture.ts';
import { parameterSpecs } from './load.ts';
import { fileNames } from './names.ts';

const A = '.lora.a.weight';
const B = '.lora.b.weight';

/** The same model with adapters; its parameters are the model's own and `….lora.a.weight`, `….lora.b.weight`. */
export function withLora(model: Model, lora: LoraOptions): Model {
  return {
    ...model,
    ...(model.settle ? { settle: (choices) => withLora(model.settle?.(choices) ?? model, lora) } : {}),
    ...(model.parts
      ? { parts: { encoder: withLora(model.parts.encoder, lora), decoder: withLora(model.parts.decoder, lora) } }
      : {}),
    forward: (module, ...rest) => model.forward(module.adapted(lora), ...rest),
  };
}

/** Paths of the layers that a model made by `withLora` adapts, in order. @throws RangeError when there are none, naming some layers */
export function adaptedLayers(model: Model): string[] {
  const names = [...parameterSpecs(model).keys()];
  const layers = names.filter((name) => name.endsWith(A)).map((name) => name.slice(0, -A.length));
  if (layers.length > 0) return layers;
  const some = names.filter((name) => /attention.*\.weight$/.test(name)).slice(0, 6);
  throw new RangeError(`lora: expected targets that match linear layers, got none (there are ${some.join(', ')}, …)`);
}

/** Whether a parameter belongs to an adapter. */
export function isAdapter(name: string): boolean {
  return name.endsWith(A) || name.endsWith(B);
}

/** `sign · scale · B A` added to every adapted weight, in new arrays; everything else is shared. */
function addProducts(specs: ReadonlyMap<string, ParameterSpec>, parameters: NamedArrays, factor: number): NamedArrays {
  const changed: Record<string, NdArray> = { ...parameters };
  for (const name of Object.keys(parameters).filter((one) => one.endsWith(A))) {
    const layer = name.slice(0, -A.length);
    const [a, b] = [parameters[name] as NdArray, parameters[`${layer}${B}`] as NdArray];
    const weight = parameters[`${layer}.weight`] as NdArray<'float32'>;
    const [rank = 0, width = 0] = a.shape;
    const [out = 0] = b.shape;
    const data = Float32Array.from(weight.data as Float32Array);
    const isTransposed = specs.get(`${layer}.weight`)?.isTransposed ?? false;
    for (let o = 0; o < out; o++) {
      for (let i = 0; i < width; i++) {
        let sum = 0;
        for (let r = 0; r < rank; r++) sum += (b.data[o * rank + r] as number) * (a.data[r * width + i] as number);
        const at = isTransposed ? i * out + o : o * width + i;
        data[at] = (data[at] as number) + factor * sum;
      }
    }
    changed[`${layer}.weight`] = { ...weight, data };
  }
  return changed;
}

/**
 * Parameters of the plain model in which the adapters are folded: outputs are equal to those of the adapted model, up to rounding.
 * @param adapted a model made by `withLora`
 */
export function mergeLora(adapted: Model, parameters: NamedArrays, lora: LoraOptions): NamedArrays {
  const merged = addProducts(parameterSpecs(adapted), parameters, loraScale(lora));
  return Object.fromEntries(Object.entries(merged).filter(([name]) => !isAdapter(name)));
}

/** The inverse: `merged` are plain parameters, `adapters` the adapters' own; gives both, the weights as they were before merging. */
export function unmergeLora(
  adapted: Model,
  merged: NamedArrays,
  adapters: NamedArrays,
  lora: LoraOptions,
): NamedArrays {
  return addProducts(parameterSpecs(adapted), { ...merged, ...adapters }, -loraScale(lora));
}

/** An adapter as PEFT stores it: `adapter_config.json` and the arrays of `adapter_model.safetensors`. */
export interface PeftAdapter {
  readonly config: Readonly<Record<string, unknown>>;
  readonly arrays: NamedArrays;
}

const PREFIX = 'base_model.model.';

/** The name of a layer in the file: its weight's name without `.weight`. */
function layerName(layer: string, model: Model): string {
  return (fileNames(`${layer}.weight`, model.weights)[0] as string).replace(/\.weight$/, '');
}

/**
 * An adapter for PEFT. `head` are the paths of parts that were trained in full (`['classifier']`): they are stored beside it.
 * @param adapted a model made by `withLora`
 */
export function toPeft(
  adapted: Model,
  parameters: NamedArrays,
  lora: LoraOptions,
  about: { readonly base: string; readonly task?: string; readonly head?: readonly string[] },
): PeftAdapter {
  const specs = parameterSpecs(adapted);
  const layers = adaptedLayers(adapted);
  const { base, task = null, head = [] } = about;
  const arrays: Record<string, NdArray> = {};
  for (const layer of layers) {
    const name = `${PREFIX}${layerName(layer, adapted)}`;
    arrays[`${name}.lora_A.weight`] = parameters[`${layer}${A}`] as NdArray;
    arrays[`${name}.lora_B.weight`] = parameters[`${layer}${B}`] as NdArray;
  }
  const saved = new Set<string>();
  for (const [ours, array] of Object.entries(parameters)) {
    if (isAdapter(ours) || !head.some((part) => ours.startsWith(`${part}.`))) continue;
    const name = fileNames(ours, adapted.weights)[0] as string;
    arrays[`${PREFIX}${name}`] = array;
    saved.add(name.replace(/\.(weight|bias)$/, ''));
  }
  return {
    config: {
      peft_type: 'LORA',
      task_type: task,
      base_model_name_or_path: base,
      inference_mode: true,
      r: lora.rank,
      lora_alpha: lora.alpha,
      lora_dropout: lora.dropout,
      bias: 'none',
      fan_in_fan_out: layers.some((layer) => specs.get(`${layer}.weight`)?.isTransposed),
      target_modules: layers.map((layer) => layerName(layer, adapted)),
      modules_to_save: saved.size > 0 ? [...saved] : null,
    },
    arrays,
  };
}

/** Fields of `adapter_config.json` that change what is computed, with the only values that are known here. */
const plain: readonly (readonly [field: string, allowed: readonly unknown[]])[] = [
  ['peft_type', ['LORA']],
  ['bias', ['none', undefined]],
  ['use_dora', [false, undefined]],
  ['use_rslora', [false, undefined]],
  ['rank_pattern', [undefined]],
  ['alpha_pattern', [undefined]],
  ['layers_to_transform', [null, undefined]],
];

/** A PEFT adapter for a model: which layers it changes, and its arrays under our names. */
export interface ReadAdapter {
  readonly lora: LoraOptions;
  readonly parameters: NamedArrays;
}

/**
 * Reads an adapter that PEFT (or `toPeft`) wrote for `model`, a plain model.
 * @throws CheckpointError for another method than plain LoRA, for a layer that the model does not have, and for wrong shapes
 */
export async function fromPeft(
  model: Model,
  config: Readonly<Record<string, unknown>>,
  source: Pick<CheckpointSource, 'names' | 'read'>,
): Promise<ReadAdapter> {
  for (const [field, allowed] of plain) {
    const value = config[field];
    const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
    if (!allowed.includes(value) && !isEmpty)
      throw new CheckpointError(
        `adapter: expected ${field} ${allowed.map((one) => JSON.stringify(one) ?? 'absent').join(' or ')}, got ${JSON.stringify(value)} (adapter_config.json)`,
      );
  }
  const ours = new Map<string, string>();
  for (const name of parameterSpecs(model).keys())
    for (const theirs of fileNames(name, model.weights)) ours.set(`${PREFIX}${theirs}`, name);
  const parameters: Record<string, NdArray> = {};
  const layers = new Set<string>();
  for (const name of source.names()) {
    const array = cast(await source.read(name), 'float32');
    const part = /^(.*)\.lora_([AB])(?:\.default)?\.weight$/.exec(name);
    const own = ours.get(part ? `${part[1]}.weight` : name.replace('.modules_to_save.default', ''));
    if (own === undefined)
      throw new CheckpointError(
        `adapter: expected layers of ${model.className}, got '${name}' (adapter_model.safetensors)`,
      );
    if (!part) {
      parameters[own] = array;
      continue;
    }
    const layer = own.replace(/\.weight$/, '');
    layers.add(layer);
    parameters[`${layer}${part[2] === 'A' ? A : B}`] = array;
  }
  const escaped = [...layers].map((layer) => layer.replace(/[.\\]/g, '\\$&'));
  const number = (field: string): number => {
    const value = config[field];
    if (typeof value === 'number') return value;
    throw new CheckpointError(
      `adapter: expected ${field} as a number, got ${JSON.stringify(value)} (adapter_config.json)`,
    );
  };
  return {
    lora: {
      rank: number('r'),
      alpha: number('lora_alpha'),
      dropout: Number(config.lora_dropout ?? 0),
      targets: new RegExp(`^(${escaped.join('|')})$`),
    },
    parameters,
  };
}
