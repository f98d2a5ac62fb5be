// Quarter turns of a picture: what rotation metadata of cameras asks for.
import type { Picture } from './picture.ts';

/** The picture turned clockwise by 0, 90, 180 or 270 degrees. */
export function rotatePicture(source: Picture, degrees: 0 | 90 | 180 | 270): Picture {
  if (degrees === 0) return source;
  const { height, width, channels, data } = source;
  const [newHeight, newWidth] = degrees === 180 ? [height, width] : [width, height];
  const out = new Uint8Array(data.length);
  for (let y = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++) {
      const [fromY, fromX] = {
        90: [height - 1 - x, y],
        180: [height - 1 - y, width - 1 - x],
        270: [x, width - 1 - y],
      }[degrees] as [number, number];
      const [to, from] = [(y * newWidth + x) * channels, (fromY * width + fromX) * channels];
      for (let c = 0; c < channels; c++) out[to + c] = data[from + c] as number;
    }
  }
  return { height: newHeight, width: newWidth, channels, data: out };
}
