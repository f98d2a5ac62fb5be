// The methods, by name: one table for the library, the command line and the page. A method is a function of one capture; what it lets
// one choose is filled in here, so that all of them have one shape.
import { headAttention, layerAttention } from './attention-maps.ts';
import type { Capture, Relevance } from './capture.ts';
import { genericRelevance } from './generic-relevance.ts';
import { gradientTimesInput, inputGradients, integratedGradients } from './input-gradients.ts';
import { gradientRollout, type HeadJoin, rollout } from './rollout.ts';

/** What can be chosen; each method reads what concerns it. */
export interface MethodOptions {
  /** Counted from 0; −1 is the last. Default −1. */
  readonly layer: number;
  /** Default 0. */
  readonly head: number;
  /** Default mean. */
  readonly heads: HeadJoin;
  /** Share of a layer's smallest entries that rollout leaves out. Default 0. */
  readonly discard: number;
  /** The same for gradient rollout. Default 0.9. */
  readonly discardGradient: number;
}

/** What holds unless something else is chosen. */
export const METHOD_DEFAULTS: MethodOptions = { layer: -1, head: 0, heads: 'mean', discard: 0, discardGradient: 0.9 };

/** One way to say what mattered. */
export interface Method {
  readonly relevance: (capture: Capture, options: MethodOptions) => Relevance;
  /** Values below 0 mean "speaks against". */
  readonly isSigned: boolean;
  /** Whether the answer depends on the class asked about. */
  readonly isOfClass: boolean;
  /** Whether the capture must hold the path from the blank input. */
  readonly needsPath?: true;
}

/** Names of the methods. */
export const METHODS = [
  'attention-head',
  'attention',
  'rollout',
  'gradient-rollout',
  'relevance',
  'input-gradients',
  'gradient-times-input',
  'integrated-gradients',
] as const;
export type MethodName = (typeof METHODS)[number];

const pattern = { isSigned: false, isOfClass: false };
const weighted = { isSigned: false, isOfClass: true };
const signed = { isSigned: true, isOfClass: true };

/** All methods. */
export const methods: Readonly<Record<MethodName, Method>> = {
  'attention-head': { ...pattern, relevance: headAttention },
  attention: { ...pattern, relevance: layerAttention },
  rollout: { ...pattern, relevance: rollout },
  'gradient-rollout': {
    ...weighted,
    relevance: (capture, { discardGradient }) => gradientRollout(capture, { discard: discardGradient }),
  },
  relevance: { ...weighted, relevance: genericRelevance },
  'input-gradients': { ...weighted, relevance: inputGradients },
  'gradient-times-input': { ...signed, relevance: gradientTimesInput },
  'integrated-gradients': { ...signed, relevance: integratedGradients, needsPath: true },
};

/** A name of the table. @throws RangeError with the names there are */
export function methodNamed(name: string): MethodName {
  if ((METHODS as readonly string[]).includes(name)) return name as MethodName;
  throw new RangeError(`explain: expected methods among ${METHODS.join(', ')}, got '${name}'`);
}

/** What `name` says of a capture, one number a token. */
export function relevanceOf(name: MethodName, capture: Capture, options: Partial<MethodOptions> = {}): Relevance {
  return methods[name].relevance(capture, { ...METHOD_DEFAULTS, ...options });
}
