// What a masked autoencoder paints, as a page: every picture, what the encoder saw of it, and the hidden patches painted.
import { type NdArray, ndArray, zeros } from '../../array/index.ts';
import type { Report, ShownPicture } from '../../lens/index.ts';
import { loadPicture, pngOf } from '../../tokens/index.node.ts';
import { type ImageProcessor, imageProcessorFromJson, pictureFromArray } from '../../tokens/index.ts';
import { openModel } from '../forward.node.ts';
import type { JobContext } from '../job.ts';
import { preprocessorIn } from '../sense-classification/open.node.ts';
import { pictures } from '../sense-classification/pictures.ts';
import { Painter } from './painter.ts';
import { type PatchShape, paintedPixels, patchShapeOf } from './targets.ts';

/** Paintings of some pictures. */
export interface PaintingInspection {
  /** Mean squared error over the hidden patches of all. */
  readonly loss: number;
  /** By picture: original, what was seen, painted. */
  readonly rows: readonly (readonly ShownPicture[])[];
}

/** One row of pixels `[B, C, H, W]` as an address. */
async function shown(pixels: NdArray<'float32'>, row: number, processor: ImageProcessor): Promise<ShownPicture> {
  const [, channels = 1, height = 0, width = 0] = pixels.shape;
  const size = channels * height * width;
  const one = ndArray('float32', [channels, height, width], pixels.data.slice(row * size, (row + 1) * size));
  const png = await pngOf(pictureFromArray(one, processor));
  return { href: `data:image/png;base64,${Buffer.from(png).toString('base64')}`, width, height };
}

/** Paints pictures given by their paths; the same patches are hidden every time. @throws CheckpointError, DataError, UnitsError */
export async function inspectPainting(
  name: string,
  paths: readonly string[],
  context: JobContext,
): Promise<PaintingInspection> {
  const { dir, model, parameters } = await openModel(name, context.hub);
  const preprocessor = await preprocessorIn(dir);
  const processor = imageProcessorFromJson(preprocessor);
  const read = pictures.readerOf(model.config, preprocessor);
  const rowOf = async (path: string): Promise<NdArray<'float32'>> => read(await loadPicture(path));
  const source = {
    length: paths.length,
    rows: (places: readonly number[]) => Promise.all(places.map((place) => rowOf(paths[place] as string))),
  };
  const shape = patchShapeOf(model);
  const plain: PatchShape = { ...shape, normalizes: false };
  const painter = await Painter.create(model, context);
  const rows: ShownPicture[][] = [];
  let sum = 0;
  try {
    for await (const { pixels, painted, mask, loss } of painter.paint(parameters, source)) {
      const seen = paintedPixels(pixels, zeros('float32', painted.shape), mask, plain);
      const whole = paintedPixels(pixels, painted, mask, shape);
      const [count = 0] = pixels.shape;
      sum += loss * count;
      for (let row = 0; row < count; row++)
        rows.push(await Promise.all([pixels, seen, whole].map((one) => shown(one, row, processor))));
    }
  } finally {
    await painter.release();
  }
  return { loss: sum / paths.length, rows };
}

/** The page's content. */
export function paintingReport(name: string, { loss, rows }: PaintingInspection): Report {
  return {
    title: { en: 'What is painted where nothing is seen', zh: '看不见之处画出了什么' },
    about: {
      en: `${name}: mean squared error ${loss.toFixed(4)} over the hidden patches. Patches that are painted normalised get back the brightness and contrast of what was there.`,
      zh: `${name}：隐藏图块的均方误差 ${loss.toFixed(4)}。按归一化值画出的图块恢复了原处的亮度与对比度。`,
    },
    tables: [],
    patterns: [],
    pictures: {
      head: [
        { en: 'original', zh: '原图' },
        { en: 'seen', zh: '可见部分' },
        { en: 'painted', zh: '画出' },
      ],
      rows,
    },
  };
}
