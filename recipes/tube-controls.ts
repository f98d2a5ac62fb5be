// What tubes of a clip are good for (`tesserae compare tube-controls`): without time, without depth, with short and with long tubes.
import type { VariantsRecipe, VideoClassificationRecipe } from '../src/tasks/index.ts';
import { tubeMotion } from './tube-motion.ts';

type Triple = VideoClassificationRecipe['tokens']['kernel'];

/** Tubes of one size, which is the kernel's; from the clip's first corner on, if nothing else is said. */
const oneKind = (
  size: Triple,
  stride: Triple,
  offset: Triple = [0, 0, 0],
): Pick<VideoClassificationRecipe['tokens'], 'kernel' | 'tubes'> => ({
  kernel: size,
  tubes: [{ size, stride, offset }],
});

export const tubeControls: VariantsRecipe = {
  name: 'tube-controls',
  about: {
    en: 'Kinds of motion by tubes of two lengths, by one frame alone, and by patches, short and long tubes of about as many tokens.',
    zh: '运动种类的识别：两种长度的管状 token、单帧，以及 token 数大致相同的二维图块、短管与长管。',
  },
  base: { ...tubeMotion, train: { ...tubeMotion.train, steps: 600, warmup: 60, evaluateEvery: 200 } },
  variants: {
    tubes: {},
    // the middle one: where a thing begins tells much of where it goes
    'single frame': { tokens: oneKind([1, 12, 12], [16, 12, 12], [8, 0, 0]) },
    '2-D patches': { tokens: oneKind([1, 12, 12], [6, 12, 12]) },
    'short tubes': { tokens: oneKind([4, 12, 12], [5, 12, 12]) },
    // the whole clip each; half overlapping, else there would be a third of the tokens
    'long tubes': { tokens: oneKind([16, 12, 12], [16, 6, 6]) },
  },
  splits: { 'moving emoji': [{}] },
  seeds: [1, 2, 3],
};
