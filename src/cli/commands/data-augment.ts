// `tesserae data show SET --augment --html F`: a page with examples of a set and what augmentations make of them.
import { existsSync } from 'node:fs';
import type { NdArray } from '../../array/index.ts';
import { writeFileAtomic } from '../../checkpoints/index.node.ts';
import {
  dataFolders,
  loadClipDataset,
  loadPictureDataset,
  loadSenseDataset,
  loadSequenceDataset,
  loadSoundDataset,
} from '../../data/index.node.ts';
import {
  type AnyDataset,
  type AugmentationSpec,
  type AugmentedKinds,
  type AugmentedModality,
  type AugmentPlan,
  augmentations,
  augmentPlan,
  type OptionValue,
  type SenseDataset,
  stackArrays,
} from '../../data/index.ts';
import { type AugmentCell, type AugmentRow, type AugmentStory, augmentPage, heatPicture } from '../../lens/index.ts';
import {
  type Clip,
  kaldiFilterBank,
  monoOf,
  type Picture,
  picture,
  pictureFromArray,
  plainProcessor,
  processPicture,
  resampleSound,
  resizePicture,
  rgbOf,
  type Sound,
  sampleFrames,
} from '../../tokens/index.ts';
import { type Args, type Io, integer, text, UsageError } from '../command.ts';
import { dataUrl } from './tokenize-image.ts';

/** Originals as rows of a batch, all of the first one's size, and how a row is shown. */
interface Mixing<T> {
  readonly rows: (originals: readonly T[]) => Promise<NdArray<'float32'>[]>;
  readonly view: (row: NdArray<'float32'>) => Promise<AugmentCell>;
}

/** How originals of a modality are shown. */
interface Modality<T> {
  /** What a recipe may begin with; shown when none is given. */
  readonly list: readonly AugmentationSpec[];
  readonly view: (
    original: T,
    plan: AugmentPlan<T>,
    key: { seed: number; step: number; site: string },
  ) => Promise<AugmentCell>;
  /** Absent where nothing mixes. */
  readonly mixing?: Mixing<T>;
}

const shown = async (one: Picture): Promise<AugmentCell> => ({
  picture: { href: await dataUrl(one), width: one.width, height: one.height },
});

/** Most frames that are shown of a clip. */
const STRIP = 8;

/** Frames of a clip side by side. */
function filmStrip({ frames }: Clip): Picture {
  const step = Math.max(1, Math.ceil(frames.length / STRIP));
  const kept = frames.filter((_, i) => i % step === 0).map((frame) => rgbOf(frame));
  const { height = 1, width = 1 } = kept[0] ?? {};
  const data = new Uint8Array(height * width * kept.length * 3);
  for (const [i, frame] of kept.entries()) {
    for (let y = 0; y < height; y++) {
      data.set(frame.data.subarray(y * width * 3, (y + 1) * width * 3), (y * kept.length + i) * width * 3);
    }
  }
  return picture(height, width * kept.length, 3, data);
}

const [RATE, MELS] = [16000, 64];
const plain = plainProcessor(3);

/** `[3, H, W]` of another picture's size. */
const sized = (one: Picture, { height, width }: Picture): NdArray<'float32'> =>
  processPicture(resizePicture(rgbOf(one), height, width, 'bilinear'), plain);

async function spectrum(original: Sound): Promise<NdArray<'float32'>> {
  return kaldiFilterBank(monoOf(await resampleSound(original, RATE)), MELS, RATE).features;
}

const pictureMixing: Mixing<Picture> = {
  rows: async (originals) => originals.map((one) => sized(one, originals[0] as Picture)),
  view: (row) => shown(pictureFromArray(row, plain)),
};

/** Spectrograms `[T, F]` as long as the shortest. */
const soundMixing: Mixing<Sound> = {
  rows: async (originals) => {
    const all = await Promise.all(originals.map(spectrum));
    const frames = Math.min(...all.map(({ shape }) => shape[0] as number));
    return all.map(({ data }) => ({ dtype: 'float32', shape: [frames, MELS], data: data.slice(0, frames * MELS) }));
  },
  view: (row) => shown(heatPicture(row)),
};

