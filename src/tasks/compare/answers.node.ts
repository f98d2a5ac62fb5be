// Which test examples a trained cell gets right: what paired comparisons and their intervals are made of.
import type { SenseExample } from '../../data/index.ts';
import { classifyDna, loadWholeSequences, openDna } from '../dna-classification/task.node.ts';
import { best } from '../labels.ts';
import { measuredOriginals } from '../sense-classification/broken.node.ts';
import { openSense } from '../sense-classification/open.node.ts';
import { Originals } from '../sense-classification/originals.ts';
import { clipSense, pictureSense, type Sense, soundSense } from '../sense-classification/senses.node.ts';
import { loadWhole } from '../sense-classification/task.node.ts';
import { rightLabels } from '../text-classification/task.node.ts';
import type { CellContext } from './cells.node.ts';
import type { ClassifyingRecipe } from './one-encoder.ts';
import type { RightAnswers } from './variants.ts';

const hit = (isRight: boolean): number => (isRight ? 1 : 0);

/** The run told of broken originals when it was trained. */
const toldBefore = (context: CellContext): CellContext => ({ ...context, note: () => undefined });

async function ofSense<T, K>(sense: Sense<T, K>, dir: string, context: CellContext): Promise<RightAnswers> {
  const open = await openSense(dir, sense, context);
  const { labels } = open.classifier;
  const measure = async (examples: readonly SenseExample<T>[]): Promise<number[]> => {
    const probabilities = await open.classifier.probabilities(open.parameters, new Originals(examples, open.read));
    return examples.map(({ label }, i) => hit(labels[best(probabilities[i] as number[])] === label));
  };
  try {
    const data = await measuredOriginals(open.dir, undefined);
    const { dataset } = await loadWhole(sense, data, toldBefore(context), open.read);
    const { splits, moreTests = {} } = dataset;
    const found: Record<string, number[]> = {};
    for (const [name, examples] of Object.entries(moreTests)) found[name] = await measure(examples);
    return { test: await measure(splits.test), ...found };
  } finally {
    await open.classifier.release();
  }
}

async function ofSequences(dir: string, context: CellContext): Promise<RightAnswers> {
  const open = await openDna(dir, context);
  try {
    const data = await measuredOriginals(open.dir, undefined);
    const { test } = (await loadWholeSequences(data, toldBefore(context))).dataset.splits;
    const answers = await classifyDna(open, await Promise.all(test.map(({ load }) => load())));
    return { test: answers.map(([first], i) => hit(first?.label === test[i]?.label)) };
  } finally {
    await open.classifier.release();
  }
}

/** Right answers of a run folder, by its task. */
export const answersOf: {
  readonly [K in ClassifyingRecipe['task']]: (dir: string, context: CellContext) => Promise<RightAnswers>;
} = {
  'image-classification': (dir, context) => ofSense(pictureSense, dir, context),
  'audio-classification': (dir, context) => ofSense(soundSense, dir, context),
  'video-classification': (dir, context) => ofSense(clipSense, dir, context),
  'text-classification': async (dir, context) => ({ test: await rightLabels(dir, context) }),
  'dna-classification': ofSequences,
};
