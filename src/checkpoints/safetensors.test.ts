// The format's rules against files that break them, and round trips of every element type.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, type DType, fromNumbers, type NdArray } from '../array/index.ts';
import { CheckpointError, decodeSafetensors, encodeSafetensors } from './index.ts';

const dtypes: DType[] = ['float32', 'float64', 'float16', 'bfloat16', 'int64', 'int32', 'int8', 'uint8', 'bool'];

test.each(dtypes)('%s comes back', (dtype) => {
  const arrays = {
    a: fromNumbers(dtype, [2, 3], [0, 1, 0, 1, 1, 0]),
    'b.c': fromNumbers(dtype, [], [1]),
    empty: fromNumbers(dtype, [0, 4], []),
  };
  const { arrays: back, metadata } = decodeSafetensors(encodeSafetensors(arrays, { format: 'pt' }));
  expect(metadata).toEqual({ format: 'pt' });
  for (const [name, array] of Object.entries(arrays)) {
    const other = back[name] as NdArray;
    expect([other.dtype, other.shape]).toEqual([array.dtype, array.shape]);
    expect(bytesOf(other)).toEqual(bytesOf(array));
  }
});

/** A file with any header. */
function file(header: unknown, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}
const U8 = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';
function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  bytes[at] = value;
  return bytes;
}
const entry = (shape: unknown, begin: unknown, end: unknown, dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

test.each<[string, Uint8Array, string]>([
  ['empty', new Uint8Array(0), 'at least 8 bytes'],
  ['huge header', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 127), 'header of at most'],
  ['header beyond the file', Uint8Array.of(100, 0, 0, 0, 0, 0, 0, 0, 123), 'cut short'],
  ['no JSON', file('{"a":', 0), 'header in JSON'],
  ['a list', file([], 0), 'JSON object as header'],
  ['a number', file('7', 0), 'JSON object as header'],
  ['unknown type', file({ a: entry([1], 0, 4, 'F33') }, 4), 'dtype among F64'],
  ['negative size', file({ a: entry([-1], 0, 4) }, 4), 'whole numbers >= 0'],
  ['2^60 elements', file({ a: entry([2 ** 30, 2 ** 30], 0, 4) }, 4), 'bytes for shape'],
  ['wrong length', file({ a: entry([2], 0, 4) }, 4), '8 bytes for shape [2] F32'],
  ['offsets backwards', file({ a: entry([1], 4, 0) }, 4), '4 bytes for shape'],
  ['gap', file({ a: entry([1], 0, 4), b: entry([1], 8, 12) }, 12), 'gap'],
  ['overlap', file({ a: entry([2], 0, 8), b: entry([1], 4, 8) }, 8), 'overlaps'],
  ['truncated', file({ a: entry([4], 0, 16) }, 10), 'cut short'],
  ['rest', file({ a: entry([1], 0, 4) }, 5), 'bytes after its last tensor'],
  [
    'a name twice',
    file(
      '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
      1,
    ),
    'every name once',
  ],
  ['odd metadata', file({ __metadata__: { a: 1 } }, 0), 'map strings to strings'],
  ['null entry', file({ a: null }, 0), 'an object with dtype, shape and data_offsets'],
  ['list entry', file({ a: [] }, 0), 'an object with dtype, shape and data_offsets'],
  ['text entry', file({ a: 'F32' }, 0), 'an object with dtype, shape and data_offsets'],
  ['metadata as a list', file({ __metadata__: ['a'] }, 0), 'map strings to strings'],
  ['metadata null', file({ __metadata__: null }, 0), 'map strings to strings'],
  ['no header', file('', 0), "beginning with '{', got an empty header"],
  ['white space first', file(' {}', 0), "beginning with '{', got the byte 0x20"],
  ['byte-order mark first', file('\ufeff{}', 0), 'got the byte 0xef'],
  ['no UTF-8', withByte(file('{"a":1}', 0), 10, 0xff), 'header in JSON'],
  ['100 MB and a byte', Uint8Array.of(1, 0xe1, 0xf5, 0x05, 0, 0, 0, 0, 123), 'header of at most'],
  ['fractional size', file({ a: entry([1.5], 0, 6) }, 6), 'whole numbers >= 0'],
  ['size as text', file({ a: entry(['1'], 0, 4) }, 4), 'whole numbers >= 0'],
  [
    'size beyond 2^53',
    file('{"a":{"dtype":"U8","shape":[9007199254740993],"data_offsets":[0,4]}}', 4),
    'whole numbers',
  ],
  ['product that overflows to 0', file({ a: entry([2 ** 32, 2 ** 32, 2 ** 32], 0, 0) }, 0), 'bytes for shape'],
  ['product that rounds', file({ a: entry([3, 3002399751580331], 0, 2 ** 53 - 1, 'U8') }, 4), 'bytes for shape'],
  ['negative offset', file({ a: entry([1], -4, 0) }, 4), 'data_offsets [begin, end]'],
  ['fractional offset', file({ a: entry([1], 0.5, 4.5) }, 4), 'data_offsets [begin, end]'],
  ['three offsets', file({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4, 4] } }, 4), 'data_offsets [begin, end]'],
  ['a prototype as type', file({ a: entry([1], 0, 4, 'constructor') }, 4), 'dtype among'],
  ['a type we lack', file({ a: entry([1], 0, 1, 'F8_E4M3') }, 1), 'dtype among F64'],
  ['more than three keys', file({ a: { ...entry([1], 0, 4), x: 1 } }, 4), 'dtype, shape and data_offsets only'],
  ['hidden duplicate', file(`{"a":${U8},"\\u0061":${U8}}`, 1), "got 'a' twice"],
  [
    'a key of an entry twice',
    file('{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1),
    "got 'dtype' twice",
  ],
  ['rest after no tensors', file({}, 3), 'bytes after its last tensor'],
])('%s', (_name, bytes, message) => {
  expect(() => decodeSafetensors(bytes, 'x.safetensors')).toThrow(CheckpointError);
  expect(() => decodeSafetensors(bytes, 'x.safetensors')).toThrow(message);
  expect(() => decodeSafetensors(bytes, 'x.safetensors')).toThrow('(x.safetensors)');
});

