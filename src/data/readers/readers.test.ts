// Sets of one's own: what readers make of files and folders, and where they say an input is wrong.
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import type { SenseDataset, SenseExample } from '../dataset.ts';
import { loadClipDataset, loadPictureDataset, loadSequenceDataset, loadSoundDataset } from '../index.node.ts';
import { DataError, loadOriginals, screenDataset } from '../index.ts';

const root = mkdtempSync(join(tmpdir(), 'tesserae-readers-'));
const fixtures = join(import.meta.dirname, '..', 'fixtures');
const write = (path: string, content: string | Uint8Array): string => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  return join(root, path);
};
const pixels = (value: number, width = 4, height = 3): Sharp =>
  sharp(Buffer.alloc(width * height * 3, value), { raw: { width, height, channels: 3 } });
const noise = (size: number): Sharp =>
  sharp(
    Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * i * 31) % 251),
    {
      raw: { width: size, height: size, channels: 3 },
    },
  );
const png = (value: number): Promise<Buffer> => pixels(value).png().toBuffer();
const all = <T>({ splits }: SenseDataset<T>): SenseExample<T>[] => [
  ...splits.train,
  ...splits.validation,
  ...splits.test,
];
/** A WAV file of 16-bit samples. */
function wav(samples: readonly number[], rate = 8000, channels = 1): Buffer {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * samples.length, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(2 * rate * channels, 28);
  bytes.writeUInt16LE(2 * channels, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * samples.length, 40);
  for (const [i, value] of samples.entries()) bytes.writeInt16LE(value, 44 + 2 * i);
  return bytes;
}

test('a folder for every label: any depth, cut by path, hidden files passed over, other endings counted', async () => {
  for (let i = 0; i < 30; i++) {
    write(`pets/cats/a${i}.png`, await png(i));
    write(`pets/dogs/deep/er/b${i}.jpg`, await pixels(i).jpeg().toBuffer());
  }
  write('pets/cats/.DS_Store', 'x');
  write('pets/dogs/notes.txt', 'x');
  const pets = await loadPictureDataset(join(root, 'pets'), []);
  expect(pets.labels).toEqual(['cats', 'dogs']);
  expect(all(pets)).toHaveLength(60);
  expect(pets.notes).toEqual(['passed over files that are no pictures by their ending: .txt (1)']);
  for (const part of Object.values(pets.splits)) expect(part.length).toBeGreaterThan(1);
  const ten = all(pets).find(({ id }) => id === 'cats/a10.png');
  expect(await ten?.load()).toMatchObject({ width: 4, height: 3, channels: 3, data: new Uint8Array(36).fill(10) });
  // the same folder is cut in the same way; another file moves nothing but itself
  const before = pets.splits.test.map(({ id }) => id);
  write('pets/cats/new.png', await png(1));
  const again = await loadPictureDataset(join(root, 'pets'), []);
  expect(again.splits.test.map(({ id }) => id).filter((id) => id !== 'cats/new.png')).toEqual(before);
  expect(again.checksums).not.toEqual(pets.checksums);
});

test('folders of parts: what is cut stays cut, a class that training lacks is an error, one that a test lacks a note', async () => {
  for (const part of ['train', 'val', 'test'])
    for (const label of ['x', 'y']) write(`cut/${part}/${label}/1.png`, await png(1));
  const cut = await loadPictureDataset(join(root, 'cut'), []);
  expect(Object.values(cut.splits).map((part) => part.map(({ id }) => id))).toEqual([
    ['train/x/1.png', 'train/y/1.png'],
    ['val/x/1.png', 'val/y/1.png'],
    ['test/x/1.png', 'test/y/1.png'],
  ]);
  for (const [part, label] of [
    ['train', 'x'],
    ['test', 'x'],
    ['test', 'z'],
  ])
    write(`lacking/${part}/${label}/1.png`, await png(1));
  await expect(loadPictureDataset(join(root, 'lacking'), [])).rejects.toThrow(
    'expected examples of every label in the training part, got none of z (lacking)',
  );
  for (const label of ['x', 'y']) for (let i = 0; i < 9; i++) write(`thin/train/${label}/${i}.png`, await png(1));
  write('thin/test/x/1.png', await png(1));
  expect((await loadPictureDataset(join(root, 'thin'), [])).notes).toContain('the test part has nothing of y');
  write('odd/train/x/1.png', await png(1));
  write('odd/test/x/1.png', await png(1));
  write('odd/more/x/1.png', await png(1));
  await expect(loadPictureDataset(join(root, 'odd'), [])).rejects.toThrow('got more beside them');
});

