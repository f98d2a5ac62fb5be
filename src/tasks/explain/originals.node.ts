// Files and texts as originals: what the model reads, where its tokens lie, and a drawing of it. By what the model's inputs are called.
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { float32, int64, type NamedArrays, type NdArray, ndArray } from '../../array/index.ts';
import { collateClips, DataError } from '../../data/index.ts';
import { heatPicture, patchPlaces, type Scene, spanPlaces, type TokenPlaces } from '../../lens/index.ts';
import { type Model, type PatchLayout, settle } from '../../models/index.ts';
import { loadClip, loadSound, loadTokenizer, pngOf, sequenceFile } from '../../tokens/index.node.ts';
import {
  cutSpectrogram,
  cutTubes,
  type ImageProcessor,
  imageProcessorFromJson,
  type Picture,
  pictureFromArray,
  processClip,
  processPicture,
  processSound,
  readBases,
  soundProcessorFromJson,
  type Tokenizer,
  type TubeShape,
  tubeVitLayout,
} from '../../tokens/index.ts';
import { basesOf } from '../dna-classification/inputs.node.ts';
import { tooLong } from '../dna-classification/long.ts';
import { readsBases, spellingIn } from '../dna-classification/spelling.node.ts';
import { type Spelling, spell } from '../dna-classification/spelling.ts';
import { encodeText, TextCounter, tellOfCuts } from '../encode-texts.ts';
import type { OpenModel } from '../forward.node.ts';
import { preprocessorIn } from '../sense-classification/open.node.ts';
import { isAddress, originalOf } from '../sense-classification/pipeline.node.ts';
import { clipSense, pictureSense, soundSense } from '../sense-classification/senses.node.ts';
import { filledUp } from '../sense-classification/sounds.ts';
import { longestText } from '../windows.ts';
import type { Original } from './explain.ts';

/** An original with its drawing. */
export interface DrawnOriginal extends Original {
  readonly scene: Scene;
}

type Opened = Pick<OpenModel, 'dir' | 'model'>;
/** Told of what the model does not read, in words for people. */
type Note = (text: string) => void;
type Reader = (open: Opened, input: string, note: Note) => Promise<DrawnOriginal>;

/** What a file is called, by its path or its address. */
function fileName(input: string): string {
  if (!isAddress(input)) return basename(input);
  const { protocol, host, pathname } = new URL(input);
  return protocol === 'data:' ? 'data:' : basename(pathname) || host;
}

/** Readers by the input that the model has. */
const readers: readonly { readonly reads: (model: Model) => boolean; readonly read: Reader }[] = [
  { reads: ({ inputs }) => inputs.pixel_values?.shape.length === 4 && !inputs.input_ids, read: readPicture },
  { reads: ({ inputs }) => inputs.pixel_values?.shape.length === 5, read: readClip },
  { reads: ({ inputs }) => inputs.input_values?.shape.length === 3, read: readSound },
  { reads: ({ inputs }) => inputs.input_ids !== undefined && !inputs.pixel_values, read: readLetters },
];

/**
 * Reads a picture, clip or sound by its path or address, or a text, as the model in the folder does; `note` is told of texts that are cut and of what the
 * vocabulary lacks. @throws DataError for a model that reads something else
 */
export async function readOriginal(open: Opened, input: string, note: Note = () => undefined): Promise<DrawnOriginal> {
  const found = readers.find(({ reads }) => reads(open.model));
  if (!found) {
    const names = Object.keys(open.model.inputs).join(', ');
    throw new DataError(
      `explain: expected a classifier of pictures, clips, sounds or texts, got inputs ${names} (${open.model.className})`,
    );
  }
  return found.read(open, input, note);
}

async function href(picture: Picture): Promise<string> {
  return `data:image/png;base64,${Buffer.from(await pngOf(picture)).toString('base64')}`;
}

const zerosLike = (array: NdArray): NdArray<'float32'> => float32(array.shape, new Float32Array(array.data.length));

/** The layout for the sizes of the arrays. */
function layoutFor(model: Model, inputs: NamedArrays): PatchLayout {
  const { layout } = settle(model, inputs).model;
  if (!layout) throw new DataError(`explain: expected a model that says where its tokens lie, got ${model.className}`);
  return layout;
}

const specialNames = (count: number): string[] => ['[CLS]', '[DIST]'].slice(0, count);

/** What a patch is called: its row and column. */
function gridNames({ special, grid }: PatchLayout): string[] {
  const [rows, columns] = grid;
  return [
    ...specialNames(special),
    ...Array.from({ length: rows * columns }, (_, n) => `${Math.floor(n / columns)},${n % columns}`),
  ];
}

async function readPicture({ dir, model }: Opened, input: string): Promise<DrawnOriginal> {
  const processor: ImageProcessor = imageProcessorFromJson(await preprocessorIn(dir), dir);
  const pixels = processPicture(await originalOf(input, pictureSense), processor);
  const inputs = { pixel_values: ndArray('float32', [1, ...pixels.shape], pixels.data) };
  const layout = layoutFor(model, inputs);
  const [, height = 0, width = 0] = pixels.shape;
  return {
    modality: 'image',
    source: fileName(input),
    inputs,
    blank: { pixel_values: zerosLike(inputs.pixel_values) },
    tokens: gridNames(layout),
    places: patchPlaces(layout),
    grid: layout.grid,
    scene: { kind: 'pictures', frames: [await href(pictureFromArray(pixels, processor))], times: [0], width, height },
  };
}