test('any change of a byte is an error of ours or a readable file', () => {
  const good = encodeSafetensors({
    w: fromNumbers('float32', [2, 2], [1, 2, 3, 4]),
    b: fromNumbers('int64', [1], [7]),
  });
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, length) => {
      const bytes = good.slice(0, Math.max(length, good.length - 20));
      if (at < bytes.length) bytes[at] = value;
      try {
        decodeSafetensors(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
      }
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test('names like __proto__ and constructor are names', () => {
  const bytes = file(
    `{"__proto__":${U8},"constructor":${U8.replace('[0,1]', '[1,2]')},"__metadata__":{"__proto__":"x"}}`,
    2,
  );
  bytes.set([5, 6], bytes.length - 2);
  const { arrays, metadata } = decodeSafetensors(bytes);
  expect(Object.keys(arrays)).toEqual(['__proto__', 'constructor']);
  expect(Object.entries(arrays).map(([, array]) => [...bytesOf(array)])).toEqual([[5], [6]]);
  expect(Object.getPrototypeOf(arrays)).toBe(Object.prototype);
  expect(Object.entries(metadata)).toEqual([['__proto__', 'x']]);
  const again = decodeSafetensors(encodeSafetensors(arrays, metadata));
  expect(Object.keys(again.arrays)).toEqual(['__proto__', 'constructor']);
});

test('tensors without elements lie anywhere between others', () => {
  const header = { z: entry([0], 4, 4), a: entry([1], 0, 4), b: entry([0, 5], 4, 4), c: entry([1], 4, 8) };
  const { arrays } = decodeSafetensors(file(header, 8));
  expect(Object.values(arrays).map((array) => array.data.length)).toEqual([0, 1, 0, 1]);
  expect(decodeSafetensors(file('{}', 0)).arrays).toEqual({});
  expect(decodeSafetensors(file('{}   ', 0)).arrays).toEqual({});
});