test('links: to folders are followed, back to a folder above are told, to nothing are broken files; pictures outside of labels are told', async () => {
  for (let i = 0; i < 12; i++) write(`linked/one/${i}.png`, await png(i));
  write('elsewhere/12.png', await png(12));
  write('linked/stray.png', await png(1));
  symlinkSync(join(root, 'elsewhere'), join(root, 'linked/two'));
  symlinkSync('..', join(root, 'linked/one/up'));
  const linked = await loadPictureDataset(join(root, 'linked'), []);
  expect(linked.labels).toEqual(['one', 'two']);
  expect(all(linked)).toHaveLength(13);
  expect(linked.notes).toContain(
    `passed over pictures outside of the folders of labels: ${join(root, 'linked/stray.png')}`,
  );
  expect(linked.notes).toContain(
    `passed over links that lead back to a folder above them: ${join(root, 'linked/one/up')}`,
  );
  symlinkSync('/nowhere/at/all', join(root, 'linked/one/gone.png'));
  await expect(loadPictureDataset(join(root, 'linked'), [])).rejects.toThrow(
    `expected a file with something in it, got ENOENT (${join(root, 'linked/one/gone.png')})`,
  );
  const told: string[] = [];
  const rest = await loadPictureDataset(join(root, 'linked'), [], { onBroken: ({ id }) => told.push(id) });
  expect([told, all(rest).length]).toEqual([[join(root, 'linked/one/gone.png')], 13]);
  for (const part of ['train', 'test']) write(`parted/${part}/x/1.png`, await png(1));
  write('parted/beside.png', await png(1));
  expect((await loadPictureDataset(join(root, 'parted'), [])).notes).toContain(
    `passed over pictures outside of the folders of labels: ${join(root, 'parted/beside.png')}`,
  );
});

test('empty files and empty label folders are fatal, or told and left out', async () => {
  for (let i = 0; i < 20; i++) write(`gaps/full/${i}.png`, await png(i));
  write('gaps/full/nothing.png', '');
  mkdirSync(join(root, 'gaps/hollow'));
  await expect(loadPictureDataset(join(root, 'gaps'), [])).rejects.toThrow(
    `expected pictures in every label folder, got none (${join(root, 'gaps/hollow')})`,
  );
  const told: string[] = [];
  const gaps = await loadPictureDataset(join(root, 'gaps'), [], { onBroken: ({ id }) => told.push(id) });
  expect(told).toEqual([join(root, 'gaps/hollow'), join(root, 'gaps/full/nothing.png')]);
  expect([gaps.labels, all(gaps).length]).toEqual([['full'], 20]);
  mkdirSync(join(root, 'bare'));
  await expect(loadPictureDataset(join(root, 'bare'), [])).rejects.toThrow(
    'expected a folder for every label, got none',
  );
  await expect(loadPictureDataset(join(root, 'nowhere'), [])).rejects.toThrow(`got '${join(root, 'nowhere')}'`);
});

