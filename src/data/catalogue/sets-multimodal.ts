// Data sets: multimodal. Made by scripts/make-catalogue.py: sizes and checksums are of the files unpacked.
import { byHand, type CatalogueEntry } from './entry.ts';

/** Data sets by id: multimodal. */
export const multimodalSets: Readonly<Record<string, CatalogueEntry>> = {
  'emoji-sentiment': {
    title: 'Emoji and text to sentiment',
    modality: 'multimodal',
    task: 'multimodal-classification',
    licence:
      "Apache-2.0 and CC BY 4.0 (GoEmotions), CC BY-SA 4.0 (Emoji Sentiment Ranking), Twitter's terms (TweetEval)",
    languages: ['en'],
    ...byHand(
      'GitHub monologg/GoEmotions-pytorch, cardiffnlp/tweeteval, thedannywahl/sentimony',
      'Made for this project from these; there is no public address.',
      `
77910 1423789106d0dbec39ae0657be827fe9e2fd15fdd828a74dbbcf361e419abf30 Emoji_Sentiment_Data_v1.0.csv
166597 6446ac2d5a80b2656b51a54829077942e5a9a2c43cfccbb36e0b10f4ad24e2b7 goemotions-emoji.jsonl
351176 e9a9b1159aa81c4fa42a6ac38c356d1d1b0acc94dcc45785e178d1c8010784f5 tweeteval-emoji.jsonl`,
    ),
  },
  'emoji-styles': {
    title: 'Emoji in seven styles with English and Chinese captions',
    modality: 'multimodal',
    task: 'image-text',
    licence: 'by style: Apache-2.0, CC BY 4.0, CC BY-SA 4.0, MIT',
    languages: ['en', 'zh'],
    ...byHand(
      'npm packages @iconify-json/noto, twemoji, openmoji, fluent-emoji-flat and others',
      'Rendered for this project; there is no public address.',
      `
561956 5deb6a79806ed067575fb80d36cdfde91a2c73270f2a6540c8ea273bcf873835 emoji.jsonl
1938215 c25c467d94fc75389baa8c719a096b42ace943fd38479d022997aa2de94f8716 emojione-48.png
4842084 490dfd1511622a89498c6d13be52442c4c21213005837638742461cce652ed14 fluent3d-48.png
1993769 1070ff7fa81dba7856edb2093efc914ef5c3c5af6a1549a46b3e3b5a58a5f20c fluentflat-48.png
3242332 28e0aa789eb3f44d849259eb3a753d80136beebf430963794809dc33653904e3 noto-48.png
2007848 4586810ba0b0a0889802b4fc95644e60a3480582218b8e6ce8ecd1d2542f4458 notov1-48.png
2126594 7c82df199b14715b1bf88f4bb3394978a889fa1cd041e1a0c3e9a60cfc0b3973 openmoji-48.png
2467985 2d03fcdfec07519f26458df9a57bd069e31f88f2a89baec899fab4ac148d69d7 twemoji-48.png`,
    ),
  },
  openclipart: {
    title: 'Open Clip Art with titles and tags',
    modality: 'multimodal',
    task: 'image-text',
    licence: 'public domain',
    languages: ['en'],
    ...byHand(
      'Debian package openclipart-svg',
      'Rendered for this project; there is no public address.',
      `
7199911 0062055fda640d01888dacbe63dccffd1567be2eabdbfee4989895787e057b32 openclipart-48.png
394113 d2d55194e21ebe191d7087057c75874c21d6ecd67cd2d2abf8eebce614bfbc77 openclipart.tsv`,
    ),
  },
  'tweet-emoji': {
    title: 'Tweets and the emoji they had',
    modality: 'multimodal',
    task: 'text-classification',
    licence: "no restrictions of its own; Twitter's terms",
    languages: ['en'],
    ...byHand(
      'GitHub cardiffnlp/tweeteval at 4fbd22cd78421f05b1ecdb4fc5725bc7a7bd8f66, datasets/emoji',
      'Join *_labels.txt and *_text.txt line by line with a tab.',
      `
543 ac172bfbb0972d875a832224f48602472279be365454e3bce01084689100f4d3 mapping.txt
3820336 d92ef3d878218f3b2b384e9036e4ec0b6bae38f601d8dc4fa79e38ed56f14cd8 test.tsv
3455927 dc752da834dc65f5085fe24c4d5af0ac685fbfc49d0ac72a9885b8837ecf75fb train.tsv
352458 5ea1099b823b5942150a659ca1abe8b60cc8564a5dece4ad41c01ebb880ae066 val.tsv`,
    ),
  },
};
