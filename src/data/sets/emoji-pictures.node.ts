// The embedded picture set: emoji in four styles of drawing, from the icon packages of Iconify; SVG drawings are rasterised when asked for.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { drawSvg } from '../../tokens/index.node.ts';
import type { Picture } from '../../tokens/index.ts';
import { DataError, type PictureDataset, type SenseExample } from '../dataset.ts';
import { classNotes } from '../originals.ts';
import { splitOf } from '../split.ts';
import { choice, type ReadContext, wholeNumber } from './read-context.node.ts';

const require = createRequire(import.meta.url);

/** Styles of drawing, with the packages that hold them. */
const packages = {
  openmoji: '@iconify-json/openmoji',
  noto: '@iconify-json/noto',
  twemoji: '@iconify-json/twemoji',
  fluent: '@iconify-json/fluent-emoji-flat',
} as const;
type Style = keyof typeof packages;
const styles = Object.keys(packages) as Style[];

/** An icon set as Iconify writes it; sizes that an icon lacks are the set's. */
interface IconSet {
  readonly icons: Readonly<
    Record<string, { readonly body: string; readonly width?: number; readonly height?: number }>
  >;
  readonly aliases?: Readonly<Record<string, { readonly parent: string }>>;
  readonly width?: number;
  readonly height?: number;
}

interface Concept {
  readonly hexcode: string;
  readonly label: string;
  readonly group: string;
}

const COMPONENT = 'component';
/** Iconify leaves out the selector that asks for a coloured drawing. */
const keyOf = (hexcode: string): string =>
  hexcode
    .toLowerCase()
    .split('-')
    .filter((code) => code !== 'fe0f')
    .join('-');

type ReadJson = <T>(file: string) => Promise<T>;

/** Reads files of packages and remembers their checksums. */
function packageReader(checksums: Record<string, string>): ReadJson {
  return async <T>(file: string) => {
    const bytes = await readFile(require.resolve(file));
    checksums[file] = createHash('sha256').update(bytes).digest('hex');
    return JSON.parse(bytes.toString('utf8')) as T;
  };
}

async function conceptsOf(read: ReadJson): Promise<{ concepts: Concept[]; groups: string[] }> {
  const { groups } = await read<{ groups: Record<string, string> }>('emojibase-data/meta/groups.json');
  const emoji = await read<{ hexcode: string; label: string; group?: number }[]>('emojibase-data/en/data.json');
  const concepts = emoji.flatMap(({ hexcode, label, group }): Concept[] => {
    const name = group === undefined ? undefined : groups[group];
    return name === undefined || name === COMPONENT ? [] : [{ hexcode, label, group: name }];
  });
  return { concepts, groups: Object.values(groups).filter((name) => name !== COMPONENT) };
}

/** Drawings of one style by concept. */
async function drawingsOf(
  style: Style,
  read: ReadJson,
): Promise<(hexcode: string, size: number) => string | undefined> {
  const icons = await read<IconSet>(`${packages[style]}/icons.json`);
  const names = await read<Record<string, string>>(`${packages[style]}/chars.json`);
  const nameOf = new Map(Object.entries(names).map(([code, name]) => [keyOf(code), name]));
  return (hexcode, size) => {
    const name = nameOf.get(keyOf(hexcode)) ?? '';
    const icon = icons.icons[name] ?? icons.icons[icons.aliases?.[name]?.parent ?? ''];
    if (!icon) return undefined;
    const [width, height] = [icon.width ?? icons.width ?? 16, icon.height ?? icons.height ?? 16];
    const links = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
    return `<svg ${links} viewBox="0 0 ${width} ${height}" width="${size}" height="${size}">${icon.body}</svg>`;
  };
}

/** Renders a drawing once, on white or on nothing. */
function drawn(svg: string, where: string, alpha = false): () => Promise<Picture> {
  let kept: Promise<Picture> | undefined;
  const render = async (): Promise<Picture> => {
    try {
      return await drawSvg(svg, { alpha });
    } catch (error) {
      throw new DataError(`data: expected a drawing, got ${(error as Error).message} (${where})`, { cause: error });
    }
  };
  return () => {
    kept ??= render();
    return kept;
  };
}

/** Names of emoji with their drawings in one style as RGBA pixels on nothing, each rendered when first asked for; checksums of what was read. */
export async function emojiDrawings(
  style: Style,
  size: number,
): Promise<{
  readonly drawings: readonly { readonly name: string; readonly load: () => Promise<Picture> }[];
  readonly checksums: Readonly<Record<string, string>>;
}> {
  const checksums: Record<string, string> = {};
  const read = packageReader(checksums);
  const [{ concepts }, draw] = [await conceptsOf(read), await drawingsOf(style, read)];
  const drawings = concepts.flatMap(({ hexcode, label }) => {
    const svg = draw(hexcode, size);
    return svg === undefined ? [] : [{ name: label, load: drawn(svg, `${style}, ${label}`, true) }];
  });
  return { drawings, checksums };
}

/**
 * Emoji in four styles → their group, one of nine: the 1,594 concepts that all four styles draw, on white. A concept lies in one split in all
 * styles, the same one as in `emoji-groups`: a tenth is for validation, a fifth for the test. One style is not in training at all:
 * `moreTests.style` has it for the concepts of training, `moreTests.both` for those of the test. Each picture is rendered once and kept.
 * Options: `size` in pixels (32), `unseen` style (`openmoji`, `noto`, `twemoji`, `fluent`).
 */
export async function emojiPictures(context: ReadContext): Promise<PictureDataset> {
  const id = 'emoji-pictures';
  const size = wholeNumber(id, context, 'size', { initial: 32, low: 8, high: 512 });
  const unseen = choice(id, context, 'unseen', styles);
  const checksums: Record<string, string> = {};
  const read = packageReader(checksums);
  const { concepts, groups } = await conceptsOf(read);
  const drawings = await Promise.all(styles.map((style) => drawingsOf(style, read)));
  const parts: Record<'train' | 'validation' | 'test' | 'style' | 'both', SenseExample<Picture>[]> = {
    ...{ train: [], validation: [], test: [], style: [], both: [] },
  };
  let left = 0;
  for (const { hexcode, label, group } of concepts) {
    const svgs = drawings.map((draw) => draw(hexcode, size));
    if (!svgs.every((svg) => svg !== undefined)) {
      left++;
      continue;
    }
    // 1F468-1F33E and 1F468-1F373 look alike: what begins alike stays together
    const part = splitOf(hexcode.split('-')[0] as string, { validation: 0.1, test: 0.2 });
    for (const [i, style] of styles.entries()) {
      const name = `${hexcode}/${style}`;
      const tags = { style, concept: hexcode, name: label };
      const example = { id: name, label: group, tags, load: drawn(svgs[i] as string, `${id}, ${name}`) };
      if (style !== unseen) parts[part].push(example);
      else if (part !== 'validation') parts[part === 'train' ? 'style' : 'both'].push(example);
    }
  }
  const { style, both, ...splits } = parts;
  const notes = [
    `left out ${left} emoji that not all four styles draw`,
    ...classNotes({ name: id, labels: groups, splits }),
  ];
  return { name: id, labels: groups, splits, moreTests: { style, both }, checksums, notes };
}
