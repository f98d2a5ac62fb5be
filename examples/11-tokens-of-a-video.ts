// A video → tubes, dense and sparse, each with its box in time and space. Run: npx tsx examples/11-tokens-of-a-video.ts
import {
  type Clip,
  cutTubes,
  picture,
  plainProcessor,
  processClip,
  sampleFrames,
  tubeCounts,
  tubelets,
  tubePositions,
  tubeVitLayout,
} from '../src/tokens/index.ts';

// Sixteen frames of a white square that walks to the right. loadClip('film.mp4') of tesserae/tokens/node reads files.
const frames = Array.from({ length: 16 }, (_, t) => {
  const data = new Uint8Array(32 * 32);
  for (let y = 12; y < 20; y++) data.fill(255, y * 32 + t, y * 32 + t + 8);
  return picture(32, 32, 1, data);
});
const clip: Clip = { frames, times: frames.map((_, t) => t / 8), end: 2 };
console.log('four frames, evenly:', sampleFrames(clip.times, clip.end, { kind: 'uniform', count: 4 }));

const pixels = processClip(clip, plainProcessor(1));
const boxes = cutTubes(pixels, tubelets(4, 8), clip);
console.log(boxes.places.length, 'tubelets; number 20:', boxes.places[20]);
console.log(
  'joined again, equal:',
  boxes.restore().data.every((value, i) => value === pixels.data[i]),
);

// Sparse tubes of two shapes: short and wide, long and narrow. One kernel serves both.
const sparse = cutTubes(
  pixels,
  {
    kernel: [4, 4, 4],
    tubes: [
      { size: [4, 8, 8], stride: [8, 16, 16], offset: [0, 0, 0] },
      { size: [12, 2, 2], stride: [4, 8, 8], offset: [0, 4, 4] },
    ],
  },
  clip,
);
console.log(sparse.places.length, 'sparse tubes; positions', tubePositions(sparse, 24).shape);
console.log('TubeViT on 32 frames of 224 × 224:', tubeCounts([32, 224, 224], tubeVitLayout), 'tubes');
