/**
 * Layers as functions over a named parameter tree.
 * @module nn
 */
export {
  type Attended,
  type AttentionCache,
  type AttentionOptions,
  attention,
  firstRows,
  fusedProjections,
  joinHeads,
  type Projections,
  separateProjections,
  splitHeads,
  tableRows,
} from './attention.ts';
export { type ChainScores, chainLoss, chainScores } from './crf.ts';
export {
  type BlockOptions,
  type BlockResult,
  block,
  postNorm,
  preNorm,
  type Residual,
  type TowerResult,
  tower,
} from './encoder.ts';
export { activationNamed, activations, type FeedForwardOptions, feedForward } from './feed-forward.ts';
export {
  constantInit,
  type Initializer,
  normalInit,
  onesInit,
  truncatedNormalInit,
  uniformInit,
  xavierInit,
  zerosInit,
} from './initialize.ts';
export { type BranchOptions, preNormWith } from './layer-scale.ts';
export {
  type EmbeddingSize,
  embedding,
  type LinearLayer,
  type LinearOptions,
  linear,
  linearWith,
  sumOf,
} from './linear.ts';
export { loraScale } from './lora.ts';
export { causalBias, HIDDEN, nearbyBias, paddingBias } from './mask.ts';
export {
  countParameters,
  initializeParameters,
  type LoraOptions,
  Module,
  type ModuleContext,
  type ParameterSpec,
} from './module.ts';
export { layerNormWith, type NormLayer, rmsNormWith } from './norm.ts';
export { type Pair, type PatchOptions, patchEmbedding, patchGrid } from './patch-embedding.ts';
export { alibiBias, alibiSlopes } from './positions/alibi.ts';
export { resizePositions } from './positions/grid.ts';
export { type RelativeOptions, relativeBias, relativeBuckets } from './positions/relative.ts';
export { type RopeFrequencies, type RopeSettings, ropeFrequencies } from './positions/rope-scaling.ts';
export { positionsFrom, rotary, rotaryFrequencies, type Turns, turn, turnsAt } from './positions/rotary.ts';
export { type SinusoidOrder, sinusoidGrid, sinusoidTable } from './positions/sinusoidal.ts';
export { project } from './project.ts';
export { tokensAt } from './rows.ts';
export { type WindowOptions, windowGrid, windowsOf } from './windows.ts';
