// `tesserae tokenize --modality image`: pictures to patches.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pictureGridSvg, pictureStripSvg } from '../../lens/index.ts';
import { loadPicture, pngOf } from '../../tokens/index.node.ts';
import {
  type Box,
  cutPatches,
  type ImageProcessor,
  imageProcessorFromJson,
  type Picture,
  padPixels,
  pictureFromArray,
  plainProcessor,
  processPicture,
  type Units,
} from '../../tokens/index.ts';
import { type Args, text, UsageError } from '../command.ts';
import { filesOf, type ModalityReader, pairFlag, type Tokenized } from './tokenize-flags.ts';

/** JSON of a configuration file, or of `preprocessor_config.json` in a model folder. */
export async function readConfig(path: string): Promise<unknown> {
  const info = await stat(path).catch(() => undefined);
  const file = info?.isDirectory() ? join(path, 'preprocessor_config.json') : path;
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--processor: expected a preprocessor_config.json, got ${(error as Error).message} (${file})`);
  }
}

/** What happens to pictures: `--processor`, else `--size` and `--grey`, else nothing but 0–255 → 0–1. */
export async function imageProcessorOf(args: Args, defaultSize?: number): Promise<ImageProcessor> {
  const config = text(args, 'processor');
  if (config !== undefined) return imageProcessorFromJson(await readConfig(config), config);
  const size = pairFlag(args, 'size') ?? (defaultSize === undefined ? undefined : [defaultSize, defaultSize]);
  const plain = plainProcessor(args.values.grey === true ? 1 : 3);
  if (!size) return plain;
  const [height, width] = size as [number, number];
  return { ...plain, resize: { size: { height, width }, filter: 'bilinear' } };
}

/** A picture as a data URL. */
export async function dataUrl(picture: Picture): Promise<string> {
  return `data:image/png;base64,${Buffer.from(await pngOf(picture)).toString('base64')}`;
}

async function tokenized(file: string, args: Args, processor: ImageProcessor): Promise<Tokenized> {
  const patch = pairFlag(args, 'patch-size') ?? [16, 16];
  const stride = pairFlag(args, 'stride') ?? patch;
  const source = await loadPicture(file);
  let pixels = processPicture(source, processor);
  if (args.values.pad === true) pixels = padPixels(pixels, patch);
  const [channels = 0, height = 0, width = 0] = pixels.shape;
  const units: Units<Box> = cutPatches(pixels, { patch, stride });
  const grid = [(height - patch[0]) / stride[0] + 1, (width - patch[1]) / stride[1] + 1];
  return {
    source: file,
    units,
    facts: {
      picture: { height: source.height, width: source.width },
      processed: { channels, height, width },
      patch,
      stride,
      grid,
    },
    summary: `${source.height}×${source.width} → ${height}×${width}×${channels} → ${grid.join(' × ')} = ${units.places.length} patches of ${patch.join('×')}×${channels} = matrix [${units.places.length}, ${patch[0] * patch[1] * channels}]`,
    draw: async () => {
      const shown = { href: await dataUrl(pictureFromArray(pixels, processor)), width, height };
      return { original: pictureGridSvg(shown, units), strip: pictureStripSvg(shown, units) };
    },
  };
}

/** Pictures of the command line. */
export const read: ModalityReader = async (args) => {
  const processor = await imageProcessorOf(args);
  const all: Tokenized[] = [];
  for (const file of filesOf(args, 'FILE… (PNG, JPEG, WebP, GIF, AVIF, SVG)'))
    all.push(await tokenized(file, args, processor));
  return all;
};
