// What a thread ahead of the device reads of coded clips and sounds, and whether it loaded the decoder for it.
import { float32 } from '../src/array/index.ts';
import type { BatchesAt } from '../src/data/index.node.ts';
import { loadClip, loadSound } from '../src/tokens/index.node.ts';

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, one) => sum + one, 0) / values.length;

/** One file a step: of a clip the mean brightness of every frame, of a sound its first samples. */
export async function readHere(paths: readonly string[]): Promise<BatchesAt> {
  return async (step) => {
    const path = paths[step - 1] as string;
    const values = path.endsWith('.mp4')
      ? (await loadClip(path)).frames.map(({ data }) => mean(data))
      : Array.from((await loadSound(path)).channels[0] as Float32Array).slice(0, 500);
    const decoders = 'VideoDecoder' in globalThis ? 1 : 0;
    return [{ values: float32([values.length], values), decoders: float32([1], [decoders]) }];
  };
}
