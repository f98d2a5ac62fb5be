// Which data sets there are, as data.

/** One file of a data set. */
export interface CatalogueFile {
  readonly path: string;
}

/** One data set. */
export interface CatalogueEntry {
  readonly title: string;
  readonly licence: string;
  readonly languages: readonly string[];
  readonly files: readonly CatalogueFile[];
  /** Where a person gets it. */
  readonly source: string;
}

/** Every data set by id. `emoji-groups` is embedded: it comes with an npm package. */
export const catalogue: Readonly<Record<string, CatalogueEntry>> = {
  'emoji-groups': {
    title: 'Emoji names and keywords → group (emojibase-data)',
    licence: 'MIT (emojibase-data), Unicode License (CLDR annotations)',
    languages: ['en', 'zh', '24 more'],
    files: [],
    source: 'npm package emojibase-data',
  },
  'sent-zh-chnsenticorp-htl': {
    title: 'ChnSentiCorp hotel reviews, positive / negative',
    licence: 'none stated',
    languages: ['zh'],
    files: [{ path: 'ChnSentiCorp_htl_all.csv.gz' }],
    source: 'GitHub SophonPlus/ChineseNlpCorpus, datasets/ChnSentiCorp_htl_all',
  },
  'sent-en-sst5': {
    title: 'Stanford Sentiment Treebank with phrases',
    licence: 'none stated; cite Socher et al. 2013',
    languages: ['en'],
    files: [{ path: 'train.txt.gz' }, { path: 'dev.txt' }, { path: 'test.txt' }],
    source: 'GitHub stanfordnlp/sentiment-treebank, fiveclass',
  },
  'lm-en-tinyshakespeare': {
    title: 'Tiny Shakespeare',
    licence: 'public domain text',
    languages: ['en'],
    files: [{ path: 'input.txt.gz' }],
    source: 'GitHub karpathy/char-rnn, data/tinyshakespeare',
  },
};
