/**
 * Data sets, batches, splits, metrics, baselines.
 * @module data
 */
export { type Baseline, features, logisticRegression, majorityClass } from './baselines/linear.ts';
export { batchSchedule, groupByLength, type MaskingVocabulary, maskTokens, padded, randomWindows } from './batch.ts';
export { type CatalogueEntry, catalogue } from './catalogue.ts';
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
export { DataError, type SplitName, type TextDataset, type TextExample } from './dataset.ts';
export { type ExperimentOptions, type StabilityRow, stabilityExperiment } from './dna-experiment.ts';
export { type Cut, dnaStability, type Stability, type StabilityOptions } from './dna-stability.ts';
export { type EmbeddedUnits, embedUnits } from './embed-units.ts';
export { parseCsv } from './formats/csv.ts';
export { parseJsonl } from './formats/jsonl.ts';
export {
  accuracy,
  bootstrapInterval,
  type ClassScores,
  classScores,
  confusionMatrix,
  macroF1,
} from './metrics/classification.ts';
export { phrasesOf } from './sets/treebank.ts';
export { splitBy, splitOf } from './split.ts';
