// The browser's way, with a stand-in for the browser.
import { afterEach, expect, test, vi } from 'vitest';
import { pictureFromBlob } from './platform.ts';

afterEach(() => vi.unstubAllGlobals());

test('what the platform decodes comes out as RGB; what it cannot is an error', async () => {
  const close = vi.fn();
  vi.stubGlobal('createImageBitmap', async () => ({ width: 2, height: 1, close }));
  const getImageData = (): { data: Uint8ClampedArray } => ({ data: Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255) });
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      getContext(): unknown {
        return { drawImage: vi.fn(), getImageData };
      }
    },
  );
  const found = await pictureFromBlob(new Blob());
  expect(found).toEqual({ height: 1, width: 2, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  await expect(pictureFromBlob(new Blob(), 1)).rejects.toThrow(/at most 1 pixels, got 2×1/);
  expect(close).toHaveBeenCalledTimes(2);
  vi.stubGlobal('createImageBitmap', async () => {
    throw new Error('The source image could not be decoded.');
  });
  await expect(pictureFromBlob(new Blob())).rejects.toThrow(/a picture, got The source image/);
});
