// What did the classifier look at: methods on captures, and what judges them.
export { attentionDistance } from './attention-distance.ts';
export { headAttention, layerAttention } from './attention-maps.ts';
export { type Capture, type Path, type Relevance, readoutOf } from './capture.ts';
export {
  type Curve,
  centerRelevance,
  curveOf,
  type Direction,
  orderOf,
  randomRelevance,
  sharesOf,
  shownAt,
} from './curves.ts';
export {
  type AnsweredValue,
  type ExplainedMap,
  type Explanation,
  explanationJson,
  type RandomisedStage,
  type Scene,
} from './explanation.ts';
export { crossRelevance, genericRelevance, selfRelevance, type Weighted } from './generic-relevance.ts';
export { completenessError, gradientTimesInput, inputGradients, integratedGradients } from './input-gradients.ts';
export { bandOf, type Curves, type InputJudgement, type Score, scoresOf } from './judgement.ts';
export { rankCorrelation, ranksOf, scaled, structuralSimilarity } from './likeness.ts';
export {
  METHOD_DEFAULTS,
  METHODS,
  type Method,
  type MethodName,
  type MethodOptions,
  methodNamed,
  methods,
  relevanceOf,
} from './methods.ts';
export { type Overlap, objectOverlap, tokensOn } from './object-overlap.ts';
export { explainPage } from './page.ts';
export { type ExplainTextKey, explainDictionaries } from './page-text.ts';
export { centerOf, distanceOf, type GridOfPatches, patchPlaces, spanPlaces, type TokenPlaces } from './places.ts';
export { gradientRollout, type HeadJoin, type RolloutOptions, rollOut, rollout, withoutSmallest } from './rollout.ts';
export type { Matrix } from './square.ts';
