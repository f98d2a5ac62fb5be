// Pictures in a browser or worker: the platform decodes, as sharp does in Node.
import { UnitsError } from '../units.ts';
import { type Picture, picture, rgbOf } from './picture.ts';

/**
 * The RGB picture of an image file, upright; alpha is dropped. Colours are the platform's: they may differ from Node's by a rounding.
 * @throws UnitsError where the platform cannot decode it, or for more than `maxPixels`
 */
export async function pictureFromBlob(blob: Blob, maxPixels = 50_000_000): Promise<Picture> {
  const options: ImageBitmapOptions = { imageOrientation: 'from-image', premultiplyAlpha: 'none' };
  const bitmap = await createImageBitmap(blob, options).catch((error: Error) => {
    throw new UnitsError(`pictureFromBlob: expected a picture, got ${error.message}`, { cause: error });
  });
  const { width, height } = bitmap;
  try {
    if (width * height > maxPixels) {
      throw new UnitsError(`pictureFromBlob: expected at most ${maxPixels} pixels, got ${width}×${height}`);
    }
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (!context) throw new UnitsError('pictureFromBlob: expected a 2-D canvas, got none on this platform');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return rgbOf(picture(height, width, 4, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
  } finally {
    bitmap.close();
  }
}
