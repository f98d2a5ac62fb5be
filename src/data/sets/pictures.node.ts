// Labelled pictures of the catalogue. Splits are the sets' own; where a set has no validation part, it is cut from the training part.

import { basename } from 'node:path';
import { loadPicture } from '../../tokens/index.node.ts';
import { type Picture, picture } from '../../tokens/index.ts';
import { DataError, type PictureDataset, type SenseExample } from '../dataset.ts';
import { DataFolder } from '../files.node.ts';
import { parseIdx } from '../formats/idx.ts';
import { parseZip } from '../formats/zip.node.ts';
import { classNotes } from '../originals.ts';
import { splitBy, splitOf } from '../split.ts';
import { choice, openSet, type ReadContext } from './read-context.node.ts';

type Example = SenseExample<Picture>;

/** Pictures that lie one after the other in memory; each is a view. */
function sliced(
  bytes: Uint8Array,
  size: { readonly height: number; readonly width: number; readonly channels: number },
  labels: readonly string[],
  place: string,
): Example[] {
  const length = size.height * size.width * size.channels;
  return labels.map((label, i) => ({
    id: `${place}:${i}`,
    label,
    load: async () => picture(size.height, size.width, size.channels, bytes.subarray(i * length, (i + 1) * length)),
  }));
}

/** The last tenth of a training part becomes the validation part: these sets are mixed already. */
function withValidation(train: readonly Example[], test: readonly Example[]): PictureDataset['splits'] {
  const cut = Math.floor(0.9 * train.length);
  return { train: train.slice(0, cut), validation: train.slice(cut), test };
}

function className(labels: readonly string[], id: number, where: string): string {
  const label = labels[id];
  if (label !== undefined) return label;
  throw new DataError(`data: expected class numbers 0 to ${labels.length - 1}, got ${id} (${where})`);
}

/** Pictures and labels of one part in MNIST's two files. @throws DataError when their counts differ */
export async function readIdxPart(set: DataFolder, part: string, labels: readonly string[]): Promise<Example[]> {
  const [pictures, marks] = [`${part}-images-idx3-ubyte`, `${part}-labels-idx1-ubyte`];
  const fileOf = async (name: string): Promise<string> => ((await set.has(name)) ? name : `${name}.gz`);
  const [imageFile, labelFile] = [await fileOf(pictures), await fileOf(marks)];
  const images = parseIdx(await set.bytes(imageFile), imageFile);
  const ids = parseIdx(await set.bytes(labelFile), labelFile);
  const [count = 0, height = 0, width = 0] = images.shape;
  if (images.shape.length !== 3 || ids.shape.length !== 1 || ids.shape[0] !== count) {
    const got = `[${images.shape}] and [${ids.shape}]`;
    throw new DataError(`data: expected pictures [N, H, W] and labels [N], got ${got} (${imageFile}, ${labelFile})`);
  }
  const names = Array.from(ids.data, (id, i) => className(labels, id, `${labelFile}, record ${i}`));
  return sliced(images.data, { height, width, channels: 1 }, names, part);
}

const digits: readonly string[] = Array.from({ length: 10 }, (_, digit) => String(digit));

/** MNIST: 54,000 / 6,000 / 10,000 grey pictures 28 × 28. */
export async function mnist(context: ReadContext): Promise<PictureDataset> {
  const set = await openSet('mnist', context);
  const [train, test] = [await readIdxPart(set, 'train', digits), await readIdxPart(set, 't10k', digits)];
  return { name: 'mnist', labels: digits, splits: withValidation(train, test), checksums: set.checksums };
}