test('a broken original is named; a batch leaves it out only when somebody is told', async () => {
  for (let i = 0; i < 6; i++) write(`broken/a/${i}.png`, await png(i));
  const lie = write('broken/a/lie.png', 'this is text');
  const cut = write('broken/a/cut.jpg', (await noise(64).jpeg().toBuffer()).subarray(0, 1500));
  const set = await loadPictureDataset(join(root, 'broken'), []);
  await expect(loadOriginals(all(set))).rejects.toThrow(DataError);
  const messages: string[] = [];
  const loaded = await loadOriginals(all(set), { onBroken: ({ error }) => messages.push(error.message) });
  expect(loaded).toHaveLength(6);
  expect(messages.sort().reverse()).toEqual([expect.stringContaining(`(${cut})`), expect.stringContaining(`(${lie})`)]);
  const told: string[] = [];
  const screened = await screenDataset(set, { onBroken: ({ id }) => told.push(id) });
  expect([all(screened).length, told.sort(), screened.notes?.at(0)]).toEqual([
    6,
    ['a/cut.jpg', 'a/lie.png'],
    'left out 2 broken originals',
  ]);
  await expect(screenDataset(set)).rejects.toThrow(DataError);
  const hopeless = all(set).filter(({ id }) => id.endsWith('lie.png'));
  await expect(loadOriginals(hopeless, { onBroken: () => {} })).rejects.toThrow('to be whole, got none');
});

test('odd pictures: CMYK, 16 bit, animated, EXIF-rotated, 1 × 1, and one that claims 100,000 × 100,000', async () => {
  const tall = pixels(200, 6, 2);
  write('odd-pictures/a/cmyk.jpg', await tall.clone().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer());
  write('odd-pictures/a/deep.png', await tall.clone().toColourspace('rgb16').png().toBuffer());
  const frames = Buffer.concat([Buffer.alloc(36, 200), Buffer.alloc(36, 10)]);
  write(
    'odd-pictures/a/animated.gif',
    await sharp(frames, { raw: { width: 6, height: 4, channels: 3, pageHeight: 2 } as never })
      .gif()
      .toBuffer(),
  );
  write('odd-pictures/a/turned.jpg', await tall.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer());
  write('odd-pictures/a/one.png', await pixels(9, 1, 1).png().toBuffer());
  const set = await loadPictureDataset(join(root, 'odd-pictures'), []);
  const sizes = new Map<string, unknown>();
  for (const { id, load } of all(set)) {
    const { width, height, channels, data } = await load();
    sizes.set(id, [width, height, channels]);
    if (!id.endsWith('one.png')) expect(Math.abs((data[0] as number) - 200), id).toBeLessThan(12);
  }
  expect(Object.fromEntries(sizes)).toEqual({
    'a/cmyk.jpg': [6, 2, 3],
    'a/deep.png': [6, 2, 3],
    'a/animated.gif': [6, 2, 3],
    'a/turned.jpg': [2, 6, 3],
    'a/one.png': [1, 1, 3],
  });
  const huge = await pixels(0, 1, 1).png().toBuffer();
  huge.writeUInt32BE(100_000, 16);
  huge.writeUInt32BE(100_000, 20);
  write('huge/a/huge.png', huge);
  for (let i = 0; i < 8; i++) write(`huge/a/${i}.png`, await png(1));
  const example = all(await loadPictureDataset(join(root, 'huge'), [])).find(({ id }) => id === 'a/huge.png');
  await expect(example?.load()).rejects.toThrow('got 100000×100000');
});

test('a table of paths: relative to it, tags, parts, and errors with their lines', async () => {
  for (let i = 0; i < 4; i++) write(`table/p${i}.png`, await png(i));
  const good = write(
    'table/good.csv',
    'path,label,split,camera\np0.png,x,train,a\np1.png,y,train,b\np2.png,x,validation,a\np3.png,y,test,b\n',
  );
  const set = await loadPictureDataset(good, []);
  expect(Object.values(set.splits).map((part) => part.map(({ id }) => id))).toEqual([
    ['p0.png', 'p1.png'],
    ['p2.png'],
    ['p3.png'],
  ]);
  expect(set.splits.test[0]).toMatchObject({ label: 'y', tags: { camera: 'b' } });
  expect((await set.splits.test[0]?.load())?.data[0]).toBe(3);
  const load = (text: string): Promise<unknown> => loadPictureDataset(write('table/bad.csv', text), []);
  await expect(load('path,label\np0.png,\n')).rejects.toThrow('expected a label, got none');
  await expect(load('path,label\np0.png,x\np9.png,x\n')).rejects.toThrow(/got no such file \(.*bad\.csv, line 3\)/);
  await expect(load('path,label\np0.png,x\np0.png,y\n')).rejects.toThrow("got 'p0.png' in lines 2 and 3");
  await expect(load('path,label,split\np0.png,x,later\n')).rejects.toThrow("got 'later'");
  await expect(load('file,label\np0.png,x\n')).rejects.toThrow('expected the columns path, label');
});

