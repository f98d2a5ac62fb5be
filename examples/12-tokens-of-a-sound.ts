// A sound → filter banks → overlapping patches, each with its seconds and hertz. Run: npx tsx examples/12-tokens-of-a-sound.ts
import {
  astLayout,
  audioSetProcessor,
  cutSpectrogram,
  featureStatistics,
  inspectSound,
  kaldiFilterBank,
  processSound,
  resampleSound,
  sound,
} from '../src/tokens/index.ts';

// One second of a falling tone at 8 kHz. loadSound('bird.mp3', { rate: 16000 }) of tesserae/tokens/node reads files.
const recorded = sound(
  8000,
  Float32Array.from(
    { length: 8000 },
    (_, i) => 0.4 * Math.sin((2 * Math.PI * 900 * Math.log1p(i / 2000) * 2000) / 8000),
  ),
);
console.log('recorded', inspectSound(recorded));

const at16k = await resampleSound(recorded, 16000);
const bank = kaldiFilterBank(at16k.channels[0] as Float32Array);
console.log('filter banks', bank.features.shape, 'mean and deviation of this set', featureStatistics([bank.features]));

// As the Audio Spectrogram Transformer reads them: padded to a length, normalised, 16 × 16 patches every 10.
const spectrogram = processSound(at16k, { ...audioSetProcessor, length: 128 });
const units = cutSpectrogram(spectrogram, astLayout);
console.log(units.places.length, 'patches, frequency first; number 13:', units.places[13]);
console.log('position of patch 13 on', units.axes, units.positions.data.slice(26, 28));
