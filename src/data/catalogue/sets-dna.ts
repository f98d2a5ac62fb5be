// Data sets: dna. Made by scripts/make-catalogue.py: sizes and checksums are of the files unpacked.
import { byHand, type CatalogueEntry, github } from './entry.ts';

/** Data sets by id: dna. */
export const dnaSets: Readonly<Record<string, CatalogueEntry>> = {
  'dnabert-dev': {
    title: 'DNABERT example data: core promoters',
    modality: 'dna',
    task: 'dna-classification',
    licence: 'Apache-2.0',
    languages: [],
    ...github(
      'jerryji1993/DNABERT',
      'b6da04ec9a7d4e53efe5b33a6ce1a21c0e7ac413',
      'examples/sample_data/ft/6/',
      `
675016 c89896c9c3e93d86463bcd3daedcbc48cf94f2f261990ef0f180bd602fd9a109 dev.tsv`,
    ),
  },
  genomes: {
    title: 'Genomes of phage lambda and Escherichia coli 536',
    modality: 'dna',
    task: 'language-modeling',
    licence: 'NCBI RefSeq records, no restriction',
    languages: [],
    ...byHand(
      'Debian packages bowtie2-examples (examples/reference) and bowtie-examples (examples/genomes)',
      'apt-get download bowtie2-examples bowtie-examples; unpack the FASTA files.',
      `
5009545 cdd0874c881adf3e1819d22b7e49cffa3c761b0793a1b1f10b1c074eeadb4789 NC_008253.fna
49270 0a04f81952deb68c204e8ae67e0573cb97d348f18ab1b527630d57c294028cf5 lambda_virus.fa`,
    ),
  },
  promoters: {
    title: 'Promoters and non-promoters',
    modality: 'dna',
    task: 'dna-classification',
    licence: 'none stated; public genome records',
    languages: [],
    ...github(
      'solovictor/CNNPromoterData',
      'b4d2949e9bc5206f3049b35a488b036125ccc653',
      '',
      `
993473 1ab75553cdbf99d54e56928a56b3f35eb14a5f3bbb31bba7c1102b406a615c90 Arabidopsis_non_prom.fa
3954332 12f6901527b506907373a6c4bcbaf289622159657e9f0a307b29f822ea2dc250 Arabidopsis_non_prom_big.fa
1889600 93f7c91d25bd18d7640c09f7fcd6052abf9f6f4425eda56dbebe6cc6ecfa2d1b Arabidopsis_non_tata.fa
479040 2beaa31c2797e7f8d193b6015b7239a89509341f59dde57d904d8664e492901b Arabidopsis_tata.fa
92000 ffb3bc854a6b410ce692a0dea47838dadb6c0f6bdeaf41bcbffe24108b4f7fad Bacillus_non_prom.fa
32852 ed567448ac42e2b7958f58c971e2b8e95d7e28e266a1d8d778fec03de0d8bb68 Bacillus_prom.fa
273716 cf5f078da7e56c5f38c8abd8ffaeaa227863bff4f5c249f2cfda61cb5331c774 Ecoli_non_prom.fa
102427 1712f385e357491d309bd14f8fd4e8de3d018bd418402cab3c6014232197ce5e Ecoli_prom.fa
1245290 44fc703c470dd77c4c44ceb0b8b40f198742cd9781055fda9d1328f89b688026 Mouse_nonprom.fa
405365 754bde10d814e65ab74ab94c249b1cd3c483ab96a3a7ad7a6f85a6451353f4cd Mouse_tata.fa
1786 f236863e22e7b975af74cbefbdb7d4094f8c12596cdf85c40ea176e50841f50f README.upstream.txt README`,
    ),
  },
  splice: {
    title: 'Splice junctions (UCI)',
    modality: 'dna',
    task: 'dna-classification',
    licence: 'UCI; CC BY 4.0 as UCI lists it',
    languages: [],
    ...github(
      'renatopp/arff-datasets',
      'c59f172882592bb58982cc54d2d3c8a2b57e9b73',
      'classification/',
      `
527517 7e9b1b59c6731059f40bf16874fcac85af43fa65504b05cc6517b1a4c70fd99a splice.arff`,
    ),
  },
};
