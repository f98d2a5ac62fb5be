// What people have on disk: folders of animations, few files a label, only a training folder, data sets of the hub, endings in capitals.
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import type { SenseDataset, SenseExample } from '../dataset.ts';
import {
  listOriginals,
  loadClipDataset,
  loadPictureDataset,
  loadPictures,
  loadSequenceDataset,
  loadSoundDataset,
  loadTextDataset,
} from '../index.node.ts';
import { splitOf } from '../index.ts';
import { clipFiles, pictureFiles } from './kinds.node.ts';
import { readSequenceTable } from './labelled-fasta.node.ts';
import { readPathTable } from './path-table.node.ts';

const root = mkdtempSync(join(tmpdir(), 'tesserae-own-folders-'));
const fixtures = join(import.meta.dirname, '..', 'fixtures');
const write = (path: string, content: string | Uint8Array): string => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  return join(root, path);
};
// pyarrow.parquet.write_table of image: [b'-', b'-'], label: ['x', 'y'], plain and not packed
const TWO_ROWS =
  'UEFSMRUAFSAVICwVBBUAFQYVBhwAAAACAAAABAEBAAAALQEAAAAtFQAVIBUgLBUEFQAVBhUGHAAAAAIAAAAEAQEAAAB4AQAAAHkVBBk8NQAYBnNjaGVtYRUEABUMJQIYBWltYWdl' +
  'ABUMJQIYBWxhYmVsJQBMHAAAABYEGRwZLCYAHBUMGSUGABkYBWltYWdlFQAWBBZGFkYmCEkcFQAVABUCADwWBBkGGSYABAAAACYAHBUMGSUGABkYBWxhYmVsFQAWBBZGFkYmTkkc' +
  'FQAVABUCADwWBBkGGSYABAAAABaMARYEJggWjAEAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI2LjAuMRksHAAAHAAAAMsAAABQQVIx';
/** Rows of 4 pixels, `frames` of them below one another. */
const frames = (count: number): Sharp =>
  sharp(
    Uint8Array.from({ length: count * 24 }, (_, i) => 40 * Math.floor(i / 24)),
    {
      raw: { width: 4, height: 2 * count, channels: 3, pageHeight: 2 } as never,
    },
  );
const still = frames(1);
const png = await still.clone().png().toBuffer();
const all = <T>({ splits }: SenseDataset<T>): SenseExample<T>[] => [
  ...splits.train,
  ...splits.validation,
  ...splits.test,
];
const idsOf = (set: SenseDataset<unknown>): string[][] =>
  Object.values(set.splits).map((part: readonly SenseExample<unknown>[]) => part.map(({ id }) => id));

test.each(['gif', 'webp'] as const)(
  'a folder of animations (%s) is a clip a file, not one of first frames',
  async (kind) => {
    const moving = await frames(3).toFormat(kind, { loop: 0 }).toBuffer();
    const names = [1, 2, 10].map((i) => write(`${kind}s/${i}.${kind}`, moving));
    expect((await listOriginals(join(root, `${kind}s`), clipFiles)).paths).toEqual(names);
    for (const label of ['up', 'down'])
      for (let i = 0; i < 5; i++) write(`labelled-${kind}s/${label}/deep/${i}.${kind.toUpperCase()}`, moving);
    const set = await loadClipDataset(join(root, `labelled-${kind}s`), []);
    expect(all(set)).toHaveLength(10);
    for (const { load } of all(set)) expect((await load()).frames).toHaveLength(3);
  },
);

test('still WebP files are frames, until one of them moves; a GIF is never a frame', async () => {
  for (let i = 0; i < 20; i++) write(`frames/f${i}.webp`, await still.clone().webp().toBuffer());
  for (const [kind, content] of Object.entries({ avif: png, tiff: png, jpg: png, PNG: png }))
    write(`frames/z.${kind}`, content);
  const folder = join(root, 'frames');
  expect((await listOriginals(folder, clipFiles)).paths).toEqual([folder]);
  // with an extended header, but without motion; cut short; no WebP at all: frames, and their reading tells
  write(
    'frames/alpha.webp',
    await sharp({ create: { width: 2, height: 2, channels: 4, background: '#1230' } })
      .withIccProfile('srgb')
      .webp()
      .toBuffer(),
  );
  write('frames/short.webp', 'RIFF');
  write('frames/text.webp', `${'x'.repeat(20)}\x02`);
  expect((await listOriginals(folder, clipFiles)).paths).toEqual([folder]);
  // the last one by name
  write('frames/zz.webp', await frames(2).webp().toBuffer());
  expect((await listOriginals(folder, clipFiles)).paths).toHaveLength(25);
  for (const i of [1, 2]) write(`stills/${i}.gif`, await still.clone().gif().toBuffer());
  expect((await listOriginals(join(root, 'stills'), clipFiles)).paths).toHaveLength(2);
});

