// Text to one of several labels: an encoder with a classifier on `[CLS]`, or a decoder with one on the last token.
import { int64 } from '../../array/index.ts';
import { batchSchedule, padded, type TextDataset } from '../../data/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { scoreClasses } from '../classification-score.ts';
import { encodeTexts, tellOfCuts } from '../encode-texts.ts';
import { underNewHead } from '../encoder-config.ts';
import { hiderOf } from '../hidden-tokens.ts';
import type { Job, JobContext } from '../job.ts';
import { requireClasses } from '../labels.ts';
import { limited } from '../limited.ts';
import { objectiveOf, tokensIn } from '../objective.ts';
import type { Start } from '../start.ts';
import { filesForLength, tokenizerFiles } from '../tokenizer.ts';
import { rowLength, trainedModel } from '../trained-model.ts';
import { TextClassifier } from './classifier.ts';
import { readerOf } from './reader.ts';
import type { TextClassificationRecipe } from './recipe.ts';

/** Where tokenizer and weights come from. */
export interface Origins {
  /** A checkpoint whose encoder and tokenizer to go on with. */
  readonly start?: Start | undefined;
  /** The tokenizer of a run that starts from nothing. */
  readonly makeTokenizer: (texts: readonly string[]) => Tokenizer;
}

/** Prepares a training job from a recipe and its data. */
export async function prepareTextClassification(
  recipe: Pick<TextClassificationRecipe, 'data' | 'seed' | 'model' | 'train' | 'lora' | 'architecture'> &
    Partial<Pick<TextClassificationRecipe, 'hiddenTokens'>>,
  dataset: TextDataset,
  context: JobContext,
  { start, makeTokenizer }: Origins,
): Promise<Job> {
  const { labels } = dataset;
  requireClasses(labels, recipe.data.id);
  const train = limited(dataset.splits.train, recipe.data.limit, recipe.seed);
  const texts = train.map((example) => example.text);
  const tokenizer = start?.tokenizer ?? makeTokenizer(texts);
  const hide = hiderOf(tokenizer, { share: recipe.hiddenTokens ?? 0, seed: recipe.seed });
  const { frame, configOf } = readerOf(recipe.architecture);
  const fresh = configOf(recipe.model, tokenizer, labels);
  const config = start ? underNewHead(start.config, fresh) : fresh;
  const { note } = context;
  const head = ['classifier', 'pooler', 'score', 'pre_classifier'];
  const { plain, adapted, model, initial } = trainedModel(config, recipe, { start, task: 'SEQ_CLS', head, note });
  const maxLength = rowLength(model, recipe.model.maxLength);
  const encoded = encodeTexts(tokenizer, texts, maxLength);
  tellOfCuts(encoded, maxLength, tokenizer, note);
  const ids = train.map((example) => labels.indexOf(example.label));
  const padId = Number(config.pad_token_id ?? 0);
  const schedule = batchSchedule(
    encoded.rows.map((row) => row.length),
    recipe.train.batchSize,
    recipe.seed,
  );
  const classifier = await TextClassifier.create(model, tokenizer, context);
  const { validation } = dataset.splits;
  const validationRows = encodeTexts(
    tokenizer,
    validation.map((example) => example.text),
    maxLength,
  ).rows;
  return {
    model: plain,
    adapted,
    files: start ? filesForLength(start.files, maxLength) : tokenizerFiles(tokenizer, frame, maxLength),
    initial,
    objective: objectiveOf(model, ['input_ids', 'attention_mask', 'labels'], recipe.train.labelSmoothing),
    batchesAt: (step) => {
      const chosen = schedule(step);
      const shown = hide(
        chosen.map((i) => encoded.rows[i] as number[]),
        step,
      );
      const batch = padded(shown, padId);
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
    recordsAt: (step) => schedule(step).map((i) => train[i]?.id as string),
    evaluate: async (parameters, tell) => {
      const { accuracy, macroF1 } = scoreClasses(
        validation.map(({ label }) => label),
        labels,
        await classifier.probabilitiesOfRows(parameters, validationRows, tell),
      );
      return { accuracy, macro_f1: macroF1 };
    },
    best: { metric: 'accuracy', mode: 'max' },
    checksums: dataset.checksums,
    release: () => classifier.release(),
  };
}
