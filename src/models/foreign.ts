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

/** Number of attention heads by width, as all published ViTs of both libraries have it. */
const publishedHeads: Readonly<Record<number, number>> = {
  ...{ 192: 3, 256: 4, 320: 5, 384: 6, 512: 8, 640: 10, 768: 12, 896: 14, 1024: 16 },
  ...{ 1152: 16, 1280: 16, 1408: 16, 1664: 16 },
};

/** What the weights do not say. */
export interface RenameOptions {
  /** Number of attention heads. Default: what published models of that width have. */
  readonly heads?: number;
  /** Height and width of the pictures. Default: a square. */
  readonly imageSize?: readonly [number, number];
  /** Fields to put into the configuration: `id2label`, … */
  readonly config?: HubConfig;
}

const hasHead = ({ heads }: Library, names: readonly string[]): boolean =>
  Object.keys(heads).some((head) => names.includes(`${head}.weight`));

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
  const className = hasHead(library, names)
    ? `${family}ForImageClassification${hasTeacher ? 'WithTeacher' : ''}`
    : `${family}Model`;
  const config = { ...configOf(made, model, library, options), architectures: [className], ...options.config };
  return { library: library.name, config, arrays: made, changes };
}

function configOf(made: NamedArrays, model: string, library: Library, options: RenameOptions): HubConfig {
  const shapeOf = (name: string): readonly number[] => made[`${model}.${name}`]?.shape ?? [];
  const [dim = 0, channels = 0, p = 0, q = 0] = shapeOf('embeddings.patch_embeddings.projection.weight');
  const special = model === 'deit' ? 2 : 1;
  const places = (shapeOf('embeddings.position_embeddings')[1] ?? 0) - special;
  const side = Math.round(Math.sqrt(places));
  const heads = options.heads ?? publishedHeads[dim];
  if (heads === undefined) {
    throw new ConfigError(
      `renameForeign: expected the number of heads, which weights do not tell, got none for width ${dim} (${library.name})\nWrite num_heads into config.json, or give it as heads.`,
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

/** What timm's `model_args` may say: what is read below, sizes that the weights tell as well, and what only training heeds. */
const knownArgs: ReadonlySet<string> = new Set([
  ...['img_size', 'patch_size', 'in_chans', 'num_classes', 'embed_dim', 'depth', 'num_heads', 'mlp_ratio', 'qkv_bias'],
  ...['drop_rate', 'pos_drop_rate', 'patch_drop_rate', 'proj_drop_rate', 'attn_drop_rate', 'drop_path_rate'],
  ...['weight_init', 'fix_init', 'dynamic_img_size', 'act_layer', 'global_pool'],
]);

/** timm's names of activations, as Hugging Face calls them. */
const activations: Readonly<Record<string, string>> = {
  ...{ gelu: 'gelu', gelu_erf: 'gelu', gelu_tanh: 'gelu_pytorch_tanh', quick_gelu: 'quick_gelu' },
  ...{ relu: 'relu', silu: 'silu', swish: 'silu' },
};

/** What timm's `config.json` says of the computation. @throws ConfigError for what a plain ViT does not do */
function settingsOf(config: HubConfig, names: readonly string[], where: string): HubConfig {
  const args = (config.model_args ?? {}) as Record<string, unknown>;
  const refuse = (field: string, expected: string, got: unknown): never => {
    throw new ConfigError(`config.${field}: expected ${expected}, got ${JSON.stringify(got)} (timm, ${where})`);
  };
  const unknown = Object.keys(args).find((name) => !knownArgs.has(name));
  if (unknown !== undefined) refuse(`model_args.${unknown}`, 'nothing but a plain ViT', args[unknown]);
  const pool = args.global_pool ?? config.global_pool ?? 'token';
  // what has no head gives all states
  if (hasHead(timm, names) && pool !== 'token') refuse('global_pool', '"token"', pool);
  const { act_layer: activation = 'gelu' } = args;
  const known = Object.keys(activations);
  if (!known.includes(activation as string)) refuse('model_args.act_layer', `one of ${known.join(', ')}`, activation);
  return { hidden_act: activations[activation as string] };
}

/**
 * The checkpoint as Hugging Face would have written it: itself, or, where `config.json` names no `model_type` and the weights are
 * timm's or torchvision's, renamed in memory. `num_heads` is read from `config.json` or its `model_args` where it stands there.
 * @throws ConfigError as `renameForeign`, and for settings of timm's that a plain ViT does not have; the source is closed then
 */
export async function inKnownNames(source: CheckpointSource): Promise<CheckpointSource> {
  try {
    const config = await source.config();
    return config.model_type !== undefined || !foreignLibrary(source.names()) ? source : await renamed(source, config);
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function renamed(source: CheckpointSource, config: HubConfig): Promise<CheckpointSource> {
  const names = source.names();
  const arrays = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await source.read(name)] as const)),
  );
  const { num_heads = config.num_heads, img_size } = (config.model_args ?? {}) as Record<string, unknown>;
  const { model_args: _, architecture: __, global_pool: ___, ...kept } = config;
  const isTimm = foreignLibrary(names) === 'timm';
  const settings = isTimm ? settingsOf(config, names, source.where) : {};
  const found = renameForeign(arrays, {
    config: { ...kept, ...settings },
    ...(typeof num_heads === 'number' ? { heads: num_heads } : {}),
    ...(Array.isArray(img_size) ? { imageSize: img_size as [number, number] } : {}),
  });
  const read = (name: string): NdArray => {
    const array = found.arrays[name];
    if (!array)
      throw new ConfigError(`${source.where}: expected '${name}', got ${Object.keys(found.arrays).join(', ')}`);
    return array;
  };
  return {
    where: source.where,
    names: () => Object.keys(found.arrays),
    info: read,
    read: async (name) => read(name),
    config: async () => ({ ...found.config }),
    file: (name) => source.file(name),
    close: () => source.close(),
  };
}
