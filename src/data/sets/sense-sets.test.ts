// The catalogue's sets for the senses: on small files of their shape always, on the real ones where TESSERAE_DATA has them.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Clip, Picture } from '../../tokens/index.ts';
import type { SenseExample, SplitName } from '../dataset.ts';
import { parseTar } from '../formats/tar.ts';
import { parseZip } from '../formats/zip.node.ts';
import {
  dataFolders,
  findDataset,
  loadAnyDataset,
  loadClipDataset,
  loadPictureDataset,
  loadSequenceDataset,
  loadSoundDataset,
} from '../index.node.ts';
import { parseIdx } from '../index.ts';
import { drawStrokes, parseStrokes } from './strokes.ts';

const root = mkdtempSync(join(tmpdir(), 'tesserae-sense-sets-'));
const folders = [root];
const write = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};
const counts = (splits: Readonly<Record<SplitName, readonly unknown[]>>): number[] =>
  [splits.train, splits.validation, splits.test].map((one) => one.length);

function idx(shape: readonly number[], data: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * shape.length + data.length);
  bytes.set([0, 0, 8, shape.length]);
  for (const [axis, size] of shape.entries()) bytes.writeUInt32BE(size, 4 + 4 * axis);
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}

function tar(files: Readonly<Record<string, Uint8Array | string>>): Buffer {
  const blocks: Buffer[] = [];
  for (const [name, content] of Object.entries(files)) {
    const body = Buffer.from(content);
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        0ustar\x0000', 148);
    let sum = 0;
    for (const byte of header) sum += byte;
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    blocks.push(header, body, Buffer.alloc((512 - (body.length % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function zip(files: Readonly<Record<string, Uint8Array | string>>): Buffer {
  const [locals, directory]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = deflateRawSync(content);
    const local = Buffer.alloc(30 + name.length);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    local.write(name, 30);
    const entry = Buffer.alloc(46 + name.length);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(crc32(content), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    entry.write(name, 46);
    locals.push(local, packed);
    directory.push(entry);
    at += local.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

function wav(samples: readonly number[]): Buffer {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF....WAVEfmt ', 0, 'latin1');
  bytes.writeUInt32LE(36 + 2 * samples.length, 4);
  bytes.set([16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0], 16);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * samples.length, 40);
  for (const [i, value] of samples.entries()) bytes.writeInt16LE(value, 44 + 2 * i);
  return bytes;
}

test('IDX: pictures are views, lies are errors', () => {
  expect(parseIdx(idx([2, 1, 2], [1, 2, 3, 4]), 'x')).toMatchObject({
    shape: [2, 1, 2],
    data: Buffer.from([1, 2, 3, 4]),
  });
  expect(() => parseIdx(idx([2, 2], [1, 2, 3]), 'x')).toThrow('expected 4 bytes of values (2 × 2), got 3 (x)');
  expect(() => parseIdx(Buffer.from('no idx'), 'x')).toThrow('begins 00 00, got 6e 6f');
  expect(() => parseIdx(Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0), 'x')).toThrow('got type 0d');
  expect(() => parseIdx(Uint8Array.of(0, 0, 8, 3, 0), 'x')).toThrow('expected the sizes of 3 axes');
  expect(() => parseIdx(new Uint8Array(0), 'x')).toThrow('begins 00 00');
});

test('tar and zip: what tools write is read, what is cut short is an error', () => {
  const archive = tar({ 'a/b.txt': 'hello', 'a/c.bin': new Uint8Array(600).fill(7) });
  const files = parseTar(archive, 'x.tar');
  expect([...files.keys()]).toEqual(['a/b.txt', 'a/c.bin']);
  expect(new TextDecoder().decode(files.get('a/b.txt'))).toBe('hello');
  expect(() => parseTar(archive.subarray(0, 1700), 'x.tar')).toThrow('expected 600 bytes of a/c.bin, got 164');
  expect(() => parseTar(Buffer.alloc(2048, 65), 'x.tar')).toThrow('expected a tar header at byte 0');
  expect(() => parseTar(new Uint8Array(0), 'x.tar')).toThrow('expected files, got none');
  const packed = zip({ 'a/b.txt': 'hello '.repeat(50) });
  expect(new TextDecoder().decode(parseZip(packed, 'x.zip').get('a/b.txt')?.())).toBe('hello '.repeat(50));
  expect(() => parseZip(packed.subarray(0, -22), 'x.zip')).toThrow('with its directory at the end, got none (x.zip)');
  const lying = Buffer.from(packed);
  lying.fill(0, 40, 45);
  expect(() => parseZip(lying, 'x.zip').get('a/b.txt')?.()).toThrow('x.zip');
});

test('MNIST: plain or gz, the last tenth of training is for validation; counts and classes are checked', async () => {
  const [images, labels] = [
    idx(
      [20, 2, 3],
      Array.from({ length: 120 }, (_, i) => i),
    ),
    idx(
      [20],
      Array.from({ length: 20 }, (_, i) => i % 10),
    ),
  ];
  write('image/mnist/train-images-idx3-ubyte.gz', gzipSync(images));
  write('image/mnist/train-labels-idx1-ubyte', labels);
  write('image/mnist/t10k-images-idx3-ubyte', images);
  write('image/mnist/t10k-labels-idx1-ubyte.gz', gzipSync(labels));
  const set = await loadPictureDataset('mnist', folders);
  expect([counts(set.splits), set.labels.length]).toEqual([[18, 2, 20], 10]);
  expect(set.splits.validation[1]).toMatchObject({ id: 'train:19', label: '9' });
  expect(await set.splits.test[1]?.load()).toMatchObject({
    height: 2,
    width: 3,
    channels: 1,
    data: images.subarray(22, 28),
  });
  const own = await loadPictureDataset(join(root, 'image/mnist'), []);
  expect(own.splits.train.map(({ label }) => label)).toEqual(set.splits.train.map(({ label }) => label));
  write('image/mnist/train-labels-idx1-ubyte', idx([19], new Array<number>(19).fill(1)));
  await expect(loadPictureDataset('mnist', folders)).rejects.toThrow(
    'expected pictures [N, H, W] and labels [N], got [20,2,3] and [19]',
  );
  write('image/mnist/train-labels-idx1-ubyte', idx([20], new Array<number>(20).fill(11)));
  await expect(loadPictureDataset('mnist', folders)).rejects.toThrow(
    'expected class numbers 0 to 9, got 11 (train-labels-idx1-ubyte, record 0)',
  );
});

test('Omniglot: pictures and strokes are cut by person', async () => {
  const png = await sharp(Buffer.alloc(9, 255), { raw: { width: 3, height: 3, channels: 1 } })
    .png()
    .toBuffer();
  const people = Array.from({ length: 20 }, (_, i) => String(i + 1).padStart(2, '0'));
  const pictures = people.map((person) => [`images_background_small1/Greek/character01/0001_${person}.png`, png]);
  write('image/omniglot/images_background_small1.zip', zip(Object.fromEntries(pictures)));
  const set = await loadPictureDataset('omniglot', folders);
  expect([counts(set.splits), set.labels]).toEqual([[14, 2, 4], ['Greek/character01']]);
  const black = await set.splits.test[0]?.load();
  expect(black).toMatchObject({ width: 3, height: 3 });
  const { splits } = await loadPictureDataset('omniglot', folders, { options: { ink: 'white' } });
  const white = await splits.test[0]?.load();
  expect(Array.from(white?.data ?? [])).toEqual(Array.from(black?.data ?? [], (value) => 255 - value));
  expect(white?.data).not.toEqual(black?.data);
  const strokes = people.map((person) => [
    `strokes_background_small1/Greek/character01/0001_${person}.txt`,
    'START\n10,-10,0\n90,-10,500\nBREAK\n10,-90,1000\nBREAK\n',
  ]);
  write('video/omniglot-strokes/strokes_background_small1.zip', zip(Object.fromEntries(strokes)));
  const clips = await loadClipDataset('omniglot-strokes', folders, {
    options: { labels: 'direction', frames: 4, size: 21 },
  });
  expect([counts(clips.splits), clips.labels]).toEqual([
    [14, 2, 4],
    ['backward', 'forward'],
  ]);
  const clip = await clips.splits.train.find(({ label }) => label === 'forward')?.load();
  const dark = clip?.frames.map(({ data }) => data.reduce((sum, value) => sum + 255 - value, 0)) ?? [];
  expect(dark.every((value, i) => i === 0 || value >= (dark[i - 1] as number))).toBe(true);
  expect([clip?.frames.length, clip?.end]).toEqual([4, 1]);
});

test('strokes: a pen in the upper left darkens the upper left, lines between points, errors with lines', () => {
  const strokes = parseStrokes('START\n10,-10,0\n95,-10,10\nBREAK\n', 'x');
  const { frames } = drawStrokes(strokes, { frames: 2, size: 21 });
  const at = (frame: number, x: number, y: number): number => frames[frame]?.data[y * 21 + x] as number;
  // half a pixel's diagonal from the pen: 1.5 − √½ of ink
  expect([at(0, 2, 2), at(0, 18, 2), at(1, 18, 2), at(1, 10, 2), at(1, 10, 18)]).toEqual([53, 255, 0, 0, 255]);
  expect(() => parseStrokes('START\n1,2\n', 'x.txt')).toThrow("got '1,2' (x.txt, line 2)");
  expect(() => parseStrokes('START\n', 'x.txt')).toThrow('expected pen points, got none');
});

test('spoken digits: takes 0 to 4 are the test, or one speaker is', async () => {
  const files: Record<string, Buffer> = {};
  for (const speaker of ['theo', 'lucas'])
    for (let take = 0; take < 10; take++) files[`fsdd/recordings/3_${speaker}_${take}.wav`] = wav([0, 16384, take]);
  write('audio/fsdd/fsdd.tar.gz', gzipSync(tar(files)));
  const set = await loadSoundDataset('fsdd', folders);
  expect(counts(set.splits)).toEqual([4, 6, 10]);
  expect(await set.splits.test[0]?.load()).toMatchObject({ rate: 8000, channels: [Float32Array.of(0, 0.5, 0)] });
  const unseen = await loadSoundDataset('fsdd', folders, { options: { speaker: 'theo' } });
  expect(counts(unseen.splits)).toEqual([7, 3, 10]);
  expect(new Set(unseen.splits.test.map(({ tags }) => tags?.speaker))).toEqual(new Set(['theo']));
  expect(unseen.splits.train.some(({ tags }) => tags?.speaker === 'theo')).toBe(false);
  await expect(loadSoundDataset('fsdd', folders, { options: { speaker: 'me' } })).rejects.toThrow('got "me"');
});

test('splice: repeats and sequences with two labels are left out before folds are cut', async () => {
  const bases = (i: number): string => Array.from({ length: 60 }, (_, k) => 'ACGT'[(i >> (k % 8)) & 3]).join(',');
  const rows = Array.from({ length: 100 }, (_, i) => `N${i},${bases(i)},${['EI', 'IE', 'N'][i % 3]}`);
  rows.push(`AGAIN,${bases(5)},N`, `OTHER,${bases(6)},IE`);
  const text = `% x\n@relation s\n@data\n${rows.join('\n')}\n`;
  write('dna/splice/splice.arff', text);
  const distinct = new Set(rows.map((row) => row.split(',').slice(1, 61).join(''))).size;
  const folds = await Promise.all(
    Array.from({ length: 10 }, (_, fold) => loadSequenceDataset('splice', folders, { options: { fold } })),
  );
  const tests = folds.flatMap(({ splits }) => splits.test.map(({ id }) => id));
  expect(new Set(tests).size).toBe(tests.length);
  expect(tests.length).toBeLessThan(distinct);
  expect(folds[0]?.notes?.join()).toMatch(/repeated sequences,left out \d+ sequences with more than one label/);
  write('dna/splice/splice.arff', text.replace('N7,', 'N7,A,'));
  await expect(loadSequenceDataset('splice', folders)).rejects.toThrow('(splice.arff, line 11)');
  await expect(loadSequenceDataset('splice', folders, { options: { fold: 10 } })).rejects.toThrow(
    'from 0 to 9, got 10',
  );
});

// What SOURCE.md of the shared folder says of the real files: train, validation, test, labels
const real: [string, number[], number][] = [
  ['mnist', [54000, 6000, 10000], 10],
  ['fashion-mnist', [9000, 1000, 10000], 10],
  ['cifar10-slice', [3600, 400, 1000], 10],
  ['digits8x8', [1253, 184, 360], 10],
  ['quickdraw3', [2087, 306, 607], 3],
  ['omniglot', [1904, 272, 544], 136],
  ['fsdd', [2520, 180, 300], 10],
  ['esc10-8k', [293, 27, 80], 10],
  ['moving-emoji-mp4', [236, 20, 64], 8],
  ['omniglot-strokes', [1904, 272, 544], 5],
  ['splice', [2423, 281, 300], 3],
  ['promoters', [2640, 857, 878], 2],
  ['dnabert-dev', [704, 94, 202], 2],
];
const own = dataFolders(process.env);
for (const [id, sizes, labels] of real) {
  const found = await findDataset(id, own);
  test.skipIf(!found)(`the real ${id}`, async () => {
    const any = await loadAnyDataset(id, own);
    if (!any || !('labels' in any.dataset)) throw new Error('expected a labelled set');
    expect([counts(any.dataset.splits), any.dataset.labels.length]).toEqual([sizes, labels]);
    const ids = Object.values(any.dataset.splits).flatMap((part) => part.map(({ id: one }: { id: string }) => one));
    expect(new Set(ids).size).toBe(ids.length);
  });
}

test('emoji pictures: a concept lies in one part, one style is not in training, pixels are drawn', async () => {
  const set = await loadPictureDataset('emoji-pictures', [], { options: { size: 16, unseen: 'noto' } });
  expect([counts(set.splits), set.labels.length]).toEqual([[3432, 480, 870], 9]);
  const { style = [], both = [] } = set.moreTests ?? {};
  const conceptsOf = (
    examples: readonly { readonly tags?: Readonly<Record<string, string>> }[],
  ): Set<string | undefined> => new Set(examples.map(({ tags }) => tags?.concept?.split('-')[0]));
  const taught = conceptsOf(set.splits.train);
  for (const concept of conceptsOf([...set.splits.test, ...set.splits.validation, ...both]))
    expect(taught).not.toContain(concept);
  expect(taught).toEqual(conceptsOf(style));
  expect(new Set(set.splits.train.map(({ tags }) => tags?.style))).toEqual(new Set(['openmoji', 'twemoji', 'fluent']));
  expect(new Set([...style, ...both].map(({ tags }) => tags?.style))).toEqual(new Set(['noto']));
  // the same concepts are held back as in the texts of emoji-groups
  const texts = await loadAnyDataset('emoji-groups', []);
  const held = new Set(texts?.dataset.splits.test.map((example) => example.id.split('/')[0]));
  expect(set.splits.test.every(({ tags }) => held.has(tags?.concept))).toBe(true);
  const apple = set.splits.train.concat(set.splits.test).find(({ id }) => id === '1F34E/twemoji');
  const picture = await apple?.load();
  expect([picture?.width, picture?.height, picture?.channels]).toEqual([16, 16, 3]);
  const pixel = (x: number, y: number): number[] =>
    Array.from(picture?.data.slice(3 * (16 * y + x), 3 * (16 * y + x) + 3) ?? []);
  // white around a red apple (Twemoji's #DD2E44)
  expect(pixel(0, 0)).toEqual([255, 255, 255]);
  expect(pixel(8, 10)).toEqual([0xdd, 0x2e, 0x44]);
  expect(await apple?.load()).toBe(picture);
});

const clips = await findDataset('moving-emoji-mp4', own);
test.skipIf(!clips)('made clips: the same ones again, and an emoji is not always at the same place', async () => {
  const load = (): ReturnType<typeof loadClipDataset> =>
    loadClipDataset('moving-emoji-mp4', own, { options: { generated: 30_000 } });
  const turning = ({ splits }: Awaited<ReturnType<typeof load>>): readonly SenseExample<Clip>[] =>
    splits.train.filter(({ id, label }) => id.startsWith('made-') && label === 'rotate_cw');
  const [set, same] = await Promise.all([load(), load()]);
  const [made, again] = [turning(set), turning(same)];
  const emojiOf = (examples: readonly SenseExample<Clip>[]): Set<string | undefined> =>
    new Set(examples.map(({ tags }) => tags?.emoji));
  const { train, validation, test: tested } = set.splits;
  expect([train, validation].map((part) => part.length)).toEqual([236 + 30_000, 20 + 400]);
  const taught = emojiOf(train);
  for (const part of [validation, tested, set.moreTests?.style ?? []])
    for (const name of emojiOf(part)) expect(taught).not.toContain(name);
  for (const name of emojiOf(tested)) expect(emojiOf(validation)).not.toContain(name);
  const name = made[0]?.tags?.emoji;
  const alike = made.filter(({ tags }) => tags?.emoji === name);
  // where the first frame is not ground: the column in the middle
  const middles = await Promise.all(
    alike.map(async (one) => {
      const { width, data } = (await one.load()).frames[0] as Picture;
      const columns = Array.from({ length: width }, (_, x) => x).filter((x) =>
        Array.from({ length: width }, (_, y) => (y * width + x) * 3).some((at) => data[at] !== data[0]),
      );
      return ((columns[0] as number) + (columns.at(-1) as number)) / 2;
    }),
  );
  expect(alike.length).toBeGreaterThan(1);
  expect(Math.max(...middles) - Math.min(...middles)).toBeGreaterThan(3);
  expect(again.map(({ tags }) => tags?.emoji)).toEqual(made.map(({ tags }) => tags?.emoji));
  expect(await again[1]?.load()).toEqual(await made[1]?.load());
});
