// Checkpoint folders on disk, in the Hugging Face layout: config.json, model.safetensors or shards with an index.
import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cast, type DType, getNumber, isFloat, type NamedArrays, type NdArray } from '../array/index.ts';
import { writeFileAtomic } from './atomic.node.ts';
import { CheckpointError } from './checkpoint-error.ts';
import { jsonText } from './json-text.ts';
import {
  arrayOver,
  encodeSafetensors,
  type Header,
  headerLength,
  MAX_HEADER_BYTES,
  parseHeader,
} from './safetensors.ts';
import type { CheckpointSource } from './source.ts';

const SINGLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

interface Shard {
  readonly path: string;
  readonly handle: FileHandle;
  readonly header: Header;
}

async function openShard(path: string): Promise<Shard> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new CheckpointError(`openCheckpoint: expected the file ${path}, got ${error.code}`, { cause: error });
  });
  try {
    const info = await handle.stat();
    if (!info.isFile()) throw new CheckpointError(`openCheckpoint: expected a file, got something else (${path})`);
    const { size } = info;
    const length = headerLength(await readAt(handle, 0, Math.min(8, size)), size, path);
    return { path, handle, header: parseHeader(await readAt(handle, 8, length), size, path) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Longest single read: Node refuses 2 GiB and more. */
const MAX_READ = 2 ** 30;

async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, MAX_READ), position + done);
    if (bytesRead === 0)
      throw new CheckpointError(
        `read: expected ${length} bytes at ${position}, got ${done}; the file shrank while it was open`,
      );
    done += bytesRead;
  }
  return bytes;
}

/** The files that hold the weights, and what an index says about who holds what. */
interface Layout {
  readonly paths: readonly string[];
  readonly weightMap?: ReadonlyMap<string, string>;
}

/** An index's map from tensors to files of the same folder. @throws CheckpointError */
export function parseWeightMap(index: Readonly<Record<string, unknown>>, where: string): Map<string, string> {
  const map = index.weight_map;
  if (typeof map !== 'object' || map === null || Array.isArray(map))
    throw new CheckpointError(`${INDEX}: expected a weight_map, got ${Object.keys(index).join(', ')} (${where})`);
  const entries = Object.entries(map as Record<string, unknown>);
  if (entries.length === 0) throw new CheckpointError(`${INDEX}: expected tensors, got an empty weight_map (${where})`);
  for (const [tensor, file] of entries) {
    if (typeof file !== 'string' || !/^[^/\\\0]+\.safetensors$/.test(file))
      throw new CheckpointError(
        `${INDEX}: expected names of safetensors files in the same folder, got ${JSON.stringify(file)} for '${tensor}' (${where})`,
      );
  }
  return new Map(entries as [string, string][]);
}

async function layoutOf(dir: string): Promise<Layout> {
  const files = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    const what = error.code === 'ENOTDIR' ? 'a file' : 'nothing';
    throw new CheckpointError(`openCheckpoint: expected a checkpoint folder, got ${what} (${dir})`, { cause: error });
  });
  if (files.includes(INDEX)) {
    const weightMap = parseWeightMap(await readJson(join(dir, INDEX)), dir);
    const names = [...new Set(weightMap.values())];
    const missing = names.filter((name) => !files.includes(name));
    if (missing.length > 0)
      throw new CheckpointError(
        `openCheckpoint: expected the shards that ${INDEX} names, got none called ${missing.join(', ')} (${dir}); fetch them again`,
      );
    return { paths: names.map((name) => join(dir, name)), weightMap };
  }
  if (files.includes(SINGLE)) return { paths: [join(dir, SINGLE)] };
  const pickle = files.find((file) => /\.(bin|pt|pth|ckpt)$/.test(file));
  if (pickle) {
    throw new CheckpointError(
      `openCheckpoint: expected ${SINGLE}, got ${pickle}, a pickle, which can run code and is never opened (${dir})\nConvert it once, where you trust it:\n` +
        `  python -c "import torch, safetensors.torch as s; w = torch.load('${pickle}', weights_only=True); s.save_file({k: v.clone().contiguous() for k, v in w.items()}, '${SINGLE}')"`,
    );
  }
  throw new CheckpointError(
    `openCheckpoint: expected ${SINGLE} or ${INDEX}, got ${files.slice(0, 10).join(', ') || 'an empty folder'} (${dir})`,
  );
}

/** A JSON object from a file. @throws CheckpointError */
export async function readJson(path: string): Promise<Record<string, unknown>> {
  const missing = (error: NodeJS.ErrnoException): never => {
    throw new CheckpointError(`expected the file ${path}, got ${error.code}`, { cause: error });
  };
  const { size } = await stat(path).catch(missing);
  if (size > MAX_HEADER_BYTES)
    throw new CheckpointError(`expected a JSON file of at most ${MAX_HEADER_BYTES} bytes, got ${size} (${path})`);
  const text = await readFile(path, 'utf8').catch(missing);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw new Error('another kind of value');
  } catch (error) {
    throw new CheckpointError(`expected a JSON object in ${path}, got ${(error as Error).message}`, { cause: error });
  }
}