test.each(['snappy', 'gzip'])(
  'Parquet as datasets writes it (%s): names of classes, lazy pictures, broken bytes',
  async (packing) => {
    const set = await loadPictureDataset(join(fixtures, `pictures-${packing}.parquet`), []);
    expect(set.labels).toEqual(['cat', 'dog']);
    const rows = all(set).sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(rows.map(({ label }) => label)).toEqual(['cat', 'dog', 'cat', 'dog', 'cat', 'dog']);
    // Pillow made the pixels (10 i, 20 i, 255 − 10 i)
    for (const i of [0, 1, 2, 3, 5]) {
      const picture = await rows[i]?.load();
      expect([picture?.width, picture?.height, ...(picture?.data.slice(0, 3) ?? [])]).toEqual([
        4,
        3,
        10 * i,
        20 * i,
        255 - 10 * i,
      ]);
    }
    await expect(rows[4]?.load()).rejects.toThrow(`pictures-${packing}.parquet, row 4)`);
  },
);

test('Parquet: other columns, other files, a compression that this Node lacks', async () => {
  const path = join(fixtures, 'pictures-snappy.parquet');
  await expect(loadPictureDataset(path, [], { options: { label: 'class' } })).rejects.toThrow(
    "expected a column 'class', got image, label",
  );
  await expect(loadPictureDataset(write('x.parquet', 'PAR?'), [])).rejects.toThrow('expected a Parquet file');
  const zstd = loadPictureDataset(join(fixtures, 'pictures-zstd.parquet'), []);
  if ('zstdDecompressSync' in (await import('node:zlib'))) expect((await zstd).labels).toEqual(['cat', 'dog']);
  else await expect(zstd).rejects.toThrow('ZSTD');
});

test('sounds: rates and channels, no samples, cut short, an unknown file', async () => {
  const tone = Array.from({ length: 800 }, (_, i) => Math.round(8000 * Math.sin(i / 5)));
  for (let i = 0; i < 8; i++) write(`sounds/a/${i}.wav`, wav(tone));
  for (let i = 0; i < 8; i++)
    write(
      `sounds/b/stereo${i}.wav`,
      wav(
        tone.flatMap((v) => [v, 0]),
        16000,
        2,
      ),
    );
  const set = await loadSoundDataset(join(root, 'sounds'), []);
  const stereo = await all(set)
    .find(({ id }) => id === 'b/stereo3.wav')
    ?.load();
  expect([stereo?.rate, stereo?.channels.length, stereo?.channels[0]?.length]).toEqual([16000, 1, 800]);
  expect(stereo?.channels[0]?.[1]).toBeCloseTo(Math.round(8000 * Math.sin(1 / 5)) / 32768 / 2, 6);
  const same = await loadSoundDataset(join(root, 'sounds'), [], { options: { rate: 8000 } });
  const rates = await Promise.all(all(same).map(async ({ load }) => (await load()).rate));
  expect(new Set(rates)).toEqual(new Set([8000]));
  await expect(loadSoundDataset(join(root, 'sounds'), [], { options: { rate: -1 } })).rejects.toThrow('got -1');
  write('bad-sounds/a/empty.wav', wav([]));
  const floats = Buffer.concat([wav([]).subarray(0, 44), Buffer.from(Float32Array.of(0, Number.NaN, 0.5).buffer)]);
  floats.writeUInt16LE(3, 20);
  floats.writeUInt16LE(4, 32);
  floats.writeUInt16LE(32, 34);
  floats.writeUInt32LE(12, 40);
  write('bad-sounds/a/nan.wav', floats);
  write('bad-sounds/a/cut.wav', wav(tone).subarray(0, 300));
  write('bad-sounds/a/text.wav', 'RIFFxxxxWAVEnothing');
  write('bad-sounds/a/other.mp3', 'no sound at all');
  write('bad-sounds/a/good.wav', wav(tone));
  const messages: string[] = [];
  const bad = await loadSoundDataset(join(root, 'bad-sounds'), []);
  const loaded = await loadOriginals(all(bad), { onBroken: ({ error }) => messages.push(error.message) });
  expect(loaded.map(({ example }) => example.id)).toEqual(['a/good.wav']);
  for (const name of ['empty.wav', 'nan.wav', 'cut.wav', 'text.wav', 'other.mp3'])
    expect(messages.filter((message) => message.includes(join(root, 'bad-sounds/a', name)))).toHaveLength(1);
});