/** Labels of Fashion-MNIST in the order of their numbers. */
const clothes = [
  ...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat'],
  ...['Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
];

/** Fashion-MNIST: all 60,000 training pictures where the folder has them (`train-*`), else the slice of 10,000 (`train10k-*`). */
export async function fashionMnist(context: ReadContext): Promise<PictureDataset> {
  const set = await openSet('fashion-mnist', context);
  const whole = await set
    .has('train-images-idx3-ubyte.gz')
    .then(async (packed) => packed || set.has('train-images-idx3-ubyte'));
  const train = await readIdxPart(set, whole ? 'train' : 'train10k', clothes);
  const test = await readIdxPart(set, 't10k', clothes);
  return { name: 'fashion-mnist', labels: clothes, splits: withValidation(train, test), checksums: set.checksums };
}

/** A folder of one's own with MNIST's four files (`.gz` or not); labels are the class numbers. @throws DataError */
export async function readIdxFolder(dir: string): Promise<PictureDataset> {
  const set = new DataFolder(dir);
  const classes = Array.from({ length: 256 }, (_, id) => String(id));
  const splits = withValidation(await readIdxPart(set, 'train', classes), await readIdxPart(set, 't10k', classes));
  const present = new Set(Object.values(splits).flatMap((examples) => examples.map(({ label }) => label)));
  const dataset = { name: basename(dir), labels: classes.filter((one) => present.has(one)), splits };
  return { ...dataset, checksums: set.checksums, notes: classNotes(dataset) };
}

const lines = (text: string): string[] => text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');

/** CIFAR-10's slice: one picture 32 × 32 a row of a sheet. */
export async function cifar(context: ReadContext): Promise<PictureDataset> {
  const id = 'cifar10-slice';
  const set = await openSet(id, context);
  const labels = lines(await set.text('classes.txt'));
  const read = async (part: string): Promise<Example[]> => {
    const marks = lines(await set.text(`${part}.labels.txt`));
    const sheet = await loadPicture(await set.bytes(`${part}.png`));
    if (sheet.height !== marks.length || sheet.width !== 32 * 32 || sheet.channels !== 3) {
      const got = `${sheet.width} × ${sheet.height}, ${sheet.channels} channels`;
      throw new DataError(`${id}: expected a sheet of 1024 × ${marks.length} RGB pixels, got ${got} (${part}.png)`);
    }
    const names = marks.map((mark, i) => className(labels, Number(mark), `${part}.labels.txt, line ${i + 1}`));
    return sliced(sheet.data, { height: 32, width: 32, channels: 3 }, names, part);
  };
  const train: Example[] = [];
  for (let batch = 0; batch < 4; batch++) train.push(...(await read(`train_batch_${batch}`)));
  const splits = withValidation(train, await read('test_batch'));
  return { name: id, labels, splits, checksums: set.checksums };
}

/** Digits 8 × 8: rows of 64 values from 0 to 16 and a label; values are spread over 0 to 255. Cut by row: the set has no parts. */
export async function smallDigits(context: ReadContext): Promise<PictureDataset> {
  const id = 'digits8x8';
  const set = await openSet(id, context);
  const all = lines(await set.text('digits.csv.gz')).map((line, i): Example => {
    const values = line.split(',').map(Number);
    const label = className(digits, values.pop() ?? -1, `digits.csv, line ${i + 1}`);
    if (values.length !== 64 || !values.every((value) => value >= 0 && value <= 16))
      throw new DataError(
        `${id}: expected 64 values from 0 to 16 and a label, got ${line.slice(0, 40)} (line ${i + 1})`,
      );
    const pixels = Uint8Array.from(values, (value) => Math.round((value * 255) / 16));
    return { id: `line ${i + 1}`, label, load: async () => picture(8, 8, 1, pixels) };
  });
  const splits = splitBy(all, (example) => splitOf(example.id, { validation: 0.1, test: 0.2 }));
  return { name: id, labels: digits, splits, checksums: set.checksums };
}

/** Quick, Draw!: three classes of 1,000 drawings 28 × 28, cut by their place in the file. */
export async function quickDraw(context: ReadContext): Promise<PictureDataset> {
  const id = 'quickdraw3';
  const set = await openSet(id, context);
  const all: Example[] = [];
  const labels = ['cat', 'rainbow', 'train'];
  for (const label of labels) {
    const file = `${label}s1000.bin`;
    const bytes = await set.bytes(file);
    if (bytes.length !== 1000 * 28 * 28) {
      throw new DataError(`${id}: expected 784000 bytes, got ${bytes.length} (${file})`);
    }
    all.push(...sliced(bytes, { height: 28, width: 28, channels: 1 }, new Array<string>(1000).fill(label), file));
  }
  const splits = splitBy(all, (example) => splitOf(example.id, { validation: 0.1, test: 0.2 }));
  return { name: id, labels, splits, checksums: set.checksums };
}

/** Dark is bright. */
const negative = (one: Picture): Picture => ({ ...one, data: one.data.map((value) => 255 - value) });

const omniglotParts = { small1: ['small1'], small2: ['small2'], both: ['small1', 'small2'] } as const;

/**
 * Omniglot: characters of five to eight alphabets by twenty people; black ink on white, 105 × 105. Cut by person: 1–14, 15–16, 17–20.
 * Options: `part` (`small1`, `small2`, `both`), `labels` (`character`, `alphabet`), `ink` (`black`, or `white` on black as in MNIST).
 */
export async function omniglot(context: ReadContext): Promise<PictureDataset> {
  const id = 'omniglot';
  const parts = omniglotParts[choice(id, context, 'part', ['small1', 'small2', 'both'])];
  const kind = choice(id, context, 'labels', ['character', 'alphabet']);
  const inked = choice(id, context, 'ink', ['black', 'white']) === 'white' ? negative : (one: Picture) => one;
  const set = await openSet(id, context);
  const found = new Map<string, Example>();
  for (const part of parts) {
    const file = `images_background_${part}.zip`;
    for (const [path, unpack] of parseZip(await set.bytes(file), file)) {
      const match = /^[^/]+\/([^/]+)\/(character\d+)\/(\d+_(\d+))\.png$/.exec(path);
      const [, alphabet = '', character = '', name = '', person = ''] = match ?? [];
      const key = `${alphabet}/${character}/${name}`;
      // alphabets that lie in both parts are the same pictures
      if (!match || found.has(key)) continue;
      const label = kind === 'alphabet' ? alphabet : `${alphabet}/${character}`;
      found.set(key, {
        id: key,
        label,
        tags: { alphabet, person },
        load: async () => inked(await loadPicture(unpack())),
      });
    }
  }
  const all = [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const splits = splitBy(all, ({ tags }) => {
    const person = Number(tags?.person);
    return person > 16 ? 'test' : person > 14 ? 'validation' : 'train';
  });
  return { name: id, labels: [...new Set(all.map(({ label }) => label))].sort(), splits, checksums: set.checksums };
}