/** `[T, 3, H, W]` of as many frames as a strip has. */
const clipMixing: Mixing<Clip> = {
  rows: async (originals) => {
    const [first] = originals[0]?.frames ?? [];
    return originals.map(({ frames, times, end }) => {
      const kept = sampleFrames(times, end, { kind: 'uniform', count: STRIP });
      return stackArrays(kept.map((t) => sized(frames[t] as Picture, first as Picture)));
    });
  },
  view: ({ shape: [, ...shape], data }) => {
    const size = data.length / STRIP;
    const frames = Array.from({ length: STRIP }, (_, t) =>
      pictureFromArray({ dtype: 'float32', shape, data: data.subarray(t * size, (t + 1) * size) }, plain),
    );
    return shown(filmStrip({ frames, times: [], end: 0 }));
  },
};

const modalities: { readonly [M in AugmentedModality]: Modality<AugmentedKinds[M]> } = {
  image: {
    list: [{ kind: 'flip' }, { kind: 'pad-crop' }, { kind: 'rand-augment' }, { kind: 'erase' }],
    view: (original, plan, key) => shown(plan.original(original, key)),
    mixing: pictureMixing,
  },
  audio: {
    list: [
      { kind: 'shift' },
      { kind: 'speed' },
      { kind: 'gain' },
      { kind: 'noise' },
      { kind: 'spec-augment', timeWidth: 8 },
    ],
    view: async (original, plan, key) => {
      const features = await spectrum(plan.original(original, key));
      return shown(heatPicture(plan.features(features, key)));
    },
    mixing: soundMixing,
  },
  video: {
    list: [{ kind: 'pad-crop' }, { kind: 'colour-jitter' }, { kind: 'drop-frames' }],
    view: async (original, plan, key) => shown(filmStrip(plan.original(original, key))),
    mixing: clipMixing,
  },
  dna: {
    list: [{ kind: 'reverse-complement' }, { kind: 'substitute', rate: 0.05 }],
    view: async (original, plan, key) => ({ letters: plan.original(original, key).slice(0, 240) }),
  },
};

const modalityOf: Readonly<Partial<Record<AnyDataset['kind'], AugmentedModality>>> = {
  'labelled-pictures': 'image',
  'labelled-sounds': 'audio',
  'labelled-clips': 'video',
  'labelled-sequences': 'dna',
};

/** Loaders of sets of one's own, by modality. */
const loaders = {
  image: loadPictureDataset,
  audio: loadSoundDataset,
  video: loadClipDataset,
  dna: loadSequenceDataset,
} as const;

interface Chosen<T> {
  readonly id: string;
  readonly label: string;
  readonly original: T;
}

/** One of every label in turn, from the training part. */
async function chosen<T>(dataset: SenseDataset<T>, count: number): Promise<Chosen<T>[]> {
  const byLabel = dataset.labels.map((label) => dataset.splits.train.filter((example) => example.label === label));
  const inTurn = Array.from({ length: count }, (_, i) => byLabel[i % byLabel.length]?.[Math.floor(i / byLabel.length)]);
  const examples = inTurn.filter((example) => example !== undefined);
  return Promise.all(examples.map(async ({ id, label, load }) => ({ id, label, original: await load() })));
}

/** Originals as one batch through what mixes. */
async function mixedCells<T>(
  originals: readonly T[],
  mixing: Mixing<T> | undefined,
  mix: AugmentPlan<T>['mix'],
  seed: number,
): Promise<AugmentCell[]> {
  if (!mixing || !mix || originals.length === 0) return [];
  const rows = await mixing.rows(originals);
  const { input, share } = mix(stackArrays(rows), { seed, step: 1, site: 'batch' });
  return Promise.all(
    rows.map(async ({ shape, data: { length } }, i) => {
      const data = input.data.subarray(i * length, (i + 1) * length);
      return { ...(await mixing.view({ dtype: 'float32', shape, data })), share };
    }),
  );
}

/** `count 2, scale 0.08 to 1`; lists of names by their number. */
function optionsText(options: Readonly<Record<string, OptionValue>>): string {
  const short = (value: number | string): string =>
    typeof value === 'number' ? String(Number(value.toFixed(3))) : value;
  const texts = Object.entries(options).map(([name, value]) => {
    if (typeof value === 'boolean') return `${name} ${value}`;
    if (typeof value !== 'object') return `${name} ${short(value)}`;
    return value.length === 2 ? `${name} ${value.map(short).join(' to ')}` : `${name}: ${value.length}`;
  });
  return texts.join(', ');
}