test('few files a label: each keeps one in training, in folders, tables, sequences and Parquet; given parts stay', async () => {
  const letters = [...'abcdefghijklmnopqrst'];
  for (const label of letters) for (const i of [0, 1]) write(`few/${label}/${i}.png`, png);
  const few = await loadPictureDataset(join(root, 'few'), []);
  expect(new Set(few.splits.train.map(({ label }) => label)).size).toBe(20);
  // both files of p lie outside of training by their hash
  const shares = { validation: 0.1, test: 0.2 };
  expect([0, 1].map((i) => splitOf(`p/${i}.png`, shares))).not.toContain('train');
  for (const { id, label } of few.splits.train) if (label !== 'p') expect(splitOf(id, shares)).toBe('train');
  const rows = letters.flatMap((label) => [0, 1].map((i) => `${label}/${i}.png,${label}`));
  const table = await loadPictureDataset(write('few/few.csv', `path,label\n${rows.join('\n')}\n`), []);
  expect(idsOf(table)).toEqual(idsOf(few));
  const turned = await loadPictureDataset(write('few/turned.csv', `path,label\n${rows.reverse().join('\n')}\n`), []);
  expect(idsOf(turned).map((ids) => ids.sort())).toEqual(idsOf(few).map((ids) => ids.sort()));
  const parts = rows.map((row) => `${row},${row.startsWith('p/') ? 'test' : 'train'}`).join('\n');
  await expect(loadPictureDataset(write('few/parts.csv', `path,label,split\n${parts}\n`), [])).rejects.toThrow(
    'expected examples of every label in the training part, got none of p',
  );
  const lost = Array.from({ length: 99 }, (_, i) =>
    [...i.toString(4)].map((digit) => 'ACGT'[Number(digit)]).join(''),
  ).filter((bases) => splitOf(bases, shares) !== 'train');
  const sequences = lost.slice(0, 4).map((bases, i) => `${bases},${'xy'[i % 2]}\n`);
  const read = await loadSequenceDataset(write('lost.csv', `sequence,label\n${sequences.join('')}`), []);
  expect(read.splits.train.map(({ label }) => label).sort()).toEqual(['x', 'y']);
  for (const [i, label] of ['x', 'y'].entries())
    write(`genes/${label}.fa`, `>1\n${lost[2 * i]}\n>2\n${lost[2 * i + 1]}\n`);
  const genes = await loadSequenceDataset(join(root, 'genes'), []);
  expect(genes.splits.train.map(({ label }) => label)).toEqual(['x', 'y']);
  const outside = (name: string): boolean => splitOf(`${name}:0`, shares) !== 'train';
  const name = Array.from({ length: 99 }, (_, i) => `n${i}.parquet`).find(outside) as string;
  const parquet = await loadPictureDataset(write(name, Buffer.from(TWO_ROWS, 'base64')), []);
  expect(parquet.splits.train.map(({ label }) => label)).toEqual(['x', 'y']);
});

test('tables by their ending: packed labels of FASTA, capitals', async () => {
  const fasta = write('all.fa', Array.from({ length: 9 }, (_, i) => `>s${i}\n${'ACGT'.repeat(i + 1)}\n`).join(''));
  const rows = Array.from({ length: 9 }, (_, i) => `s${i}\t${'xy'[i % 2]}\n`).join('');
  for (const labels of [
    write('labels.tsv.gz', gzipSync(`name\tlabel\n${rows}`)),
    write('LABELS.TSV', `name\tlabel\n${rows}`),
    write('LABELS.CSV', `name,label\n${rows.replaceAll('\t', ',')}`),
  ])
    expect((await loadSequenceDataset(fasta, [], { options: { labels } })).labels, labels).toEqual(['x', 'y']);
  write('p.png', png);
  for (const separator of ['\t', ',']) {
    const ending = separator === '\t' ? 'TSV' : 'CSV';
    const paths = write(`PATHS.${ending}`, `path${separator}label\np.png${separator}x\n`);
    expect((await readPathTable(paths, pictureFiles)).labels).toEqual(['x']);
    const bases = write(`BASES.${ending}`, `sequence${separator}label\nACGT${separator}x\n`);
    expect((await readSequenceTable(bases)).labels).toEqual(['x']);
  }
});

