// `tesserae data`: which data sets there are, what is in them, and getting them.
import { resolve } from 'node:path';
import { nearestNames } from '../../checkpoints/index.ts';
import {
  catalogueEntry,
  dataFolders,
  findDataset,
  loadAnyDataset,
  loadCorpus,
  requireDataset,
  verifyDataset,
} from '../../data/index.node.ts';
import { type AnyDataset, type CatalogueEntry, catalogue } from '../../data/index.ts';
import { type Args, type Command, type Io, required, text, UsageError } from '../command.ts';
import { downloadNotes } from '../context.ts';

const bytesOf = (entry: CatalogueEntry): number => entry.files.reduce((sum, file) => sum + file.bytes, 0);
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const canFetch = (entry: CatalogueEntry): boolean =>
  entry.files.length > 0 && entry.files.every((file) => file.url !== undefined);

/** Where a set is, for machines: a folder, `embedded`, or null. */
async function placeOf(id: string, entry: CatalogueEntry): Promise<string | null> {
  if (entry.files.length === 0) return 'embedded';
  return (await findDataset(id, dataFolders(process.env))) ?? null;
}

function describe(id: string, entry: CatalogueEntry, found: string | null) {
  return { id, ...entry, bytes: bytesOf(entry), can_fetch: canFetch(entry), found };
}

async function list(_args: Args, io: Io): Promise<number> {
  const rows = await Promise.all(
    Object.entries(catalogue).map(async ([id, entry]) => describe(id, entry, await placeOf(id, entry))),
  );
  if (io.json) {
    io.out(JSON.stringify(rows));
    return 0;
  }
  for (const { id, title, licence, bytes, found, can_fetch: fetchable } of rows) {
    const place = found ?? (fetchable ? 'not here; data fetch gets it' : 'not here; data show says how to get it');
    io.out(`${id.padEnd(26)} ${megabytes(bytes).padStart(8)}  ${title}  [${licence}]  ${place}`);
  }
  return 0;
}

/** The first records of a set, and what it is made of. */
interface Content {
  readonly kind: string;
  /** Records, or characters of running text, by split. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly labels?: readonly string[];
  readonly notes?: readonly string[];
  readonly checksums: Readonly<Record<string, string>>;
  readonly first: readonly unknown[];
}

async function contentOf(id: string): Promise<Content | undefined> {
  const folders = dataFolders(process.env);
  const any: AnyDataset | undefined = await loadAnyDataset(id, folders);
  if (any) {
    const { splits, checksums, notes } = any.dataset;
    const more = 'moreTests' in any.dataset ? (any.dataset.moreTests ?? {}) : {};
    const parts = [
      ...Object.entries(splits),
      ...Object.entries(more).map(([name, one]) => [`test:${name}`, one] as const),
    ];
    const sizes = Object.fromEntries(parts.map(([name, records]) => [name, records.length]));
    const labels = 'labels' in any.dataset ? { labels: any.dataset.labels } : {};
    return {
      kind: any.kind,
      sizes,
      ...labels,
      ...(notes ? { notes } : {}),
      checksums,
      first: splits.train.slice(0, 5),
    };
  }
  if (catalogueEntry(id).task !== 'language-modeling' || catalogueEntry(id).modality !== 'text') return undefined;
  const { splits, checksums } = await loadCorpus(id, folders);
  const sizes = Object.fromEntries(Object.entries(splits).map(([name, one]) => [name, one.length]));
  return { kind: 'running-text', sizes, checksums, first: splits.train.slice(0, 400).split('\n').slice(0, 5) };
}

/** @throws UsageError for a name that the catalogue does not have */
function requireKnown(id: string): string {
  if (Object.hasOwn(catalogue, id)) return id;
  const near = nearestNames(id, Object.keys(catalogue))[0];
  throw new UsageError(
    `expected a data set, got '${id}'${near === undefined ? '' : `; did you mean ${near}?`}\ntesserae data list names them.`,
  );
}

async function show(args: Args, io: Io): Promise<number> {
  const id = required(args, 1, 'a data set');
  if (args.values.augment === true || args.values.html !== undefined) {
    const { showAugmented } = await import('./data-augment.ts');
    return showAugmented(id, args, io);
  }
  const entry = catalogueEntry(requireKnown(id));
  const found = await placeOf(id, entry);
  const content = found === null ? undefined : await contentOf(id);
  if (io.json) {
    io.out(JSON.stringify({ ...describe(id, entry, found), ...content }));
    return 0;
  }
  io.out(`${id}: ${entry.title}`);
  io.out(`  ${entry.modality}, ${entry.task}; licence: ${entry.licence}; ${megabytes(bytesOf(entry))}`);
  io.out(`  from ${entry.source}`);
  if (entry.how) io.out(`  ${entry.how}`);
  for (const { path, bytes, sha256, url } of entry.files)
    io.out(`  ${path}  ${bytes} B  ${sha256}${url ? `  ${url}` : ''}`);
  if (found === null) io.out(canFetch(entry) ? `not here; get it: tesserae data fetch ${id}` : 'not here');
  else io.out(`here: ${found}`);
  if (!content) return 0;
  io.out(
    Object.entries(content.sizes)
      .map(([name, size]) => `${name} ${size}`)
      .join(', '),
  );
  if (content.labels) io.out(`labels ${content.labels.join(', ')}`);
  for (const note of content.notes ?? []) io.out(note);
  for (const record of content.first)
    io.out(`  ${(typeof record === 'string' ? record : JSON.stringify(record)).slice(0, 160)}`);
  return 0;
}

async function fetchSets(args: Args, io: Io): Promise<number> {
  required(args, 1, 'a data set');
  const out = text(args, 'out');
  const results = [];
  for (const id of args.positionals.slice(1).map(requireKnown)) {
    const entry = catalogueEntry(id);
    const access = { onProgress: downloadNotes(io), ...(out === undefined ? {} : { cacheDir: resolve(out) }) };
    if (entry.files.length === 0) {
      io.note(`  ${id} comes with ${entry.source}\n`);
      results.push({ id, dir: 'embedded', files: [] });
      continue;
    }
    const dir = await requireDataset(id, out === undefined ? dataFolders(process.env) : [], access);
    const files = (await verifyDataset(id, dir)).map(({ path, bytes, sha256, matches }) => ({
      path,
      bytes,
      sha256,
      matches,
    }));
    results.push({ id, dir, files });
    for (const { path, matches } of files)
      if (!matches) io.note(`  ${id}: ${path} is missing or has another content than the catalogue's\n`);
    if (!io.json)
      io.out(`${id}\t${dir}\t${files.filter((file) => file.matches).length} of ${files.length} files verified`);
  }
  if (io.json) io.out(JSON.stringify(results.length === 1 ? results[0] : results));
  return results.every(({ files }) => files.every((file) => file.matches)) ? 0 : 1;
}

const actions: Readonly<Record<string, (args: Args, io: Io) => Promise<number>>> = { list, show, fetch: fetchSets };

export const command: Command = {
  flags: {
    out: { type: 'string' },
    augment: { type: 'boolean' },
    augmentations: { type: 'string' },
    examples: { type: 'string' },
    html: { type: 'string' },
  },
  run: async (args, io) => {
    const what = args.positionals[0] ?? 'list';
    const action = Object.hasOwn(actions, what) ? actions[what] : undefined;
    if (!action) throw new UsageError(`data: expected ${Object.keys(actions).join(', ')}, got '${what}'`);
    return action(args, io);
  },
};
