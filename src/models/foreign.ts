// ViT and DeiT as timm and torchvision name them, brought to Hugging Face's names: renamed, and the one projection of queries, keys and
// values cut in three. Facts: timm vision_transformer.py and deit.py, torchvision vision_transformer.py.
import { cast, float32, type NamedArrays, type NdArray } from '../array/index.ts';
import type { CheckpointSource } from '../checkpoints/index.ts';
import { ConfigError, type HubConfig } from './architecture.ts';

/** Weights under Hugging Face's names with the configuration that goes with them. */
export interface Renamed {
  readonly library: 'timm' | 'torchvision';
  readonly config: HubConfig;
  readonly arrays: NamedArrays;
  /** `[theirs, ours]` of every array; a joint projection stands three times. */
  readonly changes: readonly (readonly [string, string])[];
}

type Pairs = readonly (readonly [RegExp, string])[];

interface Library {
  readonly name: Renamed['library'];
  /** A name that gives the library away, and holds the patch kernel. */
  readonly kernel: string;
  readonly positions: string;
  /** Patterns of their names to ours below `{model}.`; `qkv` marks the joint projection. */
  readonly names: Pairs;
  /** Heads, whose names stand outside the model. */
  readonly heads: Readonly<Record<string, string>>;
}

const BLOCK = 'encoder.layer.$1';

const timm: Library = {
  name: 'timm',
  kernel: 'patch_embed.proj.weight',
  positions: 'pos_embed',
  names: [
    [/^cls_token$/, 'embeddings.cls_token'],
    [/^dist_token$/, 'embeddings.distillation_token'],
    [/^pos_embed$/, 'embeddings.position_embeddings'],
    [/^patch_embed\.proj\.(weight|bias)$/, 'embeddings.patch_embeddings.projection.$1'],
    [/^blocks\.(\d+)\.norm1\.(weight|bias)$/, `${BLOCK}.layernorm_before.$2`],
    [/^blocks\.(\d+)\.norm2\.(weight|bias)$/, `${BLOCK}.layernorm_after.$2`],
    [/^blocks\.(\d+)\.attn\.qkv\.(weight|bias)$/, `${BLOCK}.attention.attention.qkv.$2`],
    [/^blocks\.(\d+)\.attn\.proj\.(weight|bias)$/, `${BLOCK}.attention.output.dense.$2`],
    [/^blocks\.(\d+)\.mlp\.fc1\.(weight|bias)$/, `${BLOCK}.intermediate.dense.$2`],
    [/^blocks\.(\d+)\.mlp\.fc2\.(weight|bias)$/, `${BLOCK}.output.dense.$2`],
    [/^norm\.(weight|bias)$/, 'layernorm.$1'],
  ],
  heads: { head: 'classifier', head_dist: 'distillation_classifier' },
};

const torchvision: Library = {
  name: 'torchvision',
  kernel: 'conv_proj.weight',
  positions: 'encoder.pos_embedding',
  names: [
    [/^class_token$/, 'embeddings.cls_token'],
    [/^encoder\.pos_embedding$/, 'embeddings.position_embeddings'],
    [/^conv_proj\.(weight|bias)$/, 'embeddings.patch_embeddings.projection.$1'],
    [/^encoder\.layers\.encoder_layer_(\d+)\.ln_1\.(weight|bias)$/, `${BLOCK}.layernorm_before.$2`],
    [/^encoder\.layers\.encoder_layer_(\d+)\.ln_2\.(weight|bias)$/, `${BLOCK}.layernorm_after.$2`],
    [
      /^encoder\.layers\.encoder_layer_(\d+)\.self_attention\.in_proj_(weight|bias)$/,
      `${BLOCK}.attention.attention.qkv.$2`,
    ],
    [
      /^encoder\.layers\.encoder_layer_(\d+)\.self_attention\.out_proj\.(weight|bias)$/,
      `${BLOCK}.attention.output.dense.$2`,
    ],
    [/^encoder\.layers\.encoder_layer_(\d+)\.mlp\.(?:0|linear_1)\.(weight|bias)$/, `${BLOCK}.intermediate.dense.$2`],
    [/^encoder\.layers\.encoder_layer_(\d+)\.mlp\.(?:3|linear_2)\.(weight|bias)$/, `${BLOCK}.output.dense.$2`],
    [/^encoder\.ln\.(weight|bias)$/, 'layernorm.$1'],
  ],
  heads: { 'heads.head': 'classifier' },
};

const libraries: readonly Library[] = [timm, torchvision];

/** Which library named these weights; undefined for none of them. */
export function foreignLibrary(names: readonly string[]): Renamed['library'] | undefined {
  return libraries.find(({ kernel, positions }) => names.includes(kernel) && names.includes(positions))?.name;
}

/** What the weights do not say. */
export interface RenameOptions {
  /** Number of attention heads. Default: width / 64, which all published ones have. */
  readonly heads?: number;
  /** Height and width of the pictures. Default: a square. */
  readonly imageSize?: readonly [number, number];
  /** Fields to put into the configuration: `id2label`, … */
  readonly config?: HubConfig;
}