test('a set given by a name in capitals is the table that it is', async () => {
  for (let i = 0; i < 8; i++) write(`q${i}.png`, png);
  const pictures = write(
    'PICTURES.CSV',
    `path,label\n${Array.from({ length: 8 }, (_, i) => `q${i}.png,${'xy'[i % 2]}\n`).join('')}`,
  );
  expect((await loadPictureDataset(pictures, [])).labels).toEqual(['x', 'y']);
  const texts = Array.from({ length: 40 }, (_, i) => `line ${i}\t${'xy'[i % 2]}\n`).join('');
  for (const table of [
    write('TEXTS.TSV', `text\tlabel\n${texts}`),
    write('TEXTS.TSV.GZ', gzipSync(`text\tlabel\n${texts}`)),
  ])
    expect((await loadTextDataset(table, [])).labels, table).toEqual(['x', 'y']);
});

test('a folder train alone is cut like the folder in it, and a note says so', async () => {
  for (const label of ['a', 'b']) for (let i = 0; i < 20; i++) write(`alone/Train/${label}/${i}.png`, png);
  write('alone/stray.png', png);
  const [alone, inner] = await Promise.all(
    ['alone', 'alone/Train'].map((folder) => loadPictureDataset(join(root, folder), [])),
  );
  expect(alone?.labels).toEqual(['a', 'b']);
  expect(alone?.notes?.slice(0, 2)).toEqual([
    'no other part beside the folder Train: validation and test are cut from it',
    `passed over pictures outside of the folders of labels: ${join(root, 'alone/stray.png')}`,
  ]);
  for (const part of Object.values(alone?.splits ?? {})) expect(part.length).toBeGreaterThan(0);
  expect(idsOf(alone as SenseDataset<unknown>)).toEqual(
    idsOf(inner as SenseDataset<unknown>).map((ids) => ids.map((id) => `Train/${id}`)),
  );
  // without labels everything is read
  expect(all(await loadPictures(join(root, 'alone'), []))).toHaveLength(41);
  // clips of frames in `train` make it a label
  for (let i = 0; i < 9; i++) write(`one-label/train/clip${i}/f.png`, png);
  expect((await loadClipDataset(join(root, 'one-label'), [])).labels).toEqual(['train']);
});

test('a folder of the hub: its Parquet files are named, and their folder is a set', async () => {
  for (const name of [
    'train-00000-of-00002',
    'train-00001-of-00002',
    'validation-00000-of-00001',
    'test-00000-of-00001',
  ]) {
    mkdirSync(join(root, 'hub/data'), { recursive: true });
    copyFileSync(join(fixtures, 'pictures-snappy.parquet'), join(root, `hub/data/${name}.parquet`));
  }
  const folder = join(root, 'hub/data');
  const message =
    'got test-00000-of-00001.parquet, train-00000-of-00002.parquet, train-00001-of-00002.parquet, … (4) ' +
    `(${folder})\nGive one of them, or their folder ${folder}:`;
  await expect(loadPictureDataset(join(root, 'hub'), [])).rejects.toThrow(message);
  const told: string[] = [];
  await loadPictureDataset(join(root, 'hub'), [], { onBroken: ({ error }) => told.push(error.message) });
  expect(told).toEqual([expect.stringContaining(message)]);
  await expect(loadSoundDataset(join(root, 'hub'), [])).rejects.toThrow('Parquet files are read as pictures only');
  const { splits } = await loadPictureDataset(folder, []);
  expect(Object.values(splits).map((part) => part.length)).toEqual([12, 6, 6]);
  // the layout of converted data sets: a folder for every part
  for (const part of ['train', 'test']) {
    mkdirSync(join(root, `converted/${part}`), { recursive: true });
    copyFileSync(join(fixtures, 'pictures-snappy.parquet'), join(root, `converted/${part}/0000.PARQUET`));
  }
  await expect(loadPictureDataset(join(root, 'converted'), [])).rejects.toThrow('got 0000.PARQUET (');
});
