// Data sets: video. Made by scripts/make-catalogue.py: sizes and checksums are of the files unpacked.
import { byHand, type CatalogueEntry, github } from './entry.ts';

/** Data sets by id: video. */
export const videoSets: Readonly<Record<string, CatalogueEntry>> = {
  'moving-emoji-mp4': {
    title: 'Moving emoji clips (synthetic)',
    modality: 'video',
    task: 'video-classification',
    licence: 'Apache-2.0 (Noto Emoji), CC BY 4.0 (Twemoji)',
    languages: [],
    ...byHand(
      'made for this project from multimodal/emoji-styles',
      'There is no public address.',
      `
733282 4fdb4f3322116c9c305391fa702eebb51129f6be3d4551365aa14cde89edce62 moving-emoji.tar.gz`,
    ),
  },
  'omniglot-strokes': {
    title: 'Omniglot pen strokes',
    modality: 'video',
    task: 'video-classification',
    licence: 'MIT',
    languages: [],
    ...github(
      'brendenlake/omniglot',
      '057f034baf2ecb8530bc5710e5a23584d2a519cc',
      'python/',
      `
3056274 8cb3960fb6cf4ccf5f064ad83169f828c36c36782a0f6e7faacb7ecfae4468a2 strokes_background_small1.zip`,
    ),
  },
};
