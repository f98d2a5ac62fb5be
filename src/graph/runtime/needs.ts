// Looks at the arrays of a run before ONNX Runtime does: sizes that a written model cannot do without (onnx/needs.ts).
import type { NamedArrays } from '../../array/index.ts';
import { type Dim, evaluateDim } from '../dim.ts';
import { NEEDS_KEY, type Needs } from '../onnx/needs.ts';
import { RuntimeError } from './session.ts';

/** @throws RuntimeError naming the size and who needs it */
export type FeedCheck = (feeds: NamedArrays) => void;

/** Fields of ModelProto and StringStringEntryProto. */
const METADATA = 14;
const [KEY, VALUE] = [1, 2];

/** Bytes of the protobuf message by field, but for numbers; what is no protobuf ends the list. */
function* fieldsOf(bytes: Uint8Array): Generator<readonly [field: number, content: Uint8Array]> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const tag = varint();
    const kind = tag % 8;
    if (kind === 0) varint();
    else if (kind === 2) {
      const end = varint() + at;
      if (!(end <= bytes.length)) return;
      yield [Math.floor(tag / 8), bytes.subarray(at, end)];
      at = end;
    } else return;
  }
}

function metadataIn(model: Uint8Array, key: string): string | undefined {
  const decoder = new TextDecoder();
  for (const [field, entry] of fieldsOf(model)) {
    if (field !== METADATA) continue;
    const parts = new Map([...fieldsOf(entry)].map(([part, content]) => [part, decoder.decode(content)]));
    if (parts.get(KEY) === key) return parts.get(VALUE);
  }
  return undefined;
}

/** The check that a model asks for. Weights are stepped over, not read. */
export function feedCheckOf(model: Uint8Array): FeedCheck {
  const text = metadataIn(model, NEEDS_KEY);
  if (text === undefined) return () => undefined;
  const { needs, sources } = JSON.parse(text) as Needs;
  return (feeds) => {
    const sizes: Record<string, number> = {};
    for (const [symbol, { input, axis }] of Object.entries(sources)) {
      const size = feeds[input]?.shape[axis];
      // too few axes: the runtime says so
      if (size === undefined) return;
      sizes[symbol] = size;
    }
    const evaluate = (dim: Dim): number => evaluateDim(dim, sizes);
    for (const { size, least, unless = 1, operation, path } of needs) {
      const found = evaluate(size);
      if (found >= least || evaluate(unless) === 0) continue;
      const given = Object.entries(sources).map(([symbol, { input, axis }]) => `${symbol} is axis ${axis} of ${input}`);
      const asked = `${operation}${path ? ` in ${path}` : ''}`;
      throw new RuntimeError(
        `run: expected ${size} of at least ${least} for ${asked}, got ${found} (${given.join(', ')})`,
      );
    }
  };
}
