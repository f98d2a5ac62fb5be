// `tesserae tokenize --modality image|video|audio|dna|concepts`: originals to units, as a summary, JSON, a page, or a drawing.
import { unitsPage } from '../../lens/index.ts';
import { svgToPng } from '../../tokens/index.node.ts';
import { countOf } from '../../tokens/index.ts';
import { type Args, type Io, integer, text, UsageError } from '../command.ts';
import { writePage } from '../output.ts';
import type { ModalityReader, Tokenized } from './tokenize-flags.ts';

const readers: Readonly<Record<string, () => Promise<{ readonly read: ModalityReader }>>> = {
  image: () => import('./tokenize-image.ts'),
  video: () => import('./tokenize-video.ts'),
  audio: () => import('./tokenize-audio.ts'),
  dna: () => import('./tokenize-dna.ts'),
  concepts: () => import('./tokenize-concepts.ts'),
};

function record({ source, units, facts }: Tokenized, withVectors: boolean): Record<string, unknown> {
  const { values } = units;
  const axes = units.axes.length;
  const rows = (array: { data: ArrayLike<number | bigint> }, width: number): number[][] =>
    units.places.map((_, n) => Array.from({ length: width }, (__, i) => Number(array.data[n * width + i])));
  const width = values.kind === 'vectors' ? (values.vectors.shape[1] as number) : 0;
  return {
    modality: units.modality,
    source,
    ...facts,
    count: countOf(units),
    shape: values.kind === 'vectors' ? values.vectors.shape : [countOf(units)],
    ...(values.kind === 'vectors' ? {} : { vocab_size: values.size }),
    ...(values.kind === 'ids' ? { ids: Array.from(values.ids.data, Number) } : {}),
    tokens: units.names,
    places: units.places,
    axes: units.axes,
    positions: rows(units.positions, axes),
    ...(values.kind === 'vectors' && withVectors ? { vectors: rows(values.vectors, width) } : {}),
    ...(values.kind === 'bags'
      ? {
          bags: values.offsets.slice(0, -1).map((from, i) => {
            const to = values.offsets[i + 1] as number;
            return {
              ids: Array.from(values.ids.data.subarray(from, to), Number),
              weights: Array.from(values.weights.data.subarray(from, to)),
            };
          }),
        }
      : {}),
  };
}

/** Whether a page or a drawing is asked for. */
export const asksForDrawing = (args: Args): boolean =>
  ['html', 'svg', 'png'].some((name) => text(args, name) !== undefined);

/** Writes the page and the drawings that are asked for. @throws UsageError unless there is one original */
export async function writeDrawings(
  args: Args,
  io: Io,
  all: readonly Pick<Tokenized, 'source' | 'units' | 'draw'>[],
): Promise<void> {
  if (!asksForDrawing(args)) return;
  const [html, svgPath, png] = ['html', 'svg', 'png'].map((name) => text(args, name));
  const [only, ...rest] = all;
  if (!only || rest.length > 0) {
    throw new UsageError(`--html, --svg and --png: expected one original, got ${all.length}`);
  }
  const { original, strip } = await only.draw();
  const seed = integer(args, 'seed') ?? 0;
  const { source, units } = only;
  const page = { source, units, original, seed, ...(strip === undefined ? {} : { strip }) };
  const outputs: [string | undefined, () => Promise<string | Uint8Array>][] = [
    [html, async () => unitsPage(page)],
    [svgPath, async () => original],
    [png, () => svgToPng(original)],
  ];
  for (const [path, make] of outputs) {
    if (path === undefined) continue;
    await writePage(path, await make(), io);
  }
}

/** The command. */
export async function tokenizeModality(args: Args, io: Io): Promise<undefined> {
  const name = text(args, 'modality') as string;
  const load = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (!load) throw new UsageError(`--modality: expected text, ${Object.keys(readers).join(', ')}, got '${name}'`);
  const { read } = await load();
  const all = await read(args, io);
  if (!all) return undefined;
  await writeDrawings(args, io, all);
  const withVectors = args.values.vectors === true;
  if (io.json) io.out(JSON.stringify(all.map((one) => record(one, withVectors))));
  else if (args.values.jsonl === true) for (const one of all) io.out(JSON.stringify(record(one, withVectors)));
  else for (const one of all) io.out(`${one.source}: ${one.summary}`);
  return undefined;
}
