// Clips from files: MP4, WebM, MOV, MKV by mediabunny and WebCodecs; GIF, WebP, animated PNG by sharp; folders of pictures.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { InputVideoTrack, VideoSample } from 'mediabunny';
import { loadAnimation, loadPicture } from '../image/load.node.ts';
import { type Picture, picture, rgbOf } from '../image/picture.ts';
import { rotatePicture } from '../image/rotate.ts';
import { codecOf, decoding, readMedia, withMedia } from '../media.node.ts';
import { UnitsError } from '../units.ts';
import { type Clip, type FrameSampling, pickFrames, sampleFrames } from './clip.ts';

/** Options of `loadClip`. */
export interface LoadClipOptions {
  /** Which frames; all when left out. Frames that are not kept are decoded and dropped at once. */
  readonly sampling?: FrameSampling;
  /** Most pixels of the kept frames together; 200 million when left out. */
  readonly maxPixels?: number;
  /** Frames a second of a folder of pictures; 25 when left out. */
  readonly folderRate?: number;
}

const MAX_PIXELS = 200_000_000;

function checkPixels(height: number, width: number, frames: number, maxPixels: number, where: string): void {
  if (height * width * frames <= maxPixels) return;
  const size = `${frames} frames of ${width}×${height}`;
  throw new UnitsError(
    `loadClip: expected at most ${maxPixels} pixels, got ${size} (${where})\nSample fewer frames or raise maxPixels.`,
  );
}

async function rgbFrame(sample: VideoSample): Promise<Picture> {
  const { width, height } = sample.visibleRect;
  const rgba = new Uint8Array(sample.allocationSize({ format: 'RGBA' }));
  await sample.copyTo(rgba, { format: 'RGBA' });
  return rotatePicture(rgbOf(picture(height, width, 4, rgba)), sample.rotation);
}

/** Times of all frames in the order of showing, read from the container without decoding. */
async function timesOf(
  track: InputVideoTrack,
  library: typeof import('mediabunny'),
): Promise<{ times: number[]; end: number }> {
  const times: number[] = [];
  let end = 0;
  const packets = new library.EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true });
  for await (const { timestamp, duration } of packets) {
    times.push(timestamp);
    end = Math.max(end, timestamp + duration);
  }
  times.sort((a, b) => a - b);
  const last = times.at(-1) ?? 0;
  // WebM may not say how long the last frame lasts: as long as a frame does on average
  if (end <= last) end = last + (times.length > 1 ? (last - (times[0] as number)) / (times.length - 1) : 1 / 25);
  return { times, end };
}

/** The frames of a video file's bytes; `loadClip` is the way to call it. @throws UnitsError */
export async function decodeVideo(bytes: Uint8Array, where: string, options: LoadClipOptions): Promise<Clip> {
  const { sampling = { kind: 'all' }, maxPixels = MAX_PIXELS } = options;
  return withMedia(bytes, where, async (input, library) => {
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new UnitsError(`loadClip: expected a video track, got none (${where})`);
    const { times, end } = await timesOf(track, library);
    if (times.length === 0) throw new UnitsError(`loadClip: expected frames, got an empty video track (${where})`);
    if (!(await track.canDecode())) {
      throw new UnitsError(
        `loadClip: expected a codec that can be decoded here, got ${await codecOf(track)} (${where})`,
      );
    }
    const kept = sampleFrames(times, end, sampling);
    checkPixels(await track.getDisplayHeight(), await track.getDisplayWidth(), kept.length, maxPixels, where);
    const wanted = new Set(kept);
    const last = Math.max(...kept);
    const found = new Map<number, Picture>();
    let index = 0;
    for await (const sample of new library.VideoSampleSink(track).samples()) {
      if (wanted.has(index)) found.set(index, await rgbFrame(sample));
      sample.close();
      if (index++ === last) break;
    }
    if (index <= last) {
      throw new UnitsError(`loadClip: expected ${times.length} frames, got ${index} (${where}); is it cut short?`);
    }
    return {
      frames: kept.map((i) => found.get(i) as Picture),
      times: kept.map((i) => times[i] as number),
      end,
    };
  });
}

const readVideo = decoding(import.meta.url, 'decodeVideo', decodeVideo);

/** `frame2` before `frame10`. */
const natural = new Intl.Collator('en', { numeric: true }).compare;

async function readFolder(path: string, options: LoadClipOptions): Promise<Clip> {
  const { sampling = { kind: 'all' }, maxPixels = MAX_PIXELS, folderRate = 25 } = options;
  const names = (await readdir(path)).filter((name) => /\.(png|jpe?g|webp|avif|gif|tiff?)$/i.test(name)).sort(natural);
  if (names.length === 0) throw new UnitsError(`loadClip: expected pictures in the folder, got none (${path})`);
  const times = names.map((_, i) => i / folderRate);
  const end = names.length / folderRate;
  const kept = sampleFrames(times, end, sampling);
  const frames: Picture[] = [];
  for (const i of kept) {
    const frame = await loadPicture(join(path, names[i] as string));
    const [first = frame] = frames;
    if (frame.height !== first.height || frame.width !== first.width) {
      const got = `${frame.width}×${frame.height}`;
      throw new UnitsError(
        `loadClip: expected pictures of ${first.width}×${first.height}, got ${got} (${join(path, names[i] as string)})`,
      );
    }
    checkPixels(frame.height, frame.width, frames.length + 1, maxPixels, path);
    frames.push(frame);
  }
  return { frames, times: kept.map((i) => times[i] as number), end };
}

function isAnimation(bytes: Uint8Array): boolean {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  return text.startsWith('GIF8') || text.startsWith('\x89PNG') || (text.startsWith('RIFF') && text.endsWith('WEBP'));
}

/**
 * A video, an animation or a folder of pictures as a clip of upright RGB frames with their times; also from a file's bytes.
 * @throws UnitsError for a file that is none, has no video track or no frames, is cut short, or needs too much memory
 */
export async function loadClip(input: string | Uint8Array, options: LoadClipOptions = {}): Promise<Clip> {
  const { sampling = { kind: 'all' }, maxPixels = MAX_PIXELS } = options;
  const where = typeof input === 'string' ? input : `${input.length} bytes`;
  const info = typeof input === 'string' ? await stat(input).catch(() => undefined) : undefined;
  if (info?.isDirectory()) return readFolder(where, options);
  const bytes =
    typeof input === 'string'
      ? await readMedia(input, 'loadClip: expected a video, an animation or a folder of pictures')
      : input;
  if (!isAnimation(bytes)) return readVideo(bytes, where, options);
  const { frames, seconds } = await loadAnimation(input, { maxPixels });
  let end = 0;
  const times = seconds.map((length) => {
    const start = end;
    end += length;
    return start;
  });
  return pickFrames({ frames, times, end }, sampleFrames(times, end, sampling));
}
