// Which element types ONNX Runtime (1.30, CPU) computes with, by operation: measured for each of them. What it has no kernel for is refused
// here, where the module path is known; bfloat16 is for storage alone.
import type { DType } from '../../array/index.ts';
import type { OpName } from '../operations.ts';
import type { Backend } from '../runtime/session.ts';
import { describe, type Node, ShapeError, type Tensor } from '../tensor.ts';

type Types = readonly DType[];

const single: Types = ['float32', 'float16'];
const floats: Types = ['float32', 'float64', 'float16'];
const wide: Types = [...floats, 'int64', 'int32'];
const signed: Types = [...wide, 'int8'];
const numbers: Types = [...signed, 'uint8'];
const all: Types = [...numbers, 'bool'];
const bytes: Types = ['int8', 'uint8'];
const truth: Types = ['bool'];

type Rule = Types | ((node: Node, backend: Backend) => Types);

const rules: { readonly [K in Exclude<OpName, 'Input' | 'RandomMask'>]: Rule } = {
  Constant: all,
  ConstantOfShape: all,
  Range: all,
  DimValue: all,
  Recompute: all,
  Barrier: all,
  Identity: all,
  StopGradient: all,
  Neg: signed,
  Abs: numbers,
  Sign: numbers,
  Exp: floats,
  Log: floats,
  Sqrt: floats,
  Reciprocal: floats,
  Tanh: floats,
  Erf: single,
  Sigmoid: floats,
  Sin: floats,
  Cos: floats,
  Floor: floats,
  Relu: [...floats, 'int32', 'int8'],
  Gelu: ({ attributes }) => ((attributes as Node<'Gelu'>['attributes']).approximate === 'tanh' ? floats : single),
  QuickGelu: floats,
  Not: truth,
  Cast: all,
  Add: numbers,
  Sub: numbers,
  Mul: numbers,
  Div: numbers,
  Pow: wide,
  Min: numbers,
  Max: numbers,
  Equal: all,
  Less: numbers,
  Greater: numbers,
  LessOrEqual: numbers,
  GreaterOrEqual: numbers,
  And: truth,
  Or: truth,
  Where: [...wide, 'uint8', 'bool'],
  ReduceSum: wide,
  ReduceMean: wide,
  ReduceMax: all,
  ReduceMin: all,
  ArgMax: numbers,
  CumSum: wide,
  TopK: numbers,
  MatMul: wide,
  FusedMatMul: (_, { fusedKernels }) => (fusedKernels ? floats : wide),
  Gemm: floats,
  DynamicQuantizeLinear: ['float32'],
  MatMulInteger: bytes,
  DequantizeLinear: ['int32', ...bytes],
  Reshape: all,
  Transpose: all,
  Concat: all,
  Split: all,
  Slice: all,
  Pad: all,
  Expand: all,
  Tile: all,
  Gather: all,
  GatherElements: all,
  ScatterElements: all,
  ScatterND: all,
  OneHot: all,
  Trilu: [...wide, 'bool'],
  Softmax: floats,
  LogSoftmax: floats,
  LayerNormalization: floats,
  RMSNormalization: floats,
  CrossEntropy: floats,
  Conv: single,
  ConvTranspose: single,
  AveragePool: single,
};

/** The tensor whose type counts: what is computed with. */
function counted({ op, inputs, outputs }: Node): Tensor {
  return (op === 'Where' ? inputs[1] : inputs[0]) ?? (outputs[0] as Tensor);
}

function refuse({ op, path }: Node, types: Types, x: Tensor): never {
  const listed = types.length > 1 ? `${types.slice(0, -1).join(', ')} or ${types.at(-1)}` : types[0];
  throw new ShapeError(op, `${listed}, for which ONNX Runtime has a kernel`, `${describe(x)}; cast it first`, path);
}

/** @throws ShapeError naming operation, type and module path, where ONNX Runtime has no kernel for the node */
export function requireKernel(node: Node, backend: Backend): void {
  const rule = rules[node.op as keyof typeof rules];
  const types = typeof rule === 'function' ? rule(node, backend) : rule;
  const x = counted(node);
  if (!types.includes(x.dtype)) refuse(node, types, x);
  const made = node.outputs.find(({ dtype }) => !all.includes(dtype));
  if (made) refuse(node, all, made);
}
