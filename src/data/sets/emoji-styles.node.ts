// Emoji in up to seven styles from sheets of pictures: tiles 48 × 48, forty in a row, in the order of a table.
import { loadPicture } from '../../tokens/index.node.ts';
import { type Picture, rgbOf } from '../../tokens/index.ts';
import { DataError, type PictureDataset, type SenseExample } from '../dataset.ts';
import { parseJsonl } from '../formats/jsonl.ts';
import { classNotes } from '../originals.ts';
import { splitBy, splitOf } from '../split.ts';
import { choice, choices, openSet, type ReadContext } from './read-context.node.ts';

const styles = ['noto', 'twemoji', 'openmoji', 'fluentflat', 'fluent3d', 'notov1', 'emojione'] as const;
const [TILE, COLUMNS] = [48, 40];

/** Tile `index` on white. */
function tileOf(sheet: Picture, index: number): Picture {
  const [top, left] = [Math.floor(index / COLUMNS) * TILE, (index % COLUMNS) * TILE];
  const data = new Uint8Array(TILE * TILE * sheet.channels);
  for (let y = 0; y < TILE; y++) {
    const from = ((top + y) * sheet.width + left) * sheet.channels;
    data.set(sheet.data.subarray(from, from + TILE * sheet.channels), y * TILE * sheet.channels);
  }
  return rgbOf({ ...sheet, height: TILE, width: TILE, data }, [255, 255, 255]);
}

/**
 * Emoji → group. A concept lies in one split in all styles: a tenth of them for validation, a fifth for the test. Options: `styles` of training
 * (`noto`, `twemoji`, `fluentflat`), `unseen` style of `moreTests.style` (`openmoji`), `labels` (`group`, `subgroup`).
 */
export async function emojiStyles(context: ReadContext): Promise<PictureDataset> {
  const id = 'emoji-styles';
  const kind = choice(id, context, 'labels', ['group', 'subgroup']);
  const seen = choices(id, context, 'styles', { known: styles, initial: ['noto', 'twemoji', 'fluentflat'] });
  const unseen = choice(id, context, 'unseen', ['openmoji', ...styles.filter((style) => style !== 'openmoji')]);
  if (seen.includes(unseen))
    throw new DataError(`${id}: expected an unseen style that is not among styles, got ${unseen}`);
  const set = await openSet(id, context);
  const rows = parseJsonl(await set.text('emoji.jsonl'), 'emoji.jsonl');
  const read = async (style: string): Promise<SenseExample<Picture>[]> => {
    const file = `${style}-48.png`;
    const sheet = await loadPicture(await set.bytes(file), { alpha: true });
    return rows.flatMap(({ line, value }): SenseExample<Picture>[] => {
      const { i, hex, en } = value as { i?: number; hex?: string; en?: string };
      const [label, drawn] = [value[kind], value.styles];
      const wide = COLUMNS * TILE;
      if (typeof i !== 'number' || typeof hex !== 'string' || typeof label !== 'string' || !Array.isArray(drawn))
        throw new DataError(`${id}: expected i, hex, ${kind} and styles (emoji.jsonl, line ${line})`);
      if (!drawn.includes(style)) return [];
      if (sheet.width !== wide || (Math.floor(i / COLUMNS) + 1) * TILE > sheet.height)
        throw new DataError(
          `${id}: expected tile ${i} on a sheet ${wide} wide, got ${sheet.width} × ${sheet.height} (${file})`,
        );
      const tags = { style, concept: hex, name: String(en) };
      return [{ id: `${hex}/${style}`, label, tags, load: async () => tileOf(sheet, i) }];
    });
  };
  const all = (await Promise.all(seen.map(read))).flat();
  const conceptOf = ({ tags }: SenseExample<Picture>): string => (tags?.concept ?? '').split('-')[0] as string;
  const partOf = (one: SenseExample<Picture>) => splitOf(conceptOf(one), { validation: 0.1, test: 0.2 });
  const splits = splitBy(all, partOf);
  const labels = [...new Set(all.map(({ label }) => label))].sort();
  const moreTests = { style: (await read(unseen)).filter((one) => partOf(one) !== 'validation') };
  const dataset = { name: id, labels, splits };
  return { ...dataset, moreTests, checksums: set.checksums, notes: kind === 'group' ? classNotes(dataset) : [] };
}
