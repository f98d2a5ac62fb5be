// All recipes by name.
import type { Recipe } from '../src/tasks/index.ts';
import { astDigits } from './ast-digits.ts';
import { chatEn, chatZh } from './chat.ts';
import { dnaSplice } from './dna-splice.ts';
import { emojiGroups } from './emoji-groups.ts';
import { gptPoetryZh } from './gpt-poetry-zh.ts';
import { gptShakespeare } from './gpt-shakespeare.ts';
import { mlmPretrain } from './mlm-pretrain.ts';
import { sentimentEn, sentimentEn3, sentimentEnDecoder } from './sentiment-en.ts';
import { sentimentZh } from './sentiment-zh.ts';
import { tubeMotion } from './tube-motion.ts';
import { vitMnist } from './vit-mnist.ts';

/** Every recipe that `tesserae train NAME` knows. */
export const recipes: Readonly<Record<string, Recipe>> = Object.fromEntries(
  [
    emojiGroups,
    sentimentZh,
    sentimentEn,
    sentimentEn3,
    sentimentEnDecoder,
    gptShakespeare,
    gptPoetryZh,
    chatZh,
    chatEn,
    mlmPretrain,
    vitMnist,
    astDigits,
    tubeMotion,
    dnaSplice,
  ].map((recipe) => [recipe.name, recipe]),
);
