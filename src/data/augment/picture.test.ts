// Operations on pictures against Pillow, byte for byte, and their laws.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Picture, picture } from '../../tokens/index.ts';
import * as colour from './picture-colour.ts';
import * as geometry from './picture-geometry.ts';

interface Golden {
  readonly pictures: Readonly<
    Record<string, { readonly height: number; readonly width: number; readonly data: string }>
  >;
  readonly cases: readonly {
    readonly operation: string;
    readonly picture: string;
    readonly arguments: readonly unknown[];
    readonly data: string;
  }[];
}
const path = join(import.meta.dirname, '..', 'fixtures', 'augment.json');
const golden = JSON.parse(readFileSync(path, 'utf8')) as Golden;
const pictures = new Map(
  Object.entries(golden.pictures).map(([name, { height, width, data }]) => [
    name,
    picture(height, width, 3, new Uint8Array(Buffer.from(data, 'base64'))),
  ]),
);
const operations = { ...colour, ...geometry } as unknown as Record<
  string,
  (source: Picture, ...args: unknown[]) => Picture
>;
const bytes = (one: Picture): number[] => Array.from(one.data);

test.each(golden.cases.map((one) => [one.operation, one.picture, JSON.stringify(one.arguments), one] as const))(
  '%s of %s, %s',
  (operation, name, _, { arguments: args, data }) => {
    const source = pictures.get(name) as Picture;
    const before = source.data.slice();
    const result = operations[operation]?.(source, ...args) as Picture;
    expect(bytes(result)).toEqual([...Buffer.from(data, 'base64')]);
    expect(source.data, 'the argument stays as it is').toEqual(before);
  },
);

const anyPicture = fc
  .tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom(1 as const, 3 as const, 4 as const),
  )
  .chain(([height, width, channels]) =>
    fc
      .uint8Array({ minLength: height * width * channels, maxLength: height * width * channels })
      .map((data): Picture => ({ height, width, channels, data })),
  );

test('laws: two mirrors, two inversions and a whole turn give the picture back; strength 0 changes nothing', () => {
  fc.assert(
    fc.property(anyPicture, (one) => {
      for (const twice of [geometry.mirrored, geometry.flipped, colour.inverted])
        expect(bytes(twice(twice(one)))).toEqual(bytes(one));
      const nothing = [
        colour.brightened(one, 1),
        colour.contrasted(one, 1),
        colour.saturated(one, 1),
        colour.sharpened(one, 1),
        colour.posterized(one, 8),
        colour.solarized(one, 256),
        geometry.turned(one, 360),
        geometry.transformed(one, [1, 0, 0, 0, 1, 0]),
        geometry.cropped(one, { top: 0, left: 0, height: one.height, width: one.width }),
      ];
      for (const same of nothing) expect(bytes(same)).toEqual(bytes(one));
      expect(bytes(geometry.turned(one, 180))).toEqual(bytes(geometry.flipped(geometry.mirrored(one))));
      // colour leaves alpha alone
      const alpha = (source: Picture): number[] => bytes(source).filter((_, i) => i % 4 === 3);
      if (one.channels === 4)
        for (const change of [colour.inverted, colour.equalized, colour.stretched])
          expect(alpha(change(one))).toEqual(alpha(one));
    }),
    { numRuns: 200, seed: 3 },
  );
});

test('a cut that reaches over the edges has the fill there', () => {
  const one = picture(2, 2, 1, Uint8Array.of(1, 2, 3, 4));
  expect(bytes(geometry.cropped(one, { top: -1, left: 1, height: 3, width: 3 }, 9))).toEqual([
    9, 9, 9, 2, 9, 9, 4, 9, 9,
  ]);
  expect(bytes(geometry.cropped(one, { top: 5, left: 5, height: 1, width: 2 }, 9))).toEqual([9, 9]);
});
