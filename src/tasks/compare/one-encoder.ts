// One encoder for every kind of thing: only what comes in front and what stands on it differ. What the comparison says and how it is shown.
import type { Report, Said } from '../../lens/index.ts';
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
import { word } from './words.ts';

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
  readonly about: Said;
  /** Put in the place of each recipe's own numbers. */
  readonly encoder: Pick<
    SenseModelRecipe,
    'dim' | 'layers' | 'heads' | 'ffnDim' | 'dropout' | 'attentionDropout' | 'initializerRange'
  >;
  /** What it is trained on, by modality. */
  readonly parts: Readonly<Record<string, ClassifyingRecipe>>;
  readonly seeds: readonly number[];
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
  /** Everything else: embeddings in front, head behind. */
  readonly other_parameters: number;
  readonly examples: number;
  /** By seed. */
  readonly accuracies: readonly number[];
  /** Their mean. */
  readonly accuracy: number;
  /** 95 % bootstrap interval over test examples and seeds. */
  readonly interval: readonly [number, number];
  readonly majority: number;
  /** CPU seconds of training, mean over seeds; absent where one was interrupted. */
  readonly seconds?: number;
}

/** The comparison. */
export interface OneEncoderComparison {
  readonly recipe: OneEncoderRecipe;
  readonly rows: readonly OneEncoderRow[];
}

/** The recipe of a part with the common encoder and a seed. */
export function withEncoder<R extends ClassifyingRecipe>(
  part: R,
  { encoder }: Pick<OneEncoderRecipe, 'encoder'>,
  seed: number,
): R {
  return { ...part, seed, model: { ...part.model, ...encoder } };
}

/** Blocks, and the norm behind them where they norm their input. */
const isOfEncoder = (name: string): boolean => /^(encoder|norm)\./.test(name);

/** Names and shapes of the encoder's parameters, by name: the same for every modality. Blocks that norm their output have no norm behind them. */
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
    title: { en: 'One encoder', zh: '同一个编码器' },
    about: recipe.about,
    tables: [
      {
        title: {
          en: `${layers} layers of width ${dim}, ${heads} heads, feed-forward ${ffnDim}: the same for all (95 % bootstrap interval over test examples and seeds)`,
          zh: `${layers} 层，宽 ${dim}，${heads} 个头，前馈宽 ${ffnDim}：全部相同（对测试样本和随机种子自助抽样的 95 % 区间）`,
        },
        head: [
          ...[word('modality'), word('data'), word('model'), word('tokens')],
          ...[word('encoder'), { en: 'tokens and head', zh: '输入层与分类头' }],
          ...[word('labels'), word('accuracy'), word('bySeed'), word('majority'), word('seconds')],
        ],
        rows: rows.map((row) => [
          ...[row.modality, row.data, row.class, row.tokens.toFixed(1)],
          ...[row.encoder_parameters, row.other_parameters].map((count) => count.toLocaleString('en')),
          `${row.labels}`,
          `${percent(row.accuracy)} (${percent(row.interval[0])} – ${percent(row.interval[1])})`,
          row.accuracies.map(percent).join(', '),
          ...[percent(row.majority), row.seconds === undefined ? word('interrupted') : row.seconds.toFixed(0)],
        ]),
      },
    ],
    patterns: [],
  };
}
