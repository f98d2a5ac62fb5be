/**
 * Tesserae's front door: what most programs need. Everything else is under the subpaths.
 * @module tesserae
 */
export { float32, fromNumbers, int64, type NdArray, ndArray } from './array/index.ts';
export { gradients, type Runtime, type Session, type Tensor, trace, writeOnnx } from './graph/index.ts';
export { architectures, type Model, modelFor } from './models/index.ts';
export { exportOnnx, type Inspection, inspectText, type Recipe, runForward } from './tasks/index.ts';
export { type Encoding, type Tokenizer, tokenizerFromJson } from './tokens/index.ts';
