// Whether the arrays of one run are what the model reads: element types, shapes that go together, ids that exist.
import { cast, type NamedArrays, type NdArray } from '../array/index.ts';
import { type Dim, type Dims, evaluateDim, symbolsOf } from '../graph/index.ts';
import type { InputSpec, Model } from './architecture.ts';
import { CACHE_PREFIX } from './cache.ts';

const WHOLE: ReadonlySet<string> = new Set(['int64', 'int32', 'uint8', 'bool']);

/** Rows of the table that an input's ids are looked up in; undefined where the configuration does not say. */
function rowsFor(name: string, { config }: Model): number | undefined {
  const text = (config.text_config ?? {}) as Model['config'];
  const fields: Readonly<Record<string, readonly string[]>> = {
    input_ids: ['vocab_size'],
    decoder_input_ids: ['decoder_vocab_size', 'vocab_size'],
    token_type_ids: ['type_vocab_size'],
  };
  const found = fields[name]?.map((field) => text[field] ?? config[field]).find((rows) => typeof rows === 'number');
  return found as number | undefined;
}

function fail(model: Model, name: string, expected: string, got: string): never {
  throw new RangeError(`forward: expected ${name} ${expected}, got ${got} (${model.className})`);
}

function inType(model: Model, name: string, array: NdArray, { dtype }: InputSpec): NdArray {
  if (array.dtype === dtype) return array;
  if (WHOLE.has(dtype) !== WHOLE.has(array.dtype)) fail(model, name, `of ${dtype}`, array.dtype);
  return cast(array, dtype);
}

/** Sizes of the plain symbols, by name, with the input that says so. */
type Sizes = Record<string, { readonly size: number; readonly of: string }>;

function checkShape(model: Model, name: string, { shape }: NdArray, dims: InputSpec['shape'], sizes: Sizes): void {
  if (shape.length !== dims.length) fail(model, name, `[${dims.join(', ')}]`, `[${shape.join(', ')}]`);
  dims.forEach((dim, axis) => {
    const size = shape[axis] as number;
    if (dim === 'batch' && size === 0) fail(model, name, 'of at least one example', 'none');
    const known = typeof dim === 'string' ? sizes[dim] : undefined;
    if (typeof dim === 'string' && !known && symbolsOf(dim).length === 1 && symbolsOf(dim)[0] === dim)
      sizes[dim] = { size, of: name };
    else if (typeof dim === 'number' || symbolsOf(dim).every((symbol) => sizes[symbol])) {
      const values = Object.fromEntries(Object.entries(sizes).map(([symbol, one]) => [symbol, one.size]));
      const wanted = evaluateDim(dim, values);
      if (size !== wanted) {
        const because = known ? `, as ${known.of} has` : '';
        fail(model, name, `[${dims.join(', ')}] with ${dim} = ${wanted}${because}`, `[${shape.join(', ')}]`);
      }
    }
  });
}

/** Ids that are rows of a table. */
function checkRows(model: Model, name: string, { data }: NdArray): void {
  const rows = rowsFor(name, model);
  if (rows === undefined) return;
  for (let i = 0; i < data.length; i++) {
    const id = Number(data[i]);
    if (id < 0 || id >= rows) fail(model, name, `from 0 to ${rows - 1}`, `${id} at place ${i}`);
  }
}

/** The label that does not count, whatever the head. */
const IGNORED = -100;

/** Labels that are classes: columns of the logits. */
function checkLabels(model: Model, array: NdArray | undefined, logits: Dims | undefined, sizes: Sizes): void {
  const spec = model.inputs.labels;
  // a number for every logit is no class
  if (!array || !logits || spec?.dtype !== 'int64' || spec.shape.join() === logits.join()) return;
  const columns = logits.at(-1) as Dim;
  if (!symbolsOf(columns).every((symbol) => sizes[symbol])) return;
  const classes = evaluateDim(
    columns,
    Object.fromEntries(Object.entries(sizes).map(([name, { size }]) => [name, size])),
  );
  for (let i = 0; i < array.data.length; i++) {
    const label = Number(array.data[i]);
    if (label !== IGNORED && (label < 0 || label >= classes))
      fail(model, 'labels', `from 0 to ${classes - 1}, or ${IGNORED} where none counts`, `${label} at place ${i}`);
  }
}

/**
 * The arrays in the element types that the model reads (whole numbers of any width are whole numbers).
 * @throws RangeError for another type, shapes that do not go together, no examples, no tokens or more than there are positions, ids that no table has, labels
 * that are none of the classes
 * @param logits the shape of the scores that labels are columns of, where there are any
 */
export function checkedInputs(model: Model, arrays: NamedArrays, logits?: Dims): NamedArrays {
  const specs: Readonly<Record<string, InputSpec>> = { ...model.precomputed, ...model.inputs };
  const isCached = Object.keys(arrays).some((name) => name.startsWith(CACHE_PREFIX));
  const sizes: Sizes = {};
  const checked = Object.fromEntries(
    Object.entries(arrays).map(([name, given]) => {
      const spec = specs[name];
      // a name that the model does not have is told of where its inputs are declared
      if (!spec) return [name, given];
      const array = inType(model, name, given, spec);
      checkShape(model, name, array, isCached && spec.shapeWithCache ? spec.shapeWithCache : spec.shape, sizes);
      checkRows(model, name, array);
      const [, tokens = 1] = array.shape;
      if (name.endsWith('input_ids') && !isCached) {
        if (tokens === 0) fail(model, name, 'of at least one token', 'none');
        if (model.maxLength !== undefined && tokens > model.maxLength)
          fail(model, name, `of at most ${model.maxLength} tokens, as there are positions`, `${tokens}`);
      }
      return [name, array];
    }),
  );
  checkLabels(model, checked.labels, logits, sizes);
  return checked;
}
