// Dynamic quantisation: weights of products and embedding tables in int8, activations quantised as they come, as ONNX Runtime's
// `quantize_dynamic` does with QInt8: symmetric, the largest magnitude becomes the largest number, halves to even.
import { fromNumbers, type NamedArrays, type NdArray, ndArray, scalar } from '../../array/index.ts';
import {
  add,
  castTo,
  dequantize,
  dynamicQuantize,
  gather,
  integerMatmul,
  multiply,
  parameter,
  type Quantized,
} from '../ops/index.ts';
import { rewrite } from '../passes/rewrite.ts';
import { isOp, type Node, type Tensor } from '../tensor.ts';
import type { StoredGraph } from './half.ts';

/** Options of `inDynamicInt8`. */
export interface Int8Options {
  /** A scale for each column of a weight (default), or one for the whole weight, as `per_channel=False`. */
  readonly perColumn?: boolean;
  /**
   * Largest number of a product's weights, 127 or 64 (default; `reduce_range`). Processors without VNNI add pairs of products in
   * int16: two of 255 · 127 leave it, two of 255 · 64 do not. Tables are not multiplied: they always have 127.
   */
  readonly largest?: 127 | 64;
}

/** Adding and taking away this leaves whole numbers, halves rounded to even. */
const WHOLE = 1.5 * 2 ** 52;

/** A matrix as it is multiplied from the right: element (row, column) at `row · rowStep + column · columnStep`. */
interface Weight {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

function weightOf({ data, shape }: NdArray, isTransposed: boolean): Weight {
  const [first = 0, second = 0] = shape;
  const values = data as Float32Array;
  return isTransposed
    ? { data: values, rows: second, columns: first, rowStep: 1, columnStep: second }
    : { data: values, rows: first, columns: second, rowStep: second, columnStep: 1 };
}

/** int8 numbers `[rows, columns]`, and scales `[columns]` or one. */
function quantized(
  { data, rows, columns, rowStep, columnStep }: Weight,
  { perColumn, largest: top }: Required<Int8Options>,
): { q: NdArray; scale: NdArray } {
  const largest = new Float32Array(columns);
  for (let column = 0; column < columns; column++) {
    for (let row = 0, at = column * columnStep; row < rows; row++, at += rowStep) {
      const magnitude = Math.abs(data[at] as number);
      if (magnitude > (largest[column] as number)) largest[column] = magnitude;
    }
  }
  const all = largest.reduce((a, b) => Math.max(a, b), 0);
  // of zeros alone, any scale says the same
  const scales = largest.map((own) => Math.fround((perColumn ? own : all) / top) || 1);
  const q = new Int8Array(rows * columns);
  for (let column = 0; column < columns; column++) {
    const scale = scales[column] as number;
    for (let row = 0, at = column * columnStep; row < rows; row++, at += rowStep)
      q[row * columns + column] = Math.fround((data[at] as number) / scale) + WHOLE - WHOLE;
  }
  const scale = perColumn ? fromNumbers('float32', [columns], scales) : scalar(scales[0] as number);
  return { q: ndArray('int8', [rows, columns], q), scale };
}

/** A product with a stored weight, whatever operation it is written as. */
interface Product {
  readonly x: Tensor;
  readonly weight: Tensor;
  readonly isTransposed: boolean;
  readonly bias?: Tensor | undefined;
  readonly alpha: number;
}

function productOf(node: Node): Product | undefined {
  const [x, weight, bias] = node.inputs as [Tensor, Tensor, Tensor | undefined];
  const found = (isTransposed: boolean, alpha = 1): Product => ({ x, weight, isTransposed, bias, alpha });
  if (isOp(node, 'MatMul')) return found(false);
  if (isOp(node, 'Gemm') && !node.attributes.transA) return found(node.attributes.transB);
  if (isOp(node, 'FusedMatMul') && !node.attributes.transA && !node.attributes.firstB)
    return found(node.attributes.transB, node.attributes.alpha);
  return undefined;
}

/** Stored weights in int8, made once each. */
class Store {
  readonly arrays: Record<string, NdArray> = {};
  readonly #given: NamedArrays;

  constructor(given: NamedArrays) {
    this.#given = given;
  }

  /** The array of a parameter that is a float32 matrix. */
  matrix({ node, dtype, shape }: Tensor): { readonly name: string; readonly array: NdArray } | undefined {
    if (!isOp(node, 'Input') || dtype !== 'float32' || shape.length !== 2) return undefined;
    const array = this.#given[node.attributes.name];
    return array && { name: node.attributes.name, array };
  }

  /** The parameters that hold it in int8: numbers and scale. */
  quantized(name: string, make: () => { q: NdArray; scale: NdArray }): { q: Tensor; scale: Tensor } {
    const [numbers, scales] = [`${name}_quantized`, `${name}_scale`];
    if (!this.arrays[numbers]) {
      const { q, scale } = make();
      this.arrays[numbers] = q;
      this.arrays[scales] = scale;
    }
    const stored = (called: string): Tensor => {
      const { dtype, shape } = this.arrays[called] as NdArray;
      return parameter(called, dtype, shape);
    };
    return { q: stored(numbers), scale: stored(scales) };
  }
}

/** The same graph with 8-bit products and tables. Quantised parameters are called `…_quantized` and `…_scale`. */
export function inDynamicInt8(
  { outputs, parameters }: StoredGraph,
  { perColumn = true, largest = 64 }: Int8Options = {},
): StoredGraph {
  const store = new Store(parameters);
  const activations = new Map<Tensor, Quantized>();
  const activation = (x: Tensor): Quantized => {
    const known = activations.get(x) ?? dynamicQuantize(x);
    activations.set(x, known);
    return known;
  };
  const table = (node: Node): readonly Tensor[] | undefined => {
    const [data, ids] = node.inputs as [Tensor, Tensor];
    const found = store.matrix(data);
    if (!found) return undefined;
    const { q, scale } = store.quantized(`${found.name}.table`, () =>
      quantized(weightOf(found.array, false), { perColumn: false, largest: 127 }),
    );
    return [dequantize(gather(q, ids), scale)];
  };
  const converted = rewrite(outputs, () => (node) => {
    if (isOp(node, 'Gather')) return node.attributes.axis === 0 ? table(node) : undefined;
    const product = productOf(node);
    const found = product && store.matrix(product.weight);
    if (!product || !found) return undefined;
    const { q, scale } = store.quantized(product.isTransposed ? `${found.name}.transposed` : found.name, () =>
      quantized(weightOf(found.array, product.isTransposed), { perColumn, largest }),
    );
    const x = activation(product.x);
    const sums = castTo(integerMatmul(x.q, q, x.zero), 'float32');
    const y = multiply(sums, multiply(multiply(x.scale, scale), product.alpha));
    return [product.bias ? add(y, product.bias) : y];
  });
  return { outputs: converted, parameters: { ...parameters, ...store.arrays } };
}
