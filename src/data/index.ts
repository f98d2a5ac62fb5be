/**
 * Data sets, batches, splits, metrics, baselines.
 * @module data
 */
export type { DataAccess } from './access.ts';
export type { Augment, AugmentationSpec, Maker, OptionValue } from './augment/maker.ts';
export { cutMixed, type MixBatch, mixedUp, partnersOf } from './augment/mix.ts';
export {
  type AugmentedKinds,
  type AugmentedModality,
  type AugmentPlan,
  augmentations,
  augmentPlan,
} from './augment/plan.ts';
export { overlappingClause } from './baselines/answers.ts';
export { type DenseRow, denseLogisticRegression } from './baselines/dense.ts';
export { entityDictionary, type TaggingBaseline, windowRegression } from './baselines/entities.ts';
export { letterSounds } from './baselines/letter-sounds.ts';
export { type Baseline, features, logisticRegression, majorityClass } from './baselines/linear.ts';
export { positionalNaiveBayes } from './baselines/positional.ts';
export {
  batchesByLength,
  batchSchedule,
  groupByLength,
  groupByTokens,
  type MaskingVocabulary,
  maskTokens,
  type PairBatchSize,
  type PairLengths,
  padded,
  paddedRows,
  pairSchedule,
  randomWindows,
} from './batch.ts';
export { catalogue } from './catalogue/catalogue.ts';
export type { CatalogueEntry, CatalogueFile, Modality } from './catalogue/entry.ts';
export {
  type CollateOptions,
  collateClips,
  collateFeatures,
  collatePictures,
  collateUnits,
  stackArrays,
  type UnitBatch,
} from './collate-units.ts';
export { parseConcepts } from './concept-table.ts';
export {
  type Answer,
  type AnyDataset,
  type ClipDataset,
  type Corpus,
  DataError,
  type Dataset,
  type DialogDataset,
  type DialogExample,
  type PairDataset,
  type PairExample,
  type PictureDataset,
  type QuestionDataset,
  type QuestionExample,
  type SenseDataset,
  type SenseExample,
  type SequenceDataset,
  type SoundDataset,
  type SplitName,
  type TextDataset,
  type TextExample,
  type TokensDataset,
  type TokensExample,
} from './dataset.ts';
export { type ExperimentOptions, type StabilityRow, stabilityExperiment } from './dna-experiment.ts';
export { type Cut, dnaStability, type Stability, type StabilityOptions } from './dna-stability.ts';
export { type EmbeddedUnits, embedUnits } from './embed-units.ts';
export { type ConllOptions, type ConllSentence, parseConll, toCharacters, toIob2 } from './formats/conll.ts';
export { parseCsv } from './formats/csv.ts';
export { type IdxArray, parseIdx } from './formats/idx.ts';
export { parseJsonl } from './formats/jsonl.ts';
export { type LinePair, parseLines, parseParallel, type TextLine } from './formats/parallel.ts';
export { parseSquad, type Squad, type SquadQuestion } from './formats/squad.ts';
export { goOn, mayFollow, retag, schemeOf, strayTags, type TagScheme, tagsOf } from './formats/tags.ts';
export { type AnswerScores, type AnswerUnit, answerScores } from './metrics/answers.ts';
export {
  type BleuOptions,
  type BleuScore,
  bleu,
  bleuOf,
  bleuSignature,
  bleuStatistics,
} from './metrics/bleu.ts';
export {
  type BootstrapOptions,
  bootstrapCorpus,
  bootstrapCrossed,
  bootstrapDraws,
  bootstrapInterval,
} from './metrics/bootstrap.ts';
export { type ChrfOptions, chrf, chrfOf, chrfSignature, chrfStatistics } from './metrics/chrf.ts';
export {
  accuracy,
  type ClassScores,
  classScores,
  confusionMatrix,
  macroF1,
} from './metrics/classification.ts';
export {
  type Span,
  type SpanReport,
  type SpanScheme,
  type SpanScores,
  spanF1,
  spanReport,
  spanStatistics,
  spansOf,
} from './metrics/entities.ts';
export {
  bitsPerByte,
  distinct,
  edits,
  errorRate,
  errorRateOf,
  errorStatistics,
  perplexity,
} from './metrics/sequences.ts';
export type { BleuTokenizer } from './metrics/translation-tokens.ts';
export {
  type BrokenOptions,
  type BrokenOriginal,
  brokenNote,
  classNotes,
  fewOfEach,
  inOrder,
  type Loaded,
  type LoadingOptions,
  loadOriginals,
  screenDataset,
} from './originals.ts';
export { phrasesOf } from './sets/treebank.ts';
export { SHAPES, type ShapePictures, shapePictures } from './shape-pictures.ts';
export { placeOf, splitBy, splitOf } from './split.ts';
