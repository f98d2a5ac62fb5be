// What every session says about the arrays it is given, in the same words.
import { type NamedArrays, type NdArray, sizeOf } from '../../array/index.ts';
import { RuntimeError } from './session.ts';

/** The array for one input. @throws RuntimeError when it is missing, or its storage is gone (transferred, or its memory has grown) */
export function feedFor(name: string, feeds: NamedArrays): NdArray {
  const array = feeds[name];
  if (!array) {
    const got = Object.keys(feeds).slice(0, 8).join(', ') || 'none';
    throw new RuntimeError(`run: expected a feed for '${name}', got ${got}`);
  }
  if (array.data.length !== sizeOf(array.shape)) {
    throw new RuntimeError(
      `run: expected ${sizeOf(array.shape)} elements in '${name}' [${array.shape}], got ${array.data.length}; its buffer was detached`,
    );
  }
  return array;
}

/** A target's size must be the result's. @throws RuntimeError naming it */
export function checkTarget(name: string, target: NdArray, length: number): void {
  if (target.data.length === length) return;
  throw new RuntimeError(`run: expected ${length} elements in the target of '${name}', got ${target.data.length}`);
}

/** A runtime's own complaint, with what it was fed. */
export function runError(error: unknown, feeds: NamedArrays): RuntimeError {
  if (error instanceof RuntimeError) return error;
  const shapes = Object.entries(feeds).map(([name, array]) => `${name} [${array.shape}] ${array.dtype}`);
  return new RuntimeError(`run: ${(error as Error).message} (feeds: ${shapes.slice(0, 8).join('; ')})`, {
    cause: error,
  });
}

/** Complaint about a type that no kernel computes with. */
export function storageOnly(name: string, array: NdArray): RuntimeError {
  return new RuntimeError(
    `run: expected '${name}' in a type that ONNX Runtime computes with, got ${array.dtype}; cast it first`,
  );
}

/** Complaint about an array of a device whose memory is freed. */
export function releasedArray(): RuntimeError {
  return new RuntimeError('device array: expected a live one, this one is released');
}
