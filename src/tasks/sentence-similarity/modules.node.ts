// What stands behind the encoder in a folder of sentence-transformers: `modules.json` lists a pooling, dense layers and scalings in order.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cast, type NdArray } from '../../array/index.ts';
import { openCheckpoint, readJson, readJsonIfThere } from '../../checkpoints/index.node.ts';
import { DataError } from '../../data/index.ts';
import type { Pooling } from '../feature-extraction/pooling.ts';
import { Features } from '../features.ts';

/** From vectors `[N, D]` to vectors `[N, E]`. */
export type VectorStep = (vectors: Features) => Features;

/** What becomes of the states of a text's tokens. */
export interface SentenceModules {
  readonly pooling: Pooling;
  /** After the pooling, in order. */
  readonly steps: readonly VectorStep[];
}

type Config = Readonly<Record<string, unknown>>;

/** Poolings by the names of sentence-transformers. */
const poolings: Readonly<Record<string, Pooling>> = { mean: 'mean', cls: 'cls', lasttoken: 'last_token' };

/** What a pooling's file asks for: `pooling_mode` since version 6, a flag for each before. @throws DataError for one that is not known */
function poolingOf(config: Config, path: string): Pooling {
  const flags = Object.keys(config).filter((key) => key.startsWith('pooling_mode_') && config[key] === true);
  const asked = [config.pooling_mode ?? flags].flat().map(String);
  const names = asked.map((name) => name.replace(/^pooling_mode_/, '').replace(/_tokens?$/, ''));
  const found = Object.keys(poolings).find((name) => name === names[0]);
  if (names.length === 1 && found !== undefined) return poolings[found] as Pooling;
  throw new DataError(
    `expected one pooling among ${Object.keys(poolings).join(', ')}, got ${asked.join(', ') || 'none'} (${path})`,
  );
}

/** @throws DataError for a module of anything but a sentence's vector */
function requireVector(config: Config, path: string): void {
  for (const name of ['module_input_name', 'module_output_name'])
    if ((config[name] ?? 'sentence_embedding') !== 'sentence_embedding')
      throw new DataError(`${name}: expected sentence_embedding, got ${config[name]} (${path})`);
}

