// What a run trains: the recipe's model, or a checkpoint that it goes on from, with its first weights and, where the recipe has them, adapters.
import type { NamedArrays, NdArray } from '../array/index.ts';
import { type HubConfig, type Model, modelFor, parameterSpecs } from '../models/index.ts';
import { initializeParameters } from '../nn/index.ts';
import { type AdaptedModel, adaptedBy, type LoraRecipe, trainedIn } from './lora.ts';
import type { Start } from './start.ts';

/** What recipes say that may go on from a checkpoint with the head it has. */
export interface GoesOn {
  /**
   * A run folder or a model to go on from, '' for none. Its tokenizer, its sizes and its dropout are taken, `tokenizer` and `model` of the
   * recipe are left out; `model.maxLength` still says how long rows are, at most.
   */
  readonly startFrom?: string;
  /** Adapters to train in place of all weights. */
  readonly lora?: LoraRecipe;
}

/** What the recipe decides. */
interface TrainedRecipe extends Pick<GoesOn, 'lora'> {
  readonly seed: number;
}

/** What the task decides. */
export interface TrainedAbout {
  readonly start?: Start | undefined;
  /** PEFT's word for the task. */
  readonly task: 'SEQ_CLS' | 'CAUSAL_LM' | 'SEQ_2_SEQ_LM';
  /** Parts that are new and are trained in full beside adapters. */
  readonly head: readonly string[];
  readonly note: (text: string) => void;
}

/** A model under training. */
export interface TrainedModel {
  /** What a checkpoint holds. */
  readonly plain: Model;
  readonly adapted: AdaptedModel | undefined;
  /** What is trained: the plain model, or the adapted one. */
  readonly model: Model;
  /** First weights of `model`: the start's, others by the recipe's seed. */
  readonly initial: NamedArrays;
  /** Weights of the plain model from those under training. */
  readonly published: (weights: NamedArrays) => NamedArrays;
}

/** The model of a configuration under training. @throws as `adaptedBy` */
export function trainedModel(
  config: HubConfig,
  { seed, lora }: TrainedRecipe,
  { start, task, head, note }: TrainedAbout,
): TrainedModel {
  const plain = modelFor(config);
  const adapted = adaptedBy(lora, plain, { base: start?.name ?? '', task, head });
  const model = adapted?.model ?? plain;
  const specs = parameterSpecs(model);
  const all = { ...initializeParameters(specs, seed), ...start?.parameters };
  const initial = Object.fromEntries([...specs.keys()].map((name) => [name, all[name] as NdArray]));
  if (adapted) {
    const beside = head.length > 0 ? ', and the head' : '';
    note(`${trainedIn(initial, adapted)} numbers are trained: adapters of rank ${lora?.rank}${beside}`);
  }
  return { plain, adapted, model, initial, published: adapted?.merged ?? ((weights) => weights) };
}

/** The longest row of a run: the recipe's, or the model's where that is less. */
export function rowLength({ maxLength }: Model, asked: number): number {
  return Math.min(maxLength ?? asked, asked);
}
