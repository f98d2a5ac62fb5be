// All recipes by name.
import type { Recipe } from '../src/tasks/index.ts';
import { astDigits } from './ast-digits.ts';
import { astEsc10 } from './ast-esc10.ts';
import { chatEn, chatZh } from './chat.ts';
import { dnaMlm } from './dna-mlm.ts';
import { dnaPromoters } from './dna-promoters.ts';
import { dnaSplice } from './dna-splice.ts';
import { emojiGroups } from './emoji-groups.ts';
import { g2p, g2pShort } from './g2p.ts';
import { gptPoetryZh } from './gpt-poetry-zh.ts';
import { gptShakespeare, gptShakespeareLong } from './gpt-shakespeare.ts';
import { minilmSst2 } from './minilm-sst2.ts';
import { mlmPretrain } from './mlm-pretrain.ts';
import { mlmZh } from './mlm-zh.ts';
import { nerEn } from './ner-en.ts';
import { nerZh, nerZhWeibo } from './ner-zh.ts';
import { qaZh } from './qa-zh.ts';
import { sentimentEn, sentimentEn3, sentimentEnDecoder, sentimentMr } from './sentiment-en.ts';
import { sentimentZh } from './sentiment-zh.ts';
import { translations } from './translate.ts';
import { tubeMotion } from './tube-motion.ts';
import { vitCifar } from './vit-cifar.ts';
import { vitEmoji, vitEmojiShort } from './vit-emoji.ts';
import { vitFashion } from './vit-fashion.ts';
import { vitFinetune } from './vit-finetune.ts';
import { vitMnist } from './vit-mnist.ts';
import { vitPretrain } from './vit-pretrain.ts';
import { vitPretrainMae } from './vit-pretrain-mae.ts';

/** Every recipe that `tesserae train NAME` knows. */
export const recipes: Readonly<Record<string, Recipe>> = Object.fromEntries(
  [
    emojiGroups,
    sentimentZh,
    sentimentEn,
    sentimentEn3,
    sentimentEnDecoder,
    sentimentMr,
    gptShakespeare,
    gptShakespeareLong,
    gptPoetryZh,
    chatZh,
    chatEn,
    mlmPretrain,
    minilmSst2,
    mlmZh,
    nerZh,
    nerZhWeibo,
    nerEn,
    qaZh,
    vitEmoji,
    vitEmojiShort,
    vitMnist,
    vitFashion,
    vitCifar,
    vitPretrain,
    vitPretrainMae,
    vitFinetune,
    astDigits,
    astEsc10,
    tubeMotion,
    dnaSplice,
    dnaPromoters,
    dnaMlm,
    g2p,
    g2pShort,
    ...translations,
  ].map((recipe) => [recipe.name, recipe]),
);
