// Names, element types and shapes of a model's inputs and outputs: the ValueInfoProto of onnx.proto3.
import type { DType } from '../../array/index.ts';
import type { Dims } from '../dim.ts';
import { elementTypes, type Message } from './emitter.ts';

/** Names of symbolic sizes in a file, by the symbol. */
export type SizeNames = Readonly<Record<string, string>>;

interface Value {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Dims;
}

/** A value's declaration. A size that is computed of symbols keeps its form: `past+tokens` → `past_sequence_length+sequence_length`. */
export function valueInfo({ name, dtype, shape }: Value, sizeNames: SizeNames = {}): Message {
  const called = (size: string): string => size.replace(/[A-Za-z_]\w*/g, (symbol) => sizeNames[symbol] ?? symbol);
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: called(size) }));
  return { name, type: { tensorType: { elemType: elementTypes[dtype], shape: { dim } } } };
}