test('clips: animations and folders of pictures; a video of no known kind is named', async () => {
  for (const label of ['up', 'down'])
    for (let clip = 0; clip < 8; clip++)
      for (let i = 0; i < 3; i++) write(`clips/${label}/${clip}/f${i}.png`, await png(10 * i));
  const set = await loadClipDataset(join(root, 'clips'), []);
  expect([set.labels, all(set).length]).toEqual([['down', 'up'], 16]);
  expect((await all(set)[0]?.load())?.frames.map(({ data }) => data[0])).toEqual([0, 10, 20]);
  const path = write('odd-clips/a/x.mp4', 'not a video');
  for (let i = 0; i < 8; i++) write(`odd-clips/a/${i}/f.png`, await png(1));
  const odd = all(await loadClipDataset(join(root, 'odd-clips'), [])).find(({ id }) => id === 'a/x.mp4');
  await expect(odd?.load()).rejects.toThrow(`(${path})`);
});

test('sequences: a FASTA file for every label, a table of labels, a table of sequences', async () => {
  const fasta = (letter: string): string =>
    Array.from({ length: 12 }, (_, i) => `>${letter}${i} x\n${'acgu'.slice(i % 3)}${letter.repeat(i + 1)}\nNN\n`).join(
      '',
    );
  write('genes/promoter.fa', fasta('A'));
  write('genes/other.fasta.gz', gzipSync(fasta('C')));
  const set = await loadSequenceDataset(join(root, 'genes'), []);
  expect([set.labels, all(set).length]).toEqual([['other', 'promoter'], 24]);
  expect(
    await all(set)
      .find(({ id }) => id === 'promoter.fa:0')
      ?.load(),
  ).toBe('ACGTANN');
  const protein = write('genes/protein.fa', '>p\nMKVLEFPQ\n');
  await expect(loadSequenceDataset(join(root, 'genes'), [])).rejects.toThrow('it looks like a protein');
  const told: string[] = [];
  const rest = await loadSequenceDataset(join(root, 'genes'), [], { onBroken: ({ id }) => told.push(id) });
  expect([rest.labels, told]).toEqual([['other', 'promoter'], [protein]]);
  const one = write('one.fa', fasta('G'));
  const rows = (n: number): string => Array.from({ length: n }, (_, i) => `G${i},${i % 2}`).join('\n');
  const labels = write('labels.csv', `name,label\n${rows(12)}\n`);
  expect((await loadSequenceDataset(one, [], { options: { labels } })).labels).toEqual(['0', '1']);
  const table = (text: string): Promise<unknown> =>
    loadSequenceDataset(one, [], { options: { labels: write('labels-bad.csv', `name,label\n${text}\n`) } });
  await expect(table(rows(11))).rejects.toThrow('expected a label of G11');
  await expect(table(`${rows(12)}\nG12,1`)).rejects.toThrow('expected the record G12, got none');
  await expect(table(`${rows(12)}\nG3,1`)).rejects.toThrow("got 'G3' again");
  const sequences = write('sequences.tsv', 'sequence\tlabel\tsplit\nacg\tx\ttrain\nACGU\tx\ttest\n');
  const read = await loadSequenceDataset(sequences, []);
  expect(await read.splits.test[0]?.load()).toBe('ACGT');
  await expect(loadSequenceDataset(write('bad.tsv', 'sequence\tlabel\nACGX\tx\n'), [])).rejects.toThrow("got 'X' at 3");
});