async function readSound({ dir, model }: Opened, input: string): Promise<DrawnOriginal> {
  const processor = soundProcessorFromJson(await preprocessorIn(dir), dir);
  const loadFile = (source: string | Uint8Array) => loadSound(source, { rate: processor.rate });
  const spectrogram = processSound(filledUp(await originalOf(input, { ...soundSense, loadFile })), processor);
  const { features, meaning } = spectrogram;
  const [frames = 0, bins = 0] = features.shape;
  const inputs = { input_values: ndArray('float32', [1, frames, bins], features.data) };
  const layout = layoutFor(model, inputs);
  const { places } = cutSpectrogram(spectrogram, layout);
  return {
    modality: 'audio',
    source: fileName(input),
    inputs,
    blank: { input_values: zerosLike(inputs.input_values) },
    tokens: gridNames(layout),
    places: [...new Array<undefined>(layout.special).fill(undefined), ...places],
    grid: layout.grid,
    scene: {
      kind: 'spectrogram',
      href: await href(heatPicture(features)),
      width: frames,
      height: bins,
      seconds: (frames * meaning.hop) / meaning.rate,
      edges: Array.from(meaning.edges),
    },
  };
}

async function readClip({ dir, model }: Opened, input: string): Promise<DrawnOriginal> {
  const processor = imageProcessorFromJson(await preprocessorIn(dir), dir);
  const count = Number(model.config.num_frames ?? 32);
  const loadFile = (source: string | Uint8Array) => loadClip(source, { sampling: { kind: 'uniform', count } });
  const clip = await originalOf(input, { ...clipSense, loadFile });
  const pixels = processClip(clip, processor);
  const [channels = 0, frames = 0, height = 0, width = 0] = pixels.shape;
  const inputs = collateClips([pixels]);
  const tubes = (model.config.tubes as Partial<TubeShape>[] | undefined)?.map(
    ({ size = [1, 1, 1], stride = size, offset = [0, 0, 0] }) => ({ size, stride, offset }),
  );
  const { places, names } = cutTubes(pixels, { ...tubeVitLayout, ...(tubes ? { tubes } : {}) }, clip);
  const plane = height * width;
  const hrefs: string[] = [];
  for (let t = 0; t < frames; t++) {
    const frame = new Float32Array(channels * plane);
    for (let c = 0; c < channels; c++)
      frame.set(pixels.data.subarray((c * frames + t) * plane, (c * frames + t + 1) * plane), c * plane);
    hrefs.push(await href(pictureFromArray(float32([channels, height, width], frame), processor)));
  }
  return {
    modality: 'video',
    source: fileName(input),
    inputs,
    blank: { pixel_values: zerosLike(inputs.pixel_values) },
    tokens: ['[CLS]', ...names],
    places: [undefined, ...places],
    scene: { kind: 'pictures', frames: hrefs, times: clip.times, width, height },
  };
}

/** Spans of bases for tokens of a spelled sequence: its words are k letters and a blank. */
function baseOffsets(
  offsets: readonly (readonly [number, number])[],
  spelling: Spelling,
): (readonly [number, number])[] {
  if (spelling.kind === 'plain') return [...offsets];
  return offsets.map(([start, end]) => {
    const word = Math.floor(start / (spelling.k + 1));
    const from = spelling.overlap ? word : word * spelling.k;
    return [from, from + end - start];
  });
}

/** A text, bases, or a FASTA file with one sequence. */
async function readLetters({ dir, model }: Opened, input: string, note: Note): Promise<DrawnOriginal> {
  const tokenizer = await loadTokenizer(dir);
  const spelling = await spellingIn(dir, tokenizer);
  const isFile = sequenceFile.test(input) && (await stat(input).catch(() => undefined))?.isFile();
  const isOfBases = isFile || (await readsBases(dir, tokenizer));
  const text = isOfBases ? await basesOf(input) : input;
  const isDna = isOfBases || /^[ACGTUN]{10,}$/i.test(text);
  const letters = isDna ? readBases(text, 'the input') : text;
  const maxLength = longestText(model, tokenizer);
  const counter = new TextCounter(tokenizer);
  const spelled = spell(letters, spelling);
  const { ids, attentionMask, offsets, tokens } = encodeText(tokenizer, spelled, maxLength, counter);
  const long = isDna ? tooLong([letters], { spelling, tokenizer, maxLength }) : undefined;
  if (long !== undefined) note(long);
  if (!isDna) tellOfCuts(counter.met, maxLength, tokenizer, note);
  const places: TokenPlaces = spanPlaces(baseOffsets(offsets, spelling));
  if (!places.some((place) => place))
    throw new DataError(`explain: expected a text with at least one token, got '${text.slice(0, 40)}'`);
  const row = (values: readonly number[]): NdArray => int64([1, values.length], values);
  const mask = model.inputs.attention_mask ? { attention_mask: row(attentionMask) } : {};
  const empty = emptyId(tokenizer, model);
  return {
    modality: isDna ? 'dna' : 'text',
    source: text === input ? text.slice(0, 60) : fileName(input),
    inputs: { input_ids: row(ids), ...mask },
    blank: { input_ids: row(ids.map((id, t) => (places[t] ? empty : id))), ...mask },
    tokens,
    places,
    scene: { kind: 'letters', text: letters },
  };
}

/** The id that stands for nothing: mask, else padding, else unknown. */
function emptyId(tokenizer: Tokenizer, model: Model): number {
  const { mask_token: own, pad_token: pad, unk_token: unknown } = tokenizer.config?.specialTokens ?? {};
  const found = [own, pad, unknown, '[MASK]', '<mask>', '[PAD]', '<pad>', '[UNK]'].flatMap((name) =>
    name === undefined ? [] : (tokenizer.tokenToId(name) ?? []),
  );
  return found[0] ?? Number(model.config.pad_token_id ?? 0);
}
