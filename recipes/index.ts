// All recipes by name.
import type { Recipe } from '../src/tasks/index.ts';
import { emojiGroups } from './emoji-groups.ts';
import { g2p } from './g2p.ts';
import { gptShakespeare } from './gpt-shakespeare.ts';
import { mlmPretrain } from './mlm-pretrain.ts';
import { sentimentEn, sentimentEn3 } from './sentiment-en.ts';
import { sentimentZh } from './sentiment-zh.ts';
import { translateEnDe } from './translate.ts';

/** Every recipe that `tesserae train NAME` knows. */
export const recipes: Readonly<Record<string, Recipe>> = Object.fromEntries(
  [emojiGroups, sentimentZh, sentimentEn, sentimentEn3, gptShakespeare, mlmPretrain, g2p, translateEnDe].map((recipe) => [
    recipe.name,
    recipe,
  ]),
);
