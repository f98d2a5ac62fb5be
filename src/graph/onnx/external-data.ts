// Weights beside the model: protobuf messages end at 2 GB, so large initializers move into one data file.
// ONNX, docs/ExternalData.md: offsets are multiples of 4096, so that runtimes can map the file into memory.
import type { Message } from './emitter.ts';

/** Where weights go that are stored outside the model. */
export interface ExternalOptions {
  /** Name of the data file, relative to the model's folder: `model.onnx_data`. */
  readonly location: string;
  /** Tensors smaller than this many bytes stay in the model. Default 1024. */
  readonly threshold?: number;
  /** Weights of at most this many bytes in all stay in the model, every one. Default 0. */
  readonly above?: number;
}

const PAGE = 4096;

/** What no protobuf message may reach. */
export const MESSAGE_LIMIT: number = 2 ** 31 - 1;

const bytesIn = (message: Message): Uint8Array => (message.rawData as Uint8Array | undefined) ?? new Uint8Array();

/** Bytes of all initializers. */
export function weightBytes(initializers: readonly Message[]): number {
  return initializers.reduce((total, one) => total + bytesIn(one).length, 0);
}

/** Initializers that point into the data file, and the file as pieces to write one after the other (weights are not copied). */
export function externalize(
  initializers: readonly Message[],
  { location, threshold = 1024, above = 0 }: ExternalOptions,
): { readonly initializers: readonly Message[]; readonly chunks: Uint8Array[] } {
  if (weightBytes(initializers) <= above) return { initializers, chunks: [] };
  const chunks: Uint8Array[] = [];
  let offset = 0;
  const push = (chunk: Uint8Array): void => {
    chunks.push(chunk);
    offset += chunk.length;
  };
  const moved = initializers.map((message) => {
    const bytes = bytesIn(message);
    if (bytes.length < threshold) return message;
    const gap = (PAGE - (offset % PAGE)) % PAGE;
    if (gap > 0) push(new Uint8Array(gap));
    const place = { location, offset: String(offset), length: String(bytes.length) };
    push(bytes);
    const { rawData: _, ...rest } = message;
    return { ...rest, dataLocation: 1, externalData: Object.entries(place).map(([key, value]) => ({ key, value })) };
  });
  return { initializers: moved, chunks };
}
