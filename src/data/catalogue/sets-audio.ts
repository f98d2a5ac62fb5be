// Data sets: audio. Made by scripts/make-catalogue.py: sizes and checksums are of the files unpacked.
import { byHand, type CatalogueEntry } from './entry.ts';

/** Data sets by id: audio. */
export const audioSets: Readonly<Record<string, CatalogueEntry>> = {
  'esc10-8k': {
    title: 'ESC-10 environmental sounds at 8 kHz',
    modality: 'audio',
    task: 'audio-classification',
    licence: 'CC BY 3.0; each clip credited in CREDITS.txt',
    languages: [],
    ...byHand(
      'GitHub karolpiczak/ESC-10 at 553c8f1743b9dba6b282e1323c3ca8fa76923448',
      'Decode the Ogg files to 8 kHz mono 16-bit WAV and write labels.tsv.',
      `
57414 ffbfca479dd56a37b5c57a0c539c1c247136dd92d174b72816a08ab01206ceb2 CREDITS.txt
24066169 2bd0870b6bc064049e9b778fbeb40f62b5fe359191c11e5684937261e5e733b6 esc10-8k.tar.gz`,
    ),
  },
  fsdd: {
    title: 'Free Spoken Digit Dataset',
    modality: 'audio',
    task: 'audio-classification',
    licence: 'CC BY-SA 4.0',
    languages: ['en'],
    ...byHand(
      'GitHub Jakobovski/free-spoken-digit-dataset at 26eb9aaf76e81b692f806f9140c2d2777410d7a1, recordings',
      'Clone it and pack recordings/ as fsdd.tar.gz.',
      `
15558012 ec2d3002994cb540e7dfaf7f1d972c402b20d9590a8faa10677ddb546a18aacd fsdd.tar.gz`,
    ),
  },
};
