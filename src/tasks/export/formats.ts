// What an export can be, and in which element types: one table, read by the command line and by the writer.
import type { DType } from '../../array/index.ts';
import { type Precision, precisions } from './onnx.ts';

/** Something about an export cannot be done. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}

/** Stored types of a safetensors export, by Transformers.js' names and by their own. */
const storedTypes = {
  fp32: 'float32',
  fp16: 'float16',
  bf16: 'bfloat16',
  float32: 'float32',
  float16: 'float16',
  bfloat16: 'bfloat16',
} as const satisfies Readonly<Record<string, DType>>;

/** What is written. */
export type ExportTarget =
  | { readonly format: 'onnx'; readonly precisions: readonly Precision[] }
  | { readonly format: 'safetensors'; readonly dtype: DType };

type Choose = (names: readonly string[]) => ExportTarget;

function checked<T extends string>(format: string, names: readonly string[], known: Readonly<Record<T, unknown>>): T[] {
  const wrong = names.find((name) => !Object.hasOwn(known, name));
  if (wrong !== undefined) {
    throw new ExportError(`dtype: expected one of ${Object.keys(known).join(', ')}, got '${wrong}' (format ${format})`);
  }
  return [...new Set(names as readonly T[])];
}

/** The formats, and what each makes of the names of element types. */
const formats: Readonly<Record<ExportTarget['format'], Choose>> = {
  onnx: (names) => ({ format: 'onnx', precisions: checked('onnx', names, precisions) }),
  safetensors: (names) => {
    const [dtype = 'fp32', ...more] = checked('safetensors', names, storedTypes);
    if (more.length > 0) throw new ExportError(`dtype: expected one, got ${names.join(', ')} (format safetensors)`);
    return { format: 'safetensors', dtype: storedTypes[dtype] };
  },
};

/**
 * What `--format` and `--dtype` ask for; without names, float32.
 * @throws ExportError for a format or an element type that there is not, listing those there are
 */
export function exportTarget(format: string, dtypes: readonly string[]): ExportTarget {
  if (!Object.hasOwn(formats, format))
    throw new ExportError(`format: expected one of ${Object.keys(formats).join(', ')}, got '${format}'`);
  return formats[format as ExportTarget['format']](dtypes.length > 0 ? dtypes : ['fp32']);
}
