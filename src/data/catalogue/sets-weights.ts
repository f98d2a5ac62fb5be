// Data sets: weights. Made by scripts/make-catalogue.py: sizes and checksums are of the files unpacked.
import { type CatalogueEntry, github } from './entry.ts';

/** Data sets by id: weights. */
export const weightsSets: Readonly<Record<string, CatalogueEntry>> = {
  stories260k: {
    title: 'A trained Llama-style model of 260,000 parameters',
    modality: 'weights',
    task: 'text-generation',
    licence: 'MIT (karpathy/tinyllamas)',
    languages: ['en'],
    ...github(
      'DaveBben/esp32-llm',
      '934dab4d242d259abd88678488ea3b62d4fca601',
      'data/',
      `
1056540 b0a507e7ad0f626624f17112325e66691f9076d622e1d3274d103d00299f2696 stories260K.bin
6227 037cb335abb25d1fa9e8ecae30ed2a3a8ace9302862ebcdc05d51a6bbb10c312 tok512.bin`,
    ),
  },
};