/** A JSON object from a file; undefined where there is no such file. @throws CheckpointError for what is no JSON object */
export async function readJsonIfThere(path: string): Promise<Record<string, unknown> | undefined> {
  return readJson(path).catch((error: CheckpointError) => {
    if ((error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return undefined;
    throw error;
  });
}

function requireOwner(name: string, expected: string, shard: Shard | undefined): void {
  if (shard?.path !== expected)
    throw new CheckpointError(
      `openCheckpoint: expected '${name}' in ${expected}, as ${INDEX} says, got ${shard ? `it in ${shard.path}` : 'it in no shard'}`,
    );
}

/** Opens a checkpoint folder: headers are read and checked, arrays only when asked for. @throws CheckpointError */
export async function openCheckpoint(dir: string): Promise<CheckpointSource> {
  const shards: Shard[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(shards.map((shard) => shard.handle.close()));
  };
  const owner = new Map<string, Shard>();
  try {
    const { paths, weightMap } = await layoutOf(dir);
    for (const path of paths) {
      const shard = await openShard(path);
      shards.push(shard);
      for (const name of shard.header.tensors.keys()) {
        if (owner.has(name))
          throw new CheckpointError(`openCheckpoint: expected '${name}' in one shard, got it in two (${dir})`);
        owner.set(name, shard);
      }
    }
    for (const [name, file] of weightMap ?? []) requireOwner(name, join(dir, file), owner.get(name));
  } catch (error) {
    await close();
    throw error;
  }
  const find = (name: string): Shard => {
    const shard = owner.get(name);
    if (!shard) throw new CheckpointError(`read: expected a name of the file, got '${name}' (${dir})`);
    return shard;
  };
  const infoOf = (name: string) =>
    find(name).header.tensors.get(name) as NonNullable<ReturnType<Header['tensors']['get']>>;
  return {
    where: dir,
    names: () => [...owner.keys()],
    info: infoOf,
    read: async (name) => {
      const [shard, info] = [find(name), infoOf(name)];
      const bytes = await readAt(shard.handle, shard.header.dataStart + info.begin, info.end - info.begin);
      return arrayOver(info, bytes.buffer);
    },
    config: () => readJson(join(dir, 'config.json')),
    file: (name) => readFile(join(dir, name)).catch(() => undefined),
    close,
  };
}

/** What `saveCheckpoint` writes. */
export interface CheckpointContent {
  readonly config: Readonly<Record<string, unknown>>;
  readonly arrays: NamedArrays;
  /** Floating-point arrays are stored in this type. Default: as they are. */
  readonly dtype?: DType;
  /** Other files: `tokenizer.json`, `README.md`, … */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Split into shards of at most this many bytes of data. Default: one file. */
  readonly maxShardBytes?: number;
}

/** In another element type. @throws CheckpointError where a finite number would become infinite */
function narrowed(name: string, array: NdArray, dtype: DType): NdArray {
  const stored = cast(array, dtype);
  for (let i = 0; dtype === 'float16' && i < array.data.length; i++) {
    const value = getNumber(array, i);
    if (Number.isFinite(value) && !Number.isFinite(getNumber(stored, i)))
      throw new CheckpointError(
        `saveCheckpoint: expected values that float16 can hold (at most 65504), got ${value} in '${name}'\nStore the weights as bfloat16 or float32.`,
      );
  }
  return stored;
}

/** Writes a checkpoint folder, file by file, each whole or not at all; the weights come last. @throws CheckpointError for numbers too large for float16 */
export async function saveCheckpoint(dir: string, content: CheckpointContent): Promise<void> {
  const { dtype, files = {} } = content;
  const stored = Object.entries(content.arrays).map(([name, array]): [string, NdArray] => [
    name,
    dtype && isFloat(array.dtype) ? narrowed(name, array, dtype) : array,
  ]);
  await writeFileAtomic(join(dir, 'config.json'), jsonText(content.config));
  for (const [name, bytes] of Object.entries(files)) await writeFileAtomic(join(dir, name), bytes);
  const shards = splitShards(stored, content.maxShardBytes ?? Number.POSITIVE_INFINITY);
  const metadata = { format: 'pt' };
  if (shards.length === 1) {
    await writeFileAtomic(join(dir, SINGLE), encodeSafetensors(Object.fromEntries(stored), metadata));
    return;
  }
  const map: Record<string, string> = {};
  for (const [i, shard] of shards.entries()) {
    const number = (n: number): string => String(n).padStart(5, '0');
    const name = `model-${number(i + 1)}-of-${number(shards.length)}.safetensors`;
    for (const [tensor] of shard) map[tensor] = name;
    await writeFileAtomic(join(dir, name), encodeSafetensors(Object.fromEntries(shard), metadata));
  }
  const total = stored.reduce((sum, [, array]) => sum + array.data.byteLength, 0);
  await writeFileAtomic(join(dir, INDEX), jsonText({ metadata: { total_size: total }, weight_map: map }));
}

function splitShards(entries: readonly [string, NdArray][], limit: number): [string, NdArray][][] {
  const shards: [string, NdArray][][] = [[]];
  let size = 0;
  for (const entry of entries) {
    const bytes = entry[1].data.byteLength;
    if (size > 0 && size + bytes > limit) {
      shards.push([]);
      size = 0;
    }
    (shards.at(-1) as [string, NdArray][]).push(entry);
    size += bytes;
  }
  return shards;
}

/** Whether a path is an existing folder. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}
