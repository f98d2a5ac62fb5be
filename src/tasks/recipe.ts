// Recipes: a whole training run as typed data. What is not said here is not configurable; every field can be set by path.

import type { OptimizerName, schedules } from '../train/index.ts';

/** Which dataset, by catalogue id, and how it is cut. */
export interface DataRecipe {
  readonly id: string;
  /** Languages, label sets and the like, as the dataset's reader takes them. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Use only so many training examples (after a seeded shuffle); 0 for all. */
  readonly limit: number;
}

/** How text is cut when the run trains its own tokenizer. */
export interface TokenizerRecipe {
  readonly kind: 'char' | 'word' | 'wordpiece' | 'bpe' | 'byte-bpe' | 'unigram';
  readonly vocabSize: number;
  readonly minFrequency: number;
  readonly lowercase: boolean;
}

/**
 * Encoders that recipes make: BERT with learned positions, ModernBERT with rotary ones and local layers, or RoBERTa-PreLayerNorm, which is BERT
 * with the norm in front of each sub-layer as ViT has it.
 */
export type EncoderFamily = 'bert' | 'modernbert' | 'roberta-prelayernorm';

/** Size of the Transformer. */
export interface ModelRecipe {
  /** Which encoder; `bert` when absent. */
  readonly family?: EncoderFamily;
  /** What a classifier of texts reads: `[CLS]` (default) or the mean of all states; the mean only with `modernbert`. */
  readonly pooling?: 'cls' | 'mean';
  readonly dim: number;
  readonly layers: number;
  readonly heads: number;
  readonly ffnDim: number;
  readonly maxLength: number;
  /** Probability in [0, 1), for embeddings, sub-layers and the classifier. */
  readonly dropout: number;
  /** Probability of dropping an attention weight. */
  readonly attentionDropout: number;
  /** Standard deviation of the first weights; half of `dim ** -0.5` when absent. A model that is started from keeps its own. */
  readonly initializerRange?: number;
}

/** How it is trained. */
export interface TrainRecipe {
  readonly steps: number;
  readonly batchSize: number;
  /** So many batches make one update: more examples at a time than memory holds. */
  readonly accumulate: number;
  /** Blocks keep their input alone and are computed again for the gradients: less memory, about a third more time. */
  readonly recompute: boolean;
  readonly optimizer: OptimizerName;
  /** Peak learning rate; warm-up steps up to it; then the schedule down to 0 at the last step. */
  readonly learningRate: number;
  readonly warmup: number;
  readonly schedule: keyof typeof schedules;
  /** Learning rate at the end as a share of the peak, for `cosine`. */
  readonly finalShare: number;
  readonly weightDecay: number;
  /** Factor of the learning rate from each layer to the one below (Clark et al. 2020); 1 for none. */
  readonly layerDecay: number;
  /** A regular expression over our names of parameters that do not learn, for example `^embeddings\\.`; '' for none. */
  readonly frozen: string;
  readonly beta2: number;
  readonly clipNorm: number;
  readonly labelSmoothing: number;
  readonly evaluateEvery: number;
  readonly saveEvery: number;
  readonly logEvery: number;
  /** Evaluations without improvement before stopping; 0 for never. */
  readonly patience: number;
  /**
   * Measure and publish a moving average of the weights with this decay, for example 0.999; 0 for the weights themselves. It lags by
   * 1 / (1 − decay) steps: while a run learns fast, the average is worse than the weights.
   */
  readonly averageDecay: number;
  /**
   * Measure and publish the mean of the weights at the last so many evaluations; 0 for the weights themselves. The first evaluations of a
   * run are in it too until there are more: it pays at the end of a run, when the rate is low.
   */
  readonly averageLast: number;
  /** Element type of the published weights. What a run goes on from is always float32. */
  readonly storage: 'float32' | 'float16' | 'bfloat16';
}

/** What every recipe says, whatever its task. */
export interface RecipeBase {
  readonly task: string;
  readonly name: string;
  /** What the recipe shows, one sentence. */
  readonly about: string;
  readonly seed: number;
  readonly data: DataRecipe;
  readonly train: TrainRecipe;
}

/** A recipe over texts that trains its own tokenizer. */
export interface TextRecipe extends RecipeBase {
  readonly tokenizer: TokenizerRecipe;
}

/** Settings that most recipes share; a recipe spreads them and says what differs. */
export const trainDefaults: TrainRecipe = {
  steps: 1000,
  batchSize: 32,
  accumulate: 1,
  recompute: false,
  optimizer: 'adamw',
  learningRate: 1e-3,
  warmup: 100,
  schedule: 'cosine',
  finalShare: 0,
  weightDecay: 0.01,
  layerDecay: 1,
  frozen: '',
  beta2: 0.98,
  clipNorm: 1,
  labelSmoothing: 0,
  evaluateEvery: 200,
  saveEvery: 200,
  logEvery: 20,
  patience: 0,
  averageDecay: 0,
  averageLast: 0,
  storage: 'float32',
};

/**
 * The recipe with one field replaced: `override(recipe, 'train.steps', '60')`. The text is read as JSON where it is JSON.
 * @throws RangeError for a path that the recipe does not have (listing the fields there), or a value of another type
 */
export function override<T extends object>(recipe: T, path: string, text: string): T {
  const [head = '', ...rest] = path.split('.');
  const fields = recipe as Record<string, unknown>;
  if (!(head in fields))
    throw new RangeError(`--set ${path}: expected one of ${Object.keys(fields).join(', ')}, got '${head}'`);
  const old = fields[head];
  if (rest.length > 0) {
    if (typeof old !== 'object' || old === null)
      throw new RangeError(`--set ${path}: expected '${head}' to have fields, it is ${JSON.stringify(old)}`);
    return { ...recipe, [head]: override(old, rest.join('.'), text) };
  }
  const value = parse(text);
  if (typeof value !== typeof old)
    throw new RangeError(`--set ${path}: expected a ${typeof old} like ${JSON.stringify(old)}, got '${text}'`);
  return { ...recipe, [head]: value };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
