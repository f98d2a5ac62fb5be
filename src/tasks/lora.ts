// Fine-tuning by low-rank adapters, as a recipe says it.
import type { NamedArrays } from '../array/index.ts';
import { isAdapter, type Model, mergeLora, type PeftAdapter, toPeft, withLora } from '../models/index.ts';
import type { LoraOptions } from '../nn/index.ts';

/** What a recipe says of adapters. */
export interface LoraRecipe {
  /** Rank; 0 to train the weights themselves. */
  readonly rank: number;
  /** The added product is scaled by alpha / rank. */
  readonly alpha: number;
  readonly dropout: number;
  /** A regular expression over paths of linear layers: `(query|value|qkv)$`. */
  readonly targets: string;
}

/** Training all weights. */
export const noLora: LoraRecipe = { rank: 0, alpha: 16, dropout: 0, targets: '(query|value|qkv)$' };

/** A model whose adapters and head are trained, everything else frozen. */
export interface AdaptedModel {
  readonly model: Model;
  /** Parameters that stay as they are. */
  readonly frozen: RegExp;
  /** What a checkpoint of the plain model holds. */
  readonly merged: (weights: NamedArrays) => NamedArrays;
  /** The adapter beside it. */
  readonly adapter: (weights: NamedArrays) => PeftAdapter;
}

/** About an adapter. */
export interface AdapterAbout {
  /** The model that is adapted, as PEFT finds it again. */
  readonly base: string;
  /** PEFT's word for the task: `SEQ_CLS`. */
  readonly task: string;
  /** Parts that are trained in full: `['classifier']`. */
  readonly head: readonly string[];
}

/**
 * The model with a recipe's adapters; undefined where it has none.
 * @throws RangeError for a rank that is no whole number, or a pattern that is malformed
 */
export function adaptedBy(recipe: LoraRecipe | undefined, plain: Model, about: AdapterAbout): AdaptedModel | undefined {
  if (!recipe || recipe.rank === 0) return undefined;
  const { rank, alpha, dropout } = recipe;
  if (!Number.isSafeInteger(rank) || rank < 0)
    throw new RangeError(`lora.rank: expected a whole number >= 0, got ${rank}`);
  const lora: LoraOptions = { rank, alpha, dropout, targets: patternOf(recipe.targets) };
  const model = withLora(plain, lora);
  const trained = about.head.map((part) => `${part.replace(/\./g, '\\.')}\\.`);
  return {
    model,
    frozen: new RegExp(`^(?!${trained.join('|') || '$^'})(?!.*\\.lora\\.[ab]\\.weight$)`),
    merged: (weights) => mergeLora(model, weights, lora),
    adapter: (weights) => toPeft(model, weights, lora, about),
  };
}

function patternOf(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch (error) {
    throw new RangeError(`lora.targets: expected a regular expression, got '${source}': ${(error as Error).message}`);
  }
}

/** How many numbers of an adapted model are trained: adapters and head. */
export function trainedIn(weights: NamedArrays, { frozen }: AdaptedModel): number {
  return Object.entries(weights)
    .filter(([name]) => isAdapter(name) || !frozen.test(name))
    .reduce((sum, [, array]) => sum + array.data.length, 0);
}