/** What the page tells, from a set and a list. */
async function storyOf<M extends AugmentedModality>(
  modality: M,
  dataset: SenseDataset<AugmentedKinds[M]>,
  how: { readonly specs: readonly AugmentationSpec[] | undefined; readonly seed: number; readonly examples: number },
): Promise<AugmentStory> {
  const { seed } = how;
  const { list, view, mixing } = modalities[modality] as Modality<AugmentedKinds[M]>;
  const specs = how.specs ?? list;
  const originals = await chosen(dataset, how.examples);
  const { original, features, batch } = augmentations[modality];
  const alone = Object.entries({ ...original, ...features });
  const unchanged = augmentPlan(modality, []);
  const row = async (
    { id, label, original: one }: Chosen<AugmentedKinds[M]>,
    cells: Promise<AugmentCell>[],
  ): Promise<AugmentRow> => ({
    ...{ id, label },
    original: await view(one, unchanged, { seed, step: 0, site: id }),
    cells: await Promise.all(cells),
  });
  const mixers = Object.entries(batch);
  const all = originals.map(({ original: one }) => one);
  const mixed = await Promise.all(
    mixers.map(([kind]) => mixedCells(all, mixing, augmentPlan(modality, [{ kind }]).mix, seed)),
  );
  const each = await Promise.all(
    originals.map((one, i) =>
      row(one, [
        ...alone.map(([kind]) =>
          view(one.original, augmentPlan(modality, [{ kind }]), { seed, step: 1, site: one.id }),
        ),
        ...mixed.map(async (cells) => cells[i] as AugmentCell),
      ]),
    ),
  );
  const whole = augmentPlan(modality, specs);
  const steps = await Promise.all(
    originals.map((one) =>
      row(
        one,
        Array.from({ length: 6 }, (_, step) => view(one.original, whole, { seed, step: step + 1, site: one.id })),
      ),
    ),
  );
  const columns = [...alone, ...mixers].map(([kind, { about, initial }]) => ({
    kind,
    about,
    options: optionsText(initial),
  }));
  return { ...{ source: dataset.name, seed, columns, each, steps }, list: JSON.stringify(specs) };
}

function specsOf(given: string | undefined): readonly AugmentationSpec[] | undefined {
  if (given === undefined) return undefined;
  const parsed = ((): unknown => {
    try {
      return JSON.parse(given);
    } catch {
      return undefined;
    }
  })();
  if (Array.isArray(parsed) && parsed.every((one) => typeof one?.kind === 'string')) return parsed;
  throw new UsageError(`--augmentations: expected JSON such as [{"kind":"flip"}], got '${given}'`);
}

/** A set of the catalogue, or a folder or file of one's own, tried as every modality in turn. */
async function opened(id: string): Promise<readonly [AugmentedModality, SenseDataset<never>]> {
  const folders = dataFolders(process.env);
  const known = await loadSenseDataset(id, folders);
  const modality = known && modalityOf[known.kind];
  if (modality) return [modality, known.dataset as unknown as SenseDataset<never>];
  const problems: string[] = [];
  for (const [name, load] of Object.entries(loaders)) {
    if (!existsSync(id)) break;
    try {
      return [name as AugmentedModality, (await load(id, folders)) as unknown as SenseDataset<never>];
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  throw new UsageError(
    `data show: expected pictures, sounds, clips or sequences, got '${id}'${problems.map((one) => `\n  ${one}`).join('')}`,
  );
}

/** The command. */
export async function showAugmented(id: string, args: Args, io: Io): Promise<number> {
  const html = text(args, 'html');
  if (html === undefined || args.values.augment !== true) {
    throw new UsageError('data show: expected --augment together with --html FILE');
  }
  const how = {
    specs: specsOf(text(args, 'augmentations')),
    seed: integer(args, 'seed') ?? 0,
    examples: Math.max(1, integer(args, 'examples') ?? 8),
  };
  const [modality, dataset] = await opened(id);
  const story = await storyOf(modality, dataset as SenseDataset<AugmentedKinds[typeof modality]>, how);
  await writeFileAtomic(html, augmentPage(story));
  const facts = {
    id,
    modality,
    seed: how.seed,
    kinds: story.columns.map(({ kind }) => kind),
    examples: story.each.length,
    html,
  };
  io.out(
    io.json
      ? JSON.stringify(facts)
      : `${facts.examples} examples, ${facts.kinds.length} kinds of augmentation: ${html}`,
  );
  return 0;
}
