// One encoder for every kind of thing: only what comes in front and what stands on it differ. What the comparison says and how it is shown.
import type { Report } from '../../lens/index.ts';
import { countParameters, type ParameterSpec } from '../../nn/index.ts';
import type { DnaClassificationRecipe } from '../dna-classification/recipe.ts';
import { percent } from '../reporting.ts';
import type {
  AudioClassificationRecipe,
  ImageClassificationRecipe,
  SenseModelRecipe,
  VideoClassificationRecipe,
} from '../sense-classification/recipe.ts';
import type { TextClassificationRecipe } from '../text-classification/recipe.ts';

/** Recipes that classify. */
export type ClassifyingRecipe =
  | TextClassificationRecipe
  | ImageClassificationRecipe
  | AudioClassificationRecipe
  | VideoClassificationRecipe
  | DnaClassificationRecipe;

/** The same encoder on several modalities. */
export interface OneEncoderRecipe {
  readonly name: string;
  readonly about: string;
  /** Put in the place of each recipe's own numbers. */
  readonly encoder: Pick<SenseModelRecipe, 'dim' | 'layers' | 'heads' | 'ffnDim'>;
  /** What it is trained on, by modality. */
  readonly parts: Readonly<Record<string, ClassifyingRecipe>>;
}

/** One modality; keys are those of `--json`. */
export interface OneEncoderRow {
  readonly modality: string;
  readonly data: string;
  /** The model's class: how its blocks norm is its own. */
  readonly class: string;
  /** Mean over training examples, special tokens included. */
  readonly tokens: number;
  readonly labels: number;
  readonly encoder_parameters: number;
  /** Everything else: embeddings in front, norm and head behind. */
  readonly other_parameters: number;
  readonly examples: number;
  readonly accuracy: number;
  /** 95 % bootstrap interval. */
  readonly interval: readonly [number, number];
  readonly majority: number;
  /** CPU seconds of training; absent where it was interrupted. */
  readonly seconds?: number;
}

/** The comparison. */
export interface OneEncoderComparison {
  readonly recipe: OneEncoderRecipe;
  readonly rows: readonly OneEncoderRow[];
}

/** The recipe of a part with the common encoder. */
export function withEncoder<R extends ClassifyingRecipe>(part: R, { encoder }: Pick<OneEncoderRecipe, 'encoder'>): R {
  return { ...part, model: { ...part.model, ...encoder } };
}

const isOfEncoder = (name: string): boolean => name.startsWith('encoder.');

/** Names and shapes of the encoder's parameters, by name: the same for every modality. */
export function encoderShapes(specs: ReadonlyMap<string, ParameterSpec>): Record<string, readonly number[]> {
  const own = [...specs].filter(([name]) => isOfEncoder(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(own.map(([name, { shape }]) => [name, shape]));
}

/** Numbers inside and outside the encoder. */
export function countParts(
  specs: ReadonlyMap<string, ParameterSpec>,
): Pick<OneEncoderRow, 'encoder_parameters' | 'other_parameters'> {
  const encoder = countParameters(new Map([...specs].filter(([name]) => isOfEncoder(name))));
  return { encoder_parameters: encoder, other_parameters: countParameters(specs) - encoder };
}

/** One table. */
export function oneEncoderReport({ recipe, rows }: OneEncoderComparison): Report {
  const { dim, layers, heads, ffnDim } = recipe.encoder;
  return {
    title: 'One encoder',
    about: recipe.about,
    tables: [
      {
        title: `${layers} layers of width ${dim}, ${heads} heads, feed-forward ${ffnDim}: the same for all (95 % bootstrap interval over test examples)`,
        head: [
          ...['modality', 'data', 'model', 'tokens an example', 'encoder', 'tokens and head'],
          ...['labels', 'accuracy', 'majority', 'CPU seconds'],
        ],
        rows: rows.map((row) => [
          ...[row.modality, row.data, row.class, row.tokens.toFixed(1)],
          ...[row.encoder_parameters, row.other_parameters].map((count) => count.toLocaleString('en')),
          `${row.labels}`,
          `${percent(row.accuracy)} (${percent(row.interval[0])} – ${percent(row.interval[1])})`,
          ...[percent(row.majority), row.seconds === undefined ? 'interrupted' : row.seconds.toFixed(0)],
        ]),
      },
    ],
    patterns: [],
  };
}
