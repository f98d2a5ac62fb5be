// Labelled clips of the catalogue.

import { Random } from '../../array/index.ts';
import { loadClip } from '../../tokens/index.node.ts';
import type { Clip } from '../../tokens/index.ts';
import { type ClipDataset, DataError, type SenseExample, type SplitName } from '../dataset.ts';
import { parseCsv } from '../formats/csv.ts';
import { parseTar } from '../formats/tar.ts';
import { parseZip } from '../formats/zip.node.ts';
import { splitBy, splitOf } from '../split.ts';
import { emojiDrawings } from './emoji-pictures.node.ts';
import { motionNames, movingClip } from './motions.ts';
import { choice, openSet, type ReadContext, wholeNumber } from './read-context.node.ts';
import { drawStrokes, parseStrokes } from './strokes.ts';

type Example = SenseExample<Clip>;

/** Most made clips that weights are chosen by. */
const MOST_VALIDATION = 400;

/** Which emoji are for validation; nothing is for the test. */
const partOf = (emoji: string): SplitName => splitOf(emoji, { validation: 0.1, test: 0 });

interface MadeClips {
  readonly train: readonly Example[];
  readonly validation: readonly Example[];
  readonly checksums: Readonly<Record<string, string>>;
}

/**
 * Clips made here: emoji of one style, but not those named, in all motions by turns; `count` to learn from, and a tenth of that, 400 at most,
 * of emoji for validation. The same ones for the same count.
 */
async function madeClips(count: number, unwanted: ReadonlySet<string>): Promise<MadeClips> {
  const { drawings, checksums } = await emojiDrawings('noto', 48);
  const made = (part: SplitName, many: number): Example[] => {
    const wanted = drawings.filter(({ name }) => !unwanted.has(name) && partOf(name) === part);
    return Array.from({ length: many }, (_, i) => {
      // two streams: of one alone the same number would choose the emoji and its place
      const random = (site: string): Random => new Random({ seed: 0, step: i, site: `moving emoji, ${part}, ${site}` });
      const motion = motionNames[i % motionNames.length] as string;
      const { name, load } = wanted[random('which').integer(wanted.length)] as (typeof wanted)[number];
      const moving = async (): Promise<Clip> => movingClip(await load(), motion, random('how'));
      return { id: `made-${part}-${i}`, label: motion, tags: { style: 'noto', emoji: name }, load: moving };
    });
  };
  const few = Math.min(MOST_VALIDATION, Math.floor(count / 10));
  return { train: made('train', count), validation: made('validation', few), checksums };
}

/**
 * Moving emoji: eight motions that no single frame tells, 16 frames of 64 × 64. The test has emoji that training has not; `style` also a
 * style of drawing that it has not. A tenth of the training emoji is for validation. Option `generated`: so many more clips to learn from
 * (0), and a tenth of that, 400 at most, to choose weights by, made here of the embedded emoji without those of the tests.
 */
export async function movingEmoji(context: ReadContext): Promise<ClipDataset> {
  const id = 'moving-emoji-mp4';
  const set = await openSet(id, context);
  const archive = 'moving-emoji.tar.gz';
  const files = parseTar(await set.bytes(archive), archive);
  const table = files.get('moving-emoji/labels.tsv');
  if (!table)
    throw new DataError(`${id}: expected moving-emoji/labels.tsv, got ${files.size} other files (${archive})`);
  const columns = ['file', 'class', 'split', 'style', 'emoji'];
  const rows = parseCsv(new TextDecoder().decode(table), `${archive}, labels.tsv`, columns, '\t');
  const parts = new Map<string, Example[]>();
  for (const { line, fields } of rows) {
    const { file = '', class: label = '', split = '', style = '', emoji = '' } = fields;
    const bytes = files.get(`moving-emoji/${file}`);
    if (!bytes)
      throw new DataError(`${id}: expected the file ${file}, got none (${archive}, labels.tsv, line ${line})`);
    const example: Example = { id: file, label, tags: { style, emoji }, load: () => loadClip(bytes) };
    parts.set(split, [...(parts.get(split) ?? []), example]);
  }
  const own = splitBy(parts.get('train') ?? [], ({ tags }) => partOf(tags?.emoji ?? ''));
  const count = wholeNumber(id, context, 'generated', { initial: 0, low: 0, high: 100_000 });
  const [test, style] = ['test', 'test_shift'].map((part) => parts.get(part) ?? []) as [Example[], Example[]];
  const tested = new Set([...test, ...style].map(({ tags }) => tags?.emoji ?? ''));
  const made = count > 0 ? await madeClips(count, tested) : { train: [], validation: [], checksums: {} };
  const labels = [...new Set(rows.map(({ fields }) => fields.class ?? ''))].sort();
  return {
    ...{ name: id, labels, checksums: { ...set.checksums, ...made.checksums } },
    splits: { train: [...own.train, ...made.train], validation: [...own.validation, ...made.validation], test },
    moreTests: { style },
  };
}

/** What a clip of writing is labelled with. */
const strokeLabels = ['alphabet', 'character', 'direction'] as const;

/**
 * Omniglot's pen strokes as clips of somebody writing. Cut by person as Omniglot's pictures: 1–14, 15–16, 17–20. Options: `labels` (`alphabet`,
 * `character`, or `direction`: every second clip plays backward), `frames` (16), `size` in pixels (32).
 */
export async function omniglotStrokes(context: ReadContext): Promise<ClipDataset> {
  const id = 'omniglot-strokes';
  const kind = choice(id, context, 'labels', strokeLabels);
  const frames = wholeNumber(id, context, 'frames', { initial: 16, low: 1, high: 1000 });
  const size = wholeNumber(id, context, 'size', { initial: 32, low: 8, high: 512 });
  const set = await openSet(id, context);
  const archive = 'strokes_background_small1.zip';
  const all: Example[] = [];
  for (const [path, unpack] of parseZip(await set.bytes(archive), archive)) {
    const [, alphabet = '', character = '', name = '', person = ''] =
      /^strokes[^/]*\/([^/]+)\/(character\d+)\/(\d+_(\d+))\.txt$/.exec(path) ?? [];
    if (name === '') continue;
    const backward = kind === 'direction' && splitOf(name, { validation: 0, test: 0.5 }) === 'test';
    const label = {
      alphabet,
      character: `${alphabet}/${character}`,
      direction: backward ? 'backward' : 'forward',
    }[kind];
    const load = async (): Promise<Clip> => {
      const clip = drawStrokes(parseStrokes(new TextDecoder().decode(unpack()), `${archive}, ${path}`), {
        frames,
        size,
      });
      return backward ? { ...clip, frames: clip.frames.toReversed() } : clip;
    };
    all.push({ id: `${alphabet}/${character}/${name}`, label, tags: { alphabet, person }, load });
  }
  all.sort((a, b) => (a.id < b.id ? -1 : 1));
  const splits = splitBy(all, ({ tags }) => {
    const person = Number(tags?.person);
    return person > 16 ? 'test' : person > 14 ? 'validation' : 'train';
  });
  return { name: id, labels: [...new Set(all.map(({ label }) => label))].sort(), splits, checksums: set.checksums };
}
