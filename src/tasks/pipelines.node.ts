// `pipeline(task, model)` with the names and result shapes of Transformers.js.
import type { HubOptions } from '../checkpoints/index.ts';
import { nodeRuntime } from '../graph/index.node.ts';
import type { Classification } from './text-classification/classifier.ts';
import { classify, openClassifier } from './text-classification/task.node.ts';

/** Options of one call. */
export interface ClassifyOptions {
  /** How many labels to give, the likeliest first; null for all. Default 1. */
  readonly top_k?: number | null;
}

/** A text classifier that is ready to be called. */
export interface Classifier {
  /** One result for one text (`top_k` 1), a list for more labels; one entry per text for several texts. */
  (text: string, options?: ClassifyOptions): Promise<Classification[]>;
  (texts: readonly string[], options?: ClassifyOptions): Promise<Classification[] | Classification[][]>;
  /** Frees the model. */
  dispose(): Promise<void>;
}

/**
 * Opens a task on a checkpoint folder or a model of the hub (`options` say how it is fetched):
 * `const classify = await pipeline('text-classification', './runs/sentiment-zh'); await classify('我喜欢这道菜')`
 * gives `[{ label: 'positive', score: 0.98 }]`.
 * @throws RangeError for a task that is not known
 */
export async function pipeline(
  task: 'text-classification' | 'sentiment-analysis',
  model: string,
  options: HubOptions = {},
): Promise<Classifier> {
  if (task !== 'text-classification' && task !== 'sentiment-analysis') {
    throw new RangeError(`pipeline: expected 'text-classification' or 'sentiment-analysis', got '${task as string}'`);
  }
  const open = await openClassifier(model, { runtime: await nodeRuntime(), session: {}, hub: options });
  const call = async (input: string | readonly string[], options: ClassifyOptions = {}): Promise<never> => {
    const count = options.top_k === null ? Number.POSITIVE_INFINITY : (options.top_k ?? 1);
    const results = (await classify(open, typeof input === 'string' ? [input] : input)).map((labels) =>
      labels.slice(0, count),
    );
    if (typeof input === 'string') return results[0] as never;
    return (count === 1 ? results.map((labels) => labels[0]) : results) as never;
  };
  return Object.assign(call, { dispose: () => open.classifier.release() }) as Classifier;
}