/** By the last part of torch's class names. */
const activations: Readonly<Record<string, (x: number) => number>> = {
  Identity: (x) => x,
  Tanh: Math.tanh,
  ReLU: (x) => Math.max(0, x),
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

/** `activation_function`, the hyperbolic tangent where there is none. @throws DataError */
function activationIn(config: Config, path: string): (x: number) => number {
  const { activation_function: given = 'Tanh' } = config;
  const name = String(given).split('.').at(-1) as string;
  if (Object.hasOwn(activations, name)) return activations[name] as (x: number) => number;
  throw new DataError(
    `activation_function: expected one of ${Object.keys(activations).join(', ')}, got ${given} (${path})`,
  );
}

/** A layer with weights `[out, in]` and `[out]`. @throws CheckpointError, DataError for what is no such layer */
async function denseIn(dir: string): Promise<VectorStep> {
  const path = join(dir, 'config.json');
  const config = await readJson(path);
  requireVector(config, path);
  if (config.use_residual === true) throw new DataError(`use_residual: expected false, got true (${path})`);
  const activation = activationIn(config, path);
  const [inner, outer] = [Number(config.in_features), Number(config.out_features)];
  const source = await openCheckpoint(dir);
  const read = async (name: string, ...shape: number[]): Promise<Float32Array> => {
    const array: NdArray = await source.read(name);
    if (array.shape.join() !== shape.join())
      throw new DataError(`${name}: expected shape [${shape}], got [${array.shape}] (${dir})`);
    return cast(array, 'float32').data as Float32Array;
  };
  try {
    const weight = await read('linear.weight', outer, inner);
    const bias = config.bias === false ? new Float32Array(outer) : await read('linear.bias', outer);
    return ({ shape: [count = 0, width], data }) => {
      if (count > 0 && width !== inner)
        throw new DataError(`in_features: expected ${width}, as the vectors have, got ${inner} (${path})`);
      const result = new Float32Array(count * outer);
      for (let at = 0; at < result.length; at++) {
        const [row, out] = [Math.floor(at / outer), at % outer];
        let sum = bias[out] as number;
        for (let i = 0; i < inner; i++) sum += (weight[out * inner + i] as number) * (data[row * inner + i] as number);
        result[at] = activation(sum);
      }
      return new Features([count, outer], result);
    };
  } finally {
    await source.close();
  }
}

/** A scaling to length 1. @throws DataError for one of tokens */
async function normalizeIn(dir: string): Promise<VectorStep> {
  const path = join(dir, 'config.json');
  requireVector((await readJsonIfThere(path)) ?? {}, path);
  return (vectors) => vectors.normalize();
}

const steps: Readonly<Record<string, (dir: string) => Promise<VectorStep>>> = {
  Dense: denseIn,
  Normalize: normalizeIn,
};

/** One entry of `modules.json`. */
interface Listed {
  /** Of the class in sentence-transformers; whole for a class from elsewhere. */
  readonly name: string;
  readonly folder: string;
}

/** The entries of `modules.json`; undefined where there is no such file. @throws DataError for what is no list of them */
async function modulesIn(dir: string): Promise<Listed[] | undefined> {
  const path = join(dir, 'modules.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new DataError(`expected the file ${path}, got ${error.code}`);
  });
  if (text === undefined) return undefined;
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new DataError(`expected JSON, got ${(error as Error).message} (${path})`);
  }
  if (!Array.isArray(given)) throw new DataError(`expected a list of modules, got something else (${path})`);
  return given.map((one: unknown, i): Listed => {
    const { type, path: folder } = Object(one) as { readonly type?: unknown; readonly path?: unknown };
    if (typeof type !== 'string' || typeof folder !== 'string' || !/^([\w-][\w.-]*)?$/.test(folder))
      throw new DataError(
        `expected a type, and a path in the folder, got ${JSON.stringify(one)} (module ${i}, ${path})`,
      );
    return { name: type.startsWith('sentence_transformers.') ? (type.split('.').at(-1) as string) : type, folder };
  });
}

/**
 * What becomes of the states of the encoder in `dir`: as `modules.json` says; without it the pooling of `1_Pooling`, or the mean.
 * @throws CheckpointError, DataError for modules that are not known, and for an order that is none of a sentence encoder
 */
export async function sentenceModulesIn(dir: string): Promise<SentenceModules> {
  const path = join(dir, 'modules.json');
  const listed = await modulesIn(dir);
  if (!listed) {
    const own = join(dir, '1_Pooling', 'config.json');
    const config = await readJsonIfThere(own);
    return { pooling: config ? poolingOf(config, own) : 'mean', steps: [] };
  }
  const [first, second, ...others] = listed;
  if (first?.name !== 'Transformer' || first.folder !== '')
    throw new DataError(
      `expected a Transformer in the folder itself as the first module, got ${first ? `${first.name} in '${first.folder}'` : 'none'} (${path})`,
    );
  if (second?.name !== 'Pooling')
    throw new DataError(`expected Pooling as the second module, got ${second?.name ?? 'none'} (${path})`);
  const pooling = join(dir, second.folder, 'config.json');
  const opened: VectorStep[] = [];
  for (const { name, folder } of others) {
    const open = Object.hasOwn(steps, name) ? steps[name] : undefined;
    if (!open)
      throw new DataError(
        `expected modules among ${Object.keys(steps).join(', ')} after the pooling, got ${name} (${path})`,
      );
    opened.push(await open(join(dir, folder)));
  }
  return { pooling: poolingOf(await readJson(pooling), pooling), steps: opened };
}
