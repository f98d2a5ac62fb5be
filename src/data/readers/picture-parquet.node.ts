// Parquet files with an image column as `datasets` of Hugging Face writes them: `{bytes, path}` (or plain bytes) and a label, a number with
// names in the file's metadata, or a text. Labels are read at once; pictures row group by row group when asked for, through hyparquet.
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as zlib from 'node:zlib';
import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { loadPicture } from '../../tokens/index.node.ts';
import type { Picture } from '../../tokens/index.ts';
import { DataError, type PictureDataset, type SplitName } from '../dataset.ts';
import { atPlace } from './kinds.node.ts';
import { finished, type Row } from './label-folders.node.ts';

/** Whether a file is Parquet by its ending. */
export const isParquet = (path: string): boolean => /\.parquet$/i.test(path);

/** Which columns mean what. */
export interface ParquetColumns {
  /** `image` when left out. */
  readonly image?: string;
  /** `label` when left out. */
  readonly label?: string;
}

/** Bytes of encoded pictures that are kept; the least recently used row group goes first. */
const KEPT_BYTES = 2 ** 28;

type Library = typeof import('hyparquet');
type Cell = Uint8Array | { readonly bytes?: Uint8Array | null } | null | undefined;

interface Source {
  readonly path: string;
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
}

// Snappy and plain pages are hyparquet's own; Node has Zstandard from 22.15 on
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array };
const compressors = {
  GZIP: (bytes: Uint8Array) => zlib.gunzipSync(bytes),
  BROTLI: (bytes: Uint8Array) => zlib.brotliDecompressSync(bytes),
  ...(zstdDecompressSync ? { ZSTD: (bytes: Uint8Array) => zstdDecompressSync(bytes) } : {}),
};

async function open(path: string, library: Library): Promise<Source> {
  try {
    // hyparquet's types of "." are the browser's
    const { asyncBufferFromFile } = library as Library & {
      asyncBufferFromFile: (path: string) => Promise<AsyncBuffer>;
    };
    const file = await asyncBufferFromFile(path);
    return { path, file, metadata: await library.parquetMetadataAsync(file) };
  } catch (error) {
    throw new DataError(`data: expected a Parquet file, got ${(error as Error).message} (${path})`, { cause: error });
  }
}

/** Names of class numbers, from the metadata of `datasets`. */
function classNames({ metadata }: Source, column: string): readonly string[] | undefined {
  const json = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  if (json === undefined) return undefined;
  const features = (JSON.parse(json) as { info?: { features?: Record<string, { names?: string[] }> } }).info?.features;
  return features?.[column]?.names;
}

async function readColumn(
  source: Source,
  column: string,
  library: Library,
  rows?: [number, number],
): Promise<unknown[]> {
  const { path, file, metadata } = source;
  const known = library.parquetSchema(metadata).children.map(({ element }) => element.name);
  if (!known.includes(column)) {
    throw new DataError(
      `data: expected a column '${column}', got ${known.join(', ')} (${path})\nName it with the options image and label.`,
    );
  }
  const range = rows ? { rowStart: rows[0], rowEnd: rows[1] } : {};
  const options = { file, metadata, columns: [column], utf8: false, compressors, ...range };
  const objects = await library.parquetReadObjects(options).catch((error: Error) => {
    throw new DataError(`data: expected a whole Parquet file, got ${error.message} (${path})`, { cause: error });
  });
  return objects.map((object) => object[column]);
}

/** Keeps what was read last, up to a number of bytes. */
class RecentGroups {
  readonly #groups = new Map<string, Promise<readonly Cell[]>>();
  readonly #sizes = new Map<string, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string, bytes: number, read: () => Promise<readonly Cell[]>): Promise<readonly Cell[]> {
    const group = this.#groups.get(key) ?? read();
    this.#groups.delete(key);
    this.#groups.set(key, group);
    this.#sizes.set(key, bytes);
    let total = 0;
    for (const one of this.#groups.keys()) total += this.#sizes.get(one) ?? 0;
    for (const oldest of this.#groups.keys()) {
      if (total <= this.#most || oldest === key) break;
      total -= this.#sizes.get(oldest) ?? 0;
      this.#groups.delete(oldest);
    }
    return group;
  }
}

function bytesOf(cell: Cell, where: string): Uint8Array {
  const bytes = cell instanceof Uint8Array ? cell : cell?.bytes;
  if (bytes instanceof Uint8Array && bytes.length > 0) return bytes;
  throw new DataError(
    `data: expected the bytes of a picture, got ${bytes === undefined || bytes === null ? 'none' : 'none in them'} (${where})`,
  );
}

function labelText(value: unknown, names: readonly string[] | undefined, where: string): string {
  const label = names && (typeof value === 'bigint' || typeof value === 'number') ? names[Number(value)] : value;
  const text = label instanceof Uint8Array ? new TextDecoder().decode(label) : label;
  if (text !== undefined && text !== null && text !== '' && Number(text) !== -1) return String(text);
  throw new DataError(`data: expected a label, got ${String(value)} (${where})`);
}

const partOf = (path: string): SplitName | undefined => {
  const [, name = ''] = /^(train|validation|valid|val|test)[-_.]/.exec(basename(path)) ?? [];
  return name.startsWith('val') ? 'validation' : (name as SplitName) || undefined;
};

async function pathsOf(path: string): Promise<string[]> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new DataError(`data: expected a Parquet file or a folder of them, got ${error.code} (${path})`, {
      cause: error,
    });
  });
  if (!info.isDirectory()) return [path];
  const names = (await readdir(path)).filter(isParquet).sort();
  if (names.length === 0) throw new DataError(`data: expected Parquet files, got none (${path})`);
  return names.map((name) => join(path, name));
}

/**
 * Labelled pictures of a Parquet file, or of a folder of them; parts by names that begin `train-`, `validation-`, `test-`, else cut by row.
 * `checksums` holds sizes and rows, not contents.
 * @throws DataError for other files, missing columns, rows without a label; for rows without a picture when they are loaded
 */
export async function readPictureParquet(path: string, columns: ParquetColumns = {}): Promise<PictureDataset> {
  const { image = 'image', label = 'label' } = columns;
  const library = await import('hyparquet');
  const recent = new RecentGroups(KEPT_BYTES);
  const checksums: Record<string, string> = {};
  const read: Row<Picture>[] = [];
  let names: readonly string[] | undefined;
  for (const one of await pathsOf(path)) {
    const source = await open(one, library);
    names ??= classNames(source, label);
    const labels = await readColumn(source, label, library);
    checksums[basename(one)] = `${source.file.byteLength} bytes, ${labels.length} rows`;
    let start = 0;
    for (const group of source.metadata.row_groups) {
      const rows: [number, number] = [start, start + Number(group.num_rows)];
      const cells = (): Promise<readonly Cell[]> =>
        recent.get(
          `${one} ${rows[0]}`,
          Number(group.total_byte_size),
          async () => (await readColumn(source, image, library, rows)) as Cell[],
        );
      for (let row = rows[0]; row < rows[1]; row++) {
        const id = `${basename(one)}:${row}`;
        const where = `${one}, row ${row}`;
        const load = atPlace(where, async () => loadPicture(bytesOf((await cells())[row - rows[0]], where)));
        read.push({ part: partOf(one), key: id, example: { id, label: labelText(labels[row], names, where), load } });
      }
      [, start] = rows;
    }
  }
  const present = new Set(read.map(({ example }) => example.label));
  return finished(
    basename(path),
    names ? names.filter((name) => present.has(name)) : [...present].sort(),
    read,
    checksums,
  );
}
