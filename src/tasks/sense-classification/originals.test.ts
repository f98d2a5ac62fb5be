// What is kept of originals between epochs: rows where all fit, else originals where they are smaller, else nothing.
import { expect, test } from 'vitest';
import { float32 } from '../../array/index.ts';
import { Originals } from './originals.ts';

/** Four originals of 10 bytes; a row has a value for each byte, 40 bytes. */
function fixture(room: number): {
  originals: Originals<Uint8Array<ArrayBuffer>>;
  count: { loads: number; reads: number };
} {
  const count = { loads: 0, reads: 0 };
  const examples = [0, 1, 2, 3].map((n) => ({
    id: `${n}`,
    label: 'a',
    load: async () => {
      count.loads++;
      return new Uint8Array(10).fill(n);
    },
  }));
  const read = (bytes: Uint8Array<ArrayBuffer>) => {
    count.reads++;
    return float32([10], Float32Array.from(bytes));
  };
  return { originals: new Originals(examples, read, room), count };
}

const places = [0, 1, 2, 3];

test.each([
  ['all rows fit', 160, { loads: 4, reads: 4 }],
  ['rows do not fit, originals do', 159, { loads: 4, reads: 8 }],
  ['two originals fit', 20, { loads: 6, reads: 8 }],
  ['nothing fits', 0, { loads: 8, reads: 8 }],
])('%s', async (_name, room, expected) => {
  const { originals, count } = fixture(room);
  const [first, second] = [await originals.rows(places), await originals.rows(places)];
  expect(second).toEqual(first);
  expect(second.map(({ data }) => data[9])).toEqual(places);
  expect(count).toEqual(expected);
});

test('what is changed is loaded once, and changed anew each time', async () => {
  const { originals, count } = fixture(40);
  const plus = (by: number) => (bytes: Uint8Array<ArrayBuffer>) => bytes.map((value) => value + by);
  expect((await originals.changed(places, plus(1))).map(({ data }) => data[0])).toEqual([1, 2, 3, 4]);
  expect((await originals.changed(places, plus(5))).map(({ data }) => data[0])).toEqual([5, 6, 7, 8]);
  expect((await originals.rows(places)).map(({ data }) => data[0])).toEqual(places);
  expect(count).toEqual({ loads: 4, reads: 12 });
});
