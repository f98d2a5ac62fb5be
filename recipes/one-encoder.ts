// The same encoder reads words, pictures, sounds and genes (`tesserae compare one-encoder`): only tokens and head differ.
import type { DnaClassificationRecipe, OneEncoderRecipe, TextClassificationRecipe } from '../src/tasks/index.ts';
import { astDigits } from './ast-digits.ts';
import { dnaSplice } from './dna-splice.ts';
import { emojiGroups } from './emoji-groups.ts';
import { vitEmoji } from './vit-emoji.ts';

/** Blocks as ViT and AST have them, norms first. */
const family = 'roberta-prelayernorm';
/** In the place of the ModernBERT that does best on names. */
const text: TextClassificationRecipe = {
  ...emojiGroups,
  hiddenTokens: 0,
  model: { ...emojiGroups.model, family, pooling: 'cls' },
};
const DNA: DnaClassificationRecipe = { ...dnaSplice, model: { ...dnaSplice.model, family } };

export const oneEncoder: OneEncoderRecipe = {
  name: 'one-encoder',
  about: {
    en: 'Names of emoji, pictures of emoji, spoken digits and splice junctions by one encoder, each with its own tokens and head.',
    zh: '表情符号的名称与图片、语音数字、剪接位点：同一个编码器，各有自己的 token 与分类头。',
  },
  encoder: { dim: 64, layers: 4, heads: 4, ffnDim: 128, dropout: 0.1, attentionDropout: 0, initializerRange: 0.0625 },
  parts: { text, pictures: vitEmoji, sound: astDigits, DNA },
  seeds: [1, 2, 3],
};