function rename(name: string, library: Library, model: string, hasTeacher: boolean): string {
  const dot = name.lastIndexOf('.');
  const head = library.heads[name.slice(0, dot)];
  if (head) return `${head === 'classifier' && hasTeacher ? 'cls_classifier' : head}${name.slice(dot)}`;
  const rule = library.names.find(([pattern]) => pattern.test(name));
  if (!rule) {
    throw new ConfigError(
      `renameForeign: expected the weights of a plain ViT or DeiT, got '${name}' (${library.name})`,
    );
  }
  return `${model}.${name.replace(...rule)}`;
}

/** Rows of a joint projection, thirds in the order query, key, value. */
function thirds(array: NdArray): NdArray[] {
  const { data } = cast(array, 'float32');
  const [rows = 0, ...rest] = array.shape;
  const length = data.length / 3;
  return [0, 1, 2].map((i) => float32([rows / 3, ...rest], data.slice(i * length, (i + 1) * length)));
}

/**
 * ViT and DeiT weights of timm or torchvision under Hugging Face's names.
 * @throws ConfigError for weights of neither, for parts that a plain ViT lacks, and where sizes cannot be told
 */
export function renameForeign(arrays: NamedArrays, options: RenameOptions = {}): Renamed {
  const names = Object.keys(arrays);
  const library = libraries.find(({ name }) => name === foreignLibrary(names));
  if (!library)
    throw new ConfigError(
      `renameForeign: expected timm's or torchvision's names, got ${names.slice(0, 3).join(', ')}, …`,
    );
  const isDistilled = names.includes('dist_token');
  const hasTeacher = names.includes('head_dist.weight');
  const model = isDistilled ? 'deit' : 'vit';
  const changes: [string, string][] = [];
  const made: Record<string, NdArray> = {};
  for (const [name, array] of Object.entries(arrays)) {
    const written = rename(name, library, model, hasTeacher);
    const parts = written.includes('.qkv.')
      ? ['query', 'key', 'value'].map((part) => written.replace('.qkv.', `.${part}.`))
      : [written];
    const pieces = parts.length === 3 ? thirds(array) : [array];
    parts.forEach((part, i) => {
      changes.push([name, part]);
      made[part] = pieces[i] as NdArray;
    });
  }
  const family = isDistilled ? 'DeiT' : 'ViT';
  const className = `${family}ForImageClassification${hasTeacher ? 'WithTeacher' : ''}`;
  const config = { ...configOf(made, model, library, options), architectures: [className], ...options.config };
  return { library: library.name, config, arrays: made, changes };
}

function configOf(made: NamedArrays, model: string, library: Library, options: RenameOptions): HubConfig {
  const shapeOf = (name: string): readonly number[] => made[`${model}.${name}`]?.shape ?? [];
  const [dim = 0, channels = 0, p = 0, q = 0] = shapeOf('embeddings.patch_embeddings.projection.weight');
  const special = model === 'deit' ? 2 : 1;
  const places = (shapeOf('embeddings.position_embeddings')[1] ?? 0) - special;
  const side = Math.round(Math.sqrt(places));
  const heads = options.heads ?? dim / 64;
  if (!Number.isInteger(heads)) {
    throw new ConfigError(
      `renameForeign: expected the number of heads, since ${dim} is no multiple of 64 (${library.name}); give it as heads`,
    );
  }
  if (!options.imageSize && side * side !== places) {
    throw new ConfigError(
      `renameForeign: expected imageSize, since ${places} positions are no square (${library.name})`,
    );
  }
  const layers = new Set(Object.keys(made).map((name) => /\.layer\.(\d+)\./.exec(name)?.[1])).size - 1;
  const classes = (made['classifier.weight'] ?? made['cls_classifier.weight'])?.shape[0];
  return {
    model_type: model,
    hidden_size: dim,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: shapeOf('encoder.layer.0.intermediate.dense.weight')[0],
    hidden_act: 'gelu',
    layer_norm_eps: 1e-6,
    num_channels: channels,
    patch_size: p === q ? p : [p, q],
    image_size: options.imageSize ?? [side * p, side * q],
    qkv_bias: `${model}.encoder.layer.0.attention.attention.query.bias` in made,
    ...(classes === undefined ? {} : { num_labels: classes }),
  };
}

/**
 * The checkpoint as Hugging Face would have written it: itself, or, where `config.json` names no `model_type` and the weights are
 * timm's or torchvision's, renamed in memory. `num_heads` is read from `config.json` or its `model_args` where it stands there.
 */
export async function inKnownNames(source: CheckpointSource): Promise<CheckpointSource> {
  const config = await source.config();
  const names = source.names();
  if (config.model_type !== undefined || !foreignLibrary(names)) return source;
  const arrays = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await source.read(name)] as const)),
  );
  const { num_heads = config.num_heads, img_size } = (config.model_args ?? {}) as Record<string, unknown>;
  const { model_args: _, architecture: __, ...kept } = config;
  const renamed = renameForeign(arrays, {
    config: kept,
    ...(typeof num_heads === 'number' ? { heads: num_heads } : {}),
    ...(Array.isArray(img_size) ? { imageSize: img_size as [number, number] } : {}),
  });
  const read = (name: string): NdArray => {
    const array = renamed.arrays[name];
    if (!array)
      throw new ConfigError(`${source.where}: expected '${name}', got ${Object.keys(renamed.arrays).join(', ')}`);
    return array;
  };
  return {
    where: source.where,
    names: () => Object.keys(renamed.arrays),
    info: read,
    read: async (name) => read(name),
    config: async () => ({ ...renamed.config }),
    file: (name) => source.file(name),
    close: () => source.close(),
  };
}
