// A model as one ONNX file that any ONNX Runtime runs, with the input and output names of Transformers.js.
import { cast, type NamedArrays } from '../array/index.ts';
import { optimize, PORTABLE, type Tensor, writeOnnx } from '../graph/index.ts';
import type { Model } from '../models/index.ts';
import { traceForward } from './forward.ts';

/** The bytes of an ONNX model with its weights inside, in standard operators only. Inputs: the model's own, without labels. */
export function exportOnnx(model: Model, parameters: NamedArrays): Uint8Array {
  // one token type says nothing; tokenizers of such models give none
  const hasTypes = Number(model.config.type_vocab_size ?? 0) > 1;
  const given = Object.keys(model.inputs).filter(
    (name) => !/labels|_positions/.test(name) && (hasTypes || name !== 'token_type_ids'),
  );
  const traced = traceForward(model, given);
  const names = Object.keys(traced.values);
  const optimized = optimize(Object.values(traced.values));
  const outputs = Object.fromEntries(names.map((name, i) => [name, optimized[i] as Tensor]));
  const initializers = Object.fromEntries(
    Object.entries(parameters).map(([name, array]) => [name, cast(array, 'float32')]),
  );
  return writeOnnx(outputs, { backend: PORTABLE, name: model.className, initializers }).bytes;
}
