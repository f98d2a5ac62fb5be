/**
 * Symbolic tensors, operations and their derivatives, ONNX, and the contract of runtimes.
 * @module graph
 */
export {
  addDims,
  type Dim,
  type Dims,
  divideDims,
  evaluateDim,
  multiplyDims,
  productOf,
  subtractDims,
  symbolsOf,
} from './dim.ts';
export { gradients } from './gradients.ts';
export { interpret, meanings, type Value } from './interpret.ts';
export { type MemoryPlan, memoryPlan } from './memory-plan.ts';
export { OnnxError } from './onnx/error.ts';
export type { ExternalOptions } from './onnx/external-data.ts';
export type { Otherwise } from './onnx/otherwise.ts';
export { type ReadModel, type ReadOptions, readOnnx } from './onnx/read.ts';
export { type ModelInput, PORTABLE, type WriteOptions, type WrittenModel, writeOnnx } from './onnx/write.ts';
export type { OpName, Ops } from './operations.ts';
export { averagePool, type ConvOptions, conv, convTranspose, resize, resizeMatrix } from './ops/convolution.ts';
export {
  absolute,
  add,
  and,
  broadcastDims,
  castTo,
  cos,
  divide,
  dropout,
  equal,
  erf,
  exp,
  floor,
  gelu,
  greater,
  greaterOrEqual,
  identity,
  less,
  lessOrEqual,
  log,
  maximum,
  minimum,
  multiply,
  negate,
  not,
  type Operand,
  or,
  power,
  quickGelu,
  reciprocal,
  relu,
  rsqrt,
  sigmoid,
  sign,
  silu,
  sin,
  sqrt,
  stopGradient,
  subtract,
  tanh,
  where,
} from './ops/elementwise.ts';
export { gather, gatherElements, oneHot, scatterElements, scatterNd, triangle } from './ops/indexing.ts';
export { binaryCrossEntropy, type CrossEntropyOptions, crossEntropy, meanSquaredError } from './ops/loss.ts';
export {
  concat,
  expand,
  flattenLeading,
  pad,
  reshape,
  slice,
  split,
  squeeze,
  tile,
  transpose,
  unsqueeze,
} from './ops/movement.ts';
export { batchNorm, groupNorm, layerNorm, logSoftmax, logSumExp, rmsNorm, softmax } from './ops/normalize.ts';
export { type FusedOptions, fusedMatmul, gemm, matmul } from './ops/product.ts';
export { dequantize, dynamicQuantize, integerMatmul, type Quantized } from './ops/quantize.ts';
export { argMax, cumulativeSum, max, mean, min, type ReduceOptions, sum, topK } from './ops/reduce.ts';
export { constant, constantLike, dimValue, full, input, integers, parameter, randomMask, range } from './ops/source.ts';
export { optimize, passes } from './optimize.ts';
export { fewRows } from './passes/few-rows.ts';
export { narrow } from './passes/narrow.ts';
export type { Pass } from './passes/rewrite.ts';
export { type Int8Options, inDynamicInt8 } from './precision/dynamic-int8.ts';
export { inHalfPrecision, type StoredGraph } from './precision/half.ts';
export { mermaid, printGraph } from './print.ts';
export { recompute } from './recompute.ts';
export { hostDevice } from './runtime/host-device.ts';
export {
  type Backend,
  type Device,
  type DeviceArray,
  type DeviceFeeds,
  type DeviceResults,
  type DeviceSession,
  type Runtime,
  RuntimeError,
  type Session,
  type SessionOptions,
} from './runtime/session.ts';
export { wasmRuntime } from './runtime/wasm.ts';
export { type Gpu, NoAdapterError, webgpuRuntime } from './runtime/webgpu.ts';
export {
  createNode,
  createTensor,
  currentPath,
  describe,
  isOp,
  type Node,
  nodesOf,
  type Replacement,
  ShapeError,
  type Signature,
  scope,
  type Tensor,
  tap,
} from './tensor.ts';
export { type Traced, trace } from './trace.ts';
