// Data sets: image. Made by scripts/make-catalogue.py: sizes and checksums are of the files unpacked.
import { byHand, type CatalogueEntry, github } from './entry.ts';

/** Data sets by id: image. */
export const imageSets: Readonly<Record<string, CatalogueEntry>> = {
  'cifar10-slice': {
    title: 'CIFAR-10, 4,000 training and 1,000 test pictures',
    modality: 'image',
    task: 'image-classification',
    licence: 'none stated; cite Krizhevsky 2009',
    languages: [],
    ...byHand(
      'GitHub karpathy/convnetjs (demo/cifar10) and larrabeew/covnetJS at 0d2866f3c12431c9044d3f275a588c12dc785926',
      'Take cifar10_batch_{0,1,2,3}.png as train_batch_N.png and cifar10_batch_50.png as test_batch.png; the labels are slices of the labels file, one number a line.',
      `
60 2ce042b1e0b48db4bb214408e6414ba18b2731c24af244f2d6c112fddf31af00 classes.txt
2000 e602a45343190014a0fc0792d2cf0fba72d2233a32c8f0c1affd6098bae526dd test_batch.labels.txt
2315890 5cea9e8fb7933540a2236a4bb25c1ed3a8447f345c55ae659143a95a5d8dac5e test_batch.png
2000 9db616cd8d75fb29f7a4c7b7aff402b2da0870133e5f9676ed3b135136bfe7a3 train_batch_0.labels.txt
2318456 0614720d69293a033786d5fe2924c4e9a9b48874f19ca4627c4662a864ee9f2d train_batch_0.png
2000 9b1374d4ea448a76d04e00d497a9e0156cbbdeff9d6d34d816ed73343bbc17ff train_batch_1.labels.txt
2326379 2927e26ea68602e34a7424826b76b7336ce36b8f6bcc2e9fce0c05568ff6b4c1 train_batch_1.png
2000 4d7ad517909c56b59ce7a4f98200f67e542acb5dad356fed21bc37c8994160f7 train_batch_2.labels.txt
2312906 0b2759e307bb405bb1a6531f8a0f557eaec46d7546050612fdb836f0fa60eae0 train_batch_2.png
2000 dda431dff25643e1720d1599b8eb3adacf41d7e39eb9626539c3befd8a62a89f train_batch_3.labels.txt
2328590 a4530ff15c83886058a97c352f53f38be07d191de8f410e998e91786b5900a26 train_batch_3.png`,
    ),
  },
  digits8x8: {
    title: 'Handwritten digits, 8 × 8',
    modality: 'image',
    task: 'image-classification',
    licence: 'BSD-3-Clause (scikit-learn)',
    languages: [],
    ...byHand(
      'Debian package python3-sklearn, sklearn/datasets/data/digits.csv.gz',
      'apt-get download python3-sklearn, or take it from an installed scikit-learn.',
      `
2028 0169c12ec98069ddd16fcff040019018d8dc1549f06c9cad1cc1350df61d3b82 DESCR.rst
57512 46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a digits.csv.gz`,
    ),
  },
  'fashion-mnist': {
    title: 'Fashion-MNIST, 60,000 (or the first 10,000) training and 10,000 test pictures',
    modality: 'image',
    task: 'image-classification',
    licence: 'MIT',
    languages: [],
    ...byHand(
      'Debian package dataset-fashion-mnist; GitHub zalandoresearch/fashion-mnist',
      'Take the test files and the training files (train-*, read when they are there); the first 10,000 records of these alone as train10k-* do too.',
      `
4422079 cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa t10k-images-idx3-ubyte.gz
5125 8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05 t10k-labels-idx1-ubyte.gz
4347397 1be733b5e3563a3e09249eaf2860ab906050f4ad092514fd69643a971f092eef train10k-images-idx3-ubyte.gz
5112 61a6840eba903a1624db1cd180742787f58a96a5d569dcbab532ea0bbd943a75 train10k-labels-idx1-ubyte.gz`,
    ),
  },
  mnist: {
    title: 'MNIST',
    modality: 'image',
    task: 'image-classification',
    licence: 'usually given as CC BY-SA 3.0',
    languages: [],
    ...byHand(
      'GitHub potterhsu/MnistTensorFlowVsPyTorch at 2d3961f7fb76f41afd0b8101dab03ba80f73fc9f, data',
      'Take the four idx files; the training pictures were packed anew here, so their checksum differs.',
      `
1634335 a099c5cbed9005941904202c3dc1fea19ea68d1bbbdfb713a7a390d877d62432 t10k-images-idx3-ubyte.gz
4542 f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6 t10k-labels-idx1-ubyte.gz
9630610 71524e2cd1ad2968737f7f2f2ff69cbfc32df8ccddff51593f7cb2d4e0eb5b64 train-images-idx3-ubyte.gz
28878 fe03b8bd7915f70bf5aa08be480aa413fbd85afcaa58b35d230d335f284fd88e train-labels-idx1-ubyte.gz`,
    ),
  },
  omniglot: {
    title: 'Omniglot, the two small background splits',
    modality: 'image',
    task: 'image-classification',
    licence: 'MIT',
    languages: [],
    ...github(
      'brendenlake/omniglot',
      '057f034baf2ecb8530bc5710e5a23584d2a519cc',
      'python/',
      `
1319022 f38eb80f801274ac2b4dff5b24289016bfaba4a7d5bb50deebf27104ad6cb8a4 images_background_small1.zip
1580917 3ccaa407515a8778e5d0861875af38b17e418f301ad5bb3b5a6b65d901a41c7f images_background_small2.zip`,
    ),
  },
  photos: {
    title: 'Two photographs',
    modality: 'image',
    task: 'demo',
    licence: 'CC BY 2.0 (danielbuechele; vultilion)',
    languages: [],
    ...byHand(
      'Debian package python3-sklearn, sklearn/datasets/images',
      'apt-get download python3-sklearn, or take them from an installed scikit-learn.',
      `
712 3f7f62fdf7275c2f6a4c7860970a39ecb8859dcfb50625a01468d1960fccc06f README.txt
196653 8378025ad2519d649d02e32bd98990db4ab572357d9f09841c2fbfbb4fefad29 china.jpg
142987 a77f6ec41e353afdf8bdff2ea981b2955535d8d83294f8cfa49cf4e423dd5638 flower.jpg`,
    ),
  },
  quickdraw3: {
    title: 'Quick, Draw!: cats, rainbows, trains',
    modality: 'image',
    task: 'image-classification',
    licence: 'CC BY 4.0',
    languages: [],
    ...github(
      'CodingTrain/Toy-Neural-Network-JS',
      '8c48c834b025f5943dce343376fa9490329e1e3e',
      'examples/doodle_classification/data/',
      `
784000 f0bf71131cbe74e2eb8bfbdb1839ce00fb71052f00714b4ce0ac536ec2993e8e cats1000.bin
784000 63d27ef67455394a7730cfc2760017ffe78e686253da1d388e67d5a29156debf rainbows1000.bin
784000 ba058382467471cf3d73813b0cd82e559b875460f70eb7fd766e25e480608513 trains1000.bin`,
    ),
  },
};
