// Which data sets there are, as data.
import type { CatalogueEntry } from './entry.ts';
import { audioSets } from './sets-audio.ts';
import { dnaSets } from './sets-dna.ts';
import { imageSets } from './sets-image.ts';
import { labelledTextSets } from './sets-labelled-text.ts';
import { multimodalSets } from './sets-multimodal.ts';
import { runningTextSets } from './sets-running-text.ts';
import { videoSets } from './sets-video.ts';
import { weightsSets } from './sets-weights.ts';

/** Sets that come with npm packages of this one: they are always there. */
const embedded: Readonly<Record<string, CatalogueEntry>> = {
  'emoji-groups': {
    title: 'Emoji names and keywords → group (emojibase-data)',
    modality: 'text',
    task: 'text-classification',
    licence: 'MIT (emojibase-data), Unicode License (CLDR annotations)',
    languages: ['en', 'zh', '24 more'],
    files: [],
    source: 'npm package emojibase-data',
  },
  'emoji-pictures': {
    title: 'Emoji pictures in four styles → group',
    modality: 'image',
    task: 'image-classification',
    licence:
      'Apache-2.0 (Noto), CC BY 4.0 (Twemoji), CC BY-SA 4.0 (OpenMoji), MIT (Fluent Emoji), MIT (emojibase-data)',
    languages: [],
    files: [],
    source:
      'npm packages @iconify-json/noto, @iconify-json/twemoji, @iconify-json/openmoji, @iconify-json/fluent-emoji-flat',
  },
  'cmu-pronouncing': {
    title: 'CMU Pronouncing Dictionary: English words → sounds',
    modality: 'text',
    task: 'translation',
    licence: 'BSD-2-Clause (CMUdict), ISC (package)',
    languages: ['en'],
    files: [],
    source: 'npm package cmu-pronouncing-dictionary',
  },
};

/** Every data set by id. */
export const catalogue: Readonly<Record<string, CatalogueEntry>> = {
  ...embedded,
  ...labelledTextSets,
  ...runningTextSets,
  ...imageSets,
  ...audioSets,
  ...videoSets,
  ...dnaSets,
  ...multimodalSets,
  ...weightsSets,
};
