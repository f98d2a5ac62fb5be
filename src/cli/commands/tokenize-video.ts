// `tesserae tokenize --modality video`: clips to patches of frames, tubelets, or sparse tubes.
import { contactSheetSvg, tubeTimesSvg } from '../../lens/index.ts';
import { loadClip } from '../../tokens/index.node.ts';
import {
  type Clip,
  cutTubes,
  type FrameSampling,
  fitPicture,
  type ImageProcessor,
  processClip,
  resizePicture,
  type TubeLayout,
  tubeCounts,
  tubelets,
  tubeVitLayout,
} from '../../tokens/index.ts';
import { type Args, text, UsageError } from '../command.ts';
import { filesOf, type ModalityReader, positive, type Tokenized } from './tokenize-flags.ts';
import { dataUrl, imageProcessorOf } from './tokenize-image.ts';

const THUMB = 160;

/** `sparse`, `frames`, or `2x16`: frames × patch. */
function layoutOf(args: Args): TubeLayout {
  const value = text(args, 'tubes') ?? 'frames';
  const patch = positive(args, 'patch-size') ?? 16;
  if (value === 'sparse') return tubeVitLayout;
  if (value === 'frames') return tubelets(1, patch);
  const [, frames, side] = /^(\d+)(?:[x×](\d+))?$/.exec(value) ?? [];
  if (Number(frames) > 0) return tubelets(Number(frames), Number(side ?? patch));
  throw new UsageError(`--tubes: expected sparse, frames, or frames×patch such as 2x16, got '${value}'`);
}

function samplingOf(args: Args, otherwise: number): FrameSampling {
  const every = positive(args, 'every');
  if (every !== undefined) return { kind: 'every', step: every };
  const rate = text(args, 'rate');
  if (rate !== undefined) {
    if (!(Number(rate) > 0)) throw new UsageError(`--rate: expected frames a second above 0, got '${rate}'`);
    return { kind: 'rate', perSecond: Number(rate) };
  }
  return { kind: 'uniform', count: positive(args, 'frames') ?? otherwise };
}

async function shownClip(clip: Clip, processor: ImageProcessor): Promise<Parameters<typeof contactSheetSvg>[0]> {
  const frames = clip.frames.map((frame) => fitPicture(frame, processor));
  const [{ width, height } = { width: 1, height: 1 }] = frames;
  const scale = Math.min(1, THUMB / width);
  const hrefs: string[] = [];
  for (const frame of frames) {
    const [high, wide] = [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale))];
    hrefs.push(await dataUrl(resizePicture(frame, high, wide, 'bilinear')));
  }
  return { hrefs, width, height, times: clip.times };
}

async function tokenized(file: string, args: Args): Promise<Tokenized> {
  const layout = layoutOf(args);
  const isSparse = layout === tubeVitLayout;
  const processor = await imageProcessorOf(args, isSparse ? 224 : undefined);
  const clip = await loadClip(file, { sampling: samplingOf(args, isSparse ? 32 : 8) });
  const pixels = processClip(clip, processor);
  const [channels = 0, frames = 0, height = 0, width = 0] = pixels.shape;
  const units = cutTubes(pixels, layout, clip);
  const counts = tubeCounts([frames, height, width], layout);
  const kinds = layout.tubes.map(({ size }, i) => `${counts[i]} of ${size.join('×')}`).join(' + ');
  return {
    source: file,
    units,
    facts: {
      clip: { frames, height, width, channels, times: clip.times, end: clip.end },
      tubes: layout.tubes.map((tube, i) => ({ ...tube, count: counts[i] })),
    },
    summary: `${frames} frames of ${height}×${width}×${channels} → ${kinds} = ${units.places.length} tubes`,
    draw: async () => {
      const shown = await shownClip(clip, processor);
      return { original: contactSheetSvg(shown, units), strip: tubeTimesSvg(shown, units) };
    },
  };
}

/** Videos of the command line. */
export const read: ModalityReader = async (args) => {
  const all: Tokenized[] = [];
  for (const file of filesOf(args, 'FILE… (MP4, WebM, GIF, WebP, APNG, or a folder of pictures)'))
    all.push(await tokenized(file, args));
  return all;
};
