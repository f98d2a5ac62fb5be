// A picture → patches → a matrix [N, D] plus positions. Run: npx tsx examples/10-tokens-of-a-picture.ts
import { collateUnits, embedUnits } from '../src/data/index.ts';
import {
  cutPatches,
  imageProcessorFromJson,
  picture,
  pictureFromArray,
  processPicture,
  vectorsOf,
} from '../src/tokens/index.ts';

// A small picture made here: a red disc on a blue slope. loadPicture('cat.jpg') of tesserae/tokens/node reads files.
const size = 100;
const data = new Uint8Array(size * size * 3);
for (let y = 0; y < size; y++) {
  for (let x = 0; x < size; x++) {
    const inside = (x - 60) ** 2 + (y - 40) ** 2 < 900;
    data.set(inside ? [220, 40, 40] : [20, 60, 100 + y], (y * size + x) * 3);
  }
}
const original = picture(size, size, 3, data);

// What ViT does to pictures, as its preprocessor_config.json says.
const processor = imageProcessorFromJson({
  image_processor_type: 'ViTImageProcessor',
  size: { height: 48, width: 48 },
});
const pixels = processPicture(original, processor);
console.log('pixel_values', pixels.shape);

const units = cutPatches(pixels, { patch: [16, 16] });
console.log(
  units.places.length,
  'patches; patch 4 lies at',
  units.places[4],
  'position',
  units.positions.data.slice(8, 10),
);
console.log('its first numbers', vectorsOf(units.values).data.slice(4 * 768, 4 * 768 + 4));

const { sum } = embedUnits(units, { dim: 12, seed: 0 });
console.log('what would enter a Transformer', sum.shape, sum.data.slice(0, 4));
console.log('a batch of two', collateUnits([units, units]).vectors?.shape);

const again = pictureFromArray(units.restore(), processor);
console.log(
  'and back:',
  again.height,
  '×',
  again.width,
  'pixels, all equal:',
  units.restore().data.every((v, i) => v === pixels.data[i]),
);
