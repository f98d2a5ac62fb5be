// The same encoder reads words, pictures, sounds and genes (`tesserae compare one-encoder`): only tokens and head differ.
import type { OneEncoderRecipe } from '../src/tasks/index.ts';
import { astDigits } from './ast-digits.ts';
import { dnaSplice } from './dna-splice.ts';
import { emojiGroups } from './emoji-groups.ts';
import { vitEmoji } from './vit-emoji.ts';

export const oneEncoder: OneEncoderRecipe = {
  name: 'one-encoder',
  about:
    'Names of emoji, pictures of emoji, spoken digits and splice junctions by an encoder of one size, each with its own tokens and head.',
  encoder: { dim: 64, layers: 4, heads: 4, ffnDim: 128 },
  parts: { text: emojiGroups, pictures: vitEmoji, sound: astDigits, DNA: dnaSplice },
};
