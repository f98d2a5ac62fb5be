// From one text to another: a joint vocabulary, a Marian-style encoder-decoder or one that a run goes on from, batches by tokens on both
// sides.
import { jsonText } from '../../checkpoints/index.ts';
import { DataError, type PairDataset, type PairExample, pairSchedule } from '../../data/index.ts';
import { encodeTexts, tellOfCuts } from '../encode-texts.ts';
import { modelSettings } from '../generation/index.ts';
import type { Job, JobContext } from '../job.ts';
import { limited } from '../limited.ts';
import { objectiveOf } from '../objective.ts';
import type { Start } from '../start.ts';
import { frames, tokenizerFiles } from '../tokenizer.ts';
import { rowLength, trainedModel } from '../trained-model.ts';
import { type EncodedPair, PAIR_INPUTS, pairBatch, pairTokens } from './batch.ts';
import { encoderDecoderConfig, generationConfig } from './config.ts';
import { measures } from './measures.ts';
import type { TextToTextRecipe } from './recipe.ts';
import { validationOf } from './validation.ts';
import { targetKinds } from './vocabulary.ts';

/** Validation on so many pairs at most, the same at every evaluation. */
const VALIDATION_PAIRS = 1000;

/** Prepares a training job from a recipe and its pairs. @throws DataError for symbols with a start that has none */
export async function prepareTextToText(
  recipe: TextToTextRecipe,
  dataset: PairDataset,
  context: JobContext,
  start?: Start,
): Promise<Job> {
  const { seed, model: size } = recipe;
  const kind = targetKinds[recipe.target];
  const train = limited(dataset.splits.train, recipe.data.limit, seed);
  const tokenizer = start?.tokenizer ?? kind.train(train, recipe);
  const config = start?.config ?? encoderDecoderConfig(size, tokenizer);
  const about = { start, task: 'SEQ_2_SEQ_LM', head: [], note: context.note } as const;
  const { plain, adapted, model, initial, published } = trainedModel(config, recipe, about);
  const maxLength = rowLength(plain, size.maxLength);
  const generationFile = 'generation_config.json';
  // files of a start go over it: it writes as it always did
  const files: Readonly<Record<string, string>> = start?.files ?? {
    ...tokenizerFiles(tokenizer, frames.sequence, maxLength),
    [generationFile]: jsonText(generationConfig(size, tokenizer)),
  };
  const generation = files[generationFile];
  const settings = modelSettings(plain.config, generation === undefined ? undefined : JSON.parse(generation));
  const end = [settings.eos_token_id ?? []].flat()[0];
  if (end === undefined)
    throw new DataError(`startFrom: expected eos_token_id in config.json, got none (${start?.name})`);
  const sources = train.map(({ source }) => source);
  const encoded = encodeTexts(tokenizer, sources, maxLength);
  tellOfCuts(encoded, maxLength, tokenizer, context.note);
  const targetOf = ({ target }: PairExample): number[] => kind.encode(tokenizer, target, maxLength, end);
  const pairs = train.map((pair, i): EncodedPair => ({ source: encoded.rows[i] ?? [], target: targetOf(pair) }));
  const lengths = pairs.map(({ source, target }) => [source.length, target.length] as const);
  const tokens = lengths.reduce((sum, [source, target]) => sum + source + target, 0);
  context.note(`${pairs.length} pairs to train on, ${tokens} tokens, vocabulary ${tokenizer.vocabSize}`);
  const { batchTokens, batchSize, labelSmoothing } = recipe.train;
  const schedule = pairSchedule(lengths, { tokens: batchTokens, pairs: batchSize }, seed);
  const measure = measures[recipe.target](dataset.sides[1]);
  const held = limited(dataset.splits.validation, VALIDATION_PAIRS, seed);
  const encode = (pair: PairExample): EncodedPair => ({
    source: encodeTexts(tokenizer, [pair.source], maxLength).rows[0] ?? [],
    target: targetOf(pair),
  });
  const validation = await validationOf({ model: plain, tokenizer, settings, measure, pairs: held, encode }, context);
  const padId = Number(config.pad_token_id ?? 0);
  return {
    model: plain,
    adapted,
    files,
    initial,
    objective: objectiveOf(model, PAIR_INPUTS, labelSmoothing),
    batchesAt: (step) => {
      const chosen = schedule(step).map((i) => pairs[i] as EncodedPair);
      return [pairBatch(chosen, padId)];
    },
    unitsOf: pairTokens,
    evaluate: (weights) => validation.evaluate(published(weights)),
    best: measure.best,
    checksums: dataset.checksums,
    release: validation.release,
  };
}
