// From one text to another: a joint vocabulary, a Marian-style encoder-decoder, batches by tokens on both sides.
import { jsonText } from '../../checkpoints/index.ts';
import { type PairDataset, type PairExample, pairSchedule } from '../../data/index.ts';
import { modelFor, parameterSpecs } from '../../models/index.ts';
import { initializeParameters } from '../../nn/index.ts';
import { encodeTexts, tellOfCuts } from '../encode-texts.ts';
import type { Job, JobContext } from '../job.ts';
import { limited } from '../limited.ts';
import { objectiveOf } from '../objective.ts';
import { frames, tokenizerFiles } from '../tokenizer.ts';
import { type EncodedPair, PAIR_INPUTS, pairBatch, pairTokens } from './batch.ts';
import { encoderDecoderConfig, generationConfig } from './config.ts';
import { measures } from './measures.ts';
import type { TextToTextRecipe } from './recipe.ts';
import { validationOf } from './validation.ts';
import { targetKinds } from './vocabulary.ts';

/** Validation on so many pairs at most, the same at every evaluation. */
const VALIDATION_PAIRS = 1000;

/** Prepares a training job from a recipe and its pairs. */
export async function prepareTextToText(
  recipe: TextToTextRecipe,
  dataset: PairDataset,
  context: JobContext,
): Promise<Job> {
  const { seed, model: size } = recipe;
  const { maxLength } = size;
  const kind = targetKinds[recipe.target];
  const train = limited(dataset.splits.train, recipe.data.limit, seed);
  const tokenizer = kind.train(train, recipe);
  const model = modelFor(encoderDecoderConfig(size, tokenizer));
  const sources = train.map(({ source }) => source);
  const encoded = encodeTexts(tokenizer, sources, maxLength);
  tellOfCuts(encoded, maxLength, tokenizer, context.note);
  const targetOf = ({ target }: PairExample): number[] => kind.encode(tokenizer, target, maxLength);
  const pairs = train.map((pair, i): EncodedPair => ({ source: encoded.rows[i] ?? [], target: targetOf(pair) }));
  const lengths = pairs.map(({ source, target }) => [source.length, target.length] as const);
  const tokens = lengths.reduce((sum, [source, target]) => sum + source + target, 0);
  context.note(`${pairs.length} pairs to train on, ${tokens} tokens, vocabulary ${tokenizer.vocabSize}`);
  const { batchTokens, batchSize, labelSmoothing } = recipe.train;
  const schedule = pairSchedule(lengths, { tokens: batchTokens, pairs: batchSize }, seed);
  const generation = generationConfig(size, tokenizer);
  const measure = measures[recipe.target](dataset.sides[1]);
  const held = limited(dataset.splits.validation, VALIDATION_PAIRS, seed);
  const encode = (pair: PairExample): EncodedPair => ({
    source: encodeTexts(tokenizer, [pair.source], maxLength).rows[0] ?? [],
    target: targetOf(pair),
  });
  const validation = await validationOf({ model, tokenizer, generation, measure, pairs: held, encode }, context);
  const padId = Number(model.config.pad_token_id);
  return {
    model,
    files: {
      ...tokenizerFiles(tokenizer, frames.sequence, maxLength),
      'generation_config.json': jsonText(generation),
    },
    initial: initializeParameters(parameterSpecs(model), seed),
    objective: objectiveOf(model, PAIR_INPUTS, labelSmoothing),
    batchesAt: (step) => {
      const chosen = schedule(step).map((i) => pairs[i] as EncodedPair);
      return [pairBatch(chosen, padId)];
    },
    unitsOf: pairTokens,
    evaluate: validation.evaluate,
    best: measure.best,
    checksums: dataset.checksums,
    release: validation.release,
  };
}
