// Text to one of several labels: a BERT-style encoder with a classifier on `[CLS]`.
import { int64, type NdArray } from '../../array/index.ts';
import {
  accuracy,
  batchSchedule,
  confusionMatrix,
  macroF1,
  padded,
  type TextDataset,
  type TextExample,
} from '../../data/index.ts';
import { modelFor, parameterSpecs } from '../../models/index.ts';
import { initializeParameters } from '../../nn/index.ts';
import { encodeTexts, tellOfCuts } from '../encode-texts.ts';
import { encoderConfig } from '../encoder-config.ts';
import type { Job, JobContext } from '../job.ts';
import { best } from '../labels.ts';
import { limited } from '../limited.ts';
import { objectiveOf, tokensIn } from '../objective.ts';
import type { Start } from '../start.ts';
import { frames, tokenizerFiles, trainRecipeTokenizer } from '../tokenizer.ts';
import { TextClassifier } from './classifier.ts';
import type { TextClassificationRecipe } from './recipe.ts';

/** Scores of predictions against the examples' labels. */
export function score(
  examples: readonly TextExample[],
  labels: readonly string[],
  probabilities: readonly (readonly number[])[],
): { accuracy: number; macroF1: number; matrix: number[][] } {
  const truth = examples.map((example) => labels.indexOf(example.label));
  const predicted = probabilities.map(best);
  const matrix = confusionMatrix(truth, predicted, labels.length);
  return { accuracy: accuracy(truth, predicted), macroF1: macroF1(matrix), matrix };
}

/** Prepares a training job from a recipe and its data. */
export async function prepareTextClassification(
  recipe: TextClassificationRecipe,
  dataset: TextDataset,
  context: JobContext,
  start?: Start,
): Promise<Job> {
  const { labels } = dataset;
  const train = limited(dataset.splits.train, recipe.data.limit, recipe.seed);
  const texts = train.map((example) => example.text);
  const tokenizer = start?.tokenizer ?? trainRecipeTokenizer(texts, recipe.tokenizer, frames.encoder);
  const fresh = encoderConfig(recipe.model, tokenizer, 'ForSequenceClassification', labels);
  const config = start ? { ...start.config, id2label: fresh.id2label, label2id: fresh.label2id } : fresh;
  const model = modelFor(config);
  const maxLength = Math.min(model.maxLength ?? recipe.model.maxLength, recipe.model.maxLength);
  const encoded = encodeTexts(tokenizer, texts, maxLength);
  tellOfCuts(encoded, maxLength, tokenizer, context.note);
  const ids = train.map((example) => labels.indexOf(example.label));
  const padId = Number(config.pad_token_id ?? 0);
  const schedule = batchSchedule(
    encoded.rows.map((row) => row.length),
    recipe.train.batchSize,
    recipe.seed,
  );
  const initial = { ...initializeParameters(parameterSpecs(model), recipe.seed), ...start?.parameters };
  const classifier = await TextClassifier.create(model, tokenizer, context);
  const { validation } = dataset.splits;
  const validationRows = encodeTexts(
    tokenizer,
    validation.map((example) => example.text),
    maxLength,
  ).rows;
  return {
    model,
    files: start?.files ?? tokenizerFiles(tokenizer, frames.encoder, model.maxLength),
    initial: Object.fromEntries([...parameterSpecs(model).keys()].map((name) => [name, initial[name] as NdArray])),
    objective: objectiveOf(model, ['input_ids', 'attention_mask', 'labels'], recipe.train.labelSmoothing),
    batchesAt: (step) => {
      const chosen = schedule(step);
      const batch = padded(
        chosen.map((i) => encoded.rows[i] as number[]),
        padId,
      );
      return [
        {
          ...batch,
          labels: int64(
            [chosen.length],
            chosen.map((i) => ids[i] as number),
          ),
        },
      ];
    },
    unitsOf: tokensIn,
    evaluate: async (parameters) => {
      const { accuracy: right, macroF1: f1 } = score(
        validation,
        labels,
        await classifier.probabilitiesOfRows(parameters, validationRows),
      );
      return { accuracy: right, macro_f1: f1 };
    },
    best: { metric: 'accuracy', mode: 'max' },
    checksums: dataset.checksums,
    release: () => classifier.release(),
  };
}
