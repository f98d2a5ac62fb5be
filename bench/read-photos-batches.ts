// What threads do in bench/read-photos.ts: JPEG files to 224 × 224 bytes, shorter edge to 256 (bilinear, as Pillow), the middle cut out.
import { join } from 'node:path';
import { type NamedArrays, ndArray } from '../src/array/index.ts';
import type { BatchesAt } from '../src/data/index.node.ts';
import { loadPicture } from '../src/tokens/index.node.ts';
import { fitPicture, type ImageProcessor } from '../src/tokens/index.ts';

/** Pictures of a batch. */
export const BATCH = 50;
const AT_ONCE = 4;
const SIZE = 224;
const processor: ImageProcessor = {
  channels: 3,
  resize: { size: { shortestEdge: 256 }, filter: 'bilinear' },
  crop: { height: SIZE, width: SIZE },
};

/** Batches `pixels` `[B, 224, 224, 3]` of the files in order. */
export async function resizedPhotos({
  folder,
  names,
}: {
  folder: string;
  names: readonly string[];
}): Promise<BatchesAt> {
  return async (step): Promise<readonly NamedArrays[]> => {
    const chosen = names.slice((step - 1) * BATCH, step * BATCH);
    const data = new Uint8Array(chosen.length * SIZE * SIZE * 3);
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let i = next++; i < chosen.length; i = next++) {
        const picture = await loadPicture(join(folder, chosen[i] as string));
        data.set(fitPicture(picture, processor).data, i * SIZE * SIZE * 3);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return [{ pixels: ndArray('uint8', [chosen.length, SIZE, SIZE, 3], data) }];
  };
}
